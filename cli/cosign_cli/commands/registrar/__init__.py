"""``cosign-letter registrar``: admit people, sign their keys blindly, publish the count."""

from typing import Final

HELP: Final = "Admit people to a group, without learning which keys are theirs."
COMMANDS: Final = ("keys", "vouch", "revoke", "close", "status", "issue", "grant", "name")
