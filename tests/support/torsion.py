"""Points of small order, for attacks."""

from cosign.primitives.curve.edwards25519 import (
    IDENTITY,
    Extended,
    add,
    affine,
    decode,
    encode,
    extended,
)

ORDER_EIGHT = extended(
    decode(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"))
)
"""A point of order eight: its multiples are all points of small order."""


def torsion(multiple: int) -> Extended:
    """Return one of the eight points of small order; 0 is the identity, 4 has order two."""
    total = IDENTITY
    for _ in range(multiple % 8):
        total = add(total, ORDER_EIGHT)
    return total


def shifted(raw: bytes, multiple: int) -> bytes:
    """Add a point of small order to an encoded point."""
    return encode(affine(add(extended(decode(raw)), torsion(multiple))))
