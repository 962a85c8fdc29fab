"""A published letter inside a web page (docs/spec.md, "Page with a letter").

The page has one marked block, which holds the letter in its armor; it is empty in the page
that this package ships. The block is found by its bytes and not by the rules of HTML, so it
is found in the same way whatever stands around it, and readers in any language can do it::

    <script type="text/plain" id="letter">
    -----BEGIN COSIGN PUBLISHED LETTER-----
    ...
    -----END COSIGN PUBLISHED LETTER-----
    </script>

Armor has no ``<``, so the first one behind the marker begins the end of the block.

Not protected: what the page shows when it is opened. Only the letter is verified; the hash
of everything around it shows whether the page is one that this package ships.
"""

import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import BinaryIO, Final

from cosign.errors import MalformedError, OtherFileError
from cosign.text.files import wide_encoding
from cosign.wire.armor import BEGIN, open_armor
from cosign.wire.kinds import is_page

MARKER: Final = b'<script type="text/plain" id="letter">'
"""Begins the block; browsers that save a page write exactly these bytes again."""

END: Final = b"</script>"
"""Ends it."""

AROUND_LIMIT: Final = 2**24
"""Most bytes of a page before its letter, and as many after it."""

_HEAD_BYTES: Final = 512
"""How much of a file tells whether it is a page."""

_NOT_ASCII: Final = 0x80
_CHUNK_BYTES: Final = 2**16
_LEAD_BYTES: Final = 512
"""Most white space between the marker and the armor."""

_HINT: Final = "get the file again from where it was published"
_DAMAGED: Final = "the letter in the page is damaged"


