"""``cosign-letter registrar``: admit people, sign blindly, say how many."""

from typing import Final

HELP: Final = "Admit people to a group, without learning what they sign."
COMMANDS: Final = ("keys", "vouch", "close", "status", "issue")
