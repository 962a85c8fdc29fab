"""The group of edwards25519 for public values (docs/spec.md, "Group").

Points travel as 32-byte encodings (RFC 8032, section 5.1.2). Two decoders:
:func:`decode` takes every canonical point of the curve, for commitments whose
equation is multiplied by the cofactor; :func:`decode_prime_order` takes points
of order :data:`ORDER` only, for keys and tags, which are compared as bytes.

Not protected: this arithmetic takes time that depends on its inputs. Secret
scalars and points belong in :mod:`cosign.primitives.curve.constant_time`.

Glossary: capital letters are coordinates as in the papers. ``Affine`` is (x, y),
``Extended`` is (X, Y, Z, T) with x = X/Z, y = Y/Z, T = XY/Z (Hisil, Wong, Carter,
Dawson, "Twisted Edwards curves revisited", 2008). The addition law is complete:
it holds for all points.
"""

from typing import Final, NoReturn

from gmpy2 import invert, mpz, powmod  # type: ignore[import-untyped]  # ships no type hints
from nacl.bindings import crypto_core_ed25519_is_valid_point

from cosign.errors import MalformedError

POINT_BYTES: Final = 32
SCALAR_BYTES: Final = 32

Scalar = int
"""An integer modulo :data:`ORDER`; at run time a gmpy2 ``mpz``, which has no type hints."""

Field = int
"""An integer modulo :data:`PRIME`; an ``mpz`` too."""

Affine = tuple[Field, Field]
Extended = tuple[Field, Field, Field, Field]

PRIME: Final[int] = mpz(2**255 - 19)
"""The field's modulus (RFC 7748, section 4.1)."""

ORDER: Final[int] = mpz(2**252 + 27742317777372353535851937790883648493)
"""Prime order of the group; the curve has eight times as many points."""

