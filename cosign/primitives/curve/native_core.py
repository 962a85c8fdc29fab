"""The compiled core (docs/spec.md, "Ring proof"): its source is in native/.

It does what :mod:`cosign.primitives.curve.core` describes. Points and scalars that callers
have as Python values cross the border as bytes. Where the compiled core refuses a point, the
Python decoder says why, so that messages are the same.

Not protected: Python keeps copies of secret bytes and cannot erase them. Rust overwrites the
scalars and nodes that it keeps on its heap, and not what lay on its stack or in registers.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Final

import cosign_letter_native as native
from cosign_letter_native import Points, Scalars

from cosign.primitives.curve import edwards25519
from cosign.primitives.curve.digit_products import Table
from cosign.primitives.curve.edwards25519 import (
    POINT_BYTES,
    Affine,
    Extended,
    Scalar,
    encode_scalar,
    extended,
)
from cosign.primitives.curve.folding import work
from cosign.primitives.curve.prime_order import decode_one_by_one
from cosign.primitives.parallel import Progress, chunks, run

_TASK_TERMS: Final = 8_192
"""Scalar multiplications of a fold in one task: about a twentieth of a second."""

join = Points.join


def decode(encoded: Sequence[bytes]) -> Points:
    """See :func:`cosign.primitives.curve.core.decode`."""
    return _decode(native.decode, encoded, partial(_each, edwards25519.decode))


def decode_prime_order(encoded: Sequence[bytes]) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_prime_order`."""
    name = partial(_each, edwards25519.decode_prime_order)
    return _decode(native.decode_prime_order, encoded, name)


def decode_keys(encoded: Sequence[bytes], coins: bytes, first: int) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_keys`."""
    decode_together = partial(native.decode_keys, coins=coins)
    return _decode(decode_together, encoded, partial(decode_one_by_one, first=first))


def have_prime_order(encoded: Sequence[bytes], coins: bytes) -> bool:
    """See :func:`cosign.primitives.curve.core.have_prime_order`."""
    if any(len(point) != POINT_BYTES for point in encoded):
        return False
    try:
        native.decode_keys(b"".join(encoded), coins)
    except native.InvalidPointError:
        return False
    return True


def _decode(
    decode_all: Callable[[bytes], Points],
    encoded: Sequence[bytes],
    name_the_wrong_one: Callable[[Sequence[bytes]], object],
) -> Points:
    raw = b"".join(encoded)
    try:
        if all(len(point) == POINT_BYTES for point in encoded):
            return decode_all(raw)
    except native.InvalidPointError:
        pass
    name_the_wrong_one(encoded)
    raise RuntimeError(f"the compiled core refuses points that Python accepts: {raw.hex()}")


def _each(decode_one: Callable[[bytes], Affine], encoded: Sequence[bytes]) -> None:
    for point in encoded:
        decode_one(point)


def scalars(values: Sequence[Scalar]) -> Scalars:
    """See :func:`cosign.primitives.curve.core.scalars`."""
    return Scalars(b"".join(map(encode_scalar, values)))


def key_weights(
    tables: Sequence[tuple[Scalar, Table]], radices: Sequence[int], count: int, total: Scalar
) -> Scalars:
    """See :func:`cosign.primitives.curve.core.key_weights`."""
    numbers = (n for weight, rows in tables for n in (weight, *(f for row in rows for f in row)))
    raw = b"".join(map(encode_scalar, numbers))
    return native.key_weights(raw, bytes(radices), count, encode_scalar(total))


def sum_of_products(
    parts: Sequence[tuple[Scalars, Points]], executor: Executor | None, progress: Progress
) -> Extended:
    """See :func:`cosign.primitives.curve.core.sum_of_products`.

    The executor is not used: sending the points would take about as long as the sum.
    """
    del executor
    total = native.sum_of_products(parts)
    progress(1, 1)
    return extended(edwards25519.decode(total))


def secret_sum(factors: Sequence[bytes], points: Points) -> bytes:
    """See :func:`cosign.primitives.curve.core.secret_sum`."""
    return native.secret_sum(b"".join(factors), points)


def fold(
    keys: Points,
    rows: Sequence[Sequence[bytes]],
    digits: Sequence[int],
    executor: Executor | None,
    progress: Progress,
) -> tuple[bytes, ...]:
    """See :func:`cosign.primitives.curve.core.fold`.

    Threads run side by side. Nodes stay in this process, so no other executor is used.
    """
    if not isinstance(executor, ThreadPoolExecutor):
        executor = None
    nodes = native.Nodes(keys)
    done, total = 0, work(len(keys), [len(row) for row in rows])
    for coefficients, (row, digit) in enumerate(zip(rows, digits, strict=True), 1):
        raw = b"".join(row)
        terms = coefficients * len(row)  # of one group
        pieces = chunks(-(-len(nodes) // len(row)), -(-_TASK_TERMS // terms))
        parts = []
        tasks = [(raw, digit, piece.start, piece.stop) for piece in pieces]
        for piece, part in zip(pieces, run(nodes.fold, tasks, executor), strict=True):
            parts.append(part)
            done += terms * (piece.stop - piece.start)
            progress(done, total)
        nodes = native.Nodes.join(parts)
    return tuple(nodes.coefficients()[:-1])
