"""Sums of many public multiples."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosign.primitives.curve import multiscalar as module
from cosign.primitives.curve.edwards25519 import (
    BASE,
    IDENTITY,
    ORDER,
    Affine,
    Extended,
    Scalar,
    add,
    affine,
    decode,
    double,
    extended,
    negate,
)
from cosign.primitives.curve.multiscalar import fill, multiscalar, prepare, prepare_sums
from tests.support.rings import key_of
from tests.support.torsion import shifted, torsion

EDGES = [0, 1, 2, 2**252 - 1, 2**252, int(ORDER) - 1, int(ORDER), 2**253 - 1, 2**256 - 1]

scalars = st.one_of(st.sampled_from(EDGES), st.integers(0, int(ORDER) - 1))
points = st.one_of(
    st.integers(0, 20).map(lambda member: decode(key_of(member))),
    st.integers(0, 7).map(lambda multiple: affine(torsion(multiple))),
    st.integers(0, 7).map(lambda multiple: decode(shifted(key_of(0), multiple))),
)


def slowly(terms: list[tuple[Scalar, Affine]]) -> Extended:
    """Double and add, one term after the other."""
    total = IDENTITY
    for scalar, point in terms:
        multiple = IDENTITY
        for bit in f"{scalar:b}":
            multiple = double(multiple)
            if bit == "1":
                multiple = add(multiple, extended(point))
        total = add(total, multiple)
    return total


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(scalars, points), max_size=30))
def test_agrees_with_double_and_add(terms: list[tuple[Scalar, Affine]]) -> None:
    """Also for torsion points, repeated points, zero and large scalars."""
    total = multiscalar([s for s, _ in terms], [P for _, P in terms])
    assert affine(total) == affine(slowly(terms))


@pytest.mark.parametrize("width", range(2, 17))
def test_every_window_width_gives_the_same_sum(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The choice of window concerns speed alone, at all edges of the scalars' range."""
    terms = [(s, decode(key_of(i))) for i, s in enumerate(EDGES)]
    monkeypatch.setattr(module, "_window_bits", lambda *_: width)
    total = multiscalar([s for s, _ in terms], [P for _, P in terms])
    assert affine(total) == affine(slowly(terms))


def test_nothing_adds_up_to_the_identity() -> None:
    """So do no terms, and terms that cancel."""
    assert multiscalar([], []) == IDENTITY
    assert affine(multiscalar([5, ORDER - 5], [BASE, BASE])) == (0, 1)


def test_pieces_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large sums are cut."""
    terms = [(3 * i + 1, decode(key_of(i))) for i in range(40)]
    coefficients, summands = [s for s, _ in terms], [P for _, P in terms]
    monkeypatch.setattr(module, "MOST_TERMS", 9)
    assert affine(multiscalar(coefficients, summands)) == affine(slowly(terms))


@pytest.mark.parametrize("bad", [([1], []), ([], [BASE]), ([-1], [BASE])])
def test_wrong_arguments_are_refused(bad: tuple[list[Scalar], list[Affine]]) -> None:
    """As many scalars as points, none negative."""
    with pytest.raises(ValueError, match="as many scalars as points"):
        multiscalar(*bad)


digits = st.integers(-3, 3)


@pytest.mark.parametrize("start", [[None] * 4, fill(range(4), prepare([BASE] * 4))])
@given(terms=st.lists(st.tuples(digits, points, points), min_size=1))
def test_buckets_take_sums_as_they_take_points(
    start: list[Extended | None], terms: list[tuple[int, Affine, Affine]]
) -> None:
    """Whether they are empty or not, and whatever the sign is."""
    numbers = [digit for digit, _, _ in terms]
    sums = [add(extended(left), extended(right)) for _, left, right in terms]
    expected = [bucket or IDENTITY for bucket in start]
    for digit, total in zip(numbers, sums, strict=True):
        expected[abs(digit)] = add(expected[abs(digit)], negate(total) if digit < 0 else total)
    for prepared in (prepare_sums(sums), prepare([affine(total) for total in sums])):
        found = fill(numbers, prepared, list(start))
        assert [affine(p or IDENTITY) for p in found] == [affine(p) for p in expected]
