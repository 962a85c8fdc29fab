"""Records: a label and fields, strict both ways (docs/spec.md, "Encoding").

A record is an array ``[label, field, ...]`` in the encoding of :mod:`cosign.wire.encoding`.
Every field has a codec that limits its length, and a record has a limit for all its bytes,
which is checked before they are parsed.

In Python a record is a frozen, slotted dataclass. Each field is annotated with its codec::

    @dataclass(frozen=True, slots=True)
    class Pair(Record):
        LABEL: ClassVar[str] = "cosign/pair/1"
        MAX_BYTES: ClassVar[int] = 100
        key: Annotated[bytes, Bin(32)]
        name: Annotated[str, Text(40)]

Only this module and :mod:`cosign.wire.encoding` import msgpack.

Not protected: a decoded record is well-formed, but nothing in it is verified; only
``verify_*`` functions do that.
"""

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, NamedTuple, Self, get_type_hints

import msgpack

from cosign.errors import MalformedError, MismatchError, VersionError
from cosign.wire.codecs import Bin, Choice, Codec, Row, Wire
from cosign.wire.encoding import decode, encode
from cosign.wire.kinds import START_BYTES, foreign_kind
from cosign.words import a

_LABEL: Final = re.compile(r"cosign/[a-z-]{1,40}/[0-9]{1,6}")

_START_BYTES: Final = 64  # longer than an array header and the longest label


@dataclass(frozen=True, slots=True)
class Embedded:
    """A record inside a record, as a byte string of its exact bytes."""

    record: type["Record"]

    def read(self, wire: Wire, where: str) -> "Record":
        """See :class:`Codec`."""
        return self.record.from_bytes(Bin(0, self.record.MAX_BYTES).read(wire, where))

    def write(self, value: "Record") -> Wire:
        """See :class:`Codec`."""
        return value.to_bytes()


@dataclass(frozen=True, slots=True)
class Record:
    """Base of every record: it has a label, a limit in bytes, and a codec for each field."""

    LABEL: ClassVar[str] = ""
    MAX_BYTES: ClassVar[int] = 0

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Check rules that involve several fields; raise :class:`MalformedError`."""

    def to_bytes(self) -> bytes:
        """Return the encoded record, at most ``MAX_BYTES`` bytes.

        The inverse of :meth:`from_bytes`.

        Raises:
            MalformedError: a field has a value that :meth:`from_bytes` would refuse.
        """
        wire = []
        for name, codec in layout_of(type(self)):
            wire.append(codec.write(getattr(self, name)))
            codec.read(wire[-1], name)
        raw = encode([self.LABEL, *wire])
        self._check_size(raw)
        return raw

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return the record that ``raw`` encodes: well-formed, but unverified.

        Raises:
            MalformedError: not the one encoding of a record of this type.
            VersionError: the same kind of record of another version.
            MismatchError: a record of another kind.
        """
        cls._check_size(raw)
        outline = _outline(cls)
        if not raw.startswith(outline.start):
            _check_label(raw, cls.LABEL)
        _label, *wire = decode(raw, outline.shape, outline.name)
        pairs = zip(outline.layout, wire, strict=True)
        return cls(*[c.read(w, name) for (name, c), w in pairs])

    @classmethod
    def _check_size(cls, raw: bytes) -> None:
        if len(raw) > cls.MAX_BYTES:
            msg = f"{len(raw)} bytes are more than {a(name_of(cls.LABEL))} can have"
            raise MalformedError(msg, hint="this is not the file you meant")


_Layout = tuple[tuple[str, Codec], ...]


class _Outline(NamedTuple):
    """What is derived from a record type once.

    Attributes:
        layout: its fields with their codecs.
        start: its first bytes: an array header and the label.
        shape: all of it, its label first.
        name: what errors call it.
    """

    layout: _Layout
    start: bytes
    shape: Row
    name: str


def layout_of(cls: type[Record]) -> _Layout:
    """Return a record type's fields with their codecs."""
    return _outline(cls).layout


_outlines: dict[Any, _Outline] = {}


def _outline(cls: type[Record]) -> _Outline:
    if cls not in _outlines:
        hints = get_type_hints(cls, include_extras=True)
        layout = tuple((f.name, hints[f.name].__metadata__[0]) for f in fields(cls))
        codecs = [codec for _, codec in layout]
        start = encode([cls.LABEL, *[None] * len(codecs)])[: -len(codecs)]  # nil is one byte
        names = tuple(name for name, _ in layout)
        shape = Row((Choice((cls.LABEL,)), *codecs), names=("label", *names))
        _outlines[cls] = _Outline(layout, start, shape, name_of(cls.LABEL))
    return _outlines[cls]


def name_of(label: str) -> str:
    """Return the readable name of a record, such as ``enrolment request``, from its label."""
    return label.split("/")[1].replace("-", " ")


def label_of(raw: bytes) -> str:
    """Return the label at the start of an encoded record; nothing else is read.

    Raises:
        MalformedError: ``raw`` does not start with a label.
    """
    unpacker = msgpack.Unpacker(raw=False, max_buffer_size=_START_BYTES)
    unpacker.feed(raw[:_START_BYTES])
    try:
        unpacker.read_array_header()
        label = unpacker.unpack()
    except (ValueError, msgpack.exceptions.UnpackException):
        label = None
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        kind = foreign_kind(raw[:START_BYTES])
        msg = "not a record of this tool" + (f", but {kind.name}" if kind else "")
        raise MalformedError(msg, hint=kind.hint if kind else "it is damaged, or not ours")
    return label


def _check_label(raw: bytes, expected: str) -> None:
    label = label_of(raw)
    if label == expected:
        return
    wanted = name_of(expected)
    if name_of(label) == wanted:
        msg = f"a {wanted} of version {label.rsplit('/', 1)[1]!r}, this program reads version 1"
        raise VersionError(msg, hint="use the version of the program that made it")
    msg = f"this is {a(name_of(label))}, not {a(wanted)}"
    raise MismatchError(msg, hint="give the file that is needed here")
