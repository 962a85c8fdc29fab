"""Consent to a name in a rostered group (docs/spec.md, "Open names").

"The cosignature with tag T was made with the listed key C, and its maker wants this name
beside it": knowledge of x and r with T = xQ and C = xB + rU, for the same x, as in a claim
that reveals its key (:mod:`cosign.proofs.ring.claim`). The transcript has a label of its
own, so that no claim can be shown as a name, and no name as a claim.

Not protected: the signer chooses the name. The proof only shows that the key is listed.
"""

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.constant_time import multiply, negate_scalar, sum_of_products
from cosign.primitives.curve.edwards25519 import (
    BASE,
    SCALAR_BYTES,
    Affine,
    decode_scalar,
    encode,
    encode_scalar,
)
from cosign.primitives.curve.hash_to_curve import SUITE
from cosign.primitives.curve.transcript import Transcript
from cosign.proofs.interface import LISTED_CONSENT_BYTES, Consent, Naming
from cosign.proofs.ring.keys import MemberSecret, blinding_base, commit, respond
from cosign.proofs.ring.nonces import hedged_nonces
from cosign.randomness import Randomness


def prove_consent(
    secret: MemberSecret, tag_base: Affine, naming: Naming, randomness: Randomness
) -> Consent:
    """Prove knowledge of x and r with T = xQ and C = xB + rU, bound to a name.

    Args:
        secret: x and r.
        tag_base: Q.
        naming: the round, statement, name and role.
        randomness: of the operating system.

    Returns:
        C, and a proof of 96 bytes.
    """
    Q, C = encode(tag_base), secret.public_key
    tag = multiply(secret.x.reveal(), Q)
    nonces = hedged_nonces(
        labels.OPEN_PROOF, secret.to_bytes(), [Q, C, *naming.parts()], randomness
    )
    k, k_r = next(nonces), next(nonces)
    c = _challenge((Q, tag, C), naming, (multiply(k, Q), commit(k, k_r)))
    return Consent(C, c + respond(k, c, secret.x) + respond(k_r, c, secret.r))


def is_consent(tag_base: Affine, naming: Naming, tag: bytes, consent: Consent) -> bool:
    """Return whether a consent holds.

    Args:
        tag_base: Q.
        naming: what it has to be bound to.
        tag: T, 32 bytes, of a verified proof, so a point of prime order.
        consent: C, which the caller found on a roster whose keys are of prime order; and
            challenge and two responses.
    """
    key, proof = consent
    if key is None or len(proof) != LISTED_CONSENT_BYTES:
        return False
    c, z, z_r = (proof[i : i + SCALAR_BYTES] for i in (0, SCALAR_BYTES, 2 * SCALAR_BYTES))
    try:
        for scalar in (c, z, z_r):
            decode_scalar(scalar)
    except MalformedError:
        return False
    # Nothing here is secret; libsodium computes so few products faster than this library.
    Q, minus_c = encode(tag_base), negate_scalar(c)
    R = sum_of_products((z, minus_c), (Q, tag))
    S = sum_of_products((z, z_r, minus_c), (encode(BASE), encode(blinding_base()), key))
    return c == _challenge((Q, tag, key), naming, (R, S))


def _challenge(
    points: tuple[bytes, bytes, bytes], naming: Naming, commitments: tuple[bytes, bytes]
) -> bytes:
    """Return c, 32 bytes, which binds Q, T, C, the name and what was committed to."""
    round_id, *words = naming.parts()
    transcript = Transcript(labels.OPEN_PROOF)
    transcript.absorb("suite", SUITE.encode())
    transcript.absorb("round", round_id)
    for name, value in zip(("Q", "T", "C"), points, strict=True):
        transcript.absorb(name, value)
    for name, value in zip(("statement", "name", "role"), words, strict=True):
        transcript.absorb(name, value)
    for name, value in zip(("R", "S"), commitments, strict=True):
        transcript.absorb(name, value)
    return encode_scalar(transcript.challenge())
