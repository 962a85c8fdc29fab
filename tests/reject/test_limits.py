"""Every field of every record at its caps and one beyond.

Caps are those of the tables in docs/spec.md, which another test holds against the code.
What an example leaves empty, or is nil, is tried with a value made up for it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from cosign.errors import CosignError, MalformedError
from cosign.wire import codecs
from cosign.wire.codecs import Codec
from cosign.wire.record import Embedded, layout_of
from tests.reject.test_records import Case, accepted, each_case, with_field
from tests.support.wire import unpack

LARGEST = 2**24
"""Longer values are read by their own field only: a whole record of them takes memory."""


class Limit(NamedTuple):
    """A value at a cap, or one beyond.

    Attributes:
        path: of the value in its field: ``[0][2]`` is the third value of the first entry.
        what: where it is from the cap.
        value: of the field.
        within: None where a cap allows it, but it is no record.
    """

    path: str
    what: str
    value: Any
    within: bool | None

    def inside(self, place: int, wires: list[Any]) -> "Limit":
        """Put it in the place of an entry."""
        value = [*wires[:place], self.value, *wires[place + 1 :]]
        return self._replace(path=f"[{place}]{self.path}", value=value)


Limits = Iterator[Limit]


def sample(codec: Codec) -> Any:  # noqa: PLR0911  # a case for each codec
    """Return a small wire value that a codec takes."""
    match codec:
        case codecs.Bin(size) | codecs.SecretBin(size):
            return bytes(size)
        case codecs.Text(least=least):
            return "x" * least
        case codecs.UInt(least=least):
            return least
        case codecs.Choice(words):
            return words[0]
        case codecs.Optional(inner):
            return sample(inner)
        case codecs.Array(inner, _most, least):
            return [sample(inner)] * max(1, least)
        case codecs.Row(places):
            return [sample(inner) for inner in places]
        case Embedded(record):
            return accepted(Case(record.__name__, record)).record.to_bytes()
    raise TypeError(codec)


def limits(codec: Codec, wire: Any) -> Limits:
    """Yield wire values at a codec's caps and one beyond, at every depth.

    Args:
        codec: of a field.
        wire: an accepted value of it.
    """
    match codec:
        case codecs.Array(inner, most, least):
            filled = wire or sample(codec)
            yield from _lengths(least, most, lambda n: (filled * (n + 1))[:n])
            yield from (found.inside(0, filled) for found in limits(inner, filled[0]))
        case codecs.Row(places):
            yield from (
                found.inside(place, wire)
                for place, inner in enumerate(places)
                for found in limits(inner, wire[place])
            )
            yield Limit("", "one entry above", [*wire, wire[-1]], within=False)
            yield Limit("", "one entry below", wire[:-1], within=False)
        case codecs.Optional(inner):
            yield from limits(inner, sample(inner) if wire is None else wire)
        case _:
            yield from _plain(codec)


def _plain(codec: Codec) -> Limits:
    match codec:
        case codecs.Bin(size, limit) | codecs.SecretBin(size, limit):
            yield from _lengths(size, size if limit is None else limit, bytes)
        case codecs.Text(limit=limit, least=least):
            yield from _lengths(least, limit, lambda n: "x" * n)
        case codecs.UInt(most, least):
            yield Limit("", "one below", least - 1, within=False)
            yield Limit("", "least", least, within=True)
            yield Limit("", "most", most, within=True)
            yield Limit("", "one above", most + 1, within=False)
        case Embedded(record):
            yield Limit("", "most", bytes(record.MAX_BYTES), within=None)
            yield Limit("", "one above", bytes(record.MAX_BYTES + 1), within=False)
        case codecs.Choice(words):
            yield from (Limit("", word, word, within=True) for word in words)
            yield Limit("", "another word", words[0] + "x", within=False)
        case _:
            raise TypeError(codec)


def _lengths(least: int, most: int, make: Any) -> Limits:
    if least:
        yield Limit("", "one below", make(least - 1), within=False)
    yield Limit("", "least", make(least), within=True)
    yield Limit("", "most", make(most), within=True)
    yield Limit("", "one above", make(most + 1), within=False)


def fields(case: Case) -> Iterator[tuple[int, str, Codec, Any]]:
    """Yield place, name, codec and accepted wire value of each field."""
    wires = unpack(accepted(case).record.to_bytes())
    for place, (name, codec) in enumerate(layout_of(case.record), 1):
        yield place, name, codec, wires[place]


def capped(codec: Codec, path: str = "") -> Iterator[str]:
    """Yield the path of everything in a field that has a cap: all but words and rows."""
    match codec:
        case codecs.Optional(inner):
            yield from capped(inner, path)
        case codecs.Array(inner):
            yield path
            yield from capped(inner, f"{path}[0]")
        case codecs.Row(places):
            for place, inner in enumerate(places):
                yield from capped(inner, f"{path}[{place}]")
        case codecs.Choice():
            pass
        case _:
            yield path


@each_case
def test_the_cap_of_a_record_is_exact(case: Case) -> None:
    """One byte more is refused before anything is parsed."""
    for size, is_over in ((case.record.MAX_BYTES, False), (case.record.MAX_BYTES + 1, True)):
        with pytest.raises(MalformedError) as caught:
            case.record.from_bytes(bytes(size))
        assert (f"{size} bytes are more than" in caught.value.message) == is_over


@each_case
def test_caps_are_exact(case: Case) -> None:
    """A field takes its least and its largest value; one beyond is refused, and named."""
    for _place, name, codec, wire in fields(case):
        for path, what, value, within in limits(codec, wire):
            if within:
                codec.read(value, name)
                continue
            with pytest.raises(CosignError) as caught:
                codec.read(value, name)
            at_the_cap = caught.value.message.startswith(f"{name}{path}: ")
            assert at_the_cap == (within is False), (name, path, what, caught.value.message)
            assert type(caught.value) is MalformedError


@each_case
def test_what_is_beyond_a_cap_does_not_decode(case: Case) -> None:
    """The decoder of the whole record refuses it too, whatever the others hold."""
    for place, _name, codec, wire in fields(case):
        for _path, _what, value, within in limits(codec, wire):
            if not within and (type(value) is not bytes or len(value) <= LARGEST):
                with pytest.raises(MalformedError):
                    case.record.from_bytes(with_field(case, place, value))


@each_case
def test_one_above_every_cap_is_tried(case: Case) -> None:
    """Nothing in any field is without a value one above its cap, at any depth."""
    for _place, name, codec, wire in fields(case):
        tried = [at for at, what, *_ in limits(codec, wire) if what == "one above"]
        assert sorted(tried) == sorted(capped(codec)), name


def test_caps_are_found() -> None:
    """Both sides of a cap are tried where a field has both, in entries and where nothing is."""
    below_to_above = [False, True, True, False]
    assert [w for *_, w in limits(codecs.Bin(1, 9), b"x")] == below_to_above
    numbers = codecs.Array(codecs.UInt(3, 1), 2, 1)
    for wire in ([1], []):
        assert [w for *_, w in limits(numbers, wire)] == below_to_above * 2
    maybe = [(at, w) for at, _, _, w in limits(codecs.Optional(codecs.Bin(32)), None)]
    assert maybe == [("", False), ("", True), ("", True), ("", False)]
    assert [len(v) for _, _, v, _ in limits(codecs.Array(numbers, 5), [])][:3] == [0, 5, 6]


def test_an_unknown_codec_has_to_be_told_about() -> None:
    """A codec that this file does not know fails it, instead of being skipped."""

    class Unknown:
        """Neither reads nor writes."""

        def read(self, wire: Any, where: str) -> Any:
            raise NotImplementedError

        def write(self, value: Any) -> Any:
            raise NotImplementedError

    for codec in (Unknown(), codecs.Array(Unknown(), 1), codecs.Row((Unknown(),))):
        with pytest.raises(TypeError):
            list(limits(codec, [None]))
        with pytest.raises(TypeError):
            sample(codec)
