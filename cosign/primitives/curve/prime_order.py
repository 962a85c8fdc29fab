"""The order of many points at once, and one by one (docs/spec.md, "Group").

Points are taken in groups of four. The extended Hamming code makes eight points of a group:
its four, and the sums of each three of them. Each of the eight goes to a stream of its own, and
32 sums each take a random half of a stream.

A point's part of small order is a number modulo 8. If not all of them are zero, divide them by
the highest power of two that divides them all: one is odd, and so are at least four of the
eight of its group, because words of the code differ in four places (R. W. Hamming, "Error
detecting and error correcting codes", Bell System Technical Journal 29, 1950). A random half of
a stream with an odd number has an odd sum with probability one half (Koshelev, El Housni,
Fotiadis, "Batch subgroup membership testing"). So if all sums have prime order, or are the
identity, a point of another order was missed with probability at most 2^-32 for each of four
streams, 2^-128 in all. 128 sums of random halves of all points would do as well, with twice as
many additions to buckets.

Eight sums share their buckets: every point is added to the bucket whose number is a byte of its
coins, and the sums are made out of the buckets.

Not protected: the time taken depends on the points, so they must be public.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Final

from cosign.errors import MalformedError
from cosign.primitives.curve.edwards25519 import (
    IDENTITY,
    Affine,
    Extended,
    add,
    affine,
    decode_prime_order,
    encode,
    is_prime_order,
)
from cosign.primitives.curve.multiscalar import Term, fill, prepare, prepare_sums

COIN_BYTES: Final = 16
"""Random bytes for each point. Half of them would do here: four for each of a group's eight."""

_BYTES: Final = 4
"""Bytes of coins for each point of a stream: one bit for each of its 32 sums."""

_BUCKETS: Final = 1 << 8

_IDENTITY_TERM: Final = prepare([affine(IDENTITY)])[0]


def have_prime_order(terms: Sequence[Term], coins: bytes) -> bool:
    """Return whether all points have prime order.

    Args:
        terms: two points of the curve or more, public, as :func:`prepare` returns them.
        coins: 16 random bytes for each point, which the points' maker does not know.

    Raises:
        ValueError: there are more or fewer coins.
    """
    if len(coins) != COIN_BYTES * len(terms):
        raise ValueError(f"{COIN_BYTES} random bytes for each point are needed")
    if _IDENTITY_TERM in terms:
        return False
    unused = memoryview(coins)
    for stream in _streams(terms):
        for _ in range(_BYTES):
            buckets = fill(unused[: len(stream)], stream)
            unused = unused[len(stream) :]
            if not all(map(_is_torsion_free, _sums(buckets))):
                return False
    return True


def _streams(terms: Sequence[Term]) -> Iterator[list[Term]]:
    """Yield the points in four streams, and the sums of those at one place in each three.

    Where no point is left for the last places, there is the identity.
    """
    size = -(-len(terms) // 4)
    padded = [*terms, *[_IDENTITY_TERM] * (4 * size - len(terms))]
    a, b, c, d = (padded[first : first + size] for first in range(0, 4 * size, size))
    yield from (a, b, c, d)
    places = range(size)
    for two, others in (((a, b), (c, d)), ((c, d), (a, b))):
        sums = fill(places, two[1], fill(places, two[0]))
        for one in others:
            yield prepare_sums(fill(places, one, list(sums)))


def _sums(buckets: Sequence[Extended | None]) -> Iterator[Extended]:
    """Yield for each bit the sum of the buckets whose number has it, the highest bit first.

    The upper half of the buckets makes the sum of the highest bit. Added to the lower half,
    it makes the buckets of the bits below.
    """
    rest = [bucket or IDENTITY for bucket in buckets]
    rest += [IDENTITY] * (_BUCKETS - len(rest))
    while len(rest) > 1:
        lower, upper = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        yield reduce(add, upper)
        rest = list(map(add, lower, upper))


def _is_torsion_free(point: Extended) -> bool:
    found = affine(point)
    return found == affine(IDENTITY) or is_prime_order(encode(found))


def decode_one_by_one(encoded: Sequence[bytes], first: int) -> list[Affine]:
    """Decode points of prime order, and name the one that is not.

    Args:
        encoded: 32 bytes each.
        first: the place of the first one among all keys, from 0; the message counts from 1.

    Raises:
        MalformedError: one is not the canonical encoding of a point of prime order.
    """
    points = []
    for number, raw in enumerate(encoded, first + 1):
        try:
            points.append(decode_prime_order(raw))
        except MalformedError as e:
            raise MalformedError(f"key {number}: {e.message}", hint=e.hint) from e
    return points
