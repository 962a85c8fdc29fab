"""The order of many points at once, and one by one (docs/spec.md, "Group").

Each of 128 sums takes a random half of the points. If a point has a part of small order,
so has each sum with probability at least one half, whatever the other points are
(Koshelev, El Housni, Fotiadis, "Batch subgroup membership testing"). So if all sums have
prime order, or are the identity, a point of another order was missed with probability at
most 2^-128. As many sums as a bucket's number has bits share their buckets: every point is
added to one of them, and the sums are made out of the buckets.

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
from cosign.primitives.curve.multiscalar import Term, fill, prepare

COIN_BYTES: Final = 16
"""Random bytes for each point: one bit for each of 128 sums."""

_SUMS: Final = 8 * COIN_BYTES
_MOST_BITS: Final = 16
_IDENTITY_TERM: Final = prepare([affine(IDENTITY)])[0]


def have_prime_order(terms: Sequence[Term], coins: bytes) -> bool:
    """Return whether all points have prime order.

    Args:
        terms: points of the curve, public, as :func:`prepare` returns them.
        coins: 16 random bytes for each point, which the points' maker does not know.

    Raises:
        ValueError: there are more or fewer coins.
    """
    if len(coins) != COIN_BYTES * len(terms):
        raise ValueError(f"{COIN_BYTES} random bytes for each point are needed")
    if _IDENTITY_TERM in terms:
        return False
    flips = [
        int.from_bytes(coins[i : i + COIN_BYTES], "little")
        for i in range(0, len(coins), COIN_BYTES)
    ]
    width = _bucket_bits(len(terms))
    for first in range(0, _SUMS, width):
        bits = min(width, _SUMS - first)
        mask = (1 << bits) - 1
        buckets = fill([flip >> first & mask for flip in flips], terms)
        if not all(map(_is_torsion_free, _sums(buckets, bits))):
            return False
    return True


def _bucket_bits(count: int) -> int:
    """Return the number of bits for which the fewest additions are needed."""
    return min(range(1, _MOST_BITS + 1), key=lambda w: -(-_SUMS // w) * (count + (2 << w)))


def _sums(buckets: Sequence[Extended | None], bits: int) -> Iterator[Extended]:
    """Yield for each bit the sum of the buckets whose number has it, the highest bit first.

    The upper half of the buckets makes the sum of the highest bit. Added to the lower half,
    it makes the buckets of the bits below.
    """
    rest = [bucket or IDENTITY for bucket in buckets]
    rest += [IDENTITY] * ((1 << bits) - len(rest))
    for bit in reversed(range(bits)):
        lower, upper = rest[: 1 << bit], rest[1 << bit :]
        yield reduce(add, upper)
        rest = list(map(add, lower, upper))


def _is_torsion_free(point: Extended) -> bool:
    found = affine(point)
    return found == affine(IDENTITY) or is_prime_order(encode(found))


def decode_one_by_one(encoded: Sequence[bytes], first: int) -> list[Affine]:
    """Decode points of prime order, and name the one that is not.

    Args:
        encoded: 32 bytes each.
        first: the number of the first one.

    Raises:
        MalformedError: one is not the canonical encoding of a point of prime order.
    """
    points = []
    for number, raw in enumerate(encoded, first):
        try:
            points.append(decode_prime_order(raw))
        except MalformedError as e:
            raise MalformedError(f"key {number}: {e.message}", hint=e.hint) from e
    return points
