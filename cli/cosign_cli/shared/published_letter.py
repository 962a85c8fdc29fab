"""Reading a published letter, to find one cosignature in it."""

import contextlib
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cosign_cli.shared.errors import naming, usage_errors
from cosign_cli.shared.files import open_input

if TYPE_CHECKING:
    from cosign.records.published import PublishedReader
    from cosign.records.round import VerifiedRound
    from cosign.roles.member.receipts import Found


@contextlib.contextmanager
def open_letter(path: str) -> "Iterator[tuple[VerifiedRound, PublishedReader]]":
    """Provide the verified round of a published letter, and a reader at its first record."""
    from cosign.records.published import PublishedReader
    from cosign.records.round import verify_round

    with naming(path), open_input(path) as stream:
        reader = PublishedReader(stream)
        yield verify_round(reader.header.round), reader


def read_challenge(text: str) -> str:
    """Return a challenge as it is signed: in Unicode NFC, so that two ways to type it are one.

    Raises:
        UsageError: the text is not allowed as a challenge.
    """
    from cosign.records.claim import CHALLENGE

    with usage_errors():
        return CHALLENGE.read(unicodedata.normalize("NFC", text), "challenge")


def require_counted(found: "Found", path: str) -> None:
    """Check that a cosignature counts.

    Raises:
        VerificationError: it is not in the letter, or it was withdrawn.
    """
    from cosign.errors import VerificationError

    if found.withdrawn:
        raise VerificationError(
            f"{path}: your cosignature was withdrawn and does not count",
            hint="if you did not withdraw it, someone else has your key",
        )
    if not found.signed:
        raise VerificationError(
            f"{path}: your cosignature is not in this file",
            hint="it was withdrawn before publication, arrived late, or the organizer left it out",
        )
