"""Canonical MessagePack, strict both ways (docs/spec.md, "Encoding").

Rules of the format:

- a record is an array ``[label, field, ...]``; no maps, extensions or floats;
- one value has one encoding: what does not re-encode to itself is refused;
- every field has a codec with a cap, and a record has one for all its bytes,
  checked before anything is parsed; arrays stand only where a codec has them;
- text is NFC and holds nothing that moves a cursor or reverses a line.

A record is a frozen, slotted dataclass whose annotations carry the codecs::

    @dataclass(frozen=True, slots=True)
    class Pair(Record):
        LABEL: ClassVar[str] = "cosign/pair/1"
        MAX_BYTES: ClassVar[int] = 100
        key: Annotated[bytes, Bin(32)]
        name: Annotated[str, Text(40)]

This is the only module that imports msgpack. Decoding says that bytes are
well-formed, never that they are true: only ``verify_*`` functions do that.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, NoReturn, Protocol, Self, get_type_hints

import msgpack

from cosign.errors import MalformedError, MismatchError, VersionError
from cosign.secret import Secret
from cosign.text import text_fault

_LABEL: Final = re.compile(r"cosign/[a-z-]{1,40}/[0-9]{1,6}")
_START_BYTES: Final = 64  # more than an array header and the longest label take
_NIL: Final = b"\xc0"

UINT_LIMIT: Final = 2**63
"""Integers are unsigned and below this bound."""

Wire = Any  # what msgpack reads and writes: None, bool, int, bytes, str or a list of these


def encode(values: Sequence[Wire]) -> bytes:
    """Encode an array of wire values; the inverse of :func:`decode`."""
    return bytes(msgpack.packb(list(values), use_bin_type=True))


def decode(raw: bytes, codec: "Codec", where: str) -> Wire:
    """Decode one canonical value that fills ``raw``; codecs check what is in it.

    An array is read where the codec has one, its length before its entries: so bytes that
    claim much, or are nested deeply, allocate nothing.

    Args:
        raw: the encoded value.
        codec: gives the value's shape.
        where: what an error calls the value.

    Raises:
        MalformedError: not MessagePack, trailing bytes, arrays of another shape, or an
            encoding that is not the canonical one.
    """
    reader = msgpack.Unpacker(
        raw=False, max_array_len=0, max_map_len=0, max_ext_len=0, max_buffer_size=len(raw) + 1
    )
    reader.feed(raw)
    try:
        values = _read(reader, raw, codec, where)
        ended = reader.tell()
        del reader  # and its copy of the bytes
        canonical = msgpack.packb(values, use_bin_type=True)
    except (ValueError, TypeError, OverflowError, msgpack.exceptions.UnpackException) as e:
        _bad(where, f"not a canonical MessagePack value ({e.__class__.__name__})")
    if ended < len(raw):
        _bad(where, "not only one MessagePack value")
    if canonical != raw:
        _bad(where, "a second encoding of the same value")
    return values


def _read(reader: msgpack.Unpacker, raw: bytes, codec: "Codec", where: str) -> Wire:
    """Read the next value: an array only where the codec has one."""
    while isinstance(codec, Optional) and not raw.startswith(_NIL, reader.tell()):
        codec = codec.codec
    match codec:
        case Array(entry):
            entries = reader.read_array_header()
            codec.check_length(entries, where)
            return [_read(reader, raw, entry, f"{where}[{i}]") for i in range(entries)]
        case Row(codecs):
            codec.check_length(reader.read_array_header(), where)
            return [_read(reader, raw, c, f"{where}[{i}]") for i, c in enumerate(codecs)]
    return reader.unpack()


def _bad(where: str, what: str) -> NoReturn:
    msg = f"{where}: {what}"
    raise MalformedError(msg, hint="the file is damaged or was made by a faulty program")


class Codec(Protocol):
    """How one field is checked when read and shaped when written."""

    def read(self, wire: Wire, where: str) -> Any:
        """Give the field's value, or raise :class:`MalformedError` that names ``where``."""

    def write(self, value: Any) -> Wire:
        """Give the wire value; the inverse of :meth:`read`."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Bytes of exactly ``size``, or of at least ``size`` and at most ``limit`` bytes."""

    size: int
    limit: int | None = None

    def read(self, wire: Wire, where: str) -> bytes:
        """See :class:`Codec`."""
        if type(wire) is not bytes:
            _bad(where, "not a byte string")
        if not self.size <= len(wire) <= (self.size if self.limit is None else self.limit):
            _bad(where, f"{len(wire)} bytes are out of bounds")
        return wire

    def write(self, value: bytes) -> Wire:
        """See :class:`Codec`."""
        return value


