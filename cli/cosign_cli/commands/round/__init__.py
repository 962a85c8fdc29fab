"""``cosign-letter round``: open a signing round and invite to it."""

from typing import Final

HELP: Final = "Open signing rounds and invite to them."
COMMANDS: Final = ("create", "invite")
