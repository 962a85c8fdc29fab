"""Which Ed25519 signatures are valid (docs/spec.md, "Signatures"; docs/adr/0009).

RFC 8032, section 5.1.7, by libsodium, whose form is strict and has no cofactor. It refuses an
S that is not below l, and an R or a public key that has small order or is not canonical. The
compiled core follows the same rules for many signatures at once.

Not protected: the time taken depends on the arguments, which are public.
"""

import hashlib
from typing import Final

from nacl import bindings
from nacl.exceptions import BadSignatureError

from cosign.primitives.curve.edwards25519 import BASE, ORDER, PRIME, encode

PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


def is_valid(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether a signature of a message is valid; arguments of another length are not."""
    # libsodium reads 32 and 64 bytes without checking, so the lengths are checked here.
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        bindings.crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True


def _multiplies_by_cofactor() -> bool:
    """Return whether libsodium accepts S B = R + h A up to a point of small order.

    The example: for A = B and R = B plus the point of order two, S = 1 + h satisfies the
    equation only up to that point.
    """
    twisted, key = encode((-BASE[0] % PRIME, -BASE[1] % PRIME)), encode(BASE)
    h = int.from_bytes(hashlib.sha512(twisted + key).digest(), "little")  # all public
    scalar = ((1 + h) % ORDER).to_bytes(32, "little")
    return is_valid(key, twisted + scalar, b"")


# If so, a member could make a signature that this program accepts, but for which other
# programs refuse the whole letter.
if _multiplies_by_cofactor():
    raise ImportError("this libsodium verifies Ed25519 up to the cofactor: use another PyNaCl")
