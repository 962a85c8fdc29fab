"""Both cores: each does what it says, and one does what the other does."""

import math
import pickle
import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.primitives.curve import choice, core, edwards25519, pure_core
from cosign.primitives.curve.constant_time import multiply_base
from cosign.primitives.curve.decoded_keys import pack_tables
from cosign.primitives.curve.digit_products import sum_of_digit_products
from cosign.primitives.curve.edwards25519 import (
    BASE,
    IDENTITY,
    ORDER,
    Affine,
    affine,
    decode,
    encode,
    encode_scalar,
    is_small_order,
)
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.primitives.curve.prime_order import COIN_BYTES
from tests.support.points import NO_POINTS, OTHER_ORDER, PRIME_ORDER
from tests.support.rings import key_of, stream
from tests.support.torsion import shifted

Encodings = Sequence[bytes]

MANY = [multiply_base(encode_scalar(number)) for number in range(1, 600)]
"""More keys than are checked one by one."""

scalars = st.one_of(st.sampled_from([0, 1, int(ORDER) - 1]), st.integers(0, int(ORDER) - 1))

CORES = [pure_core, core._core] if choice.IS_NATIVE else [pure_core]
"""Where the compiled one is not in use, tests/properties/test_cores.py says so."""


@pytest.fixture(autouse=True)
def _many_are_checked_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Python, too."""
    monkeypatch.setattr(pure_core, "_TOGETHER", len(MANY))


@pytest.fixture(params=CORES, ids=lambda module: module.__name__.rpartition(".")[2])
def a_core(request: pytest.FixtureRequest) -> Any:
    """Each core that is in use here."""
    return request.param


def coins(count: int, name: str = "coins") -> bytes:
    """Return coins for so many keys."""
    return stream(name)(COIN_BYTES * count)


def sum_in(a_core: Any, points: core.Points, factors: Sequence[int]) -> Affine:
    """Return a sum of products that a core computes."""
    return affine(a_core.sum_of_products([(a_core.scalars(factors), points)]))


def assert_decoded(a_core: Any, points: core.Points, encoded: Encodings) -> None:
    """Check that points are those that were encoded, in their order."""
    factors = [3**i for i in range(len(encoded))]
    expected = multiscalar(factors, [decode(raw) for raw in encoded])
    assert len(points) == len(encoded)
    assert sum_in(a_core, points, [f % ORDER for f in factors]) == affine(expected)


def test_points_of_the_curve_are_decoded(a_core: Any) -> None:
    """Also the identity and those with a part of small order."""
    encoded = [*PRIME_ORDER, *OTHER_ORDER]
    assert_decoded(a_core, a_core.decode(encoded), encoded)
    assert len(a_core.decode([])) == 0


@pytest.mark.parametrize("raw", NO_POINTS, ids=lambda raw: raw.hex()[:8] + raw.hex()[-4:])
def test_what_is_no_point_is_refused(a_core: Any, raw: bytes) -> None:
    """With the message of the strict decoder, wherever it stands."""
    with pytest.raises(MalformedError) as refused:
        decode(raw)
    for encoded in ([raw], [*PRIME_ORDER, raw], [raw, *PRIME_ORDER]):
        with pytest.raises(MalformedError) as found:
            a_core.decode(encoded)
        assert found.value.message == refused.value.message


def test_lengths_are_those_of_each_point(a_core: Any) -> None:
    """Two points whose bytes are cut in another place are not two points."""
    whole = PRIME_ORDER[0] + PRIME_ORDER[1]
    for cut in (31, 33, 0, 64):
        with pytest.raises(MalformedError):
            a_core.decode([whole[:cut], whole[cut:]])


def test_points_of_prime_order_are_decoded_one_by_one(a_core: Any) -> None:
    assert_decoded(a_core, a_core.decode_prime_order(PRIME_ORDER), PRIME_ORDER)


@pytest.mark.parametrize("raw", [*OTHER_ORDER, *NO_POINTS], ids=lambda raw: raw.hex()[:16])
def test_what_has_another_order_is_refused(a_core: Any, raw: bytes) -> None:
    with pytest.raises(MalformedError, match="not a point of the prime-order group"):
        a_core.decode_prime_order([PRIME_ORDER[0], raw])


@pytest.mark.parametrize("count", [1, 2, 100, len(MANY)])
def test_keys_are_decoded_together(a_core: Any, count: int) -> None:
    """Whatever the coins are, constant ones too."""
    for flips in (coins(count), bytes(COIN_BYTES * count), bytes([255]) * COIN_BYTES * count):
        assert_decoded(a_core, a_core.decode_keys(MANY[:count], flips, 0), MANY[:count])


@pytest.mark.parametrize("raw", [*OTHER_ORDER, *NO_POINTS], ids=lambda raw: raw.hex()[:16])
@pytest.mark.parametrize("count", [3, len(MANY)])
def test_a_wrong_key_among_many_is_named(a_core: Any, raw: bytes, count: int) -> None:
    """Alone or in a crowd, by its number."""
    for place in (0, count - 1):
        keys = [*MANY[:place], raw, *MANY[place + 1 : count]]
        message = f"^key {71 + place}: not a point of the prime-order group"
        with pytest.raises(MalformedError, match=message):
            a_core.decode_keys(keys, coins(count), 70)


@pytest.mark.parametrize("raw", [*OTHER_ORDER, *NO_POINTS, bytes(31)], ids=lambda r: r.hex()[:16])
@pytest.mark.parametrize("count", [1, 3, len(MANY)])
def test_a_wrong_order_among_many_is_noticed(a_core: Any, raw: bytes, count: int) -> None:
    """Wherever it stands; without it the others pass, whatever the coins are."""
    for place in (0, count - 1):
        changed = [*MANY[:place], raw, *MANY[place + 1 : count]]
        assert not a_core.have_prime_order(changed, coins(count))
    for flips in (coins(count), bytes(COIN_BYTES * count), bytes([255]) * COIN_BYTES * count):
        assert a_core.have_prime_order(MANY[:count], flips)


def test_the_first_wrong_key_is_named(a_core: Any) -> None:
    """A point of another order before bytes that are no point, which are found first."""
    keys = [*MANY[:200], shifted(MANY[200], 4), *MANY[201:400], bytes(31), *MANY[401:]]
    with pytest.raises(MalformedError, match=r"^key 201:"):
        a_core.decode_keys(keys, coins(len(MANY)), 0)


@pytest.mark.parametrize("multiples", [(4, 4), (2, 6), (1, 7), (1, 1, 6), (4, 2, 2)])
def test_parts_of_small_order_that_cancel_are_found(
    a_core: Any, multiples: tuple[int, ...]
) -> None:
    """Each sum takes a random half of the keys, so what cancels in all of them does not in one."""
    keys = [shifted(key, m) for key, m in zip(MANY, multiples, strict=False)]
    keys += MANY[len(keys) :]
    with pytest.raises(MalformedError, match=r"^key 1:"):
        a_core.decode_keys(keys, coins(len(keys)), 0)


@pytest.mark.skipif(not choice.IS_NATIVE, reason="the core in Python has sums of its own")
def test_every_single_coin_finds_a_part_of_order_two() -> None:
    """One bit that is set for the wrong key puts it in one sum, and that is enough."""
    keys = [*MANY[:300], shifted(MANY[300], 4), *MANY[301:]]
    for bit in range(0, 8 * COIN_BYTES, 9):
        flips = bytearray(COIN_BYTES * len(keys))
        flips[300 * COIN_BYTES + bit // 8] = 1 << bit % 8
        with pytest.raises(MalformedError, match=r"^key 301:"):
            core.decode_keys(keys, bytes(flips), 0)


def test_without_coins_nothing_is_found(a_core: Any) -> None:
    """A source that gives zeros puts no key in any sum: the coins are what finds it."""
    keys = [*MANY[:300], shifted(MANY[300], 4), *MANY[301:]]
    assert len(a_core.decode_keys(keys, bytes(COIN_BYTES * len(keys)), 0)) == len(keys)


def test_every_key_has_its_coins(a_core: Any) -> None:
    """More or fewer are a mistake of the caller."""
    for length in (0, COIN_BYTES * len(MANY) - 1, COIN_BYTES * (len(MANY) + 1)):
        with pytest.raises(ValueError, match="16 random bytes for each"):
            a_core.decode_keys(MANY, bytes(length), 0)


def test_points_are_joined_in_order(a_core: Any) -> None:
    parts = [PRIME_ORDER[:2], [], PRIME_ORDER[2:]]
    joined = a_core.join([a_core.decode(part) for part in parts])
    assert_decoded(a_core, joined, PRIME_ORDER)


def test_no_root_is_taken_again_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points that were decoded travel with both coordinates; a second journey changes nothing."""
    encoded = [*PRIME_ORDER, *OTHER_ORDER]
    there = pickle.dumps(pure_core.decode(encoded))
    monkeypatch.setattr(edwards25519, "decode", None)
    back = pickle.dumps(pickle.loads(there))  # noqa: S301  # our own bytes
    assert len(back) < 64 * len(encoded) + 200
    factors = [3**i for i in range(len(encoded))]
    found = sum_in(pure_core, pickle.loads(back), factors)  # noqa: S301  # our own bytes
    monkeypatch.undo()
    assert found == sum_in(pure_core, pure_core.decode(encoded), factors)


