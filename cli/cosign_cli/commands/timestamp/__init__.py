"""``cosign-letter timestamp``: let authorities say when a published letter existed."""

from typing import Final

HELP: Final = "Let time stamp authorities (RFC 3161) say when a published letter existed."
COMMANDS: Final = ("request", "add")
