"""Encodings in one buffer are a sequence like any other."""

import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.curve.packed import Packed

encodings = st.lists(st.binary(min_size=32, max_size=32), max_size=6)


@given(encodings, st.integers(-7, 7), st.integers(-7, 7))
def test_it_is_the_sequence_of_its_parts(parts: list[bytes], first: int, last: int) -> None:
    """Length, order, elements, slices and equality are those of a list."""
    packed = Packed.of(parts)
    assert (len(packed), list(packed), list(reversed(packed))) == (
        len(parts),
        parts,
        parts[::-1],
    )
    assert list(packed[first:last]) == parts[first:last]
    assert list(packed[first:last:-1]) == parts[first:last:-1]
    assert packed == Packed(b"".join(parts)) == pickle.loads(pickle.dumps(packed))  # noqa: S301  # our own bytes
    assert Packed.of(packed) is packed
    assert hash(packed) == hash(Packed.of(parts))
    assert packed != parts
    for place in range(-len(parts), len(parts)):
        assert packed[place] == parts[place]
    for part in parts:
        assert part in packed
        assert packed.index(part) == parts.index(part)
    assert packed.ascends() == all(a < b for a, b in pairwise(parts))


def test_what_two_neighbours_make_together_is_not_in_it() -> None:
    """An encoding begins at a multiple of 32."""
    raw = bytes(16) + b"a" * 32 + bytes(16)
    packed = Packed(raw + b"a" * 32)
    assert packed.index(b"a" * 32) == 2
    assert raw[16:48] in packed
    assert raw[8:40] not in packed
    assert (bytes(31) in packed, b"" in packed) == (False, False)


@pytest.mark.parametrize("place", [3, -4])
def test_nothing_is_beyond_its_ends(place: int) -> None:
    packed = Packed(bytes(96))
    with pytest.raises(IndexError):
        packed[place]
    with pytest.raises(ValueError, match="no such"):
        packed.index(bytes([1]) * 32)
    with pytest.raises(ValueError, match="no such"):
        packed.index(bytes(32), 1, 1)


def test_every_encoding_has_32_bytes() -> None:
    """Also where the sum of the lengths would fit."""
    for parts in ([bytes(31)], [bytes(31), bytes(33)]):
        with pytest.raises(ValueError, match="32 bytes each"):
            Packed.of(parts)
    with pytest.raises(ValueError, match="32 bytes each"):
        Packed(bytes(33))