def test_points_travel_to_workers(a_core: Any) -> None:
    """Pickling keeps them, also those with a part of small order."""
    encoded = [*PRIME_ORDER, *OTHER_ORDER]
    copy = pickle.loads(pickle.dumps(a_core.decode(encoded)))  # noqa: S301  # our own bytes
    assert_decoded(a_core, copy, encoded)


@given(st.lists(st.tuples(scalars, st.sampled_from([*PRIME_ORDER, *OTHER_ORDER])), max_size=5))
@settings(max_examples=30)
def test_sums_of_public_products(terms: list[tuple[int, bytes]]) -> None:
    """The sum of single multiplications, for all points of the curve, repeated ones too."""
    factors, encoded = [factor for factor, _ in terms], [raw for _, raw in terms]
    expected = affine(multiscalar(factors, [decode(raw) for raw in encoded]))
    for a_core in CORES:
        assert sum_in(a_core, a_core.decode(encoded), factors) == expected


@pytest.mark.parametrize("count", [0, 1, 189, 190, 499, 500, 800, 3_000])
def test_sums_of_any_size(a_core: Any, count: int) -> None:
    """Around the sizes at which methods change."""
    numbers = random.Random(count)  # noqa: S311  # the same in every run
    logarithms = [numbers.randrange(1, 600) for _ in range(count)]
    factors = [numbers.randrange(int(ORDER)) for _ in range(count)]
    points = a_core.decode([MANY[n - 1] for n in logarithms])
    total = sum(f * n for f, n in zip(factors, logarithms, strict=True)) % ORDER
    assert sum_in(a_core, points, factors) == affine(multiscalar([total], [BASE]))


