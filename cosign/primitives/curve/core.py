"""The arithmetic in which proofs spend their time (docs/spec.md, "Ring proof", "Signatures").

There are two cores: :mod:`cosign.primitives.curve.native_core`, which is compiled, and
:mod:`cosign.primitives.curve.pure_core`. :mod:`cosign.primitives.curve.choice` says which is
used. Both accept the same inputs and return the same bytes; only the time differs.

Each core has its own form of points and scalars, which only that core can read.

Not protected: the time taken depends on the arguments, except in :func:`secret_sum`,
:func:`fold_keys` and :func:`fold_nodes`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from cosign.primitives.curve import choice
from cosign.primitives.curve.edwards25519 import Extended, Scalar
from cosign.primitives.curve.packed import Packed


class Points(Protocol):
    """Decoded points of the curve. Picklable."""

    def __len__(self) -> int:
        """Return how many points there are."""


Node = Any
"""A polynomial with points as coefficients, secret; each core has a form of its own."""


class Scalars(Protocol):
    """Public scalars, reduced modulo the order."""

    def __len__(self) -> int:
        """Return how many scalars there are."""


class Core(Protocol):
    """What a core offers: the functions of this module, which say what they do.

    Points and scalars among the arguments are those of the same core, hence Any.
    """

    def decode(self, encoded: Sequence[bytes]) -> Points:
        """See :func:`decode`."""

    def decode_prime_order(self, encoded: Sequence[bytes]) -> Points:
        """See :func:`decode_prime_order`."""

    def decode_keys(self, encoded: Sequence[bytes], coins: bytes, first: int) -> Points:
        """See :func:`decode_keys`."""

    def have_prime_order(self, encoded: Sequence[bytes], coins: bytes) -> bool:
        """See :func:`have_prime_order`."""

    def find_bad_signatures(self, items: Sequence[tuple[bytes, bytes, bytes]]) -> tuple[int, ...]:
        """See :func:`find_bad_signatures`."""

    def join(self, parts: Sequence[Any]) -> Points:
        """See :func:`join`."""

    def scalars(self, values: Sequence[Scalar]) -> Scalars:
        """See :func:`scalars`."""

    def decode_checked(self, encoded: Packed) -> Points:
        """See :func:`decode_checked`."""

    def leaves_lock(self) -> bool:
        """See :func:`leaves_lock`."""

    def key_weights(
        self, tables: bytes, radices: bytes, first: int, count: int, total: Scalar | None
    ) -> Scalars:
        """See :func:`key_weights`."""

    def sum_of_scalars(self, scalars: Any) -> Scalar:
        """See :func:`sum_of_scalars`."""

    def sum_of_products(self, parts: Sequence[tuple[Any, Any]]) -> Extended:
        """See :func:`sum_of_products`."""

    def secret_sum(self, factors: Sequence[bytes], points: Any) -> bytes:
        """See :func:`secret_sum`."""

    def fold_keys(
        self,
        keys: Any,
        first: int,
        last: int,
        rows: Sequence[Sequence[bytes]],
        digits: Sequence[int],
    ) -> Node:
        """See :func:`fold_keys`."""

    def fold_nodes(
        self,
        nodes: Sequence[Any],
        last_key: bytes,
        rows: Sequence[Sequence[bytes]],
        digits: Sequence[int],
    ) -> tuple[bytes, ...]:
        """See :func:`fold_nodes`."""


def _chosen() -> Core:
    if choice.IS_NATIVE:
        from cosign.primitives.curve import native_core  # noqa: PLC0415  # imports what is optional

        return native_core
    from cosign.primitives.curve import pure_core  # noqa: PLC0415  # not loaded where the other is

    return pure_core


_core: Core = _chosen()


def decode(encoded: Sequence[bytes]) -> Points:
    """Decode points of the curve, of 32 bytes each.

    Raises:
        MalformedError: one is not the canonical encoding of a point.
    """
    return _core.decode(encoded)


def decode_prime_order(encoded: Sequence[bytes]) -> Points:
    """Decode points of the prime-order group, of 32 bytes each, checking one by one.

    Raises:
        MalformedError: one is not the canonical encoding of a point of prime order.
    """
    return _core.decode_prime_order(encoded)


def decode_keys(encoded: Sequence[bytes], coins: bytes, first: int = 0) -> Points:
    """Decode many points of the prime-order group, checking their order together.

    A point of another order is accepted with probability at most 2^-128, if its maker does
    not know the coins. Points of prime order are never refused.

    Args:
        encoded: points of 32 bytes.
        coins: 16 random bytes for each point.
        first: the place of the first point, from 0; messages count from 1.

    Raises:
        MalformedError: one is not the canonical encoding of a point of prime order; the
            message gives its number.
        ValueError: there are more or fewer coins.
    """
    return _core.decode_keys(encoded, coins, first)


def have_prime_order(encoded: Sequence[bytes], coins: bytes) -> bool:
    """Return whether all are canonical encodings of points of prime order.

    Args:
        encoded: any bytes.
        coins: 16 random bytes for each. As for :func:`decode_keys`, a point of another order
            passes with probability at most 2^-128; the core in Python does not use them.
    """
    return _core.have_prime_order(encoded, coins)


def find_bad_signatures(items: Sequence[tuple[bytes, bytes, bytes]]) -> tuple[int, ...]:
    """Return the indices of the Ed25519 signatures that are not valid, ascending.

    :mod:`cosign.primitives.curve.signature_rules` says which are. Each is verified by itself, not
    as one of a random combination: without the cofactor that would accept others.

    Args:
        items: a public key, a signature and a message, each of any length.
    """
    return _core.find_bad_signatures(items)


def join(parts: Sequence[Points]) -> Points:
    """Join points in their order."""
    return _core.join(parts)


def scalars(values: Sequence[Scalar]) -> Scalars:
    """Take integers from 0 to the order minus 1."""
    return _core.scalars(values)


def decode_checked(encoded: Packed) -> Points:
    """Decode keys that :func:`decode_keys` accepted before.

    The core in Python decodes them when they are first needed for a public sum.
    """
    return _core.decode_checked(encoded)


def leaves_lock() -> bool:
    """Return whether threads of one process can compute side by side with public values."""
    return _core.leaves_lock()


def key_weights(
    tables: bytes, radices: bytes, first: int, count: int, total: Scalar | None = None
) -> Scalars:
    """Return what some keys of a ring are multiplied by in a batch of proofs.

    That is the sum of :mod:`cosign.primitives.curve.digit_products` for the key's index.

    Args:
        tables: for each proof its weight, and then the scalars of all rows; 32 bytes each.
        radices: the lengths of the rows, which are the same for every proof.
        first: the index of the first key.
        count: how many keys, at least 1.
        total: if not None, the last of these keys gets what the others leave of this sum.
    """
    return _core.key_weights(tables, radices, first, count, total)


def sum_of_scalars(scalars: Scalars) -> Scalar:
    """Return the sum of public scalars modulo the order."""
    return _core.sum_of_scalars(scalars)


def sum_of_products(parts: Sequence[tuple[Scalars, Points]]) -> Extended:
    """Return the sum of all scalars times their points, all public.

    Args:
        parts: each has as many scalars as points.

    Raises:
        ValueError: the numbers of scalars and points differ.
    """
    return _core.sum_of_products(parts)


def secret_sum(factors: Sequence[bytes], points: Points) -> bytes:
    """Return the sum of secret scalars times points, 32 bytes, in constant time.

    Args:
        factors: reduced scalars of 32 bytes, which are zero with negligible probability.
        points: as many public points of prime order.

    Raises:
        ValueError: the numbers of scalars and points differ.
    """
    return _core.secret_sum(factors, points)


def fold_keys(
    keys: Points, first: int, last: int, rows: Sequence[Sequence[bytes]], digits: Sequence[int]
) -> Node:
    """Fold neighbouring keys to one node; see :mod:`cosign.primitives.curve.folding`.

    Args:
        keys: public, of prime order.
        first: the number of the first key that is folded.
        last: the number after the last one. Where the keys are fewer than the product of the
            rows' lengths, the last of them stands for those missing.
        rows: secret; for each digit its a, 32 bytes each, which add up to zero.
        digits: secret; of the signer's index.
    """
    return _core.fold_keys(keys, first, last, rows, digits)


def fold_nodes(
    nodes: Sequence[Node],
    last_key: bytes,
    rows: Sequence[Sequence[bytes]],
    digits: Sequence[int],
) -> tuple[bytes, ...]:
    """Fold nodes to one, and return its coefficients but the highest, 32 bytes each.

    Args:
        nodes: of all keys of a ring, in their order, folded by the same digits.
        last_key: the ring's last key, which stands for all that are missing.
        rows: as for :func:`fold_keys`, of the further digits.
        digits: of the signer's index, the further ones.
    """
    return _core.fold_nodes(nodes, last_key, rows, digits)
