"""Binary records as text that survives a chat or a mail (docs/spec.md, "Armor").

``-----BEGIN COSIGN <RECORD>-----``, base64 lines of at most 64 characters, and
the matching END line. Reading accepts either form, tolerates CRLF and white
space around lines, and nothing else. Armor protects nothing: integrity comes
from the record inside.
"""

import base64
import binascii
import io
from typing import BinaryIO, Final

from cosign.errors import MalformedError

BEGIN: Final = b"-----BEGIN COSIGN "
END: Final = b"-----END COSIGN "
_DASHES: Final = b"-----"
_LINE_BYTES: Final = 48
"""Bytes in one line: 64 characters of base64 (RFC 7468, section 2)."""
_LONGEST_LINE: Final = 256
_PROBE_BYTES: Final = 1024
"""Where an armor has to begin, after white space."""
_HINT: Final = "copy the whole block, from its BEGIN line to its END line"


def armor(name: str, raw: bytes) -> bytes:
    """Wrap ``raw`` in the armor of the record ``name``, such as ``"round"``."""
    title = name.upper().encode("ascii")
    lines = [
        base64.b64encode(raw[i : i + _LINE_BYTES]) + b"\n" for i in range(0, len(raw), _LINE_BYTES)
    ]
    return b"".join(
        [BEGIN, title, _DASHES, b"\n", *lines, END, title, _DASHES, b"\n"],
    )


def armored_bytes(size: int) -> int:
    """Give the most bytes that an armor of ``size`` bytes takes, with CRLF and long names."""
    lines = size // _LINE_BYTES + 1
    return lines * (4 * _LINE_BYTES // 3 + 2) + 4 * _LONGEST_LINE


def dearmor(raw: bytes) -> bytes:
    """Give the bytes inside an armor, or ``raw`` itself if it has none.

    Raises:
        MalformedError: an armor that is cut, damaged or followed by something.
    """
    return open_armor(io.BytesIO(raw)).read()


def open_armor(stream: BinaryIO) -> BinaryIO:
    """Give a stream of binary bytes, whether ``stream`` is armored or not.

    Memory use is constant, so a published letter of any size can be armored.
    Reads may raise :class:`MalformedError`, as :func:`dearmor` does.
    """
    head = b""
    while len(head) < _PROBE_BYTES and (more := stream.read(_PROBE_BYTES - len(head))):
        head += more
    buffered = io.BufferedReader(_Raw(head, stream))
    return io.BufferedReader(_Armored(buffered)) if head.lstrip().startswith(BEGIN) else buffered


class _Raw(io.RawIOBase):
    """The bytes that were read already, then any binary stream; closes nothing."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer io passes
        chunk = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Armored(io.RawIOBase):
    """The decoded content of an armored stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pending = b""
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
            self._pending = self._decode(self._line())
        size = min(len(buffer), len(self._pending))
        buffer[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        return size

    def _line(self) -> bytes:
        line = self._stream.readline(_LONGEST_LINE)
        if not line:
            raise MalformedError("the armor has no END line", hint=_HINT)
        if len(line) == _LONGEST_LINE:
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
