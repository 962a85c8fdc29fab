"""A time stamp that travels with a published letter (docs/spec.md, "Time stamps").

It is the answer of a time stamp authority (RFC 3161) to a request over the trailer of the
file, whose digest covers everything before it. Stamps follow the trailer, so adding one
changes nothing that the organizer signed.

Not protected: anybody can add an answer, even a false one or one for another file.
:mod:`cosign.roles.verifier.time_stamps` checks it.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.wire.codecs import Bin
from cosign.wire.record import Record

ANSWER_LIMIT: Final = 2**16
"""Longest answer in bytes; they have one or several thousand, most of them certificates."""

STAMP_LIMIT: Final = 16
"""Most time stamps of a file."""


@dataclass(frozen=True, slots=True)
class TimeStamp(Record):
    """The answer of one authority.

    Attributes:
        answer: a TimeStampResp in DER, as the authority sent it.
    """

    LABEL: ClassVar[str] = labels.TIME_STAMP
    MAX_BYTES: ClassVar[int] = ANSWER_LIMIT + 50

    answer: Annotated[bytes, Bin(1, ANSWER_LIMIT)]
