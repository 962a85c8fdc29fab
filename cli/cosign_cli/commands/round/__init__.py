"""``cosign-letter round``: open signing rounds and invite people to them."""

from typing import Final

HELP: Final = "Open signing rounds and invite people to them."
COMMANDS: Final = ("create", "grant", "invite")
