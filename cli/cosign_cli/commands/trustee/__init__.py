"""``cosign-letter trustee``: keep envelopes sealed, then open them."""

from typing import Final

HELP: Final = "Keep envelopes sealed until a round closes, then open them."
COMMANDS: Final = ("key", "open", "forget")
