"""Canonical MessagePack: arrays of wire values, codecs and text."""

import struct
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgpack import fallback

from cosign.errors import MalformedError
from cosign.secret import Secret
from cosign.wire import encoding
from cosign.wire.codecs import (
    UINT_LIMIT,
    Array,
    Bin,
    Choice,
    Codec,
    Optional,
    Row,
    SecretBin,
    Text,
    UInt,
)
from cosign.wire.encoding import decode, encode
from cosign.wire.text import text_fault
from tests.support.wire import CLAIMS, FOREIGN, pack, peak_bytes, unpack

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(0, UINT_LIMIT - 1)
    | st.binary(max_size=300)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
)
LEAF = UInt()
"""The shape of every value that is no array."""

WIRE = st.lists(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=20)), max_size=20)

SECOND_ENCODINGS = {
    "a small number in a byte": b"\x91\xcc\x05",
    "a byte in two": b"\x91\xcd\x00\xff",
    "two bytes in four": b"\x91\xce\x00\x00\xff\xff",
    "four bytes in eight": b"\x91\xcf" + struct.pack(">Q", 2**32 - 1),
    "an unsigned number as a signed one": b"\x91\xd0\x05",
    "eight signed bytes": b"\x91\xd3" + struct.pack(">q", 5),
    "a float of 32 bits": b"\x91\xca" + struct.pack(">f", 1.0),
    "short bytes with a long head": b"\x91\xc5\x00\x01x",
    "short bytes with the longest head": b"\x91\xc6\x00\x00\x00\x01x",
    "short text with a long head": b"\x91\xd9\x01x",
    "short text with the longest head": b"\x91\xdb\x00\x00\x00\x01x",
    "a short array with a long head": b"\xdc\x00\x01\xc0",
    "a short array with the longest head": b"\xdd\x00\x00\x00\x01\xc0",
    "an inner array with a long head": b"\x91\xdc\x00\x01\xc0",
}

NO_RECORDS = {
    "nothing": b"",
    "a byte that MessagePack never uses": b"\xc1",
    "a trailing byte": b"\x91\xc0\x00",
    "a second value": b"\x91\xc0\x91\xc0",
    "a missing entry": b"\x92\xc0",
    "text that is not UTF-8": b"\x91\xa1\xff",
    "text with a surrogate": b"\x91\xa3\xed\xa0\x80",
    "a map with an entry": pack([{"a": 1}]),
    "an extension with a byte": b"\x91\xd4\x05\x00",
    "a timestamp": b"\x91\xd6\xff\x00\x00\x00\x00",
    "a number": b"\x05",
    "text": b"\xa1x",
    "nil": b"\xc0",
    "a bare map": b"\x80",
}


def shape(wire: Any) -> Codec:
    """Return a codec that has arrays where a value has them."""
    return Row(tuple(map(shape, wire))) if isinstance(wire, list) else LEAF


@given(WIRE)
def test_wire_values_survive(values: list[Any]) -> None:
    """Decoding is the inverse of encoding for every value that records are made of."""
    assert decode(encode(values), shape(values), "value") == values


@given(WIRE, st.data())
def test_bytes_decode_to_one_value_or_not_at_all(values: list[Any], data: st.DataObject) -> None:
    """Whatever decodes encodes to the same bytes, and nothing but MalformedError comes out."""
    raw = bytearray(encode(values))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    for changed in (bytes(raw), data.draw(st.binary(max_size=60))):
        try:
            read = decode(changed, shape(values), "value")
        except MalformedError:
            continue
        assert encode(read) == changed


@pytest.mark.parametrize("raw", SECOND_ENCODINGS.values(), ids=SECOND_ENCODINGS)
def test_second_encodings_are_refused(raw: bytes) -> None:
    """One value has one encoding."""
    with pytest.raises(MalformedError, match="not the canonical encoding"):
        decode(raw, shape(unpack(raw)), "value")


