"""Group and scalar operations on secrets, by libsodium (docs/spec.md, "Ring proof: proving").

Scalars are 32 little-endian bytes below the group's order. Points are 32-byte encodings
of points of the prime-order group, or of the identity. libsodium's operations take the
same time for all values. libsodium refuses a scalar of zero and the identity as inputs;
for these, the functions here return the identity without calling it.

Not protected: Python keeps copies of these bytes and cannot erase them. Which element of
a list is read can show in the processor's caches to an attacker on the same machine.
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
"""Reduce 64 uniform bytes modulo the order to a scalar; the bias is below 2^-259."""

add_points = crypto_core_ed25519_add


def scalar_from_seed(seed: bytes) -> bytes:
    """Return the 32-byte scalar of an Ed25519 private key, reduced modulo the order.

    RFC 8032, section 5.1.5: the first half of SHA-512 of the seed, clamped. Its multiple of
    the base point is the Ed25519 public key.

    Raises:
        ValueError: the seed does not have 32 bytes.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"an Ed25519 private key has {SEED_BYTES} bytes, not {len(seed)}")
    clamped = bytearray(hashlib.sha512(seed).digest()[:SCALAR_BYTES])
    clamped[0] &= 0xF8
    clamped[-1] = clamped[-1] & 0x7F | 0x40
    return reduce_wide(bytes(clamped).ljust(WIDE_BYTES, b"\0"))


def multiply_base(scalar: bytes) -> bytes:
    """Return the 32-byte multiple of the base point; the identity for zero."""
    return IDENTITY_BYTES if scalar == ZERO else crypto_scalarmult_ed25519_base_noclamp(scalar)


def multiply(scalar: bytes, point: bytes) -> bytes:
    """Return the 32-byte multiple of a point; the identity if scalar or point is zero.

    The branch reveals no secret: a secret scalar is zero only with probability 2^-252, and
    the identity occurs only where padding, which is public, put it.
    """
    if scalar == ZERO or point == IDENTITY_BYTES:
        return IDENTITY_BYTES
    return crypto_scalarmult_ed25519_noclamp(scalar, point)


def sum_of_products(scalars: Iterable[bytes], points: Iterable[bytes]) -> bytes:
    """Return the sum of ``scalars[i] * points[i]``, 32 bytes; the identity if there are none.

    Raises:
        ValueError: the numbers of scalars and points differ.
    """
    total = IDENTITY_BYTES
    for scalar, point in zip(scalars, points, strict=True):
        term = multiply(scalar, point)
        total = term if total == IDENTITY_BYTES else add_points(total, term)
    return total
