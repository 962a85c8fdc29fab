"""The core in Python (docs/spec.md, "Ring proof").

It does what :mod:`cosign.primitives.curve.core` describes, without compiled code of ours.
Public values go through gmpy2, secret ones through libsodium.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Final

from cosign.errors import MalformedError
from cosign.primitives.curve import constant_time, edwards25519, folding, prime_order
from cosign.primitives.curve.digit_products import Table, sum_of_digit_products
from cosign.primitives.curve.edwards25519 import ORDER, Affine, Extended, Scalar
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.primitives.curve.prime_order import decode_one_by_one
from cosign.primitives.parallel import Progress

_TOGETHER: Final = 1_000
"""Smallest number of keys whose order is checked faster together than one by one."""


class Points:
    """Decoded points.

    Attributes:
        encoded: 32 bytes each.
        affine: the same, decoded.
    """

    __slots__ = ("affine", "encoded")

    def __init__(self, encoded: Sequence[bytes], affine: Sequence[Affine]) -> None:
        self.encoded, self.affine = tuple(encoded), tuple(affine)

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.encoded)


def decode(encoded: Sequence[bytes]) -> Points:
    """See :func:`cosign.primitives.curve.core.decode`."""
    return Points(encoded, [edwards25519.decode(raw) for raw in encoded])


def decode_prime_order(encoded: Sequence[bytes]) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_prime_order`."""
    return Points(encoded, [edwards25519.decode_prime_order(raw) for raw in encoded])


def decode_keys(encoded: Sequence[bytes], coins: bytes, first: int) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_keys`."""
    if len(encoded) >= _TOGETHER:
        try:
            points = decode(encoded)
        except MalformedError:
            pass
        else:
            if prime_order.have_prime_order(points.affine, coins):
                return points
    return Points(encoded, decode_one_by_one(encoded, first))


def have_prime_order(encoded: Sequence[bytes], coins: bytes) -> bool:  # noqa: ARG001  # of the other core
    """See :func:`cosign.primitives.curve.core.have_prime_order`.

    libsodium checks one by one, without decoding in Python, which is faster for any number.
    """
    return all(map(edwards25519.is_prime_order, encoded))


def join(parts: Sequence[Points]) -> Points:
    """See :func:`cosign.primitives.curve.core.join`."""
    encoded = [point for part in parts for point in part.encoded]
    return Points(encoded, [point for part in parts for point in part.affine])


def scalars(values: Sequence[Scalar]) -> Sequence[Scalar]:
    """See :func:`cosign.primitives.curve.core.scalars`."""
    return values


def key_weights(
    tables: Sequence[tuple[Scalar, Table]], radices: Sequence[int], count: int, total: Scalar
) -> list[Scalar]:
    """See :func:`cosign.primitives.curve.core.key_weights`."""
    weights = sum_of_digit_products(tables, radices, count - 1)
    return [*weights, (total - sum(weights)) % ORDER]


def sum_of_products(
    parts: Sequence[tuple[Sequence[Scalar], Points]], executor: Executor | None, progress: Progress
) -> Extended:
    """See :func:`cosign.primitives.curve.core.sum_of_products`."""
    if any(len(scalars) != len(points) for scalars, points in parts):
        raise ValueError("as many scalars as points are needed")
    factors = [scalar for scalars, _ in parts for scalar in scalars]
    points = [point for _, points in parts for point in points.affine]
    return multiscalar(factors, points, executor=executor, progress=progress)


def secret_sum(factors: Sequence[bytes], points: Points) -> bytes:
    """See :func:`cosign.primitives.curve.core.secret_sum`."""
    return constant_time.sum_of_products(factors, points.encoded)


def fold(
    keys: Points,
    rows: Sequence[Sequence[bytes]],
    digits: Sequence[int],
    executor: Executor | None,
    progress: Progress,
) -> tuple[bytes, ...]:
    """See :func:`cosign.primitives.curve.core.fold`."""
    return folding.fold(keys.encoded, rows, digits, executor, progress)