_D: Final[Field] = -121665 * invert(121666, PRIME) % PRIME
TWO_D: Final[Field] = 2 * _D % PRIME
_SQRT_EXPONENT: Final[int] = (PRIME - 5) // 8
SQRT_MINUS_1: Final[Field] = powmod(2, (PRIME - 1) // 4, PRIME)
_SIGN_BIT: Final = 8 * POINT_BYTES - 1

IDENTITY: Final[Extended] = (mpz(0), mpz(1), mpz(1), mpz(0))


def decode(raw: bytes) -> Affine:
    """Decode the canonical 32-byte encoding of any point of the curve.

    RFC 8032, section 5.1.3, with every second encoding refused.

    Raises:
        MalformedError: wrong length, y not reduced, no such point, or x = 0 with a sign.
    """
    if len(raw) != POINT_BYTES:
        _refuse(f"{len(raw)} bytes")
    number = int.from_bytes(raw, "little")
    sign = number >> _SIGN_BIT
    y = mpz(number & ((1 << _SIGN_BIT) - 1))
    if y >= PRIME:
        _refuse("a coordinate that is not reduced")
    u, v = y * y - 1, (_D * y % PRIME * y + 1) % PRIME
    x = sqrt_ratio(u, v)
    if x is None:
        _refuse("not on the curve")
    if x & 1 != sign:
        if not x:
            _refuse("a sign on a coordinate of zero")
        x = PRIME - x
    return x, y


def _refuse(what: str) -> NoReturn:
    raise MalformedError(
        f"not a point of edwards25519: {what}",
        hint="the bytes are damaged or were made by a faulty program",
    )


def sqrt_ratio(u: Field, v: Field) -> Field | None:
    """Give a square root of u/v modulo :data:`PRIME`, or None if there is none.

    One exponentiation for inversion and root (RFC 8032, section 5.1.3, step 3).
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
    """Tell whether 32 bytes are the canonical encoding of a point of order :data:`ORDER`.

    False for the identity, for points with a part of small order, and for
    encodings that are not canonical.
    """
    return len(raw) == POINT_BYTES and crypto_core_ed25519_is_valid_point(raw)


def decode_prime_order(raw: bytes) -> Affine:
    """Decode the canonical 32-byte encoding of a point of order :data:`ORDER`.

    Raises:
        MalformedError: not what :func:`is_prime_order` accepts.
    """
    if not is_prime_order(raw):
        raise MalformedError(
            "not a point of the prime-order group of edwards25519",
            hint="no honest program makes a key or tag with a part of small order",
        )
    return decode(raw)


def decode_scalar(raw: bytes) -> Scalar:
    """Decode 32 little-endian bytes of an integer below :data:`ORDER`.

    Raises:
        MalformedError: wrong length or not reduced.
    """
    number: Scalar = mpz(int.from_bytes(raw, "little"))
    if len(raw) != SCALAR_BYTES or number >= ORDER:
        raise MalformedError(
            "not a reduced scalar of edwards25519",
            hint="the bytes are damaged or were made by a faulty program",
        )
    return number


def encode_scalar(scalar: Scalar) -> bytes:
    """Encode a reduced scalar as 32 little-endian bytes; the inverse of :func:`decode_scalar`."""
    return int(scalar).to_bytes(SCALAR_BYTES, "little")


def encode(point: Affine) -> bytes:
    """Encode a point as 32 bytes (RFC 8032, section 5.1.2); the inverse of :func:`decode`."""
    x, y = point
    return int(y | (x & 1) << _SIGN_BIT).to_bytes(POINT_BYTES, "little")


def extended(point: Affine) -> Extended:
    """Give the extended coordinates of an affine point."""
    x, y = point
    return x, y, mpz(1), x * y % PRIME


def affine(point: Extended) -> Affine:
    """Give the affine coordinates of an extended point, at the cost of one inversion."""
    X, Y, Z, _ = point
    inverse = invert(Z, PRIME)
    return X * inverse % PRIME, Y * inverse % PRIME


def add(left: Extended, right: Extended) -> Extended:
    """Add two points (Hisil et al. 2008, section 3.1; complete on this curve)."""
    X1, Y1, Z1, T1 = left
    X2, Y2, Z2, T2 = right
    A = (Y1 - X1) * (Y2 - X2) % PRIME
    B = (Y1 + X1) * (Y2 + X2) % PRIME
    C = TWO_D * T1 % PRIME * T2 % PRIME
    D = 2 * Z1 * Z2 % PRIME
    E, F, G, H = B - A, D - C, D + C, B + A
    return E * F % PRIME, G * H % PRIME, F * G % PRIME, E * H % PRIME


def double(point: Extended) -> Extended:
    """Double a point (Hisil et al. 2008, section 3.3)."""
    X, Y, Z, _ = point
    A, B = X * X % PRIME, Y * Y % PRIME
    G, H = B - A, -A - B
    E, F = (X + Y) ** 2 % PRIME + H, G - 2 * Z * Z % PRIME
    return E * F % PRIME, G * H % PRIME, F * G % PRIME, E * H % PRIME


def negate(point: Extended) -> Extended:
    """Give the point's inverse in the group."""
    X, Y, Z, T = point
    return -X, Y, Z, -T


def is_small_order(point: Extended) -> bool:
    """Tell whether eight times the point is the identity: the cofactored test for zero."""
    X, Y, Z, _ = double(double(double(point)))
    return not X and not (Y - Z) % PRIME


BASE: Final[Affine] = decode(bytes([0x58]) + 31 * bytes([0x66]))
"""The standard base point, y = 4/5 (RFC 8032, section 5.1)."""

# A libsodium from before December 2025 takes points with a part of order two
# for valid (CVE-2025-69277): each member could make a second tag. Better no
# proofs at all than proofs checked by that library.
if is_prime_order(encode((-BASE[0] % PRIME, -BASE[1] % PRIME))):
    raise ImportError("this libsodium takes bad points for good (CVE-2025-69277): update PyNaCl")