def test_parts_of_a_sum_are_added(a_core: Any) -> None:
    parts = [([2, 3], MANY[:2]), ([], []), ([5], MANY[2:3])]
    terms = [(a_core.scalars(factors), a_core.decode(encoded)) for factors, encoded in parts]
    found = a_core.sum_of_products(terms)
    assert affine(found) == affine(multiscalar([2 * 1 + 3 * 2 + 5 * 3], [BASE]))
    assert is_small_order(a_core.sum_of_products([]))
    with pytest.raises(ValueError, match="as many scalars as points"):
        a_core.sum_of_products([(a_core.scalars([1]), a_core.decode([]))])


@given(st.sampled_from([(2,), (4, 4), (3, 2, 5), (16, 5)]), st.integers(1, 3), st.data())
@settings(max_examples=50)
def test_weights_of_keys(radices: tuple[int, ...], proofs: int, data: st.DataObject) -> None:
    """Those of their indices; with a total the last one gets what is missing to it."""
    row = st.tuples(*(st.lists(scalars, min_size=n, max_size=n) for n in radices))
    tables = data.draw(st.lists(st.tuples(scalars, row), min_size=proofs, max_size=proofs))
    most = list(accumulate(radices, int.__mul__))[-1]
    first, total = data.draw(st.integers(0, most - 1)), data.draw(scalars)
    count = data.draw(st.integers(1, most - first))
    weights = sum_of_digit_products(tables, radices, first, count)
    with_last = [*weights[:-1], (total - sum(weights[:-1])) % ORDER]
    for a_core in CORES:
        at = pack_tables(tables), bytes(radices), first, count
        found = a_core.key_weights(*at, None)
        assert list(values(found)) == weights
        assert a_core.sum_of_scalars(found) == sum(weights) % ORDER
        assert list(values(a_core.key_weights(*at, total))) == with_last


