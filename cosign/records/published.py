"""The published letter: a file that anybody can check offline (docs/spec.md, "Published letter").

It is a magic line, followed by frames (:mod:`cosign.wire.framing`)::

    magic | header | cosignature ... cosignature | trailer | time stamp ... time stamp

Cosignatures ascend by tag, and those with the same tag by their bytes. So the file does
not show the order in which they arrived. A member's records follow each other, so a
verifier counts distinct members in one pass without remembering earlier ones. The trailer
has the number of records, a running hash of everything before it, and the organizer's
signature on both, so a file that was cut off or changed is noticed. Time stamps, if there
are any, follow the trailer, because they cover it.

Not protected: the opening summary is the organizer's word.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, BinaryIO, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import CosignError, MalformedError, OtherFileError, VerificationError
from cosign.primitives import ed25519
from cosign.primitives.hashing import RunningHash
from cosign.records.limits import MEMBER_LIMIT, Digest, Signature
from cosign.records.open_cosignature import COSIGNATURE_LIMIT
from cosign.records.round import Round
from cosign.records.time_stamp import STAMP_LIMIT, TimeStamp
from cosign.wire.codecs import Row, UInt
from cosign.wire.framing import FrameReader, frame
from cosign.wire.record import Embedded, Record

MAGIC: Final = b"COSIGNED LETTER\n"
"""The first 16 bytes of every published letter."""

JOINT_MAGIC: Final = b"JOINT COSIGNED LETTER\n"
"""The first 22 bytes of every joint letter, which holds several published ones."""

RECORD_LIMIT: Final = 4 * MEMBER_LIMIT
"""Largest number of records in a file: for each member two cosignatures that contradict
each other, and as many withdrawals."""

_HINT: Final = "the file is cut off or damaged; get it again from where it was published"


class OpeningSummary(NamedTuple):
    """What the organizer says about the envelopes; nobody else can check it.

    Attributes:
        received: envelopes of this round.
        unreadable: envelopes for which no t shares gave the right key, or which did not
            contain a cosignature.
        invalid: cosignatures whose proof is false, or whose key no honest program makes.
        duplicates: cosignatures beyond the first by the same key, and withdrawals likewise.
        withdrawn: keys that withdrew before publication, whether or not they had signed.
    """

    received: int
    unreadable: int
    invalid: int
    duplicates: int
    withdrawn: int


_SUMMARY: Final = Row((UInt(RECORD_LIMIT),) * len(OpeningSummary._fields), OpeningSummary)


@dataclass(frozen=True, slots=True)
class PublishedHeader(Record):
    """The first frame.

    Attributes:
        round: the whole round, with all enrolment statements that the organizer has.
        opening: what the organizer says about the envelopes.
    """

    LABEL: ClassVar[str] = labels.PUBLISHED_LETTER
    MAX_BYTES: ClassVar[int] = Round.MAX_BYTES + 100

    round: Annotated[Round, Embedded(Round)]
    opening: Annotated[OpeningSummary, _SUMMARY]


@dataclass(frozen=True, slots=True)
class PublishedTrailer(Record):
    """The frame after the last record.

    Attributes:
        count: the number of records between header and trailer.
        digest: running hash of the magic line, the header and those records, with the
            lengths of their frames; 64 bytes.
        signature: by the organizer, over round_id, count and digest.
    """

    LABEL: ClassVar[str] = labels.PUBLISHED_TRAILER
    MAX_BYTES: ClassVar[int] = 250

    count: Annotated[int, UInt(RECORD_LIMIT)]
    digest: Digest
    signature: Signature


_TRAILER_START: Final = PublishedTrailer(0, bytes(64), bytes(64)).to_bytes()[
    1 : 2 + len(labels.PUBLISHED_TRAILER)
]
"""The bytes of a trailer after its array header: the label with its length."""


def trailer_parts(round_id: bytes, count: int, digest: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the parts that the organizer signs in a trailer."""
    return round_id, count.to_bytes(8, "big"), digest


def sort_key(raw: bytes, tag: bytes) -> tuple[bytes, bytes]:
    """Return the key by which records ascend: first the tag, then the bytes of the record."""
    return tag, raw


