"""Encryption to a key that only its holder opens (docs/spec.md, "Sealing").

HPKE in base mode (RFC 9180) with KEM MLKEM768-X25519, also called X-Wing
(draft-connolly-cfrg-xwing-kem; KEM number 0x647a), HKDF-SHA256 and AES-256-GCM, by
pyca/cryptography. It stays secret while either ML-KEM-768 (FIPS 203) or X25519
(RFC 7748) holds. Beside it, AES-256-GCM (NIST SP 800-38D) under a key that
encrypts one message.

Not protected: the sender is not authenticated; lengths show; whoever seizes a
secret key opens everything that was ever sealed to it. AES-GCM does not commit
to its key, so whoever needs one reading must commit to the key elsewhere.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from cosign.errors import MalformedError, VerificationError
from cosign.primitives.hashing import H
from cosign.randomness import Randomness
from cosign.secret import NeverCopied, Secret

MLKEM_KEY_BYTES: Final = 1184
MLKEM_CIPHERTEXT_BYTES: Final = 1088
X25519_BYTES: Final = 32
TAG_BYTES: Final = 16

PUBLIC_KEY_BYTES: Final = MLKEM_KEY_BYTES + X25519_BYTES
"""1216: ML-KEM-768 encapsulation key, then X25519 key."""

SEED_BYTES: Final = 32
"""Length of a secret key in its short form."""

SEAL_OVERHEAD: Final = MLKEM_CIPHERTEXT_BYTES + X25519_BYTES + TAG_BYTES
"""1136: how much longer a sealed message is than its plaintext."""

CONTENT_KEY_BYTES: Final = 32
CONTENT_OVERHEAD: Final = TAG_BYTES
"""How much longer :func:`encrypt_once` makes a message."""

_MLKEM_SEED_BYTES: Final = 64
_FIELD_PRIME: Final = 2**255 - 19
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE: Final = bytes(12)

# Public on purpose: exchanging with any clamped scalar tells whether a point has small order.
_PROBE: Final = x25519.X25519PrivateKey.from_private_bytes(bytes(X25519_BYTES))


@dataclass(frozen=True)
class SealingPublicKey:
    """A public key to seal to; made by :meth:`from_bytes`.

    Equality and hash are those of the raw bytes. Pickling carries only these,
    and unpickling checks them again.

    Attributes:
        raw: 1216 bytes.
    """

    raw: bytes

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Check a public key and take it.

        Args:
            raw: 1216 bytes: ML-KEM-768 encapsulation key, then X25519 key.

        Raises:
            MalformedError: wrong length; an ML-KEM coefficient that is not reduced
                (FIPS 203, section 7.2); an X25519 coordinate that is not below
                2^255-19, or whose point has small order (RFC 7748, section 6.1).
        """
        key = cls(raw)
        _ = key._checked
        return key

    def to_bytes(self) -> bytes:
        """Give the 1216 bytes."""
        return self.raw

    @cached_property
    def _checked(self) -> MLKEM768X25519PublicKey:
        """The key inside OpenSSL, which nothing reaches without these checks."""
        if len(self.raw) != PUBLIC_KEY_BYTES:
            raise MalformedError(f"a sealing key has {len(self.raw)} bytes, not {PUBLIC_KEY_BYTES}")
        coordinate = self.raw[MLKEM_KEY_BYTES:]
        if int.from_bytes(coordinate, "little") >= _FIELD_PRIME:
            raise MalformedError("the X25519 part of a sealing key is not reduced")
        point = x25519.X25519PublicKey.from_public_bytes(coordinate)
        try:
            _PROBE.exchange(point)
        except ValueError as error:
            raise MalformedError("the X25519 part of a sealing key has small order") from error
        try:
            lattice = mlkem.MLKEM768PublicKey.from_public_bytes(self.raw[:MLKEM_KEY_BYTES])
        except ValueError as error:
            raise MalformedError("the ML-KEM part of a sealing key is not reduced") from error
        return MLKEM768X25519PublicKey(lattice, point)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return type(self).from_bytes, (self.raw,)


