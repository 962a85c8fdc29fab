"""``cosign-letter group``: put registrars together to a group."""

from typing import Final

HELP: Final = "Create groups whose members registrars admit."
COMMANDS: Final = ("create",)
