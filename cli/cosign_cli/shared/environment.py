"""The program's name, and the environment variables that it reads."""

from typing import Final

APP_NAME: Final = "cosign-letter"
HOME_VARIABLE: Final = "COSIGN_LETTER_HOME"
PASSPHRASE_VARIABLE: Final = "COSIGN_LETTER_PASSPHRASE"  # noqa: S105  # a name, not a secret
CLOCK_VARIABLE: Final = "COSIGN_LETTER_NOW"
COMPLETE_VARIABLE: Final = "_COSIGN_LETTER_COMPLETE"
"""Set by the shell script of ``--install-completion``, when it asks for completions."""
