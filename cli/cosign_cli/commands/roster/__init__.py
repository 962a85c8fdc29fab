"""``cosign-letter roster``: publish the list of keys that is a group."""

from typing import Final

HELP: Final = "Publish rosters: lists of keys that are a group."
COMMANDS: Final = ("create", "evidence", "check")
