"""``cosign-letter campaign``: say which groups are asked to cosign a letter."""

from typing import Final

HELP: Final = "Say which groups are asked to cosign a letter."
COMMANDS: Final = ("create",)
