"""Frames: a length of four bytes, then the record."""

import io
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.wire.framing import FRAME_LENGTH_BYTES, FrameReader, frame

CONTENTS: Final = (b"", b"a", bytes(300))
RAW: Final = b"".join(map(frame, CONTENTS))


class Pipe(io.RawIOBase):
    """A stream that returns one byte a call, and counts them."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self.taken = raw, 0

    def read(self, size: int = -1, /) -> bytes:
        found = self._raw[self.taken : self.taken + min(size, 1)]
        self.taken += len(found)
        return found


def reader(stream: io.RawIOBase | io.BytesIO) -> FrameReader:
    """Read from a stream as if from a file."""
    return FrameReader(stream, "the file", "get it again")  # type: ignore[arg-type]  # it has read()


@given(st.lists(st.binary(max_size=40)))
def test_frames_come_back(contents: list[bytes]) -> None:
    """What was framed is read again, in its order."""
    raw = b"".join(map(frame, contents))
    assert list(reader(io.BytesIO(raw)).frames(40)) == contents


def test_a_slow_stream_is_read_to_its_end() -> None:
    """A pipe that returns less than was asked for cuts no frame."""
    assert list(reader(Pipe(RAW)).frames(300)) == list(CONTENTS)
    slow = reader(Pipe(RAW))
    assert [slow.frame(300) for _ in CONTENTS] == list(CONTENTS)
    assert slow.ends()


@pytest.mark.parametrize("end", range(len(RAW)))
def test_a_cut_frame_is_an_error(end: int) -> None:
    """Every cut that does not fall between two frames is noticed."""
    whole = [0, 4, 9]
    frames = reader(io.BytesIO(RAW[:end])).frames(300)
    if end in whole:
        assert list(frames) == list(CONTENTS[: whole.index(end)])
        return
    with pytest.raises(MalformedError, match=r"^the file ends in the middle$") as caught:
        list(frames)
    assert caught.value.hint == "get it again"


@pytest.mark.parametrize("size", [4, 2**32 - 1])
def test_nothing_of_a_long_frame_is_read(size: int) -> None:
    """A length above the limit is an error before anything of that length is read."""
    reads: list[Callable[[FrameReader], bytes]] = [
        lambda r: r.frame(3),
        lambda r: next(r.frames(3)),
    ]
    for read in reads:
        pipe = Pipe(size.to_bytes(FRAME_LENGTH_BYTES, "big") + bytes(10))
        with pytest.raises(MalformedError, match=f"{size} bytes is too long"):
            read(reader(pipe))
        assert pipe.taken == FRAME_LENGTH_BYTES


def test_a_frame_of_the_limit_is_read() -> None:
    """The limit itself is allowed."""
    assert reader(io.BytesIO(frame(b"abc"))).frame(3) == b"abc"


def test_something_follows() -> None:
    """A stream has ended when nothing can be read."""
    assert reader(io.BytesIO(b"")).ends()
    assert not reader(io.BytesIO(b"\0")).ends()
