"""Claims of authorship in a rostered group (docs/spec.md, "Claims").

To a challenge: "I know x with T = xQ" (Schnorr, "Efficient Signature Generation by
Smart Cards", 1991), and with the key revealed "the same x with M = xB" (Chaum and
Pedersen, "Wallet Databases with Observers", CRYPTO 1992). The proof is challenge and
response, so that a verifier decodes no commitment of the prover's.

Not protected: whoever is shown a claim and its challenge can show both to others.
"""

from typing import Final

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.constant_time import (
    add_scalars,
    multiply,
    multiply_base,
    multiply_scalars,
    reduce_wide,
)
from cosign.primitives.curve.edwards25519 import (
    BASE,
    ORDER,
    SCALAR_BYTES,
    Affine,
    Scalar,
    affine,
    decode_prime_order,
    decode_scalar,
    encode,
    encode_scalar,
)
from cosign.primitives.curve.hash_to_curve import SUITE
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.primitives.curve.transcript import Transcript
from cosign.primitives.hashing import H
from cosign.proofs.interface import CLAIM_PROOF_BYTES, Challenge, ClaimProof
from cosign.secret import Secret

_NOBODY: Final = b""
"""Stands for key and second commitment where no key is revealed."""


def prove_claim(
    secret: Secret, tag_base: Affine, challenge: Challenge, key: bytes | None, salt: bytes
) -> ClaimProof:
    """Prove that T = xQ and, if a key is given, M = xB.

    Args:
        secret: x, a scalar of 32 bytes.
        tag_base: Q.
        challenge: what to answer.
        key: M = xB, 32 bytes, if it is revealed.
        salt: 32 random bytes, hedged with all else so that a source that repeats costs nothing.
    """
    x, Q = secret.reveal(), encode(tag_base)
    tag = multiply(x, Q)
    r = reduce_wide(H(labels.CLAIM_NONCE, salt, x, Q, key or _NOBODY, *challenge.parts()))
    commitments = multiply(r, Q), multiply_base(r) if key else _NOBODY
    c = encode_scalar(_hash(Q, tag, key, challenge, commitments))
    return ClaimProof(key, c + add_scalars(r, multiply_scalars(c, x)))


def is_claim(tag_base: Affine, challenge: Challenge, tag: bytes, claim: ClaimProof) -> bool:
    """Tell whether a claim holds; that ``claim.key`` is listed is the caller's to check."""
    if len(claim.proof) != CLAIM_PROOF_BYTES:
        return False
    try:
        c = decode_scalar(claim.proof[:SCALAR_BYTES])
        z = decode_scalar(claim.proof[SCALAR_BYTES:])
        first = _commitment(z, c, tag_base, tag)
        second = _commitment(z, c, BASE, claim.key) if claim.key is not None else _NOBODY
    except MalformedError:
        return False
    return c == _hash(encode(tag_base), tag, claim.key, challenge, (first, second))


def _commitment(z: Scalar, c: Scalar, base: Affine, point: bytes) -> bytes:
    """Give z base - c point: what the prover committed to, if the claim holds."""
    return encode(affine(multiscalar([z, -c % ORDER], [base, decode_prime_order(point)])))


def _hash(
    Q: bytes, tag: bytes, key: bytes | None, challenge: Challenge, commitments: tuple[bytes, bytes]
) -> Scalar:
    round_id, text = challenge.parts()
    transcript = Transcript(labels.CLAIM_PROOF)
    for name, value in (
        ("suite", SUITE.encode()),
        ("round", round_id),
        ("Q", Q),
        ("T", tag),
        ("M", key or _NOBODY),
        ("challenge", text),
        ("R", commitments[0]),
        ("S", commitments[1]),
    ):
        transcript.absorb(name, value)
    return transcript.challenge()