class SealingSecretKey(NeverCopied):
    """A secret key, expanded from a seed as X-Wing does.

    Shows nothing in ``repr`` and refuses pickling and copying.

    Args:
        seed: 32 bytes.

    Raises:
        ValueError: a seed of another length.
    """

    __slots__ = ("_key", "public_key", "seed")

    public_key: SealingPublicKey
    seed: Secret

    def __init__(self, seed: Secret) -> None:
        if len(seed) != SEED_BYTES:
            msg = f"a sealing key's seed has {SEED_BYTES} bytes, not {len(seed)}"
            raise ValueError(msg)
        # draft-connolly-cfrg-xwing-kem, section 5.2: d || z for ML-KEM, then the X25519 scalar.
        expanded = hashlib.shake_256(seed.reveal()).digest(_MLKEM_SEED_BYTES + X25519_BYTES)
        lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        point = x25519.X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:])
        raw = lattice.public_key().public_bytes_raw() + point.public_key().public_bytes_raw()
        self.seed = seed
        self.public_key = SealingPublicKey(raw)
        self._key = MLKEM768X25519PrivateKey(lattice, point)

    @classmethod
    def generate(cls, randomness: Randomness) -> Self:
        """Make a key from 32 random bytes."""
        return cls(Secret(randomness(SEED_BYTES)))


def sealing_info(label: str, *parts: bytes) -> bytes:
    """Give the 64 bytes that bind a sealed message to its purpose and place."""
    return H(label, *parts)


def seal(public_key: SealingPublicKey, info: bytes, plaintext: bytes) -> bytes:
    """Encrypt to a key (RFC 9180, section 6.1, SealBase with empty aad).

    The encapsulation's randomness is OpenSSL's own: pyca/cryptography takes none
    from its caller.

    Args:
        public_key: whose holder shall open it.
        info: from :func:`sealing_info`; opening takes the same.
        plaintext: any bytes.

    Returns:
        ``enc || ciphertext``, ``SEAL_OVERHEAD`` bytes longer than the plaintext.
    """
    return _SUITE.encrypt(plaintext, public_key._checked, info)  # noqa: SLF001  # one module, one key


def open_sealed(secret_key: SealingSecretKey, info: bytes, sealed: bytes) -> bytes:
    """Decrypt what was sealed to a key (RFC 9180, section 6.1, OpenBase).

    Raises:
        VerificationError: sealed to another key, for another purpose, or changed.
    """
    try:
        return _SUITE.decrypt(sealed, secret_key._key, info)  # noqa: SLF001  # one module, one key
    except InvalidTag as error:
        raise VerificationError(
            "a sealed message does not open",
            hint="it was sealed to another key, belongs elsewhere, or was changed on its way",
        ) from error


def encrypt_once(key: Secret, associated: bytes, plaintext: bytes) -> bytes:
    """Encrypt the only message that a key ever encrypts (AES-256-GCM, NIST SP 800-38D).

    The nonce is zero: a nonce keeps two messages under one key apart, and here
    there are never two. Whoever calls this twice with one key loses both messages.

    Args:
        key: 32 fresh random bytes, for this call only.
        associated: authenticated, not encrypted; decrypting takes the same.
        plaintext: any bytes.

    Returns:
        ``CONTENT_OVERHEAD`` bytes more than the plaintext.

    Raises:
        ValueError: a key of another length.
    """
    return _cipher(key).encrypt(_NONCE, plaintext, associated)


def decrypt_once(key: Secret, associated: bytes, ciphertext: bytes) -> bytes:
    """Decrypt what :func:`encrypt_once` made.

    Raises:
        VerificationError: another key, other associated data, or changed bytes.
        ValueError: a key of another length.
    """
    try:
        return _cipher(key).decrypt(_NONCE, ciphertext, associated)
    except InvalidTag as error:
        raise VerificationError(
            "an encrypted message does not decrypt",
            hint="the key belongs to another message, or the message was changed on its way",
        ) from error


def _cipher(key: Secret) -> AESGCM:
    # AESGCM itself would take a shorter key and quietly be AES-128.
    if len(key) != CONTENT_KEY_BYTES:
        msg = f"a content key has {CONTENT_KEY_BYTES} bytes, not {len(key)}"
        raise ValueError(msg)
    return AESGCM(key.reveal())
