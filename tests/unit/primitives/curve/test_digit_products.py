"""Weighted sums of products over digits."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.curve.digit_products import sum_of_digit_products
from cosign.primitives.curve.edwards25519 import ORDER
from cosign.proofs.ring.parameters import RADICES

ROWS = [(2,), (4, 4), (8, 4, 4), (3, 2, 5), (16, 5)]
scalars = st.one_of(st.sampled_from([0, 1, int(ORDER) - 1]), st.integers(0, int(ORDER) - 1))


@given(st.sampled_from(ROWS), st.integers(1, 3), st.data())
def test_agrees_with_the_definition(
    radices: tuple[int, ...], proofs: int, data: st.DataObject
) -> None:
    """Also where scalars are zero or as large as can be."""
    row = st.tuples(*(st.lists(scalars, min_size=n, max_size=n) for n in radices))
    tables = data.draw(st.lists(st.tuples(scalars, row), min_size=proofs, max_size=proofs))
    first = data.draw(st.integers(0, math.prod(radices) - 1))
    count = data.draw(st.integers(0, math.prod(radices) - first))
    expected = []
    for digits in product(*(range(n) for n in reversed(radices))):  # the last digit slowest
        chosen = list(reversed(digits))
        expected.append(
            sum(w * math.prod(f[t][i] for t, i in enumerate(chosen)) for w, f in tables) % ORDER
        )
    assert sum_of_digit_products(tables, radices, first, count) == expected[first:][:count]


@pytest.mark.parametrize("radices", RADICES[:10])
def test_largest_scalars_do_not_overflow_their_slots(radices: tuple[int, ...]) -> None:
    """Every slot at its limit, every product minus one to the power m."""
    top = int(ORDER) - 1
    tables = [(top, [[top] * n for n in radices])] * 3
    expected = 3 * pow(top, len(radices) + 1, int(ORDER)) % ORDER
    count = min(math.prod(radices), 300)
    assert sum_of_digit_products(tables, radices, 0, count) == [expected] * count
