"""Reading a published letter, to find one cosignature in it."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cosign_cli.shared.errors import naming, usage_errors
from cosign_cli.shared.files import source

if TYPE_CHECKING:
    from cosign.records.published import PublishedReader
    from cosign.records.round import VerifiedRound


@contextlib.contextmanager
def open_letter(path: str) -> "Iterator[tuple[VerifiedRound, PublishedReader]]":
    """Provide the verified round of a published letter, and a reader at its first record."""
    from cosign import letter_files

    with naming(path), letter_files.open_letter(source(path)) as opened:
        yield opened


def read_challenge(text: str) -> str:
    """Return a challenge as it is signed: in Unicode NFC, so that two ways to type it are one.

    Raises:
        UsageError: the text is not allowed as a challenge.
    """
    from cosign.records.claim import CHALLENGE
    from cosign.text.typed import typed_text

    with usage_errors():
        return CHALLENGE.read(typed_text(text), "challenge")
