"""Every field of every record at its caps and one beyond.

Caps are those of the tables in docs/spec.md, which another test holds against the code.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from cosign import encoding
from cosign.encoding import Codec
from cosign.errors import MalformedError
from tests.reject.test_records import Case, accepted, each_case, with_field
from tests.support.wire import unpack

LARGEST = 2**24
"""Caps above this are not filled; the cap of the whole record is lower or the same there."""

Limits = Iterator[tuple[str, Any, bool]]


def limits(codec: Codec, wire: Any) -> Limits:
    """Give wire values at a codec's caps and one beyond, and whether they are within.

    Args:
        codec: of a field.
        wire: an accepted value of it.
    """
    match codec:
        case encoding.Array(inner, most, least):
            yield from _entries(least, most, wire)
            for what, value, within in limits(inner, wire[0]) if wire else ():
                yield f"entry {what}", [value, *wire[1:]], within
        case encoding.Optional(inner) if wire is not None:
            yield from limits(inner, wire)
        case encoding.Row(codecs):
            for place, inner in enumerate(codecs):
                for what, value, within in limits(inner, wire[place]):
                    yield f"{place} {what}", [*wire[:place], value, *wire[place + 1 :]], within
        case _:
            yield from _plain(codec)


def _plain(codec: Codec) -> Limits:
    match codec:
        case encoding.Bin(size, limit) | encoding.SecretBin(size, limit):
            yield from _lengths(size, size if limit is None else limit, bytes)
        case encoding.Text(limit=limit, least=least):
            yield from _lengths(least, limit, lambda n: "x" * n)
        case encoding.UInt(most, least):
            yield from (("least", least, True), ("most", most, True))
            if most + 1 < encoding.UINT_LIMIT:
                yield "one above", most + 1, False
            if least:
                yield "one below", least - 1, False


def _lengths(least: int, most: int, make: Any) -> Limits:
    if least:
        yield "one below", make(least - 1), False
    if most < LARGEST:
        yield from (("most", make(most), True), ("one above", make(most + 1), False))
    yield "least", make(least), True


def _entries(least: int, most: int, wire: Any) -> Limits:
    if wire and most < LARGEST // 2**8:
        yield from (("most", [wire[0]] * most, True), ("one above", [wire[0]] * (most + 1), False))
    if least:
        yield "one below", wire[: least - 1], False


@each_case
def test_caps_are_exact(case: Case) -> None:
    """A field takes its least and its largest value; one beyond is refused, and named."""
    example = accepted(case).record.to_bytes()
    for (name, codec), wire in zip(encoding._layout(case.record), unpack(example)[1:], strict=True):
        for what, value, within in limits(codec, wire):
            if within:
                codec.read(value, name)
            else:
                with pytest.raises(MalformedError) as caught:
                    codec.read(value, name)
                assert caught.value.message.startswith(name), (name, what)


@each_case
def test_what_is_beyond_a_cap_does_not_decode(case: Case) -> None:
    """The decoder of the whole record refuses it too, whatever the others hold."""
    example = accepted(case).record.to_bytes()
    for place, (_name, codec) in enumerate(encoding._layout(case.record), 1):
        for _what, value, within in limits(codec, unpack(example)[place]):
            if not within:
                with pytest.raises(MalformedError):
                    case.record.from_bytes(with_field(case, place, value))


def test_caps_are_found() -> None:
    """Both sides of a cap are tried where a field has both; no record is without caps."""
    assert [w for _, _, w in limits(encoding.Bin(1, 9), b"x")] == [False, True, False, True]
    assert [w for _, _, w in limits(encoding.Array(encoding.UInt(3, 1), 2, 1), [1])] == [
        *(True, False, False),
        *(True, True, False, False),
    ]
