"""Ed25519 signatures under a label (docs/spec.md, "Signatures").

RFC 8032, computed by libsodium, over ``H(label, parts...)``, so a signature made for
one purpose is not valid for another. :mod:`cosign.primitives.curve.signature_rules` says
which signatures are valid.

Not protected: a signature by a public key with a torsion component may be valid, and
programs disagree about it, so publishers drop keys that :func:`check_public_key` refuses
(docs/adr/0009). Memory is not erased.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from nacl import bindings

from cosign.errors import MalformedError, VerificationError
from cosign.primitives.curve import signature_rules
from cosign.primitives.curve.edwards25519 import is_prime_order
from cosign.primitives.curve.signature_rules import PUBLIC_KEY_BYTES, SIGNATURE_BYTES
from cosign.primitives.hashing import H
from cosign.randomness import SYSTEM, Randomness
from cosign.secret import NeverCopied, Secret

SEED_BYTES: Final = 32


class SigningKey(NeverCopied):
    """An Ed25519 secret key.

    Its ``repr`` shows nothing of it, and it refuses pickling and copying.

    Args:
        seed: 32 bytes, the private key of RFC 8032, section 5.1.5.

    Raises:
        ValueError: the seed has another length.
    """

    __slots__ = ("_expanded", "public_key", "seed")

    public_key: bytes
    seed: Secret

    def __init__(self, seed: Secret) -> None:
        if len(seed) != SEED_BYTES:
            msg = f"a signing key's seed has {SEED_BYTES} bytes, not {len(seed)}"
            raise ValueError(msg)
        self.public_key, expanded = bindings.crypto_sign_seed_keypair(seed.reveal())
        self._expanded = Secret(expanded)
        self.seed = seed

    @classmethod
    def generate(cls, randomness: Randomness) -> Self:
        """Return a new key from 32 random bytes."""
        return cls(Secret(randomness(SEED_BYTES)))

    def sign(self, label: str, *parts: bytes) -> bytes:
        """Return the 64-byte signature of ``H(label, parts...)`` (RFC 8032, section 5.1.6).

        It is deterministic: the same label and parts give the same signature.
        """
        return self._sign_raw(signed_hash(label, *parts))

    def _sign_raw(self, message: bytes) -> bytes:
        return bindings.crypto_sign(message, self._expanded.reveal())[:SIGNATURE_BYTES]


def signed_hash(label: str, *parts: bytes) -> bytes:
    """Return the 64 bytes that a signature covers: ``H(label, parts...)``."""
    return H(label, *parts)


def verify(public_key: bytes, signature: bytes, label: str, *parts: bytes) -> None:
    """Verify a signature on ``H(label, parts...)`` (RFC 8032, section 5.1.7).

    Args:
        public_key: 32 bytes.
        signature: 64 bytes.
        label: the purpose of the signature, from :mod:`cosign.labels`.
        parts: what was signed.

    Raises:
        VerificationError: the signature is not valid for this key, label and parts, or
            something has the wrong length.
    """
    if not is_valid_signature(public_key, signature, label, *parts):
        raise VerificationError(
            "a signature is not valid",
            hint="it was made with another key or for another text, or was damaged on its way",
        )


def is_valid_signature(public_key: bytes, signature: bytes, label: str, *parts: bytes) -> bool:
    """Return whether :func:`verify` accepts the signature."""
    return signature_rules.is_valid(public_key, signature, signed_hash(label, *parts))


class Signed(NamedTuple):
    """A signature and what it has to fit.

    Attributes:
        public_key: 32 bytes.
        signature: 64 bytes.
        hashed: what was signed, from :func:`signed_hash`.
    """

    public_key: bytes
    signature: bytes
    hashed: bytes


def find_bad_signatures(items: Sequence[Signed]) -> tuple[int, ...]:
    """Return the indices of the signatures that :func:`verify` does not accept, ascending.

    Each is verified by itself; a compiled core verifies them faster than one by one.
    """
    from cosign.primitives.curve import core  # noqa: PLC0415  # only for many signatures

    return core.find_bad_signatures(items)


def find_bad_public_keys(keys: Sequence[bytes], randomness: Randomness = SYSTEM) -> tuple[int, ...]:
    """Return the indices of the keys that :func:`is_public_key` does not accept, ascending.

    Args:
        keys: any bytes. They must not depend on the randomness.
        randomness: asked for 16 bytes for each key, with which a compiled core checks the
            order of many keys together; a key of wrong order passes with probability 2^-128.
    """
    from cosign.primitives.curve import core, prime_order  # noqa: PLC0415  # only publishers need it

    if core.have_prime_order(keys, randomness(prime_order.COIN_BYTES * len(keys))):
        return ()
    return tuple(place for place, key in enumerate(keys) if not is_public_key(key))


def is_public_key(raw: bytes) -> bool:
    """Return whether :func:`check_public_key` accepts the key."""
    return is_prime_order(raw)


def check_public_key(raw: bytes) -> None:
    """Check that a public key is a canonical point of prime order (so not the identity).

    Raises:
        MalformedError: it is not, or it does not have 32 bytes.
    """
    if len(raw) != PUBLIC_KEY_BYTES:
        raise MalformedError(f"an Ed25519 key has {len(raw)} bytes, not {PUBLIC_KEY_BYTES}")
    if not is_public_key(raw):
        raise MalformedError(
            "an Ed25519 key is not a canonical point of the prime-order subgroup",
            hint="no honest program makes such a key; ask its owner where it comes from",
        )
