"""The codecs of fields: which values a field can have (docs/spec.md, "Encoding").

Every codec limits the length of its value. Text is in NFC and has no characters that move the
cursor or reverse a line. :mod:`cosign.wire.encoding` turns values into bytes and back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol

from cosign.errors import MalformedError
from cosign.secret import Secret
from cosign.wire.text import text_fault

DAMAGED: Final = "the file is damaged or was made by a faulty program"
"""The hint of an error about a field; wrong where a person has just typed the field."""

UINT_LIMIT: Final = 2**63
"""Integers are unsigned and below this bound."""

Wire = Any  # what msgpack reads and writes: None, bool, int, bytes, str or a list of these


def bad_field(where: str, what: str) -> NoReturn:
    """Raise a :class:`MalformedError` that names a field and what is wrong with it."""
    msg = f"{where}: {what}"
    raise MalformedError(msg, hint=DAMAGED)


class Codec(Protocol):
    """Converts one field from and to its wire value, and checks it when reading."""

    def read(self, wire: Wire, where: str) -> Any:
        """Return the field's value, or raise a :class:`MalformedError` that names ``where``."""

    def write(self, value: Any) -> Wire:
        """Return the wire value; the inverse of :meth:`read`."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Exactly ``size`` bytes, or ``size`` to ``limit`` bytes if there is a limit."""

    size: int
    limit: int | None = None

    def read(self, wire: Wire, where: str) -> bytes:
        """See :class:`Codec`."""
        if type(wire) is not bytes:
            bad_field(where, "not a byte string")
        if not self.size <= len(wire) <= (self.size if self.limit is None else self.limit):
            bad_field(where, f"{len(wire)} bytes are out of bounds")
        return wire

    def write(self, value: bytes) -> Wire:
        """See :class:`Codec`."""
        return value


@dataclass(frozen=True, slots=True)
class SecretBin:
    """Like :class:`Bin`, but the value is a :class:`~cosign.secret.Secret`."""

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
    """An integer from ``least`` to ``most``."""

    most: int = UINT_LIMIT - 1
    least: int = 0

    def read(self, wire: Wire, where: str) -> int:
        """See :class:`Codec`."""
        if type(wire) is not int:
            bad_field(where, "not an unsigned integer")
        if not self.least <= wire <= self.most:
            bad_field(where, f"not within {self.least} to {self.most}")
        return wire

    def write(self, value: int) -> Wire:
        """See :class:`Codec`."""
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """Text of ``least`` to ``limit`` bytes of UTF-8; a single line unless ``multiline``."""

    limit: int
    least: int = 0
    multiline: bool = False

    def read(self, wire: Wire, where: str) -> str:
        """See :class:`Codec`."""
        if type(wire) is not str:
            bad_field(where, "not text")
        if not self.least <= len(wire.encode(errors="surrogatepass")) <= self.limit:
            bad_field(where, f"not within {self.least} to {self.limit} bytes")
        fault = text_fault(wire, multiline=self.multiline)
        if fault:
            bad_field(where, fault)
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
            bad_field(where, f"not one of {', '.join(self.words)}")
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
            bad_field(where, "not an array")
        self.check_length(len(wire), where)
        try:
            return tuple([self.codec.read(w, where) for w in wire])
        except MalformedError:  # again, to name the entry: names of all would take longer
            return tuple(self.codec.read(w, f"{where}[{i}]") for i, w in enumerate(wire))

    def write(self, value: tuple[Any, ...]) -> Wire:
        """See :class:`Codec`."""
        return [self.codec.write(v) for v in value]

    def check_length(self, entries: int, where: str) -> None:
        """Raise :class:`MalformedError` unless an array of ``entries`` entries is allowed here."""
        if not self.least <= entries <= self.most:
            bad_field(where, f"{entries} entries, not within {self.least} to {self.most}")


def _plain(*values: Any) -> tuple[Any, ...]:
    return values


@dataclass(frozen=True, slots=True)
class Row:
    """An array with one codec for each entry, read into the named tuple ``into`` or a tuple.

    Errors call the entries by their ``names``, or by their places if there are none.
    """

    codecs: tuple[Codec, ...]
    into: Callable[..., Any] = _plain
    names: tuple[str, ...] = ()

    def read(self, wire: Wire, where: str) -> Any:
        """See :class:`Codec`."""
        if type(wire) is not list:
            bad_field(where, "not an array")
        self.check_length(len(wire), where)
        pairs = zip(self.codecs, wire, strict=True)
        return self.into(*[c.read(w, f"{where}[{i}]") for i, (c, w) in enumerate(pairs)])

    def write(self, value: tuple[Any, ...]) -> Wire:
        """See :class:`Codec`."""
        return [c.write(v) for c, v in zip(self.codecs, value, strict=True)]

    def check_length(self, entries: int, where: str) -> None:
        """Raise :class:`MalformedError` unless an array of ``entries`` entries is allowed here."""
        if entries != len(self.codecs):
            bad_field(where, f"{entries} entries instead of {len(self.codecs)}")
