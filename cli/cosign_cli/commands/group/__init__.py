"""``cosign-letter group``: create groups from the keys of registrars."""

from typing import Final

HELP: Final = "Create groups to which registrars admit people."
COMMANDS: Final = ("create",)
