"""Encodings that a decoder of points accepts or refuses, and why."""

from typing import Final

from cosign.primitives.curve.constant_time import IDENTITY_BYTES
from cosign.primitives.curve.edwards25519 import BASE, PRIME, affine, encode
from tests.support.rings import key_of
from tests.support.torsion import ORDER_EIGHT, shifted

_SIGN: Final = 1 << 255


def _signed(y: int) -> bytes:
    return (y | _SIGN).to_bytes(32, "little")


PRIME_ORDER: Final = [encode(BASE), *(key_of(member) for member in range(6))]
"""Points of the prime-order group."""

OTHER_ORDER: Final = [
    IDENTITY_BYTES,
    encode(affine(ORDER_EIGHT)),
    *(shifted(IDENTITY_BYTES, multiple) for multiple in range(1, 8)),
    *(shifted(key_of(multiple), multiple) for multiple in range(1, 8)),
]
"""Points of the curve that have another order, or a part of small order."""

NO_POINTS: Final = [
    *((int(PRIME) + y).to_bytes(32, "little") for y in range(19)),  # not reduced
    *(_signed(int(PRIME) + y) for y in range(19)),
    _signed(1),  # x = 0 with the sign bit set
    _signed(int(PRIME) - 1),
    (2).to_bytes(32, "little"),  # no x
    _signed(2),
    bytes([0xFF]) * 32,
    b"",
    bytes(31),
    encode(BASE) + b"\0",
    encode(BASE)[:-1],
]
"""Bytes that encode no point, or not in the one way that is accepted."""
