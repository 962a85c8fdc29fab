"""Sums of many scalar multiples of public points (docs/spec.md, "Ring proof: verifying").

The bucket method (Pippenger; Bernstein, Doumen, Lange, Oosterwijk, "Faster
batch forgery identification", 2012, section 4) with signed digits. The result equals
the sum of single multiplications for all points of the curve, including points of small
order, repeated points and scalars of zero.

Not protected: time and memory access depend on scalars and points, so none of them may
be secret.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from gmpy2 import invert, mpz  # type: ignore[import-untyped]  # ships no type hints

from cosign.primitives.curve.edwards25519 import (
    IDENTITY,
    PRIME,
    TWO_D,
    Affine,
    Extended,
    Field,
    Scalar,
    add,
    double,
    invert_all,
)
from cosign.primitives.parallel import chunks

Term = tuple[Field, Field, Field]
"""A point as ((y - x) / 2, (y + x) / 2, dxy): what is added to a bucket."""

_HALF: Final[Field] = invert(2, PRIME)
_D: Final[Field] = TWO_D * _HALF % PRIME

_MODULUS: Final[int] = 2 * PRIME
"""Divides a sixth faster than the prime, because its highest bit is that of a machine word."""

MOST_TERMS: Final = 1 << 16
"""Most terms that are prepared at a time; more would use much memory."""

_MOST_BITS: Final = 11
"""With wider digits the buckets of a window leave the processor's second cache."""


def multiscalar(scalars: Sequence[Scalar], points: Sequence[Affine]) -> Extended:
    """Return the sum of ``scalars[i] * points[i]``.

    Args:
        scalars: integers of any size, not negative; public.
        points: as many points of the curve; public.

    Raises:
        ValueError: the numbers of scalars and points differ, or a scalar is negative.
    """
    places = chunks(len(points), MOST_TERMS)
    return sum_of_terms(scalars, (prepare(points[place]) for place in places), len(points))


def sum_of_terms(
    scalars: Sequence[Scalar], blocks: Iterable[Sequence[Term]], count: int
) -> Extended:
    """Do the same as :func:`multiscalar` for points that :func:`prepare` returned.

    All blocks fill the same buckets, window by window. In the end the windows are added up
    from the top one down, doubling in between.

    Args:
        scalars: as for :func:`multiscalar`.
        blocks: the terms in their order; one block after the other is read and used.
        count: how many terms there are.
    """
    if len(scalars) != count or min(scalars, default=0) < 0:
        raise ValueError("as many scalars as points are needed, and none may be negative")
    if not count:
        return IDENTITY
    bits = max(scalars).bit_length() or 1
    width = _window_bits(count, bits)
    top = -(-bits // width) - 1
    half = 1 << (width - 1)
    mask = 2 * half - 1
    # The digits below the top one are from -half to half - 1. Adding half to each of them
    # beforehand avoids carries. The top digit is the rest: from 0 to 2 * half.
    offset = sum(half << (width * window) for window in range(top))
    windows: list[list[Extended | None]] = [[None] * (half + 1) for _ in range(top)]
    windows.append([None] * (2 * half + 1))
    first = 0
    for terms in blocks:
        shifted = [int(s) + offset for s in scalars[first : first + len(terms)]]
        first += len(terms)
        for window in range(top):
            shift = width * window
            fill([(s >> shift & mask) - half for s in shifted], terms, windows[window])
        fill([s >> width * top for s in shifted], terms, windows[top])
    total = _weigh(windows.pop())
    while windows:
        for _ in range(width):
            total = double(total)
        total = add(total, _weigh(windows.pop()))
    return total


def _window_bits(count: int, bits: int) -> int:
    """Return the width of the digits for which the fewest additions are needed.

    Each window of w bits takes one addition for each term, except for the first term in each
    bucket, and two for each of its 2^(w-1) buckets, which take a third longer.
    """
    return min(range(2, _MOST_BITS + 1), key=lambda w: -(-bits // w) * (count + (1 << w)))


def prepare(points: Sequence[Affine]) -> list[Term]:
    """Return points in the form in which :func:`fill` adds them."""
    return [
        ((y - x) * _HALF % PRIME, (y + x) * _HALF % PRIME, x * y * _D % PRIME) for x, y in points
    ]


def prepare_sums(buckets: Sequence[Extended | None]) -> list[Term]:
    """Return the sums in buckets in the form in which :func:`fill` adds them."""
    points = [bucket or IDENTITY for bucket in buckets]
    halves = invert_all([2 * Z for _, _, Z, _ in points])
    return [
        ((Y - X) * half % PRIME, (Y + X) * half % PRIME, T * half % PRIME * TWO_D % PRIME)
        for (X, Y, _, T), half in zip(points, halves, strict=True)
    ]


def fill(
    digits: Sequence[int], terms: Sequence[Term], buckets: list[Extended | None] | None = None
) -> list[Extended | None]:
    """Return the buckets: each term is added to the bucket of its digit's absolute value.

    The buckets are new, or those that are given, which have one for every digit. A term with
    a negative digit is negated. The mixed addition of Hisil et al. 2008, section 3.1 is written
    out here, because almost all the time is spent in it. Halves of the term give halves of A to
    H and a quarter of the result's coordinates, which is the same point, and save doubling Z. T
    is not reduced: it is a factor once, in the product for C, if at all.
    """
    modulus, one = _MODULUS, mpz(1)  # local names are faster to look up
    if buckets is None:
        buckets = [None] * (max(*digits, -min(digits)) + 1)
    for digit, (minus, plus, t) in zip(digits, terms, strict=True):
        if digit < 0:
            digit, minus, plus, t = -digit, plus, minus, -t  # noqa: PLW2901  # the same term, negated
        bucket = buckets[digit]
        if bucket is None:
            x, y = plus - minus, plus + minus
            buckets[digit] = x, y, one, x * y
            continue
        X, Y, Z, T = bucket
        A = (Y - X) * minus % modulus
        B = (Y + X) * plus % modulus
        C = T * t % modulus
        E, F = B - A, Z - C
        G, H = Z + C, B + A
        buckets[digit] = E * F % modulus, G * H % modulus, F * G % modulus, E * H
    return buckets


def _weigh(buckets: Sequence[Extended | None]) -> Extended:
    """Return the sum of ``i * buckets[i]``, computed as the sum of the sums of all tails."""
    tail = total = IDENTITY
    for bucket in reversed(buckets[1:]):
        if bucket is not None:
            tail = add(tail, bucket)
        if tail is not IDENTITY:
            total = add(total, tail)
    return total
