"""One value has one encoding: longer heads, at every depth of every record."""

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from cosign.errors import MalformedError
from cosign.records.round import Round
from cosign.records.secrets import MemberState
from cosign.wire.codecs import Array, Choice, Codec, Optional, Row
from cosign.wire.record import Embedded, Record, layout_of
from tests.reject.test_records import Case, accepted, each_case
from tests.support.wire import pack, unpack


def heads(value: Any) -> list[bytes]:
    """Return every head that MessagePack has for a value's type and length, shortest first."""
    match value:
        case bytes():
            kinds, size = [(b"\xc4", ">B"), (b"\xc5", ">H"), (b"\xc6", ">I")], len(value)
        case str():
            kinds, size = [(b"\xd9", ">B"), (b"\xda", ">H"), (b"\xdb", ">I")], len(value.encode())
        case list():
            kinds, size = [(b"\xdc", ">H"), (b"\xdd", ">I")], len(value)
        case bool() | None:
            return []
        case int():
            unsigned = [(b"\xcc", ">B"), (b"\xcd", ">H"), (b"\xce", ">I"), (b"\xcf", ">Q")]
            signed = [(b"\xd0", ">b"), (b"\xd1", ">h"), (b"\xd2", ">i"), (b"\xd3", ">q")]
            kinds, size = unsigned + signed, value
        case _:
            raise TypeError(value)
    return [mark + struct.pack(form, size) for mark, form in kinds if _fits(size, form)]


def _fits(size: int, form: str) -> bool:
    bits: int = 8 * struct.calcsize(form) - form[-1].islower()
    return size >> bits == 0


def content(value: Any) -> bytes:
    """Return what follows a value's head."""
    match value:
        case bytes():
            return value
        case str():
            return value.encode()
        case list():
            return b"".join(map(pack, value))
        case _:
            return b""


def longer(codec: Codec, value: Any, where: str) -> Iterator[tuple[str, bytes]]:
    """Encode a value in every way but the right one, each time with one head exchanged.

    Args:
        codec: shows which byte strings are records.
        value: as msgpack reads it.
        where: place in the record, for people.
    """
    right = pack(value)
    for head in heads(value):
        if (second := head + content(value)) != right:
            yield f"{where} {head[:1].hex()}", second
    while isinstance(codec, Optional):
        codec = codec.codec
    match codec:
        case Embedded(record):
            yield from ((at, pack(inner)) for at, inner in whole(record, value, where))
        case Array(entry):
            yield from _entries([entry] * len(value), value, where)
        case Row(codecs):
            yield from _entries(list(codecs), value, where)


def _entries(codecs: list[Codec], values: list[Any], where: str) -> Iterator[tuple[str, bytes]]:
    start = pack(values)[: -len(content(values)) or None]
    parts = list(map(pack, values))
    for i, (codec, value) in enumerate(zip(codecs, values, strict=True)):
        for at, second in longer(codec, value, f"{where}[{i}]"):
            yield at, start + b"".join([*parts[:i], second, *parts[i + 1 :]])


def whole(record: type[Record], raw: bytes, where: str) -> Iterator[tuple[str, bytes]]:
    """Yield the second encodings of a record, with those of the records in it."""
    shape = Row((Choice((record.LABEL,)), *(codec for _, codec in layout_of(record))))
    yield from longer(shape, unpack(raw), f"{where}{record.__name__}")


@each_case
def test_a_second_encoding_is_refused(case: Case) -> None:
    """The same value with a longer head does not decode, at any depth and in inner records."""
    raw = accepted(case).record.to_bytes()
    found = dict(whole(case.record, raw, ""))
    assert len(found) >= 2 * len(unpack(raw))
    for at, mutant in found.items():
        assert mutant != raw, at
        with pytest.raises(MalformedError):
            case.record.from_bytes(mutant)


def test_every_kind_of_head_is_tried_at_every_depth() -> None:
    """Integers, lengths of each type, entries of arrays, and the label of an inner record."""
    assert [h.hex() for h in heads(5)] == [
        *("cc05", "cd0005", "ce00000005", "cf0000000000000005"),
        *("d005", "d10005", "d200000005", "d30000000000000005"),
    ]
    assert [h[:1].hex() for h in heads(200)] == ["cc", "cd", "ce", "cf", "d1", "d2", "d3"]
    assert [h.hex() for h in heads(b"ab")] == ["c402", "c50002", "c600000002"]
    assert [h.hex() for h in heads("ab")] == ["d902", "da0002", "db00000002"]
    assert [h.hex() for h in heads([1])] == ["dc0001", "dd00000001"]
    depths = {at.split(" ")[0] for case in tried() for at in case}
    for at in ("MemberState[3][0][4][0][1]", "Round[1]RoundTerms[8][0]Trustee[0]"):
        assert at in depths


def tried() -> Iterator[dict[str, bytes]]:
    """Yield the second encodings of two deep records."""
    for record in (MemberState, Round):
        case = Case(record.__name__, record)
        yield dict(whole(record, accepted(case).record.to_bytes(), ""))
