"""Hashing to the prime-order group (docs/spec.md, "Hash to curve").

RFC 9380, suite edwards25519_XMD:SHA-512_ELL2_RO_. Nobody knows the discrete logarithm of the
result to any other base.

Not protected: the time taken depends on the message, so the message must be public.
"""

import hashlib
from typing import Final

from gmpy2 import invert, mpz  # type: ignore[import-untyped]  # ships no type hints

from cosign.primitives.curve.edwards25519 import (
    IDENTITY,
    PRIME,
    Affine,
    Extended,
    Field,
    add,
    affine,
    double,
    extended,
    sqrt_ratio,
)

SUITE: Final = "edwards25519_XMD:SHA-512_ELL2_RO_"

_DIGEST_BYTES: Final = 64
_BLOCK_BYTES: Final = 128
_FIELD_BYTES: Final = 48
"""Uniform bytes for one field element: ceil((255 + 128) / 8) (RFC 9380, section 5.1)."""

_MOST_BLOCKS: Final = 255
_MOST_DST_BYTES: Final = 255
_J: Final[Field] = mpz(486662)
"""The coefficient A of curve25519 (RFC 7748, section 4.1), J in RFC 9380."""

_ROOT: Final[Field] = mpz(0x0F26EDF460A006BBD27B08DC03FC4F7EC5A1D3D14B7D1A82CC6E04AAFF457E06)
"""The even square root of -486664 (RFC 9380, section 6.8.2 and appendix D.1)."""


def hash_to_curve(dst: str, message: bytes) -> Affine:
    """Return the point of the prime-order group to which a message is hashed.

    RFC 9380, section 3, hash_to_curve. The result is the identity only with probability
    2^-252.

    Args:
        dst: domain separation tag: 1 to 255 ASCII characters, from :mod:`cosign.labels`.
        message: any bytes.
    """
    uniform = expand_message_xmd(message, dst.encode("ascii"), 2 * _FIELD_BYTES)
    total = IDENTITY
    for raw in (uniform[:_FIELD_BYTES], uniform[_FIELD_BYTES:]):
        element = mpz(int.from_bytes(raw, "big")) % PRIME
        total = add(total, _map_to_curve(element))
    return affine(double(double(double(total))))


def expand_message_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    """Return ``length`` uniform bytes made from a message (RFC 9380, section 5.3.1).

    Raises:
        ValueError: more than 255 blocks of SHA-512 are needed, or the tag does not have 1 to
            255 bytes.
    """
    blocks = -(-length // _DIGEST_BYTES)
    if blocks > _MOST_BLOCKS or not 0 < len(dst) <= _MOST_DST_BYTES:
        raise ValueError(
            "expand_message_xmd makes at most 255 blocks, from a tag of 1 to 255 bytes"
        )
    dst_prime = dst + bytes([len(dst)])
    framed = bytes(_BLOCK_BYTES) + message + length.to_bytes(2, "big") + b"\0" + dst_prime
    first = hashlib.sha512(framed).digest()
    out, last = b"", bytes(_DIGEST_BYTES)
    for i in range(1, blocks + 1):
        mixed = bytes(a ^ b for a, b in zip(first, last, strict=True))
        last = hashlib.sha512(mixed + bytes([i]) + dst_prime).digest()
        out += last
    return out[:length]


def _map_to_curve(u: Field) -> Extended:
    """Return a field element mapped to edwards25519 (RFC 9380, 6.7.1, 6.8.2, appendix D.1)."""
    s, t = _elligator2(u)
    denominator = t * (s + 1) % PRIME
    if not denominator:
        return IDENTITY
    inverse = invert(denominator, PRIME)
    x = _ROOT * s % PRIME * (s + 1) % PRIME * inverse % PRIME
    y = (s - 1) * t % PRIME * inverse % PRIME
    return extended((x, y))


def _elligator2(u: Field) -> tuple[Field, Field]:
    """Return a field element mapped to curve25519, with Z = 2 (RFC 9380, section 6.7.1)."""
    x1 = -_J * invert(1 + 2 * u * u, PRIME) % PRIME  # never zero, as -1/2 is not a square
    x, sign, root = next(
        (x, sign, root)
        for x, sign in ((x1, 1), ((-x1 - _J) % PRIME, 0))  # one of the two always has a root
        if (root := sqrt_ratio((x * x + _J * x + 1) * x % PRIME, mpz(1))) is not None
    )
    return x, root if root & 1 == sign else -root % PRIME
