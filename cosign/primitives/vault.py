"""Secret files under a passphrase (docs/spec.md, "Vault").

Argon2id (RFC 9106) derives a key from the passphrase, and XChaCha20-Poly1305
(draft-irtf-cfrg-xchacha-03) encrypts under this key; libsodium computes both.

Not protected: a weak passphrase can be guessed by anybody who has the file and enough
time. The length of the secret is visible.
"""

import contextlib
from typing import Final, NamedTuple

from nacl import bindings
from nacl import exceptions as nacl_errors

from cosign import labels
from cosign.errors import MalformedError, PassphraseError
from cosign.primitives.hashing import H
from cosign.randomness import Randomness
from cosign.secret import Secret
from cosign.text.files import wide_encoding
from cosign.text.passphrases import check_passphrase, prepare_passphrase

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 24
TAG_BYTES: Final = 16

OPSLIMIT_RANGE: Final = (1, 10)
"""Least and most passes over the memory that :func:`open_vault` accepts."""

MEMLIMIT_RANGE: Final = (8 * 2**10, 2**30)
"""Least and most bytes of memory that :func:`open_vault` accepts, so that a hostile file
cannot exhaust the machine's memory."""


class Parameters(NamedTuple):
    """The cost of each guess at the passphrase.

    Attributes:
        opslimit: passes over the memory, 1 to 10.
        memlimit: memory in bytes, 8 KiB to 1 GiB.
    """

    opslimit: int
    memlimit: int


MODERATE: Final = Parameters(opslimit=3, memlimit=256 * 2**20)
"""libsodium's MODERATE parameters for ``crypto_pwhash_argon2id``: about one second, and
more memory than the second recommended option of RFC 9106, section 4 (64 MiB, 3 passes)."""


class VaultBox(NamedTuple):
    """What the file holds; without the passphrase it reveals only the length of the secret.

    Attributes:
        opslimit: see :class:`Parameters`.
        memlimit: see :class:`Parameters`.
        salt: 16 random bytes.
        nonce: 24 random bytes.
        ciphertext: 16 bytes longer than the secret.
    """

    opslimit: int
    memlimit: int
    salt: bytes
    nonce: bytes
    ciphertext: bytes


def seal_vault(
    passphrase: Secret,
    associated: tuple[bytes, ...],
    plaintext: Secret,
    parameters: Parameters,
    randomness: Randomness,
) -> VaultBox:
    """Encrypt a secret under a passphrase.

    Args:
        passphrase: as it was typed; prepared as :mod:`cosign.text.passphrases` says.
        associated: the kind and the name of the file; opening needs the same values.
        plaintext: the secret.
        parameters: :data:`MODERATE`, except in tests.
        randomness: asked for 16 bytes of salt, then for 24 bytes of nonce.

    Raises:
        ValueError: :func:`open_vault` would refuse the parameters.
        MalformedError: the passphrase is in UTF-16 or UTF-32.
        PassphraseError: there is too little memory to derive the key.
    """
    check_passphrase(passphrase.reveal())
    if not _acceptable(*parameters):
        msg = f"opslimit is in {OPSLIMIT_RANGE} and memlimit in {MEMLIMIT_RANGE}"
        raise ValueError(msg)
    salt, nonce = randomness(SALT_BYTES), randomness(NONCE_BYTES)
    bound = _bind(associated, *parameters, salt)
    key = _derive(_prepared(passphrase), *parameters, salt)
    ciphertext = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext.reveal(), bound, nonce, key.reveal()
    )
    return VaultBox(*parameters, salt, nonce, ciphertext)


def open_vault(passphrase: Secret, associated: tuple[bytes, ...], box: VaultBox) -> Secret:
    """Decrypt a secret.

    Args:
        passphrase: as given to :func:`seal_vault`.
        associated: as given to :func:`seal_vault`.
        box: untrusted; its parameters are checked before any memory is allocated.

    Raises:
        MalformedError: parameters out of range, or parts of the wrong length.
        PassphraseError: the passphrase is wrong, or the file was changed or renamed,
            which cannot be distinguished; or there is too little memory.
    """
    found = _decrypt(passphrase, associated, box)
    if found is not None:
        return found
    wide = wide_encoding(passphrase.reveal())
    raise PassphraseError(
        "the passphrase does not open this secret file",
        hint=f"the passphrase is in {wide}: save its file as UTF-8, then try again"
        if wide
        else "check the keyboard layout; if the passphrase is right, the file was changed "
        "or renamed",
    )


def fits_vault(passphrase: Secret, associated: tuple[bytes, ...], box: VaultBox) -> bool:
    """Return whether :func:`open_vault` would open it, without keeping what is inside.

    Raises:
        MalformedError: as for :func:`open_vault`.
        PassphraseError: there is too little memory to derive the key.
    """
    return _decrypt(passphrase, associated, box) is not None


def _decrypt(passphrase: Secret, associated: tuple[bytes, ...], box: VaultBox) -> Secret | None:
    """Return the secret in a file, or None if the passphrase does not open it."""
    opslimit, memlimit, salt, nonce, ciphertext = box
    if not _acceptable(opslimit, memlimit):
        raise MalformedError("a secret file asks for more work or memory than is allowed")
    lengths = len(salt), len(nonce)
    if lengths != (SALT_BYTES, NONCE_BYTES) or len(ciphertext) < TAG_BYTES:
        raise MalformedError("a secret file has parts of the wrong length")
    bound = _bind(associated, opslimit, memlimit, salt)
    prepared = _prepared(passphrase)
    # A program that did not prepare passphrases made the file with the one that was typed.
    for candidate in (prepared,) if prepared == passphrase else (prepared, passphrase):
        key = _derive(candidate, opslimit, memlimit, salt)
        with contextlib.suppress(nacl_errors.CryptoError):
            return Secret(
                bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                    ciphertext, bound, nonce, key.reveal()
                )
            )
    return None


def _prepared(passphrase: Secret) -> Secret:
    return Secret(prepare_passphrase(passphrase.reveal()))


def _acceptable(opslimit: int, memlimit: int) -> bool:
    return (
        OPSLIMIT_RANGE[0] <= opslimit <= OPSLIMIT_RANGE[1]
        and MEMLIMIT_RANGE[0] <= memlimit <= MEMLIMIT_RANGE[1]
    )


def _bind(associated: tuple[bytes, ...], opslimit: int, memlimit: int, salt: bytes) -> bytes:
    """Return the associated data: the kind and name of the file, and how its key is derived."""
    costs = opslimit.to_bytes(8, "big"), memlimit.to_bytes(8, "big")
    return H(labels.SEAL_VAULT, *associated, *costs, salt)


def _derive(passphrase: Secret, opslimit: int, memlimit: int, salt: bytes) -> Secret:
    """Return the key by Argon2id, version 1.3, with one lane (RFC 9106, section 3)."""
    try:
        return Secret(
            bindings.crypto_pwhash_alg(
                KEY_BYTES,
                passphrase.reveal(),
                salt,
                opslimit,
                memlimit,
                bindings.crypto_pwhash_ALG_ARGON2ID13,
            )
        )
    except nacl_errors.RuntimeError as error:
        raise PassphraseError(
            f"deriving a key from the passphrase takes {memlimit // 2**20} MiB of free memory",
            hint="close other programs, or use a machine with more memory",
        ) from error
