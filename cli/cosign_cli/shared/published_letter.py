"""A published letter's records, and whether a cosignature counts among them."""

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
    """Open a published letter at its first record."""
    from cosign.records.published import PublishedReader
    from cosign.records.round import verify_round

    with naming(path), open_input(path) as stream:
        reader = PublishedReader(stream)
        yield verify_round(reader.header.round), reader


def read_challenge(text: str) -> str:
    """Bring a challenge into form, once, where it is typed."""
    from cosign.records.claim import CHALLENGE

    with usage_errors():
        return CHALLENGE.read(unicodedata.normalize("NFC", text), "challenge")


def require_counted(found: "Found", path: str) -> None:
    """Raise :class:`VerificationError` unless the cosignature counts."""
    from cosign.errors import VerificationError

    if found.withdrawn:
        raise VerificationError(
            f"{path}: your cosignature was withdrawn and does not count",
            hint="if you did not withdraw it, somebody has your key",
        )
    if not found.signed:
        raise VerificationError(
            f"{path}: your cosignature is not in this file",
            hint="it was withdrawn before publication, arrived late, or the organizer left it out",
        )