def with_letter(page: bytes, armored: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks of a page with a letter in its block.

    Args:
        page: with an empty block.
        armored: the chunks of the letter in its armor, which ends with a line end.

    Raises:
        ValueError: the page does not have exactly one block, or it is not empty.
    """
    before, *others = page.split(MARKER)
    if len(others) != 1 or not others[0].startswith(END):
        raise ValueError("the page does not have exactly one empty block for a letter")
    yield before + MARKER + b"\n"
    yield from armored
    yield others[0]


def page_digest(page: bytes) -> bytes:
    """Return the hash of a page, as :meth:`Container.digest` does for one that was read."""
    around = _Around()
    around.update(page)
    return around.digest()


def open_published(stream: BinaryIO) -> "tuple[io.BufferedReader, Container | None]":
    """Open a published letter in any of its forms: in a page, armored, or in binary.

    Memory use does not grow with the letter.

    Args:
        stream: may be a pipe; it is read, and not closed.

    Returns:
        A stream of the binary form, and the page that it was in. Of a page without a block, the
        stream has the first bytes only, for the caller to say what the file is.

    Raises:
        OtherFileError: the block is empty.
        MalformedError: the page has several blocks or is cut off, or the armor is damaged; also
            while the stream is read.
    """
    head = b""
    while len(head) < _HEAD_BYTES and (more := stream.read(_HEAD_BYTES - len(head))):
        head += more
    if is_page(head):
        container = Container(head, stream)
        if not container.found:
            return open_armor(io.BytesIO(head)), None
        return open_armor(io.BufferedReader(container, _CHUNK_BYTES)), container
    if (name := wide_encoding(head)) and is_page(
        bytes(byte for byte in head if 0 < byte < _NOT_ASCII)
    ):
        raise MalformedError(f"the page is in {name}", hint="save it as UTF-8, then try again")
    return open_armor(stream, head), None


class Container(io.RawIOBase):
    """What stands in the block of a page, as a stream; everything around it is hashed.

    Args:
        head: the first bytes of the page.
        stream: the rest.

    Attributes:
        found: whether there is a block.

    Raises:
        OtherFileError: the block is empty.
        MalformedError: something else than an armor is in it.
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._rest = head
        self._stream = stream
        self._around = _Around()
        self._ended = False
        self.found = self._pass_marker()
        if self.found:
            self._check_lead()

    def readable(self) -> bool:
        """Return True, as streams do that can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        """Read the next bytes of the block into a buffer, and return their number.

        Raises:
            MalformedError: the block or the page is damaged, or there is a second block.
        """
        if self._ended:
            return 0
        self._rest = self._rest or self._stream.read(_CHUNK_BYTES)
        if not self._rest:
            raise MalformedError("the page is cut off inside its letter", hint=_HINT)
        size = self._rest.find(b"<", 0, len(buffer))
        if size == 0:
            self._end()
            return 0
        size = min(len(buffer), len(self._rest)) if size < 0 else size
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def digest(self) -> bytes:
        """Return the SHA-256 of the page with its block emptied, once all was read: 32 bytes.

        A byte order mark is left out and CRLF counts as LF: browsers do not tell these apart.

        Raises:
            ValueError: the stream was not read to its end.
        """
        if not self._ended:
            raise ValueError("the page was not read to its end")
        return self._around.digest()

    def _pass_marker(self) -> bool:
        """Hash what stands before the block and its marker, and return whether there is one."""
        seen = 0
        while (place := self._rest.find(MARKER)) < 0:
            seen += self._drop(len(self._rest) - len(MARKER) + 1)
            more = self._stream.read(_CHUNK_BYTES)
            if not more or seen > AROUND_LIMIT:
                return False
            self._rest += more
        self._drop(place + len(MARKER))
        return True

    def _drop(self, size: int) -> int:
        """Hash the next bytes, leave them behind, and return their number."""
        size = max(size, 0)
        self._around.update(self._rest[:size])
        self._rest = self._rest[size:]
        return size

    def _check_lead(self) -> None:
        """Check that the block begins with an armor."""
        self._read_ahead(_LEAD_BYTES + len(BEGIN))
        lead = self._rest.lstrip()
        if lead.startswith(END):
            raise OtherFileError(
                "this page reads published letters, and holds none",
                hint="open it in a browser, or give the letter instead",
            )
        if not lead.startswith(BEGIN):
            raise MalformedError(_DAMAGED, hint=_HINT)

    def _end(self) -> None:
        """Check the end of the block, and hash what follows it."""
        self._read_ahead(len(END))
        if not self._rest.startswith(END):
            raise MalformedError(_DAMAGED, hint=_HINT)
        seen = 0
        while self._rest:
            if MARKER in self._rest:
                raise MalformedError(
                    "the page holds more than one letter",
                    hint="its maker can show each reader another one; do not trust it",
                )
            more = self._stream.read(_CHUNK_BYTES)
            # What may be the beginning of a marker stays.
            seen += self._drop(len(self._rest) - len(MARKER) + 1 if more else len(self._rest))
            if seen > AROUND_LIMIT:
                raise MalformedError(
                    f"more than {AROUND_LIMIT} bytes follow the letter in the page", hint=_HINT
                )
            self._rest += more
        self._ended = True

    def _read_ahead(self, size: int) -> None:
        while len(self._rest) < size and (more := self._stream.read(_CHUNK_BYTES)):
            self._rest += more


class _Around:
    """The hash of a page that arrives in pieces, without byte order mark, and LF for CRLF."""

    def __init__(self) -> None:
        self._hash = sha256()
        self._held = b""
        self._started = False

    def update(self, piece: bytes) -> None:
        piece = self._held + piece
        if not self._started and len(piece) < len(BOM_UTF8):
            self._held = piece
            return
        if not self._started:
            piece, self._started = piece.removeprefix(BOM_UTF8), True
        self._held = b"\r" if piece.endswith(b"\r") else b""
        self._hash.update(piece.removesuffix(b"\r").replace(b"\r\n", b"\n"))

    def digest(self) -> bytes:
        whole = self._hash.copy()
        whole.update(self._held)
        return whole.digest()
