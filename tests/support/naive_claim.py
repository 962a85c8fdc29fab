"""A second verifier of rostered claims, from the specification alone ("Claims")."""

import hashlib
from typing import Final

from tests.support.naive_edwards import (
    BASE,
    ORDER,
    Refused,
    combine,
    decode_prime_order,
    encode,
    hash_to_curve,
)

_SUITE: Final = b"edwards25519_XMD:SHA-512_ELL2_RO_"


def _frame(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def holds(
    round_id: bytes, tag: bytes, key: bytes | None, challenge: str, proof: bytes, keys: set[bytes]
) -> bool:
    """Tell whether a claim holds in a ring of these keys."""
    c, z = (int.from_bytes(part, "little") for part in (proof[:32], proof[32:]))
    if len(proof) != 64 or max(c, z) >= ORDER or (key is not None and key not in keys):
        return False
    base = hash_to_curve(b"cosign/v1/ring-tag-base", round_id)
    try:
        first = combine([(z, base), (ORDER - c, decode_prime_order(tag))])
        second = combine([(z, BASE), (ORDER - c, decode_prime_order(key))]) if key else None
    except Refused:
        return False
    values = {
        b"suite": _SUITE,
        b"round": round_id,
        b"Q": encode(base),
        b"T": tag,
        b"M": key or b"",
        b"challenge": challenge.encode(),
        b"R": encode(first),
        b"S": encode(second) if second else b"",
    }
    framed = _frame(b"cosign/v1/claim-proof", *(x for pair in values.items() for x in pair))
    digest = int.from_bytes(hashlib.sha512(framed).digest(), "little")
    return c == 1 + digest % (ORDER - 1)
