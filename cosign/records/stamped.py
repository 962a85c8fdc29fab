"""A record together with the stamp that pays for posting it (docs/spec.md, "Stamps").

A browser without scripts can hand in a file, but it cannot compute a stamp. So the
program that makes an envelope or a request puts both into one file, for one mailbox.

Not protected: the file shows which mailbox it is for, as does the envelope or request inside.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.records.enrolment import EnrolmentRequest
from cosign.records.envelope import Envelope
from cosign.records.limits import Identifier
from cosign.wire.codecs import Bin
from cosign.wire.record import Record

STAMP_BYTES: Final = 8
_CONTENT_LIMIT: Final = max(Envelope.MAX_BYTES, EnrolmentRequest.MAX_BYTES)


@dataclass(frozen=True, slots=True)
class StampedRecord(Record):
    """An envelope, enrolment request or key delivery that is ready to be posted.

    Attributes:
        address: of the mailbox, 32 bytes.
        stamp: for this record in this mailbox, 8 bytes.
        content: the exact bytes of the record.
    """

    LABEL: ClassVar[str] = labels.STAMPED_RECORD
    MAX_BYTES: ClassVar[int] = _CONTENT_LIMIT + 100

    address: Identifier
    stamp: Annotated[bytes, Bin(STAMP_BYTES)]
    content: Annotated[bytes, Bin(1, _CONTENT_LIMIT)]
