"""A second verifier of rostered claims and of member keys, from the specification alone."""

import hashlib
from typing import Final

from tests.support.naive_edwards import (
    BASE,
    ORDER,
    Point,
    Refused,
    combine,
    decode_prime_order,
    encode,
    hash_to_curve,
)
from tests.support.naive_ring import blinding_base

_SUITE: Final = b"edwards25519_XMD:SHA-512_ELL2_RO_"


def _frame(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _opening(challenge: int, response: int, second: int, key: bytes) -> Point:
    """Return zB + z'U - cC."""
    terms = [(response, BASE), (second, blinding_base())]
    return combine([*terms, (ORDER - challenge, decode_prime_order(key))])


def _challenge(label: bytes, values: dict[bytes, bytes]) -> int:
    framed = _frame(label, *(x for pair in values.items() for x in pair))
    return 1 + int.from_bytes(hashlib.sha512(framed).digest(), "little") % (ORDER - 1)


def possesses(key: bytes, proof: bytes) -> bool:
    """Return whether the proof beside a member key holds ("Members' own keys")."""
    scalars = [int.from_bytes(proof[i : i + 32], "little") for i in range(0, len(proof), 32)]
    if len(proof) != 96 or max(scalars) >= ORDER:
        return False
    try:
        commitment = _opening(scalars[0], scalars[1], scalars[2], key)
    except Refused:
        return False
    values = {b"suite": _SUITE, b"C": key, b"R": encode(commitment)}
    return scalars[0] == _challenge(b"cosign/v1/member-key-proof", values)


def holds(
    round_id: bytes, tag: bytes, key: bytes | None, challenge: str, proof: bytes, keys: set[bytes]
) -> bool:
    """Return whether a claim holds in a ring of these keys."""
    scalars = [int.from_bytes(proof[i : i + 32], "little") for i in range(0, len(proof), 32)]
    if len(proof) != (64 if key is None else 96) or max(scalars) >= ORDER:
        return False
    if key is not None and key not in keys:
        return False
    c, z, *rest = scalars
    base = hash_to_curve(b"cosign/v1/ring-tag-base", round_id)
    try:
        first = combine([(z, base), (ORDER - c, decode_prime_order(tag))])
        second = _opening(c, z, rest[0], key) if key else None
    except Refused:
        return False
    values = {
        b"suite": _SUITE,
        b"round": round_id,
        b"Q": encode(base),
        b"T": tag,
        b"C": key or b"",
        b"challenge": challenge.encode(),
        b"R": encode(first),
        b"S": encode(second) if second else b"",
    }
    return c == _challenge(b"cosign/v1/claim-proof", values)