@pytest.mark.parametrize("raw", NO_RECORDS.values(), ids=NO_RECORDS)
def test_only_whole_arrays_are_read(raw: bytes) -> None:
    """What is not exactly one array is refused."""
    with pytest.raises(MalformedError, match=r"MessagePack|ends in the middle"):
        decode(raw, Array(LEAF, 9), "value")


@pytest.mark.parametrize(
    ("raw", "match"),
    [
        (b"\x91" * 100_000 + b"\xc0", "not a canonical"),
        (b"\x91\x91\xc0", "not a canonical"),
        (b"\xc0", "not a canonical"),
        (b"\x93\xc0\xc0\xc0", r"^value: 3 entries, not within 1 to 2$"),
        (b"\x90", r"^value: 0 entries, not within 1 to 2$"),
        (b"\x92\xc0", "^value: ends in the middle$"),
    ],
    ids=["deep", "nested", "none", "long", "short", "cut"],
)
def test_arrays_stand_where_the_codec_has_them(raw: bytes, match: str) -> None:
    """An array in another place, or of another length, is refused before its entries are read."""
    with pytest.raises(MalformedError, match=match):
        decode(raw, Array(LEAF, 2, least=1), "value")


@pytest.mark.parametrize("reader", [msgpack.Unpacker, fallback.Unpacker], ids=["c", "python"])
@pytest.mark.parametrize("entries", [1, 15, 16, 70_000])
def test_long_arrays_are_read_by_either_msgpack(
    monkeypatch: pytest.MonkeyPatch, reader: type, entries: int
) -> None:
    """Where msgpack was built without its C module, its Python form is used."""
    monkeypatch.setattr(msgpack, "Unpacker", reader)
    values = [bytes(20_000), *range(1, entries)]
    assert decode(encode(values), Array(LEAF, 70_000), "value") == values
    assert decode(encode([values]), Row((Array(LEAF, 70_000),)), "value") == [values]


@pytest.mark.parametrize("reader", [msgpack.Unpacker, fallback.Unpacker], ids=["c", "python"])
@pytest.mark.parametrize("handed", [1, 2, 7])
def test_a_record_is_read_in_pieces(
    monkeypatch: pytest.MonkeyPatch, reader: type, handed: int
) -> None:
    """Wherever a piece ends, values are as they were, and what is cut off is refused."""
    monkeypatch.setattr(msgpack, "Unpacker", reader)
    monkeypatch.setattr(encoding, "_FED_BYTES", handed)
    monkeypatch.setattr(encoding, "_SHORT_BYTES", 0)
    long = bytes(2**16)
    values = [b"bytes", long, 2**40, ["text", None, *range(30)], long, True]
    row = Row((LEAF, LEAF, LEAF, Array(LEAF, 32), LEAF, LEAF))
    raw = encode(values)
    assert raw == pack(values)
    assert decode(raw, row, "value") == values
    for end in (*range(20), len(long) + 10, len(long) + 14, *range(len(raw) - 8, len(raw))):
        with pytest.raises(MalformedError, match=r"ends in the middle|not a canonical"):
            decode(raw[:end], row, "value")
    with pytest.raises(MalformedError, match="more than one"):
        decode(raw + b"\xc0", row, "value")


def test_long_bytes_are_copied_once() -> None:
    """Reading or writing a long byte string takes the memory of one more, not of two."""
    value = bytes(2**23)
    raw = encode([1, value])
    assert peak_bytes(lambda: decode(raw, Row((LEAF, LEAF)), "value")) < 2**23 + 2**21
    assert peak_bytes(lambda: encode([1, value])) < 2**23 + 2**21


