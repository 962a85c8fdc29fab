"""``cosign-letter joint``: one letter of several groups, in one file."""

from typing import Final

HELP: Final = "Put the letters of several groups into one file, and take them out again."
COMMANDS: Final = ("create", "split")
