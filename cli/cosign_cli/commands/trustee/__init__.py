"""``cosign-letter trustee``: keep envelopes shut, then open them."""

from typing import Final

HELP: Final = "Keep envelopes shut until a round closes, then open them."
COMMANDS: Final = ("key", "open")
