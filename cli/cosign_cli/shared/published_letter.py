"""Reading a published letter, to find one cosignature in it."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cosign_cli.shared.errors import naming, usage_errors
from cosign_cli.shared.files import read_group, source
from cosign_cli.shared.streams import STREAM

if TYPE_CHECKING:
    from cosign.records.published import PublishedReader
    from cosign.records.round import VerifiedRound


@contextlib.contextmanager
def open_letter(
    path: str, wanted: "Callable[[VerifiedRound], bool]"
) -> "Iterator[tuple[VerifiedRound, PublishedReader]]":
    """Provide the verified round of a published letter, and a reader at its first record.

    Args:
        path: of a published letter, or of a joint one with the letters of several groups.
        wanted: returns whether the letter of a round is the one to find; of a joint letter
            the first such one is provided, and the last one if there is none.
    """
    from cosign.joint_files import open_letters

    with naming(path), open_letters(source(path)) as letters:
        for round_, reader, is_last in letters:
            if is_last or wanted(round_):
                yield round_, reader
                return


def read_challenge(text: str) -> str:
    """Return a challenge as it is signed: in Unicode NFC, so that two ways to type it are one.

    Raises:
        UsageError: the text is not allowed as a challenge.
    """
    from cosign.records.claim import CHALLENGE
    from cosign.text.typed import typed_text

    with usage_errors():
        return CHALLENGE.read(typed_text(text), "challenge")


def read_group_pin(group: str) -> str:
    """Return the fingerprint that a person named a group by: as digits, by a file, or on stdin.

    Raises:
        UsageError: it is none of these.
    """
    from cosign.errors import CosignError, UsageError
    from cosign.letter_files import read_pin

    if group != STREAM:
        return read_pin(group)
    try:
        return read_pin(read_group(group))
    except CosignError as e:
        raise UsageError(e.message, hint=e.hint) from e