def write_published(
    header: PublishedHeader, records: Iterable[bytes], organizer: ed25519.SigningKey
) -> Iterator[bytes]:
    """Yield the chunks of a published file.

    Args:
        header: the first frame.
        records: encoded cosignatures, ascending by :func:`sort_key`.
        organizer: the secret key of the round's ``organizer_key``.

    Raises:
        ValueError: ``organizer`` is another key.
    """
    if organizer.public_key != header.round.terms.organizer_key:
        raise ValueError("only the round's organizer signs its published letter")
    running = RunningHash(labels.PUBLISHED_HASH)
    count = 0
    start = MAGIC + frame(header.to_bytes())
    running.update(start)
    yield start
    for raw in records:
        count += 1
        chunk = frame(raw)
        running.update(chunk)
        yield chunk
    digest = running.digest()
    parts = trailer_parts(header.round.terms.round_id, count, digest)
    signature = organizer.sign(labels.PUBLISHED_SIGNATURE, *parts)
    yield frame(PublishedTrailer(count, digest, signature).to_bytes())


def other_file(magic: bytes) -> MalformedError:
    """Return the error for a file that begins with other bytes.

    Args:
        magic: its first 16 bytes.
    """
    if JOINT_MAGIC.startswith(magic):
        return OtherFileError(
            "this is a joint letter, with the letters of several groups",
            hint="take one of them: cosign-letter joint split FILE -o FOLDER writes each by itself",
        )
    return MalformedError("not a published letter", hint="this is not the file you meant")


class PublishedReader:
    """Reads a published file once, from beginning to end, in constant memory.

    Attributes:
        header: the first frame.
        trailer: the trailer, once :meth:`records` has ended.
        stamps: the time stamps behind it, ascending by their bytes; nothing of them is
            checked.

    Args:
        stream: binary, not armored; may be a pipe.

    Raises:
        MalformedError: not a published letter, or the header is not well-formed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._frames = FrameReader(stream, "the file", _HINT)
        self._running = RunningHash(labels.PUBLISHED_HASH)
        self._count = 0
        magic = self._frames.take(len(MAGIC))
        if magic != MAGIC:
            raise other_file(magic)
        header = self._frames.frame(PublishedHeader.MAX_BYTES)
        self._running.update(MAGIC + frame(header))
        self.header = PublishedHeader.from_bytes(header)
        self.trailer: PublishedTrailer | None = None
        self.stamps: tuple[TimeStamp, ...] = ()

    def records(self) -> Iterator[bytes]:
        """Yield the bytes of each record between header and trailer.

        Raises:
            MalformedError: a frame is cut off or too long, or something other than time
                stamps follows the trailer.
            VerificationError: the trailer's count, hash or signature does not fit.
        """
        while True:
            raw = self._frames.frame(COSIGNATURE_LIMIT)
            if raw.startswith(_TRAILER_START, 1):
                self._end(PublishedTrailer.from_bytes(raw), self._running.digest())
                return
            self._running.update(frame(raw))
            self._count += 1
            if self._count > RECORD_LIMIT:
                raise MalformedError(f"the file has more than {RECORD_LIMIT} records")
            yield raw

    def _end(self, trailer: PublishedTrailer, digest: bytes) -> None:
        stamps = self._stamps()
        if (trailer.count, trailer.digest) != (self._count, digest):
            raise VerificationError(
                "the file does not have the content that its trailer states", hint=_HINT
            )
        terms = self.header.round.terms
        parts = trailer_parts(terms.round_id, trailer.count, trailer.digest)
        key, label = terms.organizer_key, labels.PUBLISHED_SIGNATURE
        if not ed25519.is_valid_signature(key, trailer.signature, label, *parts):
            raise VerificationError("the file is not signed by the round's organizer", hint=_HINT)
        self.trailer, self.stamps = trailer, stamps

    def _stamps(self) -> tuple[TimeStamp, ...]:
        """Read what follows the trailer."""
        raws: list[bytes] = []
        for raw in self._frames.frames(TimeStamp.MAX_BYTES):
            if len(raws) == STAMP_LIMIT or raws[-1:] >= [raw]:
                raise MalformedError("the time stamps are too many or out of order", hint=_HINT)
            raws.append(raw)
        try:
            return tuple(map(TimeStamp.from_bytes, raws))
        except CosignError as e:
            message = "something other than time stamps follows the trailer of the file"
            raise MalformedError(message, hint=_HINT) from e