@dataclass(frozen=True, slots=True)
class SecretBin:
    """Like :class:`Bin`, read into a :class:`~cosign.secret.Secret`."""

    size: int
    limit: int | None = None

    def read(self, wire: Wire, where: str) -> Secret:
        """See :class:`Codec`."""
        return Secret(Bin(self.size, self.limit).read(wire, where))

    def write(self, value: Secret) -> Wire:
        """See :class:`Codec`."""
        return value.reveal()


@dataclass(frozen=True, slots=True)
class UInt:
    """An integer of at least ``least`` and at most ``most``."""

    most: int = UINT_LIMIT - 1
    least: int = 0

    def read(self, wire: Wire, where: str) -> int:
        """See :class:`Codec`."""
        if type(wire) is not int:
            _bad(where, "not an unsigned integer")
        if not self.least <= wire <= self.most:
            _bad(where, f"not within {self.least} to {self.most}")
        return wire

    def write(self, value: int) -> Wire:
        """See :class:`Codec`."""
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most ``limit`` bytes of UTF-8; of one line unless ``multiline``."""

    limit: int
    least: int = 0
    multiline: bool = False

    def read(self, wire: Wire, where: str) -> str:
        """See :class:`Codec`."""
        if type(wire) is not str:
            _bad(where, "not text")
        if not self.least <= len(wire.encode(errors="surrogatepass")) <= self.limit:
            _bad(where, f"not within {self.least} to {self.limit} bytes")
        fault = text_fault(wire, multiline=self.multiline)
        if fault:
            _bad(where, fault)
        return wire

    def write(self, value: str) -> Wire:
        """See :class:`Codec`."""
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few fixed words."""

    words: tuple[str, ...]

    def read(self, wire: Wire, where: str) -> str:
        """See :class:`Codec`."""
        if type(wire) is not str or wire not in self.words:
            _bad(where, f"not one of {', '.join(self.words)}")
        return wire

    def write(self, value: str) -> Wire:
        """See :class:`Codec`."""
        return value


@dataclass(frozen=True, slots=True)
class Optional:
    """A value of ``codec``, or nil for None."""

    codec: Codec

    def read(self, wire: Wire, where: str) -> Any:
        """See :class:`Codec`."""
        return None if wire is None else self.codec.read(wire, where)

    def write(self, value: Any) -> Wire:
        """See :class:`Codec`."""
        return None if value is None else self.codec.write(value)


@dataclass(frozen=True, slots=True)
class Array:
    """A tuple of ``least`` to ``most`` values of one codec."""

    codec: Codec
    most: int
    least: int = 0

    def read(self, wire: Wire, where: str) -> tuple[Any, ...]:
        """See :class:`Codec`."""
        if type(wire) is not list:
            _bad(where, "not an array")
        self.check_length(len(wire), where)
        return tuple(self.codec.read(w, f"{where}[{i}]") for i, w in enumerate(wire))

    def write(self, value: tuple[Any, ...]) -> Wire:
        """See :class:`Codec`."""
        return [self.codec.write(v) for v in value]

    def check_length(self, entries: int, where: str) -> None:
        """Raise :class:`MalformedError` unless an array of so many may stand here."""
        if not self.least <= entries <= self.most:
            _bad(where, f"{entries} entries, not within {self.least} to {self.most}")


def _plain(*values: Any) -> tuple[Any, ...]:
    return values


