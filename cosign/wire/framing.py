"""Frames: each record is preceded by its length (docs/spec.md, "Frames").

A frame is a length in four bytes, big-endian, and then as many bytes. Published
letters, the pages of a relay and its exports consist of frames.

Reading is strict: a frame that is cut off is an error, and its length is compared with
the longest record allowed there before that many bytes are read.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from cosign.errors import MalformedError

FRAME_LENGTH_BYTES: Final = 4


def frame(content: bytes) -> bytes:
    """Return the content with its length in front: ``FRAME_LENGTH_BYTES`` bytes more.

    >>> frame(b"abc").hex()
    '00000003616263'
    """
    return len(content).to_bytes(FRAME_LENGTH_BYTES, "big") + content


class FrameReader:
    """Reads frames, and the bytes around them, from a stream.

    Args:
        stream: binary; may be a pipe, which returns fewer bytes than asked for.
        name: what is read, for error messages.
        hint: what to do if it is cut off or damaged, for error messages.
    """

    def __init__(self, stream: BinaryIO, name: str, hint: str) -> None:
        self._stream, self._name, self._hint = stream, name, hint

    def frame(self, limit: int) -> bytes:
        """Read one frame of at most ``limit`` bytes and return its content.

        Raises:
            MalformedError: the frame is longer, or the stream ends within it.
        """
        return self._content(self.take(FRAME_LENGTH_BYTES), limit)

    def frames(self, limit: int) -> Iterator[bytes]:
        """Read frames of at most ``limit`` bytes each until the stream ends; yield the contents.

        Raises:
            MalformedError: a frame is longer, or the stream ends within one.
        """
        while start := self._stream.read(FRAME_LENGTH_BYTES):
            yield self._content(start + self.take(FRAME_LENGTH_BYTES - len(start)), limit)

    def take(self, size: int) -> bytes:
        """Read exactly ``size`` bytes.

        Raises:
            MalformedError: the stream ends earlier.
        """
        raw = self._stream.read(size)
        while len(raw) < size and (more := self._stream.read(size - len(raw))):
            raw += more
        if len(raw) != size:
            raise MalformedError(f"{self._name} ends in the middle", hint=self._hint)
        return raw

    def ends(self) -> bool:
        """Return whether the stream has ended; if it has not, one byte of it is consumed."""
        return not self._stream.read(1)

    def _content(self, length: bytes, limit: int) -> bytes:
        size = int.from_bytes(length, "big")
        if size > limit:
            raise MalformedError(f"a record of {size} bytes is too long", hint=self._hint)
        return self.take(size)
