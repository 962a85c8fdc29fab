"""Member keys and their secrets (docs/spec.md, "Members' own keys").

A fresh key is C = xB + rU with x and r uniform and U a generator whose logarithm
is unknown: a Pedersen commitment, which hides x perfectly and for ever (Pedersen,
"Non-Interactive and Information-Theoretic Secure Verifiable Secret Sharing", CRYPTO
1991; as the key of a linkable ring signature: Liu, Au, Susilo, Zhou, "Linkable Ring
Signature with Unconditional Anonymity", 2014). The tag of a round depends on x alone.
An Ed25519 public key, such as an ssh key, is C with r = 0; its x is fixed by the key.

A publisher who lists a fresh key asks for a proof that its maker knows x and r (Okamoto,
"Provably Secure and Practical Identification Schemes", CRYPTO 1992).

Not protected: a person who obtains x, from a seized machine for example, can compute
the member's tag in every round.
"""

import functools
from dataclasses import dataclass
from typing import Final, Literal, Self

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.constant_time import (
    WIDE_BYTES,
    ZERO,
    add_points,
    add_scalars,
    multiply,
    multiply_base,
    multiply_scalars,
    reduce_wide,
    scalar_from_seed,
)
from cosign.primitives.curve.edwards25519 import (
    BASE,
    ORDER,
    SCALAR_BYTES,
    Affine,
    affine,
    decode_prime_order,
    decode_scalar,
    encode,
    encode_scalar,
)
from cosign.primitives.curve.hash_to_curve import SUITE, hash_to_curve
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.primitives.curve.transcript import Transcript
from cosign.proofs.ring.nonces import hedged_nonces
from cosign.randomness import SYSTEM, Randomness
from cosign.secret import Secret

SECRET_BYTES: Final = 2 * SCALAR_BYTES
POSSESSION_BYTES: Final = 3 * SCALAR_BYTES

KeyKind = Literal["fresh", "ssh"]
"""``fresh``: C = xB + rU, made for rosters. ``ssh``: an Ed25519 public key, so r = 0."""


@functools.cache
def blinding_base() -> Affine:
    """Return U, the second base of member keys, whose logarithm nobody knows."""
    return hash_to_curve(labels.MEMBER_KEY_GENERATOR, b"")


def commit(x: bytes, r: bytes) -> bytes:
    """Return xB + rU, 32 bytes, in time that does not depend on two nonzero scalars.

    r = 0 takes less time: it is the kind of the key, which the signer's own machine knows.
    """
    return add_points(multiply_base(x), multiply(r, encode(blinding_base())))


@dataclass(frozen=True, slots=True)
class MemberSecret:
    """The secret of a member key.

    Attributes:
        x: a scalar of 32 bytes, which the tags depend on.
        r: a scalar of 32 bytes, which hides x in the key; zero for an Ed25519 key.
        kind: of the key.
    """

    x: Secret
    r: Secret
    kind: KeyKind

    @classmethod
    def draw(cls, randomness: Randomness = SYSTEM) -> Self:
        """Draw the secret of a fresh key: two uniform scalars that are not zero.

        Both come straight from ``randomness``, 64 bytes each. Derived from one seed of 32
        bytes they would not hide for ever: hardly two seeds give the same key, so an
        attacker with unlimited computing power could find the seed, and x with it.
        """
        x, r = _draw_scalar(randomness), _draw_scalar(randomness)
        return cls(Secret(x), Secret(r), "fresh")

    @classmethod
    def from_bytes(cls, raw: Secret) -> Self:
        """Read the secret of a fresh key; the inverse of :meth:`to_bytes`.

        Args:
            raw: x and r, 64 bytes.

        Raises:
            MalformedError: another length, or a scalar that is zero or not reduced.
        """
        value = raw.reveal()
        parts = value[:SCALAR_BYTES], value[SCALAR_BYTES:]
        # Public comparisons of a secret with constants: they fail for damaged files only.
        if len(value) != SECRET_BYTES or any(p == ZERO or not _is_reduced(p) for p in parts):
            raise MalformedError(
                "the secret of a membership key is damaged",
                hint="restore the home from a backup, or make a new key",
            )
        return cls(Secret(parts[0]), Secret(parts[1]), "fresh")

    @classmethod
    def from_seed(cls, seed: Secret) -> Self:
        """Return the secret of an Ed25519 key (RFC 8032, section 5.1.5), whose r is zero.

        Args:
            seed: the private key, 32 bytes.
        """
        return cls(Secret(scalar_from_seed(seed.reveal())), Secret(ZERO), "ssh")

    def to_bytes(self) -> Secret:
        """Return x and r, 64 bytes."""
        return Secret(self.x.reveal() + self.r.reveal())

    @property
    def public_key(self) -> bytes:
        """C, 32 bytes."""
        return commit(self.x.reveal(), self.r.reveal())


def _draw_scalar(randomness: Randomness) -> bytes:
    while True:
        scalar = reduce_wide(randomness(WIDE_BYTES))
        if scalar != ZERO:
            return scalar


def _is_reduced(scalar: bytes) -> bool:
    return reduce_wide(scalar.ljust(WIDE_BYTES, b"\0")) == scalar


def prove_possession(secret: MemberSecret, randomness: Randomness = SYSTEM) -> bytes:
    """Prove knowledge of x and r with C = xB + rU.

    Args:
        secret: of the key.
        randomness: of the operating system.

    Returns:
        Challenge and two responses, 96 bytes.
    """
    key = secret.public_key
    nonces = hedged_nonces(labels.MEMBER_KEY_PROOF, secret.to_bytes(), [key], randomness)
    k, k_r = next(nonces), next(nonces)
    e = _challenge(key, commit(k, k_r))
    return e + respond(k, e, secret.x) + respond(k_r, e, secret.r)


def respond(nonce: bytes, challenge: bytes, secret: Secret) -> bytes:
    """Return nonce + challenge * secret, a scalar of 32 bytes."""
    return add_scalars(nonce, multiply_scalars(challenge, secret.reveal()))


def is_possession(key: bytes, proof: bytes) -> bool:
    """Return whether a proof shows knowledge of x and r with C = xB + rU.

    Args:
        key: C, 32 bytes; a point of prime order or the proof is not valid.
        proof: as :func:`prove_possession` makes it.
    """
    if len(proof) != POSSESSION_BYTES:
        return False
    e, s, s_r = (proof[i : i + SCALAR_BYTES] for i in range(0, POSSESSION_BYTES, SCALAR_BYTES))
    try:
        return e == _challenge(key, opened(e, s, s_r, key))
    except MalformedError:
        return False


def opened(challenge: bytes, response: bytes, response_r: bytes, key: bytes) -> bytes:
    """Return sB + s'U - eC: what the prover committed to, if the proof is true.

    Raises:
        MalformedError: a scalar is not reduced, or C is not a point of prime order.
    """
    e, s, s_r = map(decode_scalar, (challenge, response, response_r))
    points = [BASE, blinding_base(), decode_prime_order(key)]
    return encode(affine(multiscalar([s, s_r, -e % ORDER], points)))


def _challenge(key: bytes, commitment: bytes) -> bytes:
    transcript = Transcript(labels.MEMBER_KEY_PROOF)
    transcript.absorb("suite", SUITE.encode())
    transcript.absorb("C", key)
    transcript.absorb("R", commitment)
    return encode_scalar(transcript.challenge())
