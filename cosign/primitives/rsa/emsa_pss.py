"""EMSA-PSS with SHA-384 (docs/spec.md, "Blind signatures"; RFC 8017, section 9.1.1).

Encoding only: a member encodes a message before blinding it. OpenSSL verifies
(:func:`cosign.primitives.rsa.pss.verify`).

Not protected: the time that hashing takes shows the length of the message.
"""

import hashlib
from typing import Final

HASH_BYTES: Final = 48
"""Length of SHA-384, the hash of every variant (RFC 9474, section 5)."""

_TRAILER: Final = b"\xbc"


def emsa_pss_encode(message: bytes, salt: bytes, size: int) -> bytes:
    """Return a message encoded for a modulus of ``8 * size`` bits (RFC 8017, section 9.1.1).

    emBits is one less than the number of bits of the modulus, so the encoding is as long
    as the modulus, its first bit is 0, and as a number it is smaller than the modulus.

    Args:
        message: any bytes.
        salt: 0 or 48 bytes.
        size: length of the modulus in bytes, much larger than hash and salt together.

    Returns:
        ``size`` bytes.
    """
    # Steps 2, 5 and 6: H = Hash(00*8 || Hash(M) || salt).
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    # Steps 7 and 8: DB = 00... || 01 || salt.
    block = (b"\x01" + salt).rjust(size - HASH_BYTES - len(_TRAILER), b"\x00")
    # Steps 9 to 11: maskedDB = DB xor MGF1(H), with the first bit cleared.
    masked = bytearray(a ^ b for a, b in zip(block, _mgf1(digest, len(block)), strict=True))
    masked[0] &= 0x7F
    # Step 12.
    return bytes(masked) + digest + _TRAILER


def _mgf1(seed: bytes, length: int) -> bytes:
    """Return ``length`` bytes derived from a seed with SHA-384 (RFC 8017, appendix B.2.1)."""
    count = -(-length // HASH_BYTES)
    blocks = (hashlib.sha384(seed + i.to_bytes(4, "big")).digest() for i in range(count))
    return b"".join(blocks)[:length]
