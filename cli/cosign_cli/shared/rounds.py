"""Reading a round from its file, or from an invitation and its secret."""

import contextlib
from typing import TYPE_CHECKING

from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import source
from cosign_cli.shared.prompts import ask_secret
from cosign_cli.shared.streams import STREAM

if TYPE_CHECKING:
    from cosign.records.round import DraftRound, VerifiedRound


def read_round(
    path: str, secret: str | None = None, expected: str | None = None
) -> "VerifiedRound":
    """Read and verify a round; errors name the file.

    Args:
        path: of a round, or of an invitation to one.
        secret: opens an invitation; if None, the person is asked for it.
        expected: the fingerprint that the round must have, or None.
    """
    from cosign import record_files

    with naming(path) if path == STREAM else contextlib.nullcontext():
        return record_files.read_round(source(path), secret or ask_secret, expected=expected)


def read_draft(path: str) -> "DraftRound":
    """Read a round that may lack grants of its slot; errors name the file."""
    from cosign import record_files

    with naming(path) if path == STREAM else contextlib.nullcontext():
        return record_files.read_draft(source(path))
