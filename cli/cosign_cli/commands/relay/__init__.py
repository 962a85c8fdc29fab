"""``cosign-letter relay``: run a relay, or use one."""

from typing import Final

HELP: Final = "Run a relay, which stores sealed records, or use one."
COMMANDS: Final = ("serve", "register", "notice", "stamp", "check", "erase", "export", "import")
