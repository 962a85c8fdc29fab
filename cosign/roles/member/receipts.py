"""Finding one cosignature in a published letter by its tag (docs/spec.md, "Finding one's own").

A tag is all it takes: the key that made it may be forgotten. A receipt is a tag
in a form that people can write down.

Not protected: whoever has a member's receipt knows which cosignature is theirs.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from cosign.errors import MissingError, VerificationError
from cosign.primitives.codes import decode_code, encode_code
from cosign.proofs.interface import MembershipVerifier
from cosign.records.cosignature import Cosignature
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.records.secrets import Use
from cosign.roles.shared.counting import Checked, Checks, check_records

TAG_BYTES: Final = 32
RECEIPT_PREFIX: Final = "cosign-receipt-"


class Found(NamedTuple):
    """What a published file holds under a tag.

    Attributes:
        signed: whether a valid cosignature is there.
        withdrawn: whether a valid withdrawal is there, which outranks it.
        statement: what the cosignature says; empty if it says several things.
    """

    signed: bool
    withdrawn: bool
    statement: str

    @property
    def included(self) -> bool:
        """Whether the cosignature counts."""
        return self.signed and not self.withdrawn


def encode_receipt(tag: bytes) -> str:
    """Write a tag of 32 bytes as a code for people."""
    return encode_code(tag, RECEIPT_PREFIX)


def decode_receipt(text: str) -> bytes:
    """Read a receipt that somebody typed.

    Raises:
        UsageError: mistyped, or another kind of code.
    """
    return decode_code(text, TAG_BYTES, RECEIPT_PREFIX)


def own_tags(uses: Collection[Use], round_: VerifiedRound) -> set[bytes]:
    """Give the tags under which a home spoke in a round.

    Raises:
        MissingError: it did not, or forgot.
    """
    tags = {use.tag for use in uses if use.round_id == round_.round_id}
    if not tags:
        raise MissingError(
            "this home remembers no signature in the round",
            hint="use the home that you signed with, or give the receipt with --receipt",
        )
    return tags


def find(tags: Collection[bytes], round_: VerifiedRound, reader: PublishedReader) -> Found:
    """Look for tags in a whole published file, whose trailer is checked too.

    Only the records under these tags are verified, not the letter.

    Args:
        tags: of one member, usually one.
        round_: the file's, verified.
        reader: at its first record.

    Raises:
        MalformedError, VerificationError: the file is cut or changed.
    """
    verifier = round_.membership_verifier()
    mine = (raw for raw in reader.records() if _tag(raw, verifier) in tags)
    answers = check_records(mine, Checks(verifier, round_.round_id))
    checked = [answer for _raw, answer in answers if isinstance(answer, Checked)]
    signed = [c for c in checked if c.action == "cosign"]
    statements = {c.statement for c in signed}
    statement = statements.pop() if len(statements) == 1 else ""
    return Found(bool(signed), len(signed) < len(checked), statement)


def require_counted(found: Found) -> None:
    """Check that a cosignature counts.

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


def _tag(raw: bytes, verifier: MembershipVerifier) -> bytes:
    return verifier.tag(Cosignature.from_bytes(raw).proof)
