"""Claims of authorship in a rostered group (docs/spec.md, "Claims").

To a challenge: "I know x with T = xQ" (Schnorr, "Efficient Signature Generation by
Smart Cards", 1991), and with the key revealed "and r with C = xB + rU, for the same x"
(Chaum and Pedersen, "Wallet Databases with Observers", CRYPTO 1992; Okamoto, "Provably
Secure and Practical Identification Schemes", CRYPTO 1992). The proof is challenge and
responses, so that a verifier decodes no commitment of the prover's.

Not protected: the person who gets a claim can show it to others, with its challenge.
"""

from typing import Final

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.constant_time import multiply
from cosign.primitives.curve.edwards25519 import (
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
from cosign.proofs.interface import (
    CLAIM_PROOF_BYTES,
    REVEALING_CLAIM_PROOF_BYTES,
    Challenge,
    ClaimProof,
)
from cosign.proofs.ring.keys import MemberSecret, commit, opened, respond
from cosign.proofs.ring.nonces import hedged_nonces
from cosign.randomness import Randomness

_NONE: Final = b""
"""Stands for key and second commitment where no key is revealed."""


def prove_claim(
    secret: MemberSecret,
    tag_base: Affine,
    challenge: Challenge,
    key: bytes | None,
    randomness: Randomness,
) -> ClaimProof:
    """Prove knowledge of x with T = xQ and, if a key is given, of r with C = xB + rU.

    Args:
        secret: x and r.
        tag_base: Q.
        challenge: what to answer.
        key: C, 32 bytes, if it is revealed.
        randomness: of the operating system.

    Returns:
        A proof of 64 bytes, or of 96 if the key is revealed.
    """
    Q = encode(tag_base)
    tag = multiply(secret.x.reveal(), Q)
    values = [Q, key or _NONE, *challenge.parts()]
    nonces = hedged_nonces(labels.CLAIM_PROOF, secret.to_bytes(), values, randomness)
    k, k_r = next(nonces), next(nonces)
    commitments = multiply(k, Q), commit(k, k_r) if key else _NONE
    c = encode_scalar(_hash(Q, tag, key, challenge, commitments))
    proof = c + respond(k, c, secret.x)
    return ClaimProof(key, proof + respond(k_r, c, secret.r) if key else proof)


def is_claim(tag_base: Affine, challenge: Challenge, tag: bytes, claim: ClaimProof) -> bool:
    """Return whether a claim holds; that ``claim.key`` is listed is the caller's to check."""
    length = CLAIM_PROOF_BYTES if claim.key is None else REVEALING_CLAIM_PROOF_BYTES
    if len(claim.proof) != length:
        return False
    c, z, z_r = (claim.proof[i : i + SCALAR_BYTES] for i in (0, SCALAR_BYTES, 2 * SCALAR_BYTES))
    try:
        first = _opened_tag(c, z, tag_base, tag)
        second = opened(c, z, z_r, claim.key) if claim.key is not None else _NONE
    except MalformedError:
        return False
    expected = _hash(encode(tag_base), tag, claim.key, challenge, (first, second))
    return c == encode_scalar(expected)


def _opened_tag(challenge: bytes, response: bytes, tag_base: Affine, tag: bytes) -> bytes:
    """Return zQ - cT: what the prover committed to, if the proof is true.

    Raises:
        MalformedError: a scalar is not reduced, or T is not a point of prime order.
    """
    z, c = decode_scalar(response), decode_scalar(challenge)
    return encode(affine(multiscalar([z, -c % ORDER], [tag_base, decode_prime_order(tag)])))


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
        ("C", key or _NONE),
        ("challenge", text),
        ("R", commitments[0]),
        ("S", commitments[1]),
    ):
        transcript.absorb(name, value)
    return transcript.challenge()
