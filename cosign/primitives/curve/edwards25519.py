"""The group of edwards25519 for public values (docs/spec.md, "Group").

Points are encoded in 32 bytes (RFC 8032, section 5.1.2). There are two decoders.
:func:`decode` accepts every canonical point of the curve; it is for commitments, whose
equations are multiplied by the cofactor. :func:`decode_prime_order` accepts only points
of order :data:`ORDER`; it is for keys and tags, which are compared as bytes.

Not protected: the time this arithmetic takes depends on its inputs. Use
:mod:`cosign.primitives.curve.constant_time` for secret scalars and points.

Glossary: capital letters are coordinates as in the papers. ``Affine`` is (x, y),
``Extended`` is (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z (Hisil, Wong, Carter,
Dawson, "Twisted Edwards curves revisited", 2008). The addition law is complete:
it holds for all points. Sums leave T unreduced, because a further sum reduces the product
with it, and nothing else reads it.
"""

from collections.abc import Sequence
from typing import Final, NoReturn

from gmpy2 import (  # type: ignore[import-untyped]  # ships no type hints
    invert,
    mpz,
    pack,
    powmod,
    unpack,
)
from nacl.bindings import crypto_core_ed25519_is_valid_point

from cosign.errors import MalformedError

POINT_BYTES: Final = 32
SCALAR_BYTES: Final = 32

Scalar = int
"""An integer modulo :data:`ORDER`; at run time a gmpy2 ``mpz``, which has no type hints."""

Field = int
"""An integer modulo :data:`PRIME`; at run time a gmpy2 ``mpz``."""

Affine = tuple[Field, Field]
Extended = tuple[Field, Field, Field, Field]

PRIME: Final[int] = mpz(2**255 - 19)
"""The modulus of the field (RFC 7748, section 4.1)."""

ORDER: Final[int] = mpz(2**252 + 27742317777372353535851937790883648493)
"""The prime order of the group. The curve has eight times as many points."""