def test_an_array_or_nothing() -> None:
    """Where a codec allows nil instead of an array, both are read, and nothing else."""
    rows = Optional(Array(Row((LEAF, Optional(Row((LEAF,))))), 2))
    good: list[Any] = [None, [], [[1, None], [2, [3]]]]
    bad: list[Any] = [[None], [[1, 2]], [[1, [2, 3]]], 5]
    assert [decode(pack(values), rows, "value") for values in good] == good
    for values in bad:
        with pytest.raises(MalformedError, match=r"^value"):
            decode(pack(values), rows, "value")
    with pytest.raises(MalformedError, match=r"^value\[1\]\[1\]: 2 entries instead of 1$"):
        decode(pack([[1, None], [2, [3, 4]]]), rows, "value")
    with pytest.raises(MalformedError, match="ends in the middle"):
        decode(b"", rows, "value")


@pytest.mark.parametrize("entry", [b"\x90", b"\x91\x90", b"\xa2xy", b"\xcd\xff\xff"])
@pytest.mark.parametrize("before", [b"", b"\x91"], ids=["bare", "inside"])
def test_many_small_values_take_no_memory(entry: bytes, before: bytes) -> None:
    """Megabytes of values of one to three bytes become no objects of fifty bytes each."""
    raw = before + b"\xdd" + struct.pack(">I", 2**20) + entry * 2**20

    def read() -> None:
        with pytest.raises(MalformedError):
            decode(raw, Array(Array(LEAF, 64), 64), "value")

    read()
    assert peak_bytes(read) < 2 * len(raw) + 2**16


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
@pytest.mark.parametrize("before", [b"", b"\x91", b"\x91" * 9], ids=["bare", "inside", "deep"])
def test_a_claimed_length_takes_no_memory(claim: bytes, before: bytes) -> None:
    """Five bytes that promise four billion entries cost less than 64 KiB."""
    codec: Codec = LEAF
    for _ in range(1 + len(before)):
        codec = Array(codec, 2**40)

    def read() -> None:
        with pytest.raises(MalformedError):
            decode(before + claim, codec, "value")

    read()
    assert peak_bytes(read) < 2**16


def accepts(codec: Codec, wire: Any) -> bool:
    """Return whether a codec reads a wire value, and that it writes the same one."""
    try:
        value = codec.read(wire, "field")
    except MalformedError:
        return False
    assert codec.write(value) == wire
    return True


TYPES = [
    (Bin(0, 9), {"no bytes", "one byte"}),
    (SecretBin(0, 9), {"no bytes", "one byte"}),
    (UInt(), {"zero"}),
    (Text(9), {"no text", "text"}),
    (Choice(("x", "y")), {"text"}),
    (Optional(UInt()), {"nil", "zero"}),
    (Array(Bin(0), 9), {"an empty array"}),
    (Array(Array(Bin(0), 9), 9), {"an empty array", "a nested array"}),
    (Row(()), {"an empty array"}),
    (Row((Array(Bin(0), 9),)), {"a nested array"}),
]


@pytest.mark.parametrize(("codec", "good"), TYPES, ids=[type(c).__name__ for c, _ in TYPES])
def test_a_codec_reads_its_own_type_only(codec: Codec, good: set[str]) -> None:
    """No codec takes a bool for a number, or floats, maps, extensions and negative numbers."""
    assert {name for name, wire in FOREIGN.items() if accepts(codec, wire)} == good


BOUNDS = [
    (Bin(3), b"xxx", [b"xx", b"xxxx"]),
    (Bin(2, 3), b"xx", [b"x", b"xxxx"]),
    (SecretBin(3), b"xxx", [b"xx", b"xxxx"]),
    (UInt(9, least=2), 2, [1, 10]),
    (UInt(9, least=2), 9, [1, 10]),
    (UInt(), 2**63 - 1, [2**63]),
    (Text(4, least=1), "\u00e4\u00e4", ["", "\u00e4\u00e4x"]),
    (Choice(("a", "b")), "b", ["c", "A", "a "]),
    (Optional(Bin(1)), None, [b"", b"xx"]),
    (Array(Bin(1), 2, least=1), [b"x"], [[], [b"x"] * 3, [b"x", b""]]),
    (Row((Bin(1), UInt())), [b"x", 0], [[b"x"], [b"x", 0, 0], [0, b"x"]]),
]


