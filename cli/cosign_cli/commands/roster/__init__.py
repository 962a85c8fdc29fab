"""``cosign-letter roster``: publish groups that are lists of keys."""

from typing import Final

HELP: Final = "Publish rosters: groups that are lists of public keys."
COMMANDS: Final = (
    "publisher",
    "collection",
    "vouch",
    "revoke",
    "status",
    "collect",
    "create",
    "sign",
    "evidence",
    "check",
)