_D: Final[Field] = -121665 * invert(121666, PRIME) % PRIME
TWO_D: Final[Field] = 2 * _D % PRIME
_SQRT_EXPONENT: Final[int] = (PRIME - 5) // 8
SQRT_MINUS_1: Final[Field] = powmod(2, (PRIME - 1) // 4, PRIME)
_ROOT_EXPONENT: Final[int] = (PRIME + 3) // 8 + 2
_NUMBER_BITS: Final = 8 * POINT_BYTES
_SIGN_BIT: Final = _NUMBER_BITS - 1
Y_MASK: Final[int] = mpz((1 << _SIGN_BIT) - 1)
"""The bits of an encoding that are y; the highest one is the sign of x."""

IDENTITY: Final[Extended] = (mpz(0), mpz(1), mpz(1), mpz(0))


def decode(raw: bytes) -> Affine:
    """Return the point of the curve that 32 bytes encode.

    RFC 8032, section 5.1.3, but only the canonical encoding of each point is accepted.

    Raises:
        MalformedError: the length is wrong, y is not reduced, there is no such point, or x
            is 0 and the sign bit is set.
    """
    if len(raw) != POINT_BYTES:
        _refuse(f"{len(raw)} bytes")
    number = int.from_bytes(raw, "little")
    sign = number >> _SIGN_BIT
    y = number & Y_MASK
    if y >= PRIME:
        _refuse("a coordinate that is not reduced")
    u, v = y * y - 1, (_D * y % PRIME * y + 1) % PRIME
    x = sqrt_ratio(u, v)
    if x is None:
        _refuse("not on the curve")
    if x & 1 != sign:
        if not x:
            _refuse("the sign bit is set for x = 0")
        x = PRIME - x
    return x, y


def decode_many(encoded: Sequence[bytes]) -> list[Affine]:
    """Return what :func:`decode` returns for each, in less time.

    With m = uv, the root of u/v is m^((p + 3) / 8) / v = m^(2^252) / (m^2 v), if there is one,
    or that times the root of -1. A power of two is the fastest exponent, and the quotients of
    all points take one inversion, if no u is zero; v never is, because -1/d is not a square.
    What is not settled here is left to :func:`decode`.

    Raises:
        MalformedError: as :func:`decode` for the first that it refuses.
    """
    if set(map(len, encoded)) != {POINT_BYTES}:
        return [decode(raw) for raw in encoded]
    numbers = unpack_numbers(b"".join(encoded))
    ys = [number & Y_MASK for number in numbers]
    if max(ys) >= PRIME:
        return [decode(raw) for raw in encoded]
    ratios = [(y2 - 1, (_D * y2 + 1) % PRIME) for y2 in (y * y % PRIME for y in ys)]
    products = [u * v % PRIME for u, v in ratios]
    divisors = [m * m % PRIME * v % PRIME for m, (_, v) in zip(products, ratios, strict=True)]
    if not all(divisors):
        return [decode(raw) for raw in encoded]
    points = []
    for number, y, (u, v), m, inverse in zip(
        numbers, ys, ratios, products, invert_all(divisors), strict=True
    ):
        x = powmod(m, _ROOT_EXPONENT, PRIME) * inverse % PRIME
        found = x * x % PRIME * v % PRIME
        if found != u:
            if found + u != PRIME:
                return [decode(raw) for raw in encoded]
            x = x * SQRT_MINUS_1 % PRIME
        points.append((x if x & 1 == number >> _SIGN_BIT else PRIME - x, y))
    return points


def _refuse(what: str) -> NoReturn:
    raise MalformedError(
        f"not a point of edwards25519: {what}",
        hint="the bytes are damaged or were made by a faulty program",
    )


def sqrt_ratio(u: Field, v: Field) -> Field | None:
    """Return a square root of u/v modulo :data:`PRIME`, or None if there is none.

    It takes one exponentiation for inversion and root (RFC 8032, section 5.1.3, step 3).
    """
    v3 = v * v % PRIME * v % PRIME
    uv3 = u * v3 % PRIME
    root: Field = uv3 * powmod(uv3 * v3 % PRIME * v, _SQRT_EXPONENT, PRIME) % PRIME
    check = v * root % PRIME * root
    if not (check - u) % PRIME:
        return root
    if not (check + u) % PRIME:
        return root * SQRT_MINUS_1 % PRIME
    return None


def is_prime_order(raw: bytes) -> bool:
    """Return whether 32 bytes are the canonical encoding of a point of order :data:`ORDER`.

    They are not for the identity, for points with a component of small order, and for
    encodings that are not canonical.
    """
    return len(raw) == POINT_BYTES and crypto_core_ed25519_is_valid_point(raw)


def decode_prime_order(raw: bytes) -> Affine:
    """Return the point of order :data:`ORDER` that 32 bytes encode.

    Raises:
        MalformedError: :func:`is_prime_order` does not accept the bytes.
    """
    if not is_prime_order(raw):
        raise MalformedError(
            "not a point of the prime-order group of edwards25519",
            hint="no honest program makes a key or tag with a component of small order",
        )
    return decode(raw)


def decode_scalar(raw: bytes) -> Scalar:
    """Return the integer below :data:`ORDER` that 32 little-endian bytes encode.

    Raises:
        MalformedError: the length is wrong, or the integer is not below :data:`ORDER`.
    """
    number: Scalar = mpz(int.from_bytes(raw, "little"))
    if len(raw) != SCALAR_BYTES or number >= ORDER:
        raise MalformedError(
            "not a reduced scalar of edwards25519",
            hint="the bytes are damaged or were made by a faulty program",
        )
    return number


def encode_scalar(scalar: Scalar) -> bytes:
    """Return a reduced scalar as 32 little-endian bytes; the inverse of :func:`decode_scalar`."""
    return int(scalar).to_bytes(SCALAR_BYTES, "little")


def encode(point: Affine) -> bytes:
    """Return a point as 32 bytes (RFC 8032, section 5.1.2); the inverse of :func:`decode`."""
    x, y = point
    return int(y | (x & 1) << _SIGN_BIT).to_bytes(POINT_BYTES, "little")


def extended(point: Affine) -> Extended:
    """Return the extended coordinates of an affine point."""
    x, y = point
    return x, y, mpz(1), x * y % PRIME


def affine(point: Extended) -> Affine:
    """Return the affine coordinates of an extended point; this takes one inversion."""
    X, Y, Z, _ = point
    inverse = invert(Z, PRIME)
    return X * inverse % PRIME, Y * inverse % PRIME


def pack_numbers(numbers: Sequence[int]) -> bytes:
    """Return numbers below 2^256 as 32 little-endian bytes each, one after another."""
    packed: bytes = pack(numbers, _NUMBER_BITS).to_bytes(POINT_BYTES * len(numbers), "little")
    return packed


def unpack_numbers(packed: bytes) -> list[Field]:
    """Return the numbers in packed bytes; the inverse of :func:`pack_numbers`."""
    found: list[Field] = unpack(mpz.from_bytes(packed, "little"), _NUMBER_BITS)
    count = len(packed) // POINT_BYTES
    # unpack omits leading zeros, but makes one number of nothing.
    return (found + [mpz(0)] * (count - len(found)))[:count]


def invert_all(values: Sequence[Field]) -> list[Field]:
    """Return the inverses of numbers that are not zero, by one inversion and products.

    Each is the inverse of the product of all, times the others (P. L. Montgomery, "Speeding the
    Pollard and elliptic curve methods of factorization", 1987, section 10.3.1).
    """
    found, product = [], mpz(1)
    for value in values:
        found.append(product)
        product = product * value % PRIME
    inverse = invert(product, PRIME)
    for place in reversed(range(len(values))):
        found[place] = found[place] * inverse % PRIME
        inverse = inverse * values[place] % PRIME
    return found


def add(left: Extended, right: Extended) -> Extended:
    """Return the sum of two points (Hisil et al. 2008, section 3.1; complete on this curve)."""
    X1, Y1, Z1, T1 = left
    X2, Y2, Z2, T2 = right
    A = (Y1 - X1) * (Y2 - X2) % PRIME
    B = (Y1 + X1) * (Y2 + X2) % PRIME
    C = TWO_D * T1 % PRIME * T2 % PRIME
    D = 2 * Z1 * Z2 % PRIME
    E, F, G, H = B - A, D - C, D + C, B + A
    return E * F % PRIME, G * H % PRIME, F * G % PRIME, E * H


def double(point: Extended) -> Extended:
    """Return twice a point (Hisil et al. 2008, section 3.3)."""
    X, Y, Z, _ = point
    A, B = X * X % PRIME, Y * Y % PRIME
    G, H = B - A, -A - B
    E, F = (X + Y) ** 2 % PRIME + H, G - 2 * Z * Z % PRIME
    return E * F % PRIME, G * H % PRIME, F * G % PRIME, E * H


def negate(point: Extended) -> Extended:
    """Return the inverse of a point in the group."""
    X, Y, Z, T = point
    return -X, Y, Z, -T


def is_small_order(point: Extended) -> bool:
    """Return whether eight times the point is the identity: the cofactored test for zero."""
    X, Y, Z, _ = double(double(double(point)))
    return not X and not (Y - Z) % PRIME


BASE: Final[Affine] = decode(bytes([0x58]) + 31 * bytes([0x66]))
"""The standard base point, y = 4/5 (RFC 8032, section 5.1)."""

# libsodium before December 2025 accepts points with a component of order two
# (CVE-2025-69277), with which each member could make a second tag and be counted twice.
# So this module refuses to be imported with such a library.
if is_prime_order(encode((-BASE[0] % PRIME, -BASE[1] % PRIME))):
    raise ImportError(
        "this libsodium accepts points of wrong order (CVE-2025-69277): update PyNaCl"
    )
