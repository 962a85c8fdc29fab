"""Canonical MessagePack (docs/spec.md, "Encoding").

- There are no maps, extensions or floats.
- Each value has one encoding: bytes that do not re-encode to themselves are refused.
- Arrays are read only where a codec expects one.

Only this module and :mod:`cosign.wire.record` import msgpack.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Final

import msgpack

from cosign.wire.codecs import Array, Codec, Optional, Row, Wire, bad_field

_LONG_BYTES: Final = 2**16 - 1
_LONG_BIN: Final = b"\xc6"
"""Starts a byte string that is longer than that; four bytes of length follow."""
_LONG_HEAD_BYTES: Final = 5
_FED_BYTES: Final = 2**16
"""How much of a long record the unpacker is handed at once."""
_NIL: Final = b"\xc0"
_ARRAY_LENGTHS: Final = {b"\xdc": 2, b"\xdd": 4}
"""How many bytes of length follow the first byte of an array of more than 15 entries."""

_SHORT_BYTES: Final = 16_384
_SHORT_ENTRIES: Final = 32
"""Arrays of at most so many entries are read at once in a record of at most so many bytes."""

_NESTING: Final = (Array, Row, Optional)
"""Codecs of which a value may be an array."""


def encode(values: Sequence[Wire]) -> bytes:
    """Encode an array of wire values; the inverse of :func:`decode`."""
    if any(map(_is_long, values)):
        return b"".join(_encoded(list(values)))  # msgpack would copy long bytes three times
    return bytes(msgpack.packb(list(values), use_bin_type=True))


def decode(raw: bytes, codec: Codec, where: str) -> Wire:
    """Return the one canonical value that ``raw`` encodes; codecs check its contents.

    In a long record an array is read only where the codec expects one, and its length is
    checked before its entries are read, so bytes that claim a huge array or nest deeply
    allocate nothing. In a short one they claim a few megabytes at most.

    Args:
        raw: the encoded value.
        codec: the expected shape.
        where: the name of the value in error messages.

    Raises:
        MalformedError: not MessagePack, trailing bytes, an array of another length, or an
            encoding that is not the canonical one.
    """
    if (values := _decode_short(raw, codec)) is not None:
        return values
    reader = _Reader(raw)
    try:
        values = _read(reader, codec, where)
        canonical = _is_canonical(values, raw)
    except msgpack.OutOfData:
        bad_field(where, "ends in the middle")
    except (ValueError, TypeError, OverflowError, msgpack.exceptions.UnpackException):
        bad_field(where, "not a canonical MessagePack value")
    if reader.place < len(raw):
        bad_field(where, "more than one MessagePack value")
    if not canonical:
        bad_field(where, "not the canonical encoding of its value")
    return values


def _is_canonical(values: Wire, raw: bytes) -> bool:
    """Return whether ``raw`` starts with the encoding of a value, without a copy of long bytes."""
    place = 0
    for part in _encoded(values):
        if not raw.startswith(part, place):
            return False
        place += len(part)
    return True


def _encoded(values: Wire) -> Iterator[bytes]:
    """Yield the encoding of a value in parts; long entries of an array are parts themselves."""
    if type(values) is not list:
        yield msgpack.packb(values, use_bin_type=True)
        return
    yield msgpack.Packer().pack_array_header(len(values))
    for value in values:
        if _is_long(value):
            yield _LONG_BIN + len(value).to_bytes(4, "big")
            yield value
        else:
            yield msgpack.packb(value, use_bin_type=True)


def _decode_short(raw: bytes, codec: Codec) -> list[Wire] | None:
    """Return the entries of a short record, or None if it has to be read value by value.

    Most records are short, and msgpack reads them at once in a tenth of the time. They are
    too short to claim much memory with what they nest, and the codecs of the entries refuse
    arrays of another shape.
    """
    if len(raw) > _SHORT_BYTES or not isinstance(codec, Row):
        return None
    try:
        values = msgpack.unpackb(
            raw, raw=False, max_array_len=_SHORT_ENTRIES, max_map_len=0, max_ext_len=0
        )
        canonical = msgpack.packb(values, use_bin_type=True)
    except (ValueError, TypeError, OverflowError, msgpack.exceptions.UnpackException):
        return None
    if canonical != raw or type(values) is not list or len(values) != len(codec.codecs):
        return None
    return values


def _is_long(value: Wire) -> bool:
    return type(value) is bytes and len(value) > _LONG_BYTES


class _Reader:
    """Reads the values of a record one after the other, and copies long bytes once only.

    Args:
        raw: the encoded record.

    Attributes:
        raw: the same.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._go_to(0)

    @property
    def place(self) -> int:
        """How many bytes are read."""
        return self._start + int(self._unpacker.tell())

    def value(self) -> Wire:
        """Return the next value, which may not be an array.

        Raises:
            OutOfData: the record ends before it does.
            ValueError: it claims more bytes than the record has, or is no such value.
        """
        if self.raw.startswith(_LONG_BIN, self.place):
            return self._long_bytes()
        while True:
            try:
                return self._unpacker.unpack()
            except msgpack.OutOfData:
                self._feed()

    def array_header(self) -> int:
        """Return the number of entries of the array that comes next.

        The unpacker refuses arrays, so that no other value can be one. The C form of
        ``Unpacker.read_array_header`` reads one all the same, its pure Python form does not.

        Raises:
            OutOfData: the record ends here.
            ValueError: something else comes next.
        """
        first = self._bytes(1)
        if b"\x90" <= first <= b"\x9f":
            return int(first[0] & 0x0F)
        if first not in _ARRAY_LENGTHS:
            raise ValueError("no array")
        return int.from_bytes(self._bytes(_ARRAY_LENGTHS[first]), "big")

    def _bytes(self, count: int) -> bytes:
        while self._fed - self.place < count:
            self._feed()
        return bytes(self._unpacker.read_bytes(count))

    def _long_bytes(self) -> bytes:
        first = self.place + _LONG_HEAD_BYTES
        size = int.from_bytes(self.raw[first - 4 : first], "big")
        if size > len(self.raw):
            raise ValueError("more bytes than the record has")
        if first + size > len(self.raw):
            raise msgpack.OutOfData
        self._go_to(first + size)
        return self.raw[first : first + size]

    def _go_to(self, place: int) -> None:
        self._start = self._fed = place
        self._unpacker = msgpack.Unpacker(
            raw=False,
            max_array_len=0,
            max_map_len=0,
            max_ext_len=0,
            max_buffer_size=len(self.raw) + 1,
        )

    def _feed(self) -> None:
        """Hand on the next bytes of the record, or raise ``OutOfData`` at its end."""
        piece = self.raw[self._fed : self._fed + _FED_BYTES]
        if not piece:
            raise msgpack.OutOfData
        self._unpacker.feed(piece)
        self._fed += len(piece)


def _read(reader: _Reader, codec: Codec, where: str) -> Wire:
    """Return the next value; an array is read only where the codec expects one."""
    while isinstance(codec, Optional) and not reader.raw.startswith(_NIL, reader.place):
        codec = codec.codec
    if not isinstance(codec, Array | Row):
        return reader.value()
    entries = reader.array_header()
    codec.check_length(entries, where)
    codecs = codec.codecs if isinstance(codec, Row) else repeat(codec.codec, entries)
    names = codec.names if isinstance(codec, Row) else ()
    return [
        _read(reader, c, names[i] if names else f"{where}[{i}]")
        if isinstance(c, _NESTING)
        else reader.value()
        for i, c in enumerate(codecs)
    ]
