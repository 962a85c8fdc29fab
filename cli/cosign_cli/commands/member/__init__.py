"""``cosign-letter member``: become an anonymous member."""

from typing import Final

HELP: Final = "Become an anonymous member of a group."
COMMANDS: Final = (
    "enrol",
    "finish",
    "key",
    "certificate",
    "name",
    "keys",
    "export",
    "import",
    "forget",
)
