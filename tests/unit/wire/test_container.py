"""The page with a letter: the block is found by its bytes, and all around it is hashed."""

import hashlib
import io
import string
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import CosignError, MalformedError, OtherFileError
from cosign.wire.armor import armor, armor_chunks
from cosign.wire.container import (
    AROUND_LIMIT,
    END,
    MARKER,
    open_published,
    page_digest,
    with_letter,
)
from cosign.wire.kinds import foreign_kind

PAGE: Final = (
    b"<!doctype html>\n<html><head><title>A page</title></head>\n<body>\n"
    + MARKER
    + END
    + b"\n<script>1</script>\n</body>\n</html>\n"
)
LETTER: Final = bytes(range(256)) * 9
ARMORED: Final = armor("published letter", LETTER)
WHOLE: Final = b"".join(with_letter(PAGE, [ARMORED]))


class Slow(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, raw: bytes, sizes: list[int]) -> None:
        self._raw, self._sizes, self._turn = raw, sizes, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        size = min(self._sizes[self._turn % len(self._sizes)], len(buffer))
        self._turn += 1
        piece, self._raw = self._raw[:size], self._raw[size:]
        buffer[: len(piece)] = piece
        return len(piece)


def content(raw: bytes) -> bytes:
    """Return what is in a file, in whatever form."""
    return open_published(io.BytesIO(raw))[0].read()


def digest(raw: bytes) -> bytes:
    """Return the digest of a page that has a letter."""
    stream, container = open_published(io.BytesIO(raw))
    stream.read()
    assert container
    return container.digest()


@given(st.binary(max_size=400), st.lists(st.integers(1, 90), min_size=1, max_size=9))
def test_any_letter_comes_out_as_it_went_in(letter: bytes, sizes: list[int]) -> None:
    """Whatever its bytes are and however few arrive at a time, also with other line ends."""
    chunks = [letter[:7], letter[7:8], b"", letter[8:]]
    page = b"".join(with_letter(PAGE, armor_chunks("published letter", chunks)))
    assert page == b"".join(with_letter(PAGE, [armor("published letter", letter)]))
    crlf = b"\xef\xbb\xbf" + page.replace(b"\n", b"\r\n")
    for raw in (page, crlf):
        stream, container = open_published(io.BufferedReader(Slow(raw, sizes)))
        assert stream.read() == letter
        assert container
        assert container.digest() == page_digest(PAGE) == hashlib.sha256(PAGE).digest()


def test_the_other_forms_are_still_read() -> None:
    for raw in (LETTER, ARMORED, b"", b"\xef\xbb\xbf  \r\n" + ARMORED):
        stream, container = open_published(io.BytesIO(raw))
        assert container is None
        assert stream.read() == (LETTER if raw else b"")


def test_an_armor_cannot_end_the_block() -> None:
    """Nothing in it opens or closes an element, whatever the author of a letter wrote."""
    hostile = b"</script><script>alert(1)</script>" + bytes(range(256)) * 3 + MARKER
    allowed = set(f"{string.ascii_letters}{string.digits}+/=- \n".encode())
    assert set(armor("published letter", hostile)) <= allowed
    assert content(b"".join(with_letter(PAGE, [armor("published letter", hostile)]))) == hostile


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace(MARKER + END, b""),
        PAGE + MARKER + END,
        WHOLE,
        PAGE.replace(MARKER + END, MARKER + b"\n" + END),
    ],
)
def test_a_letter_goes_into_one_empty_block_only(page: bytes) -> None:
    with pytest.raises(ValueError, match="exactly one empty block"):
        list(with_letter(page, [ARMORED]))


def changed(change: Callable[[bytes], bytes]) -> bytes:
    """Return the page with a letter after a change that has an effect."""
    raw = change(WHOLE)
    assert raw != WHOLE
    return raw


