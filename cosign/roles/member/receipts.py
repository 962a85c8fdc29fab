"""Finding one cosignature in a published letter by its tag (docs/spec.md, "Finding one's own").

The tag is enough; the key that made it may be forgotten. A receipt is a tag in a form
that people can write down.

Not protected: people who see a member's receipt know which cosignature is theirs.
"""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Executor
from typing import Final, NamedTuple

from cosign.errors import MissingError, VerificationError
from cosign.primitives.codes import decode_code, encode_code
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import MembershipVerifier
from cosign.records.credential import Credential, uses_of_key
from cosign.records.open_cosignature import PublicName, cosignature_from_bytes
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.roles.shared.counting import Checked, Checks, check_records

TAG_BYTES: Final = 32
"""Length of a tag, in either kind of group."""
_PROGRESS_STEP: Final = 1_000
RECEIPT_PREFIX: Final = "cosign-receipt-"


class Found(NamedTuple):
    """What a published letter has under the tags of one member.

    Attributes:
        signed: whether there is a valid cosignature.
        withdrawn: whether there is a valid withdrawal; then the cosignature does not count.
        statement: of the cosignature; empty where there are several that differ.
        name: that the file shows beside it; None if it is anonymous there, or names differ.
        conflict: whether there are several statements or names; the file has all of them, and
            where they are of one tag, a report shows none.
        key: 32 bytes, the listed key that stands beside the name; None in a registered group,
            and where there is no name.
    """

    signed: bool
    withdrawn: bool
    statement: str
    name: PublicName | None = None
    conflict: bool = False
    key: bytes | None = None

    @property
    def included(self) -> bool:
        """Whether the cosignature counts."""
        return self.signed and not self.withdrawn


def encode_receipt(tag: bytes) -> str:
    """Return a tag, 32 bytes, as a code that people can write down."""
    return encode_code(tag, RECEIPT_PREFIX)


def decode_receipt(text: str) -> bytes:
    """Return the tag, 32 bytes, of a receipt that a person typed.

    Raises:
        UsageError: mistyped, or another kind of code.
    """
    return decode_code(text, TAG_BYTES, RECEIPT_PREFIX)


def own_tags(credentials: Iterable[Credential], round_: VerifiedRound) -> set[bytes]:
    """Return the tags, 32 bytes each, under which a home can have signed in a round.

    In a registered group they are those of the round's slot, whose key signs in one round.

    Args:
        credentials: of the home.
        round_: of the letter.

    Raises:
        MissingError: the home has no record of a signature in the round.
    """
    tags = {use.tag for held in credentials for use in uses_of_key(held, round_)}
    if not tags:
        raise MissingError(
            "this home has no record of a signature in the round",
            hint="use the home that you signed with, or give the receipt with --receipt",
        )
    return tags


def find(
    tags: Collection[bytes],
    round_: VerifiedRound,
    reader: PublishedReader,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Found:
    """Look for the cosignatures and withdrawals of one member in a published letter.

    The whole file is read and its trailer checked. The proofs of these records are
    verified, those of the others are not.

    Args:
        tags: of the member, 32 bytes each; usually one.
        round_: of the file, verified.
        reader: of the file, at its first record.
        executor: for the keys of a large roster; in this thread if None.
        progress: told how many records are read, and how many keys of a large roster are done.

    Raises:
        MalformedError: the file is cut or damaged.
        VerificationError: the file was changed, or is not signed by its organizer.
    """
    verifier = round_.membership_verifier(executor, progress)
    mine = (raw for raw in _read(reader, progress) if _tag(raw, verifier) in tags)
    answers = check_records(mine, Checks(verifier, round_.round_id), executor, progress)
    checked = [answer for _raw, answer in answers if isinstance(answer, Checked)]
    signed = [c for c in checked if c.action == "cosign"]
    statements = {c.statement for c in signed}
    names = {c.name for c in signed if c.name}
    shown = next((c for c in signed if c.name), None)
    conflict = len(statements) > 1 or len(names) > 1
    statement = "" if conflict or not statements else statements.pop()
    name, key = (None, None) if conflict or not shown else (shown.name, shown.key)
    return Found(bool(signed), len(signed) < len(checked), statement, name, conflict, key)


def require_counted(found: Found) -> None:
    """Check that the cosignature counts.

    Raises:
        VerificationError: it was withdrawn, or is not in the file.
    """
    if found.withdrawn:
        raise VerificationError(
            "your cosignature was withdrawn and does not count",
            hint="if you did not withdraw it, someone else has your key",
        )
    if not found.signed:
        raise VerificationError(
            "your cosignature is not in this file",
            hint="it was withdrawn before publication, arrived late, or the organizer left it out",
        )


def _read(reader: PublishedReader, progress: Progress) -> Iterator[bytes]:
    for number, raw in enumerate(reader.records()):
        if number % _PROGRESS_STEP == 0:
            progress(number, max(number, reader.header.opening.received))
        yield raw


def _tag(raw: bytes, verifier: MembershipVerifier) -> bytes:
    return verifier.tag(cosignature_from_bytes(raw).proof)
