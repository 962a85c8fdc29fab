"""The order of many points at once, in Python."""

from collections.abc import Sequence
from itertools import product
from typing import Final

import pytest

from cosign.primitives.curve import prime_order
from cosign.primitives.curve.constant_time import multiply_base
from cosign.primitives.curve.edwards25519 import (
    BASE,
    IDENTITY,
    Affine,
    Extended,
    affine,
    decode_many,
    encode_scalar,
)
from cosign.primitives.curve.multiscalar import Term, fill, multiscalar, prepare
from cosign.primitives.curve.prime_order import COIN_BYTES, have_prime_order
from tests.support.rings import stream
from tests.support.torsion import shifted, torsion

COUNT: Final = 160
PLACES: Final = COUNT // 4
"""Keys that are in each of the four streams of keys."""

KEYS: Final = [multiply_base(encode_scalar(number)) for number in range(1, COUNT + 1)]
THREES: Final = [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)]
"""Which of a group's four points each sum has: the extended Hamming code."""


def point_of(term: Term) -> Affine:
    """Return the point that is added to a bucket."""
    (found,) = fill([0], [term])
    return affine(found or IDENTITY)


def codeword(numbers: Sequence[int]) -> list[int]:
    """Return four numbers, and the four sums of three of them."""
    return [*numbers, *(sum(numbers[i] for i in three) for three in THREES)]


def coins(count: int) -> bytes:
    return stream("coins")(COIN_BYTES * count)


def test_parts_of_small_order_reach_four_streams() -> None:
    """All parts that the four points of a group can have: at least four of eight keep them whole.

    Divided by the highest power of two that divides them all, they are odd there.
    """
    parts = list(product(range(8), repeat=4))
    small = [prepare([affine(torsion(part))])[0] for part in range(8)]
    numbers = {point_of(term): number for number, term in enumerate(small)}
    terms = [small[part[i]] for i in range(4) for part in parts]
    streams = [[numbers[point_of(t)] for t in s] for s in prime_order._streams(terms)]
    assert len(streams) == 8
    for part, *word in zip(parts, *streams, strict=True):
        assert word == [number % 8 for number in codeword(part)]
        power = next((p for p in (1, 2, 4) if any(n % (2 * p) for n in part)), 8)
        odd = sum(number // power % 2 for number in word)
        assert odd >= 4 if any(part) else odd == 0


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7, 8, 41])
def test_each_sum_takes_the_points_of_its_stream_that_the_coins_say(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On multiples of the base point, where sums are sums of integers; none are made up."""
    found: list[Extended] = []

    def note(point: Extended) -> bool:
        found.append(point)
        return True

    monkeypatch.setattr(prime_order, "_is_torsion_free", note)
    multiples, flips = range(1, count + 1), coins(count)
    terms = prepare([affine(multiscalar([number], [BASE])) for number in multiples])
    assert have_prime_order(terms, flips)
    size = -(-count // 4)
    padded = [*multiples, 0, 0, 0]
    words = [codeword(padded[place : 4 * size : size]) for place in range(size)]
    expected = []
    for number, window in product(range(8), range(4)):
        digits = flips[(4 * number + window) * size :][:size]
        expected += [
            sum(word[number] for word, digit in zip(words, digits, strict=True) if digit >> bit & 1)
            for bit in reversed(range(8))
        ]
    assert [affine(p) for p in found] == [affine(multiscalar([n], [BASE])) for n in expected]


CANCELLING: Final = [(4, 4), (2, 6), (1, 7), (1, 1, 6), (4, 2, 2), (4, 4, 4, 4), (5, 3)]
FAR: Final = [
    [0, PLACES],  # the same group
    [0, 2 * PLACES],
    [PLACES - 1, 4 * PLACES - 1],
    [0, 1],  # the same stream
    [0, PLACES - 1],
    [PLACES - 1, PLACES],  # neighbours in different groups and streams
    [0, COUNT - 1],
]


@pytest.mark.parametrize("multiples", CANCELLING, ids=str)
def test_parts_that_cancel_in_the_sum_of_all_are_found(multiples: tuple[int, ...]) -> None:
    """In one group, in one stream, and at the ends of both."""
    for first, second in FAR:
        places = dict.fromkeys([first, second, *range(COUNT)])
        assert not passes(dict(zip(places, multiples, strict=False)))


@pytest.mark.parametrize("multiple", range(1, 8))
@pytest.mark.parametrize("count", [1, 2, 4, 128, COUNT])
def test_any_number_of_keys_with_a_part_are_found(count: int, multiple: int) -> None:
    """At the front, at the end, and spread over the roster."""
    for places in (
        range(count),
        range(COUNT - count, COUNT),
        range(0, COUNT, COUNT // count)[:count],
    ):
        assert not passes(dict.fromkeys(places, multiple))


def passes(parts: dict[int, int], flips: bytes = coins(COUNT)) -> bool:
    """Return whether the keys pass, if those at some places have parts of small order."""
    changed = list(KEYS)
    for place, multiple in parts.items():
        changed[place] = shifted(KEYS[place], multiple)
    return have_prime_order(prepare(decode_many(changed)), flips)


def test_without_a_part_the_keys_pass() -> None:
    assert passes({})
    assert passes({}, bytes([255]) * COIN_BYTES * COUNT)


@pytest.mark.parametrize("place", [0, 2 * PLACES - 1, COUNT - 1])
def test_every_single_coin_finds_a_part_of_order_two(place: int) -> None:
    """A bit that is set puts a point in one sum; those of a group are in streams of their own.

    So a key is found by the coins of four streams: its own, and three of the sums.
    """
    own, at = divmod(place, PLACES)
    streams = {own} | {4 + i for i, three in enumerate(THREES) if own in three}
    for number, (window, bit) in product(range(8), [(0, 0), (3, 7)]):
        flips = bytearray(COIN_BYTES * COUNT)
        flips[(4 * number + window) * PLACES + at] = 1 << bit
        assert passes({place: 4}, bytes(flips)) is (number not in streams)


def test_the_identity_is_refused() -> None:
    terms = prepare([*decode_many(KEYS[:3]), affine(IDENTITY)])
    assert not have_prime_order(terms, coins(4))
    assert have_prime_order(terms[:3], coins(3))
