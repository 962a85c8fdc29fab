"""Round trips of whole records, with values drawn from the caps of their fields."""

import dataclasses
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import CosignError, MalformedError
from cosign.secret import Secret
from cosign.wire.codecs import Array, Bin, Choice, Optional, Row, SecretBin, Text, UInt
from cosign.wire.record import Embedded, Record, layout_of
from cosign.wire.text import text_fault
from tests.support.examples.records import example, record_types
from tests.support.wire import pack, unpack
from tests.support.world import committee, village


def values(codec: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911  # a case for each codec
    """Return values that a codec accepts, with its bounds among them."""
    match codec:
        case Bin(size=size, limit=limit):
            most = size if limit is None else min(limit, size + 40)
            return st.binary(min_size=size, max_size=most)
        case SecretBin(size=size, limit=limit):
            return values(Bin(size, limit)).map(Secret)
        case UInt(most=most, least=least):
            return st.integers(least, most) | st.sampled_from([least, most])
        case Text():
            return texts(codec)
        case Choice(words=words):
            return st.sampled_from(words)
        case Optional(codec=inner):
            return st.none() | values(inner)
        case Array(codec=inner, most=most, least=least):
            return st.lists(values(inner), min_size=least, max_size=min(most, 3)).map(tuple)
        case Row(codecs=codecs, into=into):
            return st.tuples(*map(values, codecs)).map(lambda row: into(*row))
        case Embedded(record=record):
            return st.just(made(record))
    raise TypeError(codec)


def texts(codec: Text) -> st.SearchStrategy[str]:
    """Return text in form NFC, short enough."""
    drawn = st.text(min_size=codec.least, max_size=codec.limit // 12 + codec.least)
    return drawn.map(lambda t: unicodedata.normalize("NFC", t)).filter(
        lambda t: (
            codec.least <= len(t.encode("utf-8", "replace")) <= codec.limit
            and text_fault(t, multiline=codec.multiline) is None
        )
    )


def made(record: type[Record]) -> Record:
    """Return the valid example of a type whose keys cannot be drawn."""
    found = example(record, committee(), village())
    assert found is not None
    return found.record


def records(record: type[Record]) -> st.SearchStrategy[Record]:
    """Return the example with some fields drawn anew, where its own checks allow it."""
    drawn = st.fixed_dictionaries({}, optional={n: values(c) for n, c in layout_of(record)})
    return drawn.map(lambda changes: attempt(record, changes)).filter(lambda r: r is not None)


def attempt(record: type[Record], changes: dict[str, Any]) -> Any:
    """Change the example, or give None where fields do not go together."""
    try:
        return dataclasses.replace(made(record), **changes)
    except MalformedError:
        return None


@pytest.mark.parametrize("record", record_types(), ids=lambda r: r.__name__)
@given(data=st.data())
def test_any_record_survives(record: type[Record], data: st.DataObject) -> None:
    """Whatever values a record holds, it comes back equal, with equal bytes."""
    drawn = data.draw(records(record))
    raw = drawn.to_bytes()
    assert record.from_bytes(raw) == drawn
    assert record.from_bytes(raw).to_bytes() == raw
    assert len(raw) <= record.MAX_BYTES


WIRE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.binary()
    | st.text("ab\u00e4\n"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab"), inner, max_size=2),
    max_leaves=6,
)


@pytest.mark.parametrize("record", record_types(), ids=lambda r: r.__name__)
@given(data=st.data())
def test_anything_in_a_field_is_refused_or_survives(
    record: type[Record], data: st.DataObject
) -> None:
    """Foreign values give an error of ours or a record with exactly these bytes."""
    wire = unpack(made(record).to_bytes())
    for place in data.draw(st.sets(st.integers(0, len(wire) - 1), max_size=3)):
        wire[place] = data.draw(WIRE)
    raw = pack(wire)
    try:
        read = record.from_bytes(raw)
    except CosignError:
        return
    assert read.to_bytes() == raw
