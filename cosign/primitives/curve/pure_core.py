"""The core in Python (docs/spec.md, "Ring proof").

It does what :mod:`cosign.primitives.curve.core` describes, without compiled code of ours.
Public values go through gmpy2, secret ones through libsodium.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

from cosign.errors import MalformedError
from cosign.primitives.curve import constant_time, edwards25519, folding, prime_order
from cosign.primitives.curve.digit_products import Table, sum_of_digit_products
from cosign.primitives.curve.edwards25519 import (
    ORDER,
    POINT_BYTES,
    PRIME,
    Y_MASK,
    Extended,
    Scalar,
    decode_many,
    pack_numbers,
    unpack_numbers,
)
from cosign.primitives.curve.multiscalar import MOST_TERMS, Term, prepare, sum_of_terms
from cosign.primitives.curve.packed import Packed
from cosign.primitives.curve.prime_order import decode_one_by_one
from cosign.primitives.curve.signature_rules import is_valid
from cosign.primitives.parallel import chunks

_TOGETHER: Final = 1_500
"""Smallest number of keys whose order is checked faster together than one by one."""

_TERM_BYTES: Final = 3 * POINT_BYTES


class Points:
    """Points of the curve: their encodings, and the form in which they are added up.

    Pickled they have their x coordinates instead, which is shorter, and spares whoever
    unpickles them the square roots.

    Args:
        encoded: 32 bytes each.
        packed: the same points as ``_pack`` returns them; None to decode when needed.
        x: their x coordinates, 32 bytes each, little-endian; empty to decode when needed.
    """

    __slots__ = ("_packed", "_x", "encoded")

    def __init__(self, encoded: Packed, packed: bytes | None = None, x: bytes = b"") -> None:
        self.encoded = encoded
        self._packed, self._x = packed, x

    def __reduce__(self) -> tuple[Any, ...]:
        x = self._x if self._packed is None else _x_of(self._packed)
        return type(self), (self.encoded, None, x)

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.encoded)

    @property
    def packed(self) -> bytes:
        """The points, decoded and prepared, 96 bytes each."""
        if self._packed is None:
            if self._x:
                ys = [n & Y_MASK for n in unpack_numbers(self.encoded.raw)]
                points = list(zip(unpack_numbers(self._x), ys, strict=True))
            else:
                points = decode_many(self.encoded)
            self._packed, self._x = _pack(prepare(points)), b""
        return self._packed

    def blocks(self) -> Iterator[list[Term]]:
        """Yield the points, decoded and prepared, some at a time."""
        for place in chunks(len(self), MOST_TERMS):
            yield _terms(self.packed[_TERM_BYTES * place.start : _TERM_BYTES * place.stop])


def _x_of(packed: bytes) -> bytes:
    """Return the x coordinates of points, 32 bytes each: (y + x) / 2 - (y - x) / 2."""
    return pack_numbers([(plus - minus) % PRIME for minus, plus, _ in _terms(packed)])


def _pack(terms: Sequence[Term]) -> bytes:
    """Return terms in less than half of the memory that they take as numbers."""
    return pack_numbers([n for term in terms for n in term])


def _terms(packed: bytes) -> list[Term]:
    """Return terms that :func:`_pack` packed."""
    numbers = unpack_numbers(packed)
    return list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


def _points(encoded: Sequence[bytes], terms: Sequence[Term]) -> Points:
    return Points(Packed.of(encoded), _pack(terms))


def decode(encoded: Sequence[bytes]) -> Points:
    """See :func:`cosign.primitives.curve.core.decode`."""
    return _points(encoded, prepare(decode_many(encoded)))


def decode_prime_order(encoded: Sequence[bytes]) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_prime_order`."""
    points = [edwards25519.decode_prime_order(raw) for raw in encoded]
    return _points(encoded, prepare(points))


def decode_keys(encoded: Sequence[bytes], coins: bytes, first: int) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_keys`."""
    try:
        terms = prepare(decode_many(encoded))
    except MalformedError:
        pass
    else:
        together = len(encoded) >= _TOGETHER
        if prime_order.have_prime_order(terms, coins) if together else _have_prime_order(encoded):
            return _points(encoded, terms)
    return _points(encoded, prepare(decode_one_by_one(encoded, first)))


def decode_checked(encoded: Packed) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_checked`."""
    return Points(encoded)


def have_prime_order(encoded: Sequence[bytes], coins: bytes) -> bool:  # noqa: ARG001  # of the other core
    """See :func:`cosign.primitives.curve.core.have_prime_order`.

    libsodium checks one by one, without decoding in Python, which is faster for any number.
    """
    return _have_prime_order(encoded)


def _have_prime_order(encoded: Sequence[bytes]) -> bool:
    return all(map(edwards25519.is_prime_order, encoded))


def find_bad_signatures(items: Sequence[tuple[bytes, bytes, bytes]]) -> tuple[int, ...]:
    """See :func:`cosign.primitives.curve.core.find_bad_signatures`."""
    return tuple(place for place, item in enumerate(items) if not is_valid(*item))


def join(parts: Sequence[Points]) -> Points:
    """See :func:`cosign.primitives.curve.core.join`."""
    return Points(
        Packed(b"".join([part.encoded.raw for part in parts])),
        b"".join([part.packed for part in parts]),
    )


def scalars(values: Sequence[Scalar]) -> Sequence[Scalar]:
    """See :func:`cosign.primitives.curve.core.scalars`."""
    return values


def leaves_lock() -> bool:
    """See :func:`cosign.primitives.curve.core.leaves_lock`: gmpy2 keeps it."""
    return False


def key_weights(
    tables: bytes, radices: bytes, first: int, count: int, total: Scalar | None
) -> list[Scalar]:
    """See :func:`cosign.primitives.curve.core.key_weights`."""
    computed = count if total is None else count - 1
    weights = sum_of_digit_products(_unpacked(tables, radices), radices, first, computed)
    return weights if total is None else [*weights, (total - sum(weights)) % ORDER]


def _unpacked(tables: bytes, radices: bytes) -> list[tuple[Scalar, Table]]:
    scalars = unpack_numbers(tables)
    starts = list(accumulate(radices, initial=1))
    return [
        (scalars[i], [scalars[i + a : i + b] for a, b in pairwise(starts)])
        for i in range(0, len(scalars), starts[-1])
    ]


def sum_of_scalars(scalars: Sequence[Scalar]) -> Scalar:
    """See :func:`cosign.primitives.curve.core.sum_of_scalars`."""
    return sum(scalars) % ORDER


def sum_of_products(parts: Sequence[tuple[Sequence[Scalar], Points]]) -> Extended:
    """See :func:`cosign.primitives.curve.core.sum_of_products`."""
    if any(len(scalars) != len(points) for scalars, points in parts):
        raise ValueError("as many scalars as points are needed")
    factors = [scalar for scalars, _ in parts for scalar in scalars]
    blocks = (terms for _, points in parts for terms in points.blocks())
    return sum_of_terms(factors, blocks, len(factors))


def secret_sum(factors: Sequence[bytes], points: Points) -> bytes:
    """See :func:`cosign.primitives.curve.core.secret_sum`."""
    return constant_time.sum_of_products(factors, points.encoded)


def fold_keys(
    keys: Points, first: int, last: int, rows: Sequence[Sequence[bytes]], digits: Sequence[int]
) -> tuple[bytes, ...]:
    """See :func:`cosign.primitives.curve.core.fold_keys`."""
    return folding.fold_keys(list(keys.encoded[first:last]), rows, digits)


fold_nodes = folding.fold_nodes
