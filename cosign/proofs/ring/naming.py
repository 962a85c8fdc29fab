"""Consent to a name in a rostered group (docs/spec.md, "Open names").

"The cosignature with tag T was made with the listed key C, and its maker wants this name
beside it": knowledge of x and r with T = xQ and C = xB + rU, for the same x, as in a claim
that reveals its key (:mod:`cosign.proofs.ring.claim`). The transcript has a label of its
own, so that no claim can be shown as a name, and no name as a claim.

Not protected: the name is the signer's own word. Only the key is shown to be listed.
"""

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.constant_time import multiply
from cosign.primitives.curve.edwards25519 import SCALAR_BYTES, Affine, encode, encode_scalar
from cosign.primitives.curve.hash_to_curve import SUITE
from cosign.primitives.curve.transcript import Transcript
from cosign.proofs.interface import LISTED_CONSENT_BYTES, Consent, Naming
from cosign.proofs.ring.claim import opened_tag
from cosign.proofs.ring.keys import MemberSecret, commit, opened, respond
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
    """Return whether a consent holds; that ``consent.key`` is listed is the caller's to check.

    Args:
        tag_base: Q.
        naming: what it has to be bound to.
        tag: T, 32 bytes.
        consent: C, and challenge and two responses.
    """
    key, proof = consent
    if key is None or len(proof) != LISTED_CONSENT_BYTES:
        return False
    c, z, z_r = (proof[i : i + SCALAR_BYTES] for i in (0, SCALAR_BYTES, 2 * SCALAR_BYTES))
    try:
        commitments = opened_tag(c, z, tag_base, tag), opened(c, z, z_r, key)
    except MalformedError:
        return False
    return c == _challenge((encode(tag_base), tag, key), naming, commitments)


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
