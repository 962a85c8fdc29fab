"""Group and scalar operations on secrets, by libsodium (docs/spec.md, "Ring proof: proving").

Scalars are 32 little-endian bytes below the group's order, points are 32-byte
encodings of points of the prime-order group or of the identity. libsodium's
operations take the same time for all values; it refuses zero scalars and the
identity, which the sums here stand for by the identity.

Not protected: Python keeps copies of these bytes and cannot erase them; which
list element is read can show in caches to someone on the same machine.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_negate,
    crypto_core_ed25519_scalar_reduce,
    crypto_core_ed25519_scalar_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from cosign.primitives.curve.edwards25519 import POINT_BYTES, SCALAR_BYTES

SEED_BYTES: Final = 32
WIDE_BYTES: Final = 64

IDENTITY_BYTES: Final = b"\x01" + bytes(POINT_BYTES - 1)
ZERO: Final = bytes(SCALAR_BYTES)

add_scalars = crypto_core_ed25519_scalar_add
subtract_scalars = crypto_core_ed25519_scalar_sub
multiply_scalars = crypto_core_ed25519_scalar_mul
negate_scalar = crypto_core_ed25519_scalar_negate

reduce_wide = crypto_core_ed25519_scalar_reduce
"""Reduce 64 uniform bytes to a scalar; the bias is below 2^-259."""

add_points = crypto_core_ed25519_add


def scalar_from_seed(seed: bytes) -> bytes:
    """Give the scalar of an Ed25519 private key of 32 bytes, reduced.

    RFC 8032, section 5.1.5: the first half of SHA-512, clamped. Its multiple of
    the base point is the Ed25519 public key.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"an Ed25519 private key has {SEED_BYTES} bytes, not {len(seed)}")
    clamped = bytearray(hashlib.sha512(seed).digest()[:SCALAR_BYTES])
    clamped[0] &= 0xF8
    clamped[-1] = clamped[-1] & 0x7F | 0x40
    return reduce_wide(bytes(clamped).ljust(WIDE_BYTES, b"\0"))


def multiply_base(scalar: bytes) -> bytes:
    """Multiply the base point by a scalar; the identity for zero."""
    return IDENTITY_BYTES if scalar == ZERO else crypto_scalarmult_ed25519_base_noclamp(scalar)


def multiply(scalar: bytes, point: bytes) -> bytes:
    """Multiply a point by a scalar; the identity if either is zero.

    Equality with zero happens by chance for no secret scalar (2^-252), and the
    identity stands only where public padding put it: the branch tells nothing.
    """
    if scalar == ZERO or point == IDENTITY_BYTES:
        return IDENTITY_BYTES
    return crypto_scalarmult_ed25519_noclamp(scalar, point)


def sum_of_products(scalars: Iterable[bytes], points: Iterable[bytes]) -> bytes:
    """Give the sum of ``scalars[i] * points[i]``.

    Raises:
        ValueError: unequal lengths.
    """
    total = IDENTITY_BYTES
    for scalar, point in zip(scalars, points, strict=True):
        term = multiply(scalar, point)
        total = term if total == IDENTITY_BYTES else add_points(total, term)
    return total