def test_weights_of_many_proofs(a_core: Any) -> None:
    """More than the compiled core multiplies at once, and the largest scalars."""
    top = int(ORDER) - 1
    tables = [(top, [[top] * 4, [top] * 4])] * 300
    found = list(values(a_core.key_weights(pack_tables(tables), bytes([4, 4]), 0, 15, 7)))
    assert found[:14] == [300 * pow(top, 3, int(ORDER)) % ORDER] * 14
    assert sum(found) % ORDER == 7


@given(st.lists(st.integers(1, int(ORDER) - 1), min_size=1, max_size=8))
@settings(max_examples=20)
def test_secret_sums(factors: list[int]) -> None:
    """The same point as by public arithmetic."""
    encoded = [key_of(member) for member in range(len(factors))]
    expected = encode(affine(multiscalar(factors, [decode(raw) for raw in encoded])))
    raw = [encode_scalar(factor) for factor in factors]
    for a_core in CORES:
        assert a_core.secret_sum(raw, a_core.decode(encoded)) == expected
        with pytest.raises(ValueError):  # noqa: PT011  # each core has its words for it
            a_core.secret_sum([*raw, raw[0]], a_core.decode(encoded))


@pytest.mark.parametrize(
    ("count", "radices"),
    [
        (2, (4,)),
        (4, (4,)),
        (5, (4, 4)),
        (27, (8, 4)),
        (32, (8, 4)),
        (33, (4, 4, 4)),
        (90, (16, 5, 5)),
    ],
)
def test_folds(a_core: Any, count: int, radices: tuple[int, ...]) -> None:
    """The coefficients of the polynomials by their definition, for keys with known logarithms."""
    numbers = random.Random(count)  # noqa: S311  # the same in every run
    logarithms = [numbers.randrange(1, int(ORDER)) for _ in range(count)]
    rows = [[numbers.randrange(int(ORDER)) for _ in range(n - 1)] for n in radices]
    rows = [[-sum(row) % ORDER, *row] for row in rows]
    digits = [numbers.randrange(n) for n in radices]
    most = list(accumulate(radices, int.__mul__))[-1]
    expected = [0] * (len(radices) + 1)
    for index in range(most):
        polynomial, rest = [logarithms[min(index, count - 1)]], index
        for row, digit in zip(rows, digits, strict=True):
            rest, value = divmod(rest, len(row))
            low = [c * row[value] for c in polynomial]
            high = polynomial if value == digit else [0] * len(polynomial)
            polynomial = [a + b for a, b in zip([*low, 0], [0, *high], strict=True)]
        expected = [(a + b) % ORDER for a, b in zip(expected, polynomial, strict=True)]
    keys = [multiply_base(encode_scalar(x)) for x in logarithms]
    points, raw = a_core.decode(keys), [[encode_scalar(e) for e in row] for row in rows]
    for levels in range(len(radices) + 1):
        block = math.prod(radices[:levels])
        nodes = [
            a_core.fold_keys(points, i, min(i + block, count), raw[:levels], digits[:levels])
            for i in range(0, count, block)
        ]
        found = a_core.fold_nodes(nodes, keys[-1], raw[levels:], digits[levels:])
        assert found == tuple(multiply_base(encode_scalar(c)) for c in expected[:-1])


def values(found: Any) -> list[int]:
    """Return scalars as integers."""
    if isinstance(found, list):
        return found
    raw = bytes(found)
    return [int.from_bytes(raw[i : i + 32], "little") for i in range(0, len(raw), 32)]


def test_an_empty_sum_is_the_identity(a_core: Any) -> None:
    assert sum_in(a_core, a_core.decode([]), []) == affine(IDENTITY)