@dataclass(frozen=True, slots=True)
class Row:
    """A named tuple ``into``, or a plain one: an array with one codec for each place."""

    codecs: tuple[Codec, ...]
    into: Callable[..., Any] = _plain

    def read(self, wire: Wire, where: str) -> Any:
        """See :class:`Codec`."""
        if type(wire) is not list:
            _bad(where, "not an array")
        self.check_length(len(wire), where)
        pairs = zip(self.codecs, wire, strict=True)
        return self.into(*[c.read(w, f"{where}[{i}]") for i, (c, w) in enumerate(pairs)])

    def write(self, value: tuple[Any, ...]) -> Wire:
        """See :class:`Codec`."""
        return [c.write(v) for c, v in zip(self.codecs, value, strict=True)]

    def check_length(self, entries: int, where: str) -> None:
        """Raise :class:`MalformedError` unless an array of so many may stand here."""
        if entries != len(self.codecs):
            _bad(where, f"{entries} entries instead of {len(self.codecs)}")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A record inside a record: a byte string of its exact bytes."""

    record: type["Record"]

    def read(self, wire: Wire, where: str) -> "Record":
        """See :class:`Codec`."""
        return self.record.from_bytes(Bin(0, self.record.MAX_BYTES).read(wire, where))

    def write(self, value: "Record") -> Wire:
        """See :class:`Codec`."""
        return value.to_bytes()


@dataclass(frozen=True, slots=True)
class Record:
    """Base of every record: one label, a cap in bytes, and a codec a field."""

    LABEL: ClassVar[str] = ""
    MAX_BYTES: ClassVar[int] = 0

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Check what spans fields; raise :class:`MalformedError`. Overridden where needed."""

    def to_bytes(self) -> bytes:
        """Encode; the inverse of :meth:`from_bytes`.

        Raises:
            MalformedError: a field holds what :meth:`from_bytes` would refuse.
        """
        wire = []
        for name, codec in _layout(type(self)):
            wire.append(codec.write(getattr(self, name)))
            codec.read(wire[-1], name)
        raw = encode([self.LABEL, *wire])
        self._check_size(raw)
        return raw

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Decode ``raw``: a well-formed but unverified record.

        Raises:
            MalformedError: not the one encoding of a record of this type.
            VersionError: the same kind of record of another version.
            MismatchError: a record of another kind.
        """
        cls._check_size(raw)
        layout, start, shape = _outline(cls)
        if not raw.startswith(start):
            _check_label(raw, cls.LABEL)
        _label, *wire = decode(raw, shape, name_of(cls.LABEL))
        pairs = zip(layout, wire, strict=True)
        return cls(*[c.read(w, name) for (name, c), w in pairs])

    @classmethod
    def _check_size(cls, raw: bytes) -> None:
        if len(raw) > cls.MAX_BYTES:
            msg = f"{len(raw)} bytes are more than a {name_of(cls.LABEL)} can have"
            raise MalformedError(msg, hint="this is not the file you meant")


_Layout = tuple[tuple[str, Codec], ...]
_outlines: dict[Any, tuple[_Layout, bytes, Row]] = {}


def _layout(cls: type[Record]) -> _Layout:
    """Give a record type's fields with their codecs."""
    return _outline(cls)[0]


def _outline(cls: type[Record]) -> tuple[_Layout, bytes, Row]:
    """Give a type's fields, its first bytes, and the shape of it all, its label first; once."""
    if cls not in _outlines:
        hints = get_type_hints(cls, include_extras=True)
        layout = tuple((f.name, hints[f.name].__metadata__[0]) for f in fields(cls))
        codecs = [codec for _, codec in layout]
        start = encode([cls.LABEL, *[None] * len(codecs)])[: -len(codecs)]  # nil is one byte
        _outlines[cls] = layout, start, Row((Choice((cls.LABEL,)), *codecs))
    return _outlines[cls]


def name_of(label: str) -> str:
    """Give a record's name for people: ``enrolment request`` for its label."""
    return label.split("/")[1].replace("-", " ")


def label_of(raw: bytes) -> str:
    """Give the label that opens an encoded record, reading nothing else.

    Raises:
        MalformedError: ``raw`` does not start like a record.
    """
    unpacker = msgpack.Unpacker(raw=False, max_buffer_size=_START_BYTES)
    unpacker.feed(raw[:_START_BYTES])
    try:
        unpacker.read_array_header()
        label = unpacker.unpack()
    except (ValueError, msgpack.exceptions.UnpackException):
        label = None
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        msg = "not a record of this tool"
        raise MalformedError(msg, hint="it is damaged, not ours, or has text around BEGIN and END")
    return label


def _check_label(raw: bytes, expected: str) -> None:
    label = label_of(raw)
    if label == expected:
        return
    wanted = name_of(expected)
    if name_of(label) == wanted:
        msg = f"a {wanted} of version {label.rsplit('/', 1)[1]!r}, this program reads version 1"
        raise VersionError(msg, hint="use the version of the program that made it")
    article = "an" if wanted[0] in "aeio" else "a"
    msg = f"this is a {name_of(label)!r}, not {article} {wanted}"
    raise MismatchError(msg, hint="the files may have been given in the wrong order")