@pytest.mark.parametrize(("codec", "good", "bad"), BOUNDS)
def test_a_codec_keeps_its_bounds(codec: Codec, good: Any, bad: list[Any]) -> None:
    """Lengths, counts and numbers one beyond a bound are refused; at the bound they are not."""
    assert accepts(codec, good)
    assert not any(accepts(codec, wire) for wire in bad)


VALUES = [
    (Bin(0, 40), st.binary(max_size=40)),
    (SecretBin(0, 40), st.binary(max_size=40).map(Secret)),
    (UInt(), st.integers(0, UINT_LIMIT - 1)),
    (Text(80, multiline=True), st.text("ab \n\t\u00e4\u4e2d", max_size=26)),
    (Choice(("cosign", "withdraw")), st.sampled_from(["cosign", "withdraw"])),
    (Optional(Bin(1)), st.none() | st.binary(min_size=1, max_size=1)),
    (Array(UInt(), 5), st.lists(st.integers(0, 9), max_size=5).map(tuple)),
    (Row((UInt(), Bin(0, 9))), st.tuples(st.integers(0, 9), st.binary(max_size=9))),
]


@pytest.mark.parametrize(("codec", "values"), VALUES, ids=[type(c).__name__ for c, _ in VALUES])
@given(data=st.data())
def test_a_codec_reads_what_it_wrote(
    codec: Codec, values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    """Values come back from bytes as they were."""
    value = data.draw(values)
    [wire] = decode(encode([codec.write(value)]), Row((codec,)), "value")
    assert codec.read(wire, "field") == value


def test_where_names_the_entry() -> None:
    """An error inside an array of rows says which field of which entry is wrong."""
    with pytest.raises(MalformedError, match=r"^keys\[1\]\[0\]: ") as caught:
        Array(Row((Bin(1),)), 9).read([[b"x"], [b""]], "keys")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\u0000", "control"),
        ("\u001b[2J", "control"),
        ("\u007f", "control"),
        ("\u0085", "control"),
        ("a\rb", "control"),
        ("\u2028", "control"),
        ("\u2029", "control"),
        ("\ud800", "control"),
        *((chr(c), "bidirectional") for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
        ("e\u0301", "NFC"),
        ("\u212b", "NFC"),
        ("q\u0323\u0307"[::-1], "NFC"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("multiline", [True, False])
def test_text_that_misleads_is_refused(text: str, fault: str, multiline: bool) -> None:  # noqa: FBT001  # a parameter
    """Text holds no control characters, no bidirectional overrides, and is in form NFC."""
    assert fault in (text_fault(f"a {text}", multiline=multiline) or "")


@pytest.mark.parametrize("char", "\n\t")
def test_lines_are_for_multiline_text(char: str) -> None:
    """LF and TAB stand in texts of several lines, and nowhere else."""
    assert text_fault(char, multiline=True) is None
    assert "control" in (text_fault(char, multiline=False) or "")


@pytest.mark.parametrize(
    "text", ["", "Zo\u00eb", "\u4e2d\u6587", "\u05e9\u05dc\u05d5\u05dd", "\u200d", "\U0001f600"]
)
def test_the_world_s_writing_is_allowed(text: str) -> None:
    """Scripts of either direction, joiners and emoji are text."""
    assert text_fault(text, multiline=False) is None


def test_a_surrogate_is_refused_as_text() -> None:
    """A lone surrogate, as a command line in another encoding gives, is a MalformedError."""
    with pytest.raises(MalformedError, match="control"):
        Text(9).read("\udcff", "statement")


def test_the_largest_integer_is_below_2_to_the_63() -> None:
    """Every language with signed 64-bit integers can hold a field."""
    assert UINT_LIMIT == 2**63
