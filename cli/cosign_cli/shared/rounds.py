"""Reading a round from its file, or from an invitation and its secret."""

from functools import partial
from typing import TYPE_CHECKING

from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import source
from cosign_cli.shared.prompts import ask_code

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound


def read_round(path: str, secret: str | None = None) -> "VerifiedRound":
    """Read and verify a round; errors name the file.

    Args:
        path: of a round, or of an invitation to one.
        secret: opens an invitation; if None, the person is asked for it.
    """
    from cosign import record_files

    with naming(path):
        return record_files.read_round(source(path), secret or partial(ask_code, "secret"))
