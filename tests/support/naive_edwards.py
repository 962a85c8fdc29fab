"""edwards25519 and hashing to it in plain integers (docs/spec.md, "Group" and "Hash to curve").

Written from the specification and the RFCs alone, so that tests can compare it with
the library, and shares no code with it. Not protected: anything; it is slow and its
time depends on what it computes.
"""

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z (RFC 8032, section 5.1.4)."""

PRIME: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
IDENTITY: Final[Point] = (0, 1, 1, 0)
_D: Final = -121665 * pow(121666, -1, PRIME) % PRIME
_I: Final = pow(2, (PRIME - 1) // 4, PRIME)
_J: Final = 486662
"""The coefficient of curve25519 (RFC 7748, section 4.1)."""
_POINT_BYTES: Final = 32
_EXPANDED_BYTES: Final = 96
_FIELD_BYTES: Final = 48


class Refused(ValueError):  # noqa: N818  # a verdict, not a fault
    """Bytes or values that a rule of the specification refuses."""


def add(left: Point, right: Point) -> Point:
    """Add two points (RFC 8032, section 5.1.4)."""
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a = (y1 - x1) * (y2 - x2) % PRIME
    b = (y1 + x1) * (y2 + x2) % PRIME
    c = 2 * _D * t1 * t2 % PRIME
    d = 2 * z1 * z2 % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def double(point: Point) -> Point:
    """Add a point to itself (RFC 8032, section 5.1.4)."""
    x, y, z, _ = point
    a, b = x * x % PRIME, y * y % PRIME
    h = a + b
    e = h - (x + y) ** 2
    g = a - b
    f = 2 * z * z + g
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


@lru_cache(maxsize=20_000)
def _multiples(point: Point) -> tuple[Point, ...]:
    """Return 0 to 15 times a point; kept, because keys and generators come again and again."""
    rows = [IDENTITY]
    for _ in range(15):
        rows.append(add(rows[-1], point))
    return tuple(rows)


def combine(terms: Iterable[tuple[int, Point]]) -> Point:
    """Sum scalars below 2^256 times points, four bits at a time."""
    tables = [(scalar, _multiples(point)) for scalar, point in terms]
    total = IDENTITY
    for shift in range(252, -4, -4):
        total = double(double(double(double(total))))
        for scalar, table in tables:
            digit = scalar >> shift & 15
            if digit:
                total = add(total, table[digit])
    return total


def is_identity(point: Point) -> bool:
    """Return whether a point is the neutral one."""
    return point[0] == 0 and point[1] == point[2]


def from_affine(x: int, y: int) -> Point:
    """Return the point with these coordinates."""
    return x, y, 1, x * y % PRIME


def to_affine(point: Point) -> tuple[int, int]:
    """Return the coordinates (x, y), each below p."""
    inverse = pow(point[2], -1, PRIME)
    return point[0] * inverse % PRIME, point[1] * inverse % PRIME


def encode(point: Point) -> bytes:
    """Return the 32 bytes of a point (RFC 8032, section 5.1.2)."""
    x, y = to_affine(point)
    return (y | (x & 1) << 255).to_bytes(_POINT_BYTES, "little")


def root(square: int) -> int | None:
    """Return a square root modulo p, or None (RFC 8032, section 5.1.3, for p = 5 modulo 8)."""
    candidate = pow(square, (PRIME + 3) // 8, PRIME)
    for value in (candidate, candidate * _I % PRIME):
        if (value * value - square) % PRIME == 0:
            return value
    return None


def decode(raw: bytes) -> Point:
    """Read a point by the four refusals of docs/spec.md, "Group".

    Raises:
        Refused: these bytes are not the one encoding of a point.
    """
    if len(raw) != _POINT_BYTES:
        raise Refused("a point has 32 bytes")
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number % 2**255
    if y >= PRIME:
        raise Refused("y is not reduced")
    x = root((y * y - 1) * pow(_D * y * y + 1, -1, PRIME) % PRIME)
    if x is None:
        raise Refused("no x exists")
    if x == 0 and sign:
        raise Refused("x = 0 has no sign")
    return from_affine(x if x & 1 == sign else PRIME - x, y)


@lru_cache(maxsize=20_000)
def decode_prime_order(raw: bytes) -> Point:
    """Read a point that is of order l and not the identity.

    Raises:
        Refused: these bytes are not the encoding of such a point.
    """
    point = decode(raw)
    if is_identity(point) or not is_identity(combine([(ORDER, point)])):
        raise Refused("not of prime order")
    return point


BASE: Final = decode((4 * pow(5, -1, PRIME) % PRIME).to_bytes(_POINT_BYTES, "little"))


def expand_message_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    """Stretch a message to ``length`` bytes with SHA-512 (RFC 9380, section 5.3.1)."""
    suffix = dst + bytes([len(dst)])
    first = hashlib.sha512(bytes(128) + message + length.to_bytes(2, "big") + b"\0" + suffix)
    block, out = bytes(64), b""
    for count in range(1, -(-length // 64) + 1):
        mixed = bytes(a ^ b for a, b in zip(first.digest(), block, strict=True))
        block = hashlib.sha512(mixed + bytes([count]) + suffix).digest()
        out += block
    return out[:length]


def hash_to_field(message: bytes, dst: bytes) -> tuple[int, int]:
    """Return the two field elements u of a message (RFC 9380, section 5.2)."""
    raw = expand_message_xmd(message, dst, _EXPANDED_BYTES)
    low, high = raw[:_FIELD_BYTES], raw[_FIELD_BYTES:]
    return int.from_bytes(low, "big") % PRIME, int.from_bytes(high, "big") % PRIME


def map_to_curve(u: int) -> Point:
    """Map a field element to edwards25519 (RFC 9380, sections 6.7.1 and 6.8.2)."""
    s = -_J * pow(1 + 2 * u * u, -1, PRIME) % PRIME  # 1 + 2uu is never 0: -1/2 is no square
    t = root((s**3 + _J * s * s + s) % PRIME)
    sign = 1
    if t is None:
        s = (-s - _J) % PRIME
        t, sign = root((s**3 + _J * s * s + s) % PRIME), 0
    if t is None:
        raise AssertionError("one of the two is always a square")
    if t & 1 != sign:
        t = -t % PRIME
    scale = root(-(_J + 2) % PRIME)
    if scale is None:
        raise AssertionError("-486664 is a square")
    if scale & 1:
        scale = PRIME - scale
    if t == 0 or s == PRIME - 1:
        return IDENTITY
    x = scale * s * pow(t, -1, PRIME)
    y = (s - 1) * pow(s + 1, -1, PRIME)
    return from_affine(x % PRIME, y % PRIME)


@cache
def hash_to_curve(dst: bytes, message: bytes) -> Point:
    """Hash to the group: edwards25519_XMD:SHA-512_ELL2_RO_ (RFC 9380, section 3)."""
    first, second = hash_to_field(message, dst)
    return double(double(double(add(map_to_curve(first), map_to_curve(second)))))
