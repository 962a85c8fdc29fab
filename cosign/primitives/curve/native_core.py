"""The compiled core (docs/spec.md, "Ring proof"): its source is in native/.

It does what :mod:`cosign.primitives.curve.core` describes. Points and scalars that callers
have as Python values are passed to it as bytes. When the compiled core refuses a point, the
Python decoder finds the reason, so that both cores give the same messages.

Not protected: Python keeps copies of secret bytes and cannot erase them. Rust overwrites the
scalars and nodes that it keeps on its heap, and not what lay on its stack or in registers.
"""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha512

import cosign_letter_native as native
from cosign_letter_native import Nodes, Points, Scalars

from cosign.primitives.curve import edwards25519
from cosign.primitives.curve.edwards25519 import (
    POINT_BYTES,
    Affine,
    Extended,
    Scalar,
    decode_scalar,
    encode_scalar,
    extended,
)
from cosign.primitives.curve.packed import Packed
from cosign.primitives.curve.prime_order import decode_one_by_one
from cosign.primitives.curve.signature_rules import (
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    is_valid,
)

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


def find_bad_signatures(items: Sequence[tuple[bytes, bytes, bytes]]) -> tuple[int, ...]:
    """See :func:`cosign.primitives.curve.core.find_bad_signatures`."""
    if any(len(k) != PUBLIC_KEY_BYTES or len(s) != SIGNATURE_BYTES for k, s, _message in items):
        return tuple(place for place, item in enumerate(items) if not is_valid(*item))
    keys = b"".join([key for key, _signature, _message in items])
    signatures = b"".join([signature for _key, signature, _message in items])
    hashes = [sha512(s[:POINT_BYTES] + key + message).digest() for key, s, message in items]
    return tuple(native.find_bad_signatures(keys, signatures, b"".join(hashes)))


def _decode(
    decode_all: Callable[[bytes], Points],
    encoded: Sequence[bytes],
    name_the_wrong_one: Callable[[Sequence[bytes]], object],
) -> Points:
    raw = encoded.raw if isinstance(encoded, Packed) else b"".join(encoded)
    try:
        if isinstance(encoded, Packed) or all(len(point) == POINT_BYTES for point in encoded):
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


def decode_checked(encoded: Packed) -> Points:
    """See :func:`cosign.primitives.curve.core.decode_checked`."""
    return native.decode(encoded.raw)


def leaves_lock() -> bool:
    """See :func:`cosign.primitives.curve.core.leaves_lock`."""
    return True


def key_weights(
    tables: bytes, radices: bytes, first: int, count: int, total: Scalar | None
) -> Scalars:
    """See :func:`cosign.primitives.curve.core.key_weights`."""
    rest = None if total is None else encode_scalar(total)
    return native.key_weights(tables, radices, first, count, rest)


def sum_of_scalars(scalars: Scalars) -> Scalar:
    """See :func:`cosign.primitives.curve.core.sum_of_scalars`."""
    return decode_scalar(scalars.sum())


def sum_of_products(parts: Sequence[tuple[Scalars, Points]]) -> Extended:
    """See :func:`cosign.primitives.curve.core.sum_of_products`."""
    return extended(edwards25519.decode(native.sum_of_products(parts)))


def secret_sum(factors: Sequence[bytes], points: Points) -> bytes:
    """See :func:`cosign.primitives.curve.core.secret_sum`."""
    return native.secret_sum(b"".join(factors), points)


def fold_keys(
    keys: Points, first: int, last: int, rows: Sequence[Sequence[bytes]], digits: Sequence[int]
) -> Nodes:
    """See :func:`cosign.primitives.curve.core.fold_keys`."""
    return Nodes.of_keys(keys, first, last, *_packed(rows), bytes(digits))


def fold_nodes(
    nodes: Sequence[Nodes],
    last_key: bytes,  # noqa: ARG001  # the last of the nodes has it
    rows: Sequence[Sequence[bytes]],
    digits: Sequence[int],
) -> tuple[bytes, ...]:
    """See :func:`cosign.primitives.curve.core.fold_nodes`."""
    return tuple(Nodes.join(nodes, *_packed(rows), bytes(digits)).coefficients()[:-1])


def _packed(rows: Sequence[Sequence[bytes]]) -> tuple[bytes, bytes]:
    return b"".join([scalar for row in rows for scalar in row]), bytes(map(len, rows))
