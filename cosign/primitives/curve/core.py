"""The arithmetic that takes the time of ring proofs (docs/spec.md, "Ring proof").

There are two cores: :mod:`cosign.primitives.curve.native_core`, which is compiled, and
:mod:`cosign.primitives.curve.pure_core`. :mod:`cosign.primitives.curve.choice` says which is
used. They differ in time alone: a core accepts what the other accepts and makes the same bytes.

A core keeps points and scalars in a form of its own. What one core made, only the same core
reads.

Not protected: the time taken depends on the arguments, except in :func:`secret_sum` and
:func:`fold`.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any, Protocol

from cosign.primitives.curve import choice
from cosign.primitives.curve.digit_products import Table
from cosign.primitives.curve.edwards25519 import Extended, Scalar
from cosign.primitives.parallel import Progress, no_progress


class Points(Protocol):
    """Decoded points of the curve. Picklable."""

    def __len__(self) -> int:
        """Return how many points there are."""


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

    def join(self, parts: Sequence[Any]) -> Points:
        """See :func:`join`."""

    def scalars(self, values: Sequence[Scalar]) -> Scalars:
        """See :func:`scalars`."""

    def key_weights(
        self,
        tables: Sequence[tuple[Scalar, Table]],
        radices: Sequence[int],
        count: int,
        total: Scalar,
    ) -> Scalars:
        """See :func:`key_weights`."""

    def sum_of_products(
        self, parts: Sequence[tuple[Any, Any]], executor: Executor | None, progress: Progress
    ) -> Extended:
        """See :func:`sum_of_products`."""

    def secret_sum(self, factors: Sequence[bytes], points: Any) -> bytes:
        """See :func:`secret_sum`."""

    def fold(
        self,
        keys: Any,
        rows: Sequence[Sequence[bytes]],
        digits: Sequence[int],
        executor: Executor | None,
        progress: Progress,
    ) -> tuple[bytes, ...]:
        """See :func:`fold`."""


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
        first: what the first point is numbered in messages.

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


def join(parts: Sequence[Points]) -> Points:
    """Join points in their order."""
    return _core.join(parts)


def scalars(values: Sequence[Scalar]) -> Scalars:
    """Take integers from 0 to the order minus 1."""
    return _core.scalars(values)


def key_weights(
    tables: Sequence[tuple[Scalar, Table]], radices: Sequence[int], count: int, total: Scalar
) -> Scalars:
    """Return what each key of a ring is multiplied by in a batch of proofs.

    That is the sum of :mod:`cosign.primitives.curve.digit_products` for the key's index. The
    last key stands for all further indices too: it gets what is missing to ``total``.

    Args:
        tables: pairs of a weight and a table, in which all scalars are reduced.
        radices: the lengths of the rows, which are the same in every table.
        count: of the keys; at most the product of the radices.
        total: the sum of the results.
    """
    return _core.key_weights(tables, radices, count, total)


def sum_of_products(
    parts: Sequence[tuple[Scalars, Points]],
    *,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Extended:
    """Return the sum of all scalars times their points, all public.

    Args:
        parts: each has as many scalars as points.
        executor: of processes, where they help.
        progress: called after each task with the numbers of finished and of all tasks.

    Raises:
        ValueError: the numbers of scalars and points differ.
    """
    return _core.sum_of_products(parts, executor, progress)


def secret_sum(factors: Sequence[bytes], points: Points) -> bytes:
    """Return the sum of secret scalars times points, 32 bytes, in constant time.

    Args:
        factors: reduced scalars of 32 bytes, which are zero with negligible probability.
        points: as many public points of prime order.

    Raises:
        ValueError: the numbers of scalars and points differ.
    """
    return _core.secret_sum(factors, points)


def fold(
    keys: Points,
    rows: Sequence[Sequence[bytes]],
    digits: Sequence[int],
    *,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> tuple[bytes, ...]:
    """Return the coefficients of the sum over a ring that a prover makes, but the highest.

    With i_0, i_1, ... the digits of i, that is the sum of the keys C_i times the polynomial
    in xi that is the product over t of (xi + a_(t, j)) if j = i_t is ``digits[t]``, and of
    a_(t, j) otherwise; ``rows`` has the a. The last key stands for all further indices.

    Args:
        keys: of the ring, public, of prime order.
        rows: secret; for each digit its a, 32 bytes each, which add up to zero.
        digits: secret; of the signer's index.
        executor: of threads, for large rings.
        progress: told how many scalar multiplications are done.
    """
    return _core.fold(keys, rows, digits, executor, progress)