AROUND: Final = {
    "a word before it": changed(lambda raw: raw.replace(b"A page", b"A Page")),
    "a word after it": changed(lambda raw: raw.replace(b"<script>1", b"<script>2")),
    "something behind the page": WHOLE + b"\n",
    "something in front of it": b"<!-- saved -->" + WHOLE,
    "a comment around it": changed(
        lambda raw: raw.replace(MARKER, b"<!-- " + MARKER).replace(END, END + b" -->", 1)
    ),
    "a second end": changed(lambda raw: raw.replace(END, END + END, 1)),
    "a lone CR": changed(lambda raw: raw.replace(b"<body>\n", b"<body>\r")),
    "a CR more": changed(lambda raw: raw.replace(b"<body>\n", b"<body>\r\r\n")),
    "a second byte order mark": b"\xef\xbb\xbf" * 2 + WHOLE,
    "letters that are no ASCII": changed(lambda raw: raw.replace(b"A page", "Ä".encode())),
    "upper case": changed(lambda raw: raw.replace(b"<!doctype", b"<!DOCTYPE")),
}


@pytest.mark.parametrize("name", [name for name in AROUND if name != "a second byte order mark"])
def test_a_change_around_the_letter_changes_the_digest_alone(name: str) -> None:
    raw = AROUND[name]
    assert content(raw) == LETTER
    assert digest(raw) != page_digest(PAGE)


def test_two_byte_order_marks_are_no_page() -> None:
    """Browsers, too, take away one only."""
    assert open_published(io.BytesIO(AROUND["a second byte order mark"]))[1] is None


def test_what_browsers_do_not_tell_apart_is_one_page() -> None:
    """Line ends of mail and Windows, and a byte order mark; white space around the armor."""
    for raw in (
        WHOLE.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + WHOLE,
        WHOLE.replace(MARKER, MARKER + b" \r\n\r\n"),
        WHOLE.replace(b"-----\n" + END, b"----- \n\n\t" + END),
    ):
        assert content(raw) == LETTER
        assert digest(raw) == page_digest(PAGE)


