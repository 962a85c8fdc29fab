"""Binary records as text that survives a chat or a mail (docs/spec.md, "Armor").

``-----BEGIN COSIGN <RECORD>-----``, base64 lines of at most 64 characters, and
the matching END line. Readers accept the binary and the armored form. In an armor they
tolerate a byte order mark, CRLF or CR, and white space around lines, and no other
variation.

Not protected: armor has no checksum; the record inside is what detects changes.
"""

import base64
import binascii
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cosign.errors import MalformedError
from cosign.text.files import wide_encoding

BEGIN: Final = b"-----BEGIN COSIGN "
END: Final = b"-----END COSIGN "
_DASHES: Final = b"-----"
_LINE_BYTES: Final = 48
"""Bytes in one line: 64 characters of base64 (RFC 7468, section 2)."""
_FULL_LINE: Final = 4 * _LINE_BYTES // 3 + 1
"""Length of a line that :func:`armor` fills, with its LF."""
_CHUNK_BYTES: Final = 2**14
"""How much is read at once."""
_LONGEST_LINE: Final = 254
"""Most bytes in a line, without its end."""
_PROBE_BYTES: Final = 1024
"""Bytes searched for the start of an armor, which white space may precede."""
_RECORD_STARTS: Final = frozenset(bytes([0x90 + entries]) for entries in range(16))
"""First bytes of a record, which is a short array in MessagePack; no text begins with them."""
_HINT: Final = "copy the whole block, from its BEGIN line to its END line"


def armor(name: str, raw: bytes) -> bytes:
    """Return ``raw`` in the armor of the record ``name``, such as ``"round"``.

    The result has at most :func:`armored_bytes` of its length, in bytes.
    """
    return b"".join(armor_chunks(name, [raw]))


def armor_chunks(name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the armor of bytes that arrive in chunks, in memory that does not grow with them."""
    title = name.upper().encode("ascii")
    yield BEGIN + title + _DASHES + b"\n"
    left = b""
    for chunk in chunks:
        left += chunk
        whole = len(left) - len(left) % _LINE_BYTES
        yield _lines(left[:whole])
        left = left[whole:]
    yield _lines(left)
    yield END + title + _DASHES + b"\n"


def _lines(raw: bytes) -> bytes:
    return b"".join(
        binascii.b2a_base64(raw[i : i + _LINE_BYTES]) for i in range(0, len(raw), _LINE_BYTES)
    )


def armored_bytes(size: int) -> int:
    """Return the greatest length in bytes of an armor for ``size`` bytes, even with CRLF."""
    lines = size // _LINE_BYTES + 1
    return lines * (4 * _LINE_BYTES // 3 + 2) + 4 * (_LONGEST_LINE + 2)


def dearmor(raw: bytes) -> bytes:
    """Return the bytes inside an armor, or ``raw`` itself if it is not armored.

    Raises:
        MalformedError: the armor is cut off or damaged, or something follows it.
    """
    if raw[:1] in _RECORD_STARTS:
        return raw
    return open_armor(io.BytesIO(raw)).read()


def open_armor(stream: BinaryIO, head: bytes = b"") -> io.BufferedReader:
    """Return a stream of the binary record, whether ``stream`` is armored or not.

    Memory use does not grow with the record, so a published letter of any size can be
    armored. Reading may raise :class:`MalformedError`, as :func:`dearmor` does.

    Args:
        stream: may be a pipe; it is not closed.
        head: what was read from it already, at most 1,024 bytes.
    """
    while len(head) < _PROBE_BYTES and (more := stream.read(_PROBE_BYTES - len(head))):
        head += more
    if (name := wide_encoding(head)) and _narrow(head).lstrip().startswith(BEGIN):
        raise MalformedError(f"the armor is in {name}", hint="save it as UTF-8, then try again")
    bare = head.removeprefix(BOM_UTF8)
    if bare.lstrip().startswith(BEGIN):
        lines = io.BufferedReader(_Raw(bare, stream, lines=True), _CHUNK_BYTES)
        return io.BufferedReader(_Armored(lines), _CHUNK_BYTES)
    return io.BufferedReader(_Raw(head, stream))


def _narrow(head: bytes) -> bytes:
    """Return what is ASCII in the first bytes of UTF-16 or UTF-32."""
    return bytes(byte for byte in head if byte and byte < 0x80)  # noqa: PLR2004  # the end of ASCII


class _Raw(io.RawIOBase):
    """The bytes that were read already, then the rest of a stream, which is not closed.

    Args:
        head: what was read.
        stream: the rest.
        lines: whether line ends become LF. A CRLF that arrives in two pieces becomes two of
            them: a line end and an empty line, which an armor may have anywhere.
    """

    def __init__(self, head: bytes, stream: BinaryIO, *, lines: bool = False) -> None:
        self._head = head
        self._stream = stream
        self._lines = lines

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        chunk = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(buffer) :]
        if self._lines:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Armored(io.RawIOBase):
    """The decoded content of an armored stream."""

    def __init__(self, stream: "io.BufferedReader[_Raw]") -> None:
        self._stream = stream
        self._pending = b""
        self._one_by_one = 0
        self._ended = False
        first = self._line()
        while not first:
            first = self._line()
        self._title = first[len(BEGIN) :]
        if not first.startswith(BEGIN) or not self._title.endswith(_DASHES):
            raise MalformedError("the BEGIN line of the armor is damaged", hint=_HINT)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        while not self._pending and not self._ended:
            self._pending = self._full_lines() or self._decode(self._line())
        size = min(len(buffer), len(self._pending))
        buffer[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        return size

    def _full_lines(self) -> bytes:
        """Decode the lines that are ahead and look as :func:`armor` writes them, all at once.

        Returns none where a line looks otherwise: as many lines are then read one by one, with
        all checks, so that none is decoded more than twice.
        """
        if self._one_by_one:
            self._one_by_one -= 1
            return b""
        ahead = self._stream.peek(_FULL_LINE)
        count = len(ahead) // _FULL_LINE
        size, self._one_by_one = count * _FULL_LINE, count
        text = ahead[:size].replace(b"\n", b"")
        if ahead[_FULL_LINE - 1 : size : _FULL_LINE] != b"\n" * count:
            return b""
        try:
            chunk = base64.b64decode(text, validate=True)
        except binascii.Error:
            return b""
        if len(chunk) != count * _LINE_BYTES or base64.b64encode(chunk) != text:
            return b""
        self._stream.read(size)
        self._one_by_one = 0
        return chunk

    def _line(self) -> bytes:
        line = self._stream.readline(_LONGEST_LINE + 1)
        if not line:
            raise MalformedError("the armor has no END line", hint=_HINT)
        if len(line.removesuffix(b"\n")) > _LONGEST_LINE:
            raise MalformedError("a line of the armor is too long", hint=_HINT)
        return line.strip()

    def _decode(self, line: bytes) -> bytes:
        if line.startswith(_DASHES):
            if line != END + self._title:
                raise MalformedError("the END line does not match the BEGIN line", hint=_HINT)
            while rest := self._stream.readline(_LONGEST_LINE):
                if rest.strip():
                    raise MalformedError("something follows the END line of the armor", hint=_HINT)
            self._ended = True
            return b""
        try:
            chunk = base64.b64decode(line, validate=True)
        except binascii.Error as e:
            raise MalformedError("a line of the armor is not base64", hint=_HINT) from e
        if base64.b64encode(chunk) != line:
            raise MalformedError("a line of the armor is not canonical base64", hint=_HINT)
        return chunk
