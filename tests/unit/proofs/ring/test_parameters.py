"""Dimensions, generators and layout of ring proofs."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.primitives.curve.edwards25519 import BASE, encode, is_prime_order
from cosign.proofs.ring.keys import blinding_base
from cosign.proofs.ring.parameters import (
    LEAST_KEYS,
    MOST_KEYS,
    RADICES,
    Generators,
    RingParameters,
    RingProof,
)
from cosign.proofs.ring.statement import RingStatement
from tests.support.rings import ROSTER_ID, ROUND_ID, ring_of

sizes = st.integers(LEAST_KEYS, MOST_KEYS)


def test_rows_ascend_and_reach_the_largest_ring() -> None:
    """Larger rings never have shorter proofs."""
    products = [math.prod(row) for row in RADICES]
    assert products == sorted(set(products))
    assert products[-2] < MOST_KEYS <= products[-1]
    lengths = [RingParameters.of(min(p, MOST_KEYS)).proof_bytes for p in products]
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize("row", RADICES[:-1])
def test_radices_change_where_the_table_says(row: tuple[int, ...]) -> None:
    """A row serves as many keys as its product, and not one more."""
    size = math.prod(row)
    assert RingParameters.of(size).radices == row
    assert RingParameters.of(size + 1).radices == RADICES[RADICES.index(row) + 1]


@given(sizes)
def test_length_is_that_of_the_specification(size: int) -> None:
    """A proof has 32 (6 + sum of n_t + 1) bytes with the tag."""
    parameters = RingParameters.of(size)
    assert parameters.proof_bytes == 32 * (6 + sum(n + 1 for n in parameters.radices))


@pytest.mark.parametrize(("size", "length"), [(1_024, 992), (10_000, 1_504)])
def test_proofs_are_short(size: int, length: int) -> None:
    """About a kilobyte and a half for ten thousand keys."""
    assert RingParameters.of(size).proof_bytes == length


@pytest.mark.parametrize("size", [-1, 0, 1, MOST_KEYS + 1])
def test_sizes_have_limits(size: int) -> None:
    """One key is no ring."""
    with pytest.raises(ValueError, match="a ring has 2 to 1000000 keys"):
        RingParameters.of(size)


@given(sizes, st.data())
def test_digits_are_the_index(size: int, data: st.DataObject) -> None:
    """The first digit is the lowest, and each is below its radix."""
    index = data.draw(st.integers(0, size - 1))
    parameters = RingParameters.of(size)
    digits = parameters.digits(index)
    assert all(0 <= d < n for d, n in zip(digits, parameters.radices, strict=True))
    places = [math.prod(parameters.radices[:t]) for t in range(len(digits))]
    assert sum(d * p for d, p in zip(digits, places, strict=True)) == index


def test_generators_are_independent_points_of_prime_order() -> None:
    """All distinct, none a base of keys or a round's tag base, the same for every ring."""
    positions = max(sum(row) for row in RADICES)
    found = Generators.first(positions)
    tag_base = RingStatement(ring_of(2), ROSTER_ID, ROUND_ID).tag_base
    bases = BASE, blinding_base(), tag_base
    everything = [encode(P) for P in (found.K, *found.G, *found.H, *bases)]
    assert len(found.G) == len(found.H) == positions
    assert len(set(everything)) == len(everything)
    assert all(map(is_prime_order, everything))
    fewer = Generators.first(8)
    assert (found.K, found.G[:8], found.H[:8]) == (fewer.K, fewer.G, fewer.H)


@given(st.sampled_from([2, 9, 20, 100, 5_000]), st.randoms())
def test_cutting_is_undone_by_joining(size: int, random: Random) -> None:
    """Each byte belongs to one part."""
    parameters = RingParameters.of(size)
    raw = random.randbytes(parameters.proof_bytes)
    proof = RingProof.from_bytes(raw, parameters)
    assert proof.to_bytes() == raw
    assert raw[:32] == proof.T
    assert (proof.z_a, proof.z, proof.z_r) == (raw[-96:-64], raw[-64:-32], raw[-32:])
    assert len(proof.X) == len(proof.Y) == len(parameters.radices)
    assert [len(row) for row in proof.f] == [n - 1 for n in parameters.radices]


@pytest.mark.parametrize("size", [2, 17])
@pytest.mark.parametrize("change", [-32, -1, 1, 32])
def test_length_is_exact(size: int, change: int) -> None:
    """Dimensions come from the ring, never from the proof."""
    parameters = RingParameters.of(size)
    with pytest.raises(MalformedError, match="a ring proof has"):
        RingProof.from_bytes(bytes(parameters.proof_bytes + change), parameters)
