"""Public-key encryption, and encryption under a key used once (docs/spec.md, "Sealing").

HPKE in base mode (RFC 9180) with the KEM MLKEM768-X25519, also called X-Wing
(draft-connolly-cfrg-xwing-kem; KEM number 0x647a), HKDF-SHA256 and AES-256-GCM, computed
by pyca/cryptography. A message stays secret as long as ML-KEM-768 (FIPS 203) or X25519
(RFC 7748) is secure. Also AES-256-GCM (NIST SP 800-38D) under a key that encrypts one
message only.

Not protected: the sender is not authenticated. The length of a message is visible.
Anybody who gets a secret key can open everything that was ever sealed to it. AES-GCM
does not commit to its key: different keys can decrypt one ciphertext to different texts.
A protocol that must rule this out has to commit to the key elsewhere.
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
"""1216: the ML-KEM-768 encapsulation key, then the X25519 key."""

SEED_BYTES: Final = 32
"""Length of the seed from which a secret key is expanded."""

SEAL_OVERHEAD: Final = MLKEM_CIPHERTEXT_BYTES + X25519_BYTES + TAG_BYTES
"""1136: the difference in length between a sealed message and its plaintext."""

CONTENT_KEY_BYTES: Final = 32
CONTENT_OVERHEAD: Final = TAG_BYTES
"""The difference in length between the output of :func:`encrypt_once` and its plaintext."""

_MLKEM_SEED_BYTES: Final = 64
_FIELD_PRIME: Final = 2**255 - 19
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE: Final = bytes(12)

# This key is public on purpose: the result of an exchange with it shows whether a point
# has small order, as with any clamped scalar.
_PROBE: Final = x25519.X25519PrivateKey.from_private_bytes(bytes(X25519_BYTES))


@dataclass(frozen=True)
class SealingPublicKey:
    """A public key to which messages are sealed; made by :meth:`from_bytes`.

    Keys are compared and hashed by their raw bytes. A pickle contains only these bytes,
    and unpickling checks them again.

    Attributes:
        raw: 1216 bytes.
    """

    raw: bytes

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Return a public key after checking it.

        Args:
            raw: 1216 bytes: the ML-KEM-768 encapsulation key, then the X25519 key.

        Raises:
            MalformedError: the length is wrong; an ML-KEM coefficient is not reduced
                (FIPS 203, section 7.2); the X25519 coordinate is not below 2^255-19, or
                its point has small order (RFC 7748, section 6.1).
        """
        key = cls(raw)
        _ = key._checked
        return key

    def to_bytes(self) -> bytes:
        """Return the 1216 bytes."""
        return self.raw

    @cached_property
    def _checked(self) -> MLKEM768X25519PublicKey:
        """The key as OpenSSL's object, which is made only after these checks."""
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
    """A secret key, expanded from a seed as X-Wing prescribes.

    Its ``repr`` shows nothing of it, and it refuses pickling and copying.

    Args:
        seed: 32 bytes.

    Raises:
        ValueError: the seed has another length.
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
        """Return a new key from 32 random bytes."""
        return cls(Secret(randomness(SEED_BYTES)))


def sealing_info(label: str, *parts: bytes) -> bytes:
    """Return the 64 bytes that bind a sealed message to its purpose and context."""
    return H(label, *parts)


def seal(public_key: SealingPublicKey, info: bytes, plaintext: bytes) -> bytes:
    """Encrypt to a public key (RFC 9180, section 6.1, SealBase with empty aad).

    OpenSSL generates the randomness of the encapsulation: pyca/cryptography takes none
    from its caller.

    Args:
        public_key: the recipient's.
        info: from :func:`sealing_info`; opening needs the same value.
        plaintext: any bytes.

    Returns:
        ``enc || ciphertext``, ``SEAL_OVERHEAD`` bytes longer than the plaintext.
    """
    return _SUITE.encrypt(plaintext, public_key._checked, info)  # noqa: SLF001  # the class is in this module


def open_sealed(secret_key: SealingSecretKey, info: bytes, sealed: bytes) -> bytes:
    """Return the plaintext of a sealed message (RFC 9180, section 6.1, OpenBase).

    Args:
        secret_key: the recipient's.
        info: as given to :func:`seal`.
        sealed: from :func:`seal`.

    Raises:
        VerificationError: the message was sealed to another key or with another ``info``,
            or was changed.
    """
    try:
        return _SUITE.decrypt(sealed, secret_key._key, info)  # noqa: SLF001  # the class is in this module
    except InvalidTag as error:
        raise VerificationError(
            "a sealed message does not open",
            hint="it was sealed to another key or for another purpose, or was changed on its way: "
            "ask the sender for it again",
        ) from error


def encrypt_once(key: Secret, associated: bytes, plaintext: bytes) -> bytes:
    """Encrypt the only message that a key ever encrypts (AES-256-GCM, NIST SP 800-38D).

    The nonce is zero. A nonce has to differ between messages under the same key, and
    here each key has one message. A second call with the same key would reveal both
    messages.

    Args:
        key: 32 fresh random bytes, for this call only.
        associated: authenticated but not encrypted; decryption needs the same value.
        plaintext: any bytes.

    Returns:
        ``CONTENT_OVERHEAD`` bytes more than the plaintext.

    Raises:
        ValueError: the key has another length.
    """
    return _cipher(key).encrypt(_NONCE, plaintext, associated)


def decrypt_once(key: Secret, associated: bytes, ciphertext: bytes) -> bytes:
    """Return the plaintext of a message that :func:`encrypt_once` encrypted.

    Raises:
        VerificationError: the key or the associated data is another one, or the
            ciphertext was changed.
        ValueError: the key has another length.
    """
    try:
        return _cipher(key).decrypt(_NONCE, ciphertext, associated)
    except InvalidTag as error:
        raise VerificationError(
            "an encrypted message does not decrypt",
            hint="the key belongs to another message, or the message was changed on its way",
        ) from error


def _cipher(key: Secret) -> AESGCM:
    # AESGCM would accept a shorter key and silently use AES-128.
    if len(key) != CONTENT_KEY_BYTES:
        msg = f"a content key has {CONTENT_KEY_BYTES} bytes, not {len(key)}"
        raise ValueError(msg)
    return AESGCM(key.reveal())