PLACE: Final = WHOLE.index(MARKER) + len(MARKER)
REFUSED: Final[dict[str, tuple[bytes, type[CosignError], str]]] = {
    "two blocks": (WHOLE + MARKER + END, MalformedError, "holds more than one letter"),
    "two letters": (WHOLE + WHOLE, MalformedError, "holds more than one letter"),
    "an empty block before": (
        WHOLE.replace(MARKER, MARKER + END + MARKER),
        OtherFileError,
        "reads published letters, and holds none",
    ),
    "an empty block after": (
        WHOLE.replace(b"</body>", MARKER + END + b"</body>"),
        MalformedError,
        "holds more than one letter",
    ),
    "a second block in a comment": (
        WHOLE + b"<!--" + MARKER + END + b"-->",
        MalformedError,
        "holds more than one letter",
    ),
    "a block in the block": (
        WHOLE.replace(MARKER, MARKER + MARKER),
        MalformedError,
        "the letter in the page is damaged",
    ),
    "no letter": (PAGE, OtherFileError, "reads published letters, and holds none"),
    "blanks": (PAGE.replace(MARKER, MARKER + b" \r\n"), OtherFileError, "holds none"),
    "something else": (
        PAGE.replace(MARKER, MARKER + b"Dear all"),
        MalformedError,
        "the letter in the page is damaged",
    ),
    "words before the armor": (
        WHOLE.replace(MARKER, MARKER + b"Dear all"),
        MalformedError,
        "the letter in the page is damaged",
    ),
    "words behind the armor": (
        WHOLE.replace(b"LETTER-----\n" + END, b"LETTER-----\nDear all" + END),
        MalformedError,
        "something follows the END line of the armor",
    ),
    "a tag in the armor": (
        WHOLE[: PLACE + 99] + b"<b>" + WHOLE[PLACE + 99 :],
        MalformedError,
        "the letter in the page is damaged",
    ),
    "a blank in the end tag": (
        WHOLE.replace(END, b"</script >"),
        MalformedError,
        "the letter in the page is damaged",
    ),
    "an armor that is cut": (
        WHOLE.replace(b"-----END COSIGN PUBLISHED LETTER-----\n", b""),
        MalformedError,
        "the armor has no END line",
    ),
    "cut in the armor": (WHOLE[: PLACE + 500], MalformedError, "cut off inside its letter"),
    "cut in the end tag": (
        WHOLE[: WHOLE.index(END, PLACE) + 5],
        MalformedError,
        "the letter in the page is damaged",
    ),
    "cut before the armor": (
        WHOLE[: PLACE + 3],
        MalformedError,
        "the letter in the page is damaged",
    ),
    "UTF-16": (WHOLE.decode().encode("utf-16"), MalformedError, "the page is in UTF-16"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("size", [1, 7, 2**16])
def test_what_is_not_one_letter_in_one_block_is_refused(name: str, size: int) -> None:
    """In one sentence, and however the bytes arrive."""
    raw, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message) as caught:
        open_published(io.BufferedReader(Slow(raw, [size]), 64))[0].read()
    assert type(caught.value) is kind
    assert caught.value.hint


@pytest.mark.parametrize(
    "wrong",
    [
        MARKER.replace(b'"', b"'"),
        MARKER.replace(b"id", b"ID"),
        MARKER.replace(b" id", b"  id"),
        MARKER.replace(b"letter", b"Letter"),
        MARKER.replace(b"plain", b"html"),
        MARKER[:-1] + b" >",
        MARKER[1:],
    ],
)
def test_another_marker_is_none(wrong: bytes) -> None:
    """A page without a block is given as it begins, so that its reader can say what it is."""
    for raw in (WHOLE.replace(MARKER, wrong), b"<html>" + bytes(2000), WHOLE[: PLACE - 1]):
        stream, container = open_published(io.BytesIO(raw))
        start = stream.read()
        assert container is None
        assert raw.startswith(start)
        found = foreign_kind(start)
        assert found
        assert found.name == "a web page"


class Endless(io.RawIOBase):
    """Bytes, and then a gigabyte of zeros, of which it tells how many were read."""

    def __init__(self, start: bytes) -> None:
        self._start, self.taken = start, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        piece = self._start[: len(buffer)] or bytes(len(buffer))
        self._start = self._start[len(piece) :]
        size = len(piece) if self.taken < 2**30 else 0
        self.taken += size
        buffer[:size] = piece[:size]
        return size


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (b"<!doctype html>", None),
        (WHOLE[: PLACE + 100], "too long"),
        (WHOLE[:PLACE], "is damaged"),
        (WHOLE, "more than 16777216 bytes follow"),
    ],
)
def test_a_gigabyte_of_zeros_takes_little_memory_and_time(
    start: bytes, message: str | None
) -> None:
    """Instead of a page, of a block, or of the rest: the file is given up after 16 MiB."""
    endless = Endless(start)
    tracemalloc.start()
    try:
        if message:
            with pytest.raises(MalformedError, match=message):
                open_published(io.BufferedReader(endless))[0].read()
        else:
            assert open_published(io.BufferedReader(endless))[1] is None
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert endless.taken < AROUND_LIMIT + 2**18


class Piped(io.RawIOBase):
    """Chunks as a stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        while not self._left:
            more = next(self._chunks, None)
            if more is None:
                return 0
            self._left = more
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def test_a_large_letter_is_written_and_read_in_bounded_memory() -> None:
    """Four megabytes in half of one."""
    chunk = LETTER * 14
    page = with_letter(PAGE, armor_chunks("published letter", repeat(chunk, 128)))
    read = hashlib.sha256()
    tracemalloc.start()
    try:
        stream, _ = open_published(io.BufferedReader(Piped(page)))
        while piece := stream.read(10_000):
            read.update(piece)
        assert tracemalloc.get_traced_memory()[1] < 2**19
    finally:
        tracemalloc.stop()
    assert read.digest() == hashlib.sha256(chunk * 128).digest()


def test_a_page_is_judged_at_its_end_only() -> None:
    """What stands behind the letter counts too."""
    _stream, container = open_published(io.BytesIO(WHOLE))
    assert container is not None
    with pytest.raises(ValueError, match="not read to its end"):
        container.digest()
