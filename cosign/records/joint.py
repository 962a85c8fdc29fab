"""The joint letter: published letters of several groups in one file (docs/spec.md, "Joint letter").

It is a magic line, a header in a frame, and the published files end to end, each with its
exact bytes::

    magic | header | published file ... published file

The header says how long each file is. Nothing signs the whole: each part is verified by
itself, so organizers join their letters without trusting each other, and the parts can be
taken out again as they were.

Not protected: anybody can leave a part out or add one. What the parts have to do with each
other is checked in :mod:`cosign.roles.shared.joining`.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, BinaryIO, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.records.campaign import GROUP_LIMIT, LEAST_GROUPS, Campaign
from cosign.records.published import JOINT_MAGIC
from cosign.wire.codecs import Array, Bin, Row, UInt
from cosign.wire.framing import FrameReader, frame
from cosign.wire.record import Embedded, Record

CAMPAIGN_LIMIT: Final = 16
"""Most campaigns in a joint letter."""

LENGTH_LIMIT: Final = 2**48
"""Longest part, in bytes."""

_CHUNK_BYTES: Final = 2**16
_HINT: Final = "the file is cut off or damaged; get it again from where it was published"


class PartRow(NamedTuple):
    """What the header says about a part.

    Attributes:
        round_id: 32 bytes, of the published file.
        length: of the published file, in bytes.
    """

    round_id: bytes
    length: int


_PART: Final = Row((Bin(IDENTIFIER_BYTES), UInt(LENGTH_LIMIT)), PartRow)


@dataclass(frozen=True, slots=True)
class JointHeader(Record):
    """The only frame of the file itself.

    Attributes:
        campaigns: strictly ascending by their bytes.
        parts: in the order of the file, strictly ascending by round_id.
    """

    LABEL: ClassVar[str] = labels.JOINT_LETTER
    MAX_BYTES: ClassVar[int] = 100 + CAMPAIGN_LIMIT * (Campaign.MAX_BYTES + 3) + GROUP_LIMIT * 50

    campaigns: Annotated[tuple[Campaign, ...], Array(Embedded(Campaign), CAMPAIGN_LIMIT)]
    parts: Annotated[tuple[PartRow, ...], Array(_PART, GROUP_LIMIT, least=LEAST_GROUPS)]

    def check(self) -> None:
        """Check the order of campaigns and parts, so that none is there twice."""
        raws = [campaign.to_bytes() for campaign in self.campaigns]
        if any(a >= b for a, b in pairwise(raws)):
            raise MalformedError("the campaigns of a joint letter do not ascend")
        if any(a.round_id >= b.round_id for a, b in pairwise(self.parts)):
            raise MalformedError(
                "the rounds of a joint letter do not ascend, or one is there twice", hint=_HINT
            )


def joint_chunks(header: JointHeader, parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """Yield the chunks of a joint letter.

    Args:
        header: of the parts.
        parts: the chunks of each published file, in the header's order.

    Raises:
        MalformedError: a file has another length than the header says.
        ValueError: there are more or fewer files.
    """
    yield JOINT_MAGIC + frame(header.to_bytes())
    for row, chunks in zip(header.parts, parts, strict=True):
        left = row.length
        for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
        if left:
            raise MalformedError("a letter changed while it was read", hint="run the command again")


class JointReader:
    """Reads a joint letter once, from beginning to end, in constant memory.

    Attributes:
        header: the first frame; nothing in it is verified.

    Args:
        stream: binary, not armored; may be a pipe.

    Raises:
        MalformedError: not a joint letter, or the header is not well-formed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._frames = FrameReader(stream, "the file", _HINT)
        if self._frames.take(len(JOINT_MAGIC)) != JOINT_MAGIC:
            raise MalformedError("not a joint letter", hint="this is not the file you meant")
        self.header = JointHeader.from_bytes(self._frames.frame(JointHeader.MAX_BYTES))

    def parts(self) -> Iterator[tuple[bytes, io.BufferedReader]]:
        """Yield each part: its round_id, and a stream of its published file alone.

        What a caller leaves of a part is passed over before the next one is yielded.

        Raises:
            MalformedError: the file ends within a part, also while that is read, or something
                follows the last part.
        """
        for row in self.header.parts:
            part: io.BufferedReader = io.BufferedReader(
                _Part(self._stream, row.length), _CHUNK_BYTES
            )
            yield row.round_id, part
            while part.read(_CHUNK_BYTES):
                pass
        if not self._frames.ends():
            raise MalformedError("something follows the last letter of the file", hint=_HINT)


class _Part(io.RawIOBase):
    """A stream of the next bytes of another one, exactly so many; the other one stays open."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream, self._left = stream, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        chunk = self._stream.read(min(len(buffer), self._left))
        if self._left and not chunk:
            raise MalformedError("the file ends in the middle", hint=_HINT)
        self._left -= len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)
