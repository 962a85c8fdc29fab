"""A second, independent HPKE with X-Wing, for vectors and cross-checks.

HPKE base mode (RFC 9180) and the KEM MLKEM768-X25519
(draft-connolly-cfrg-xwing-kem) written from the documents: ML-KEM-768 by
kyber-py, hashes and HMAC by the standard library, X25519 and AES-GCM by
pyca/cryptography. Unlike the library it encapsulates with given randomness, so
sealed records can be frozen as vectors. Slow and not constant-time: tests only.
"""

import hashlib
import hmac
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from kyber_py.ml_kem import ML_KEM_768

from cosign.randomness import Randomness

RANDOMNESS_BYTES: Final = 64
"""What one encapsulation takes: m of ML-KEM, then the ephemeral X25519 scalar."""

_MLKEM_PUBLIC: Final = 1184
_MLKEM_CIPHERTEXT: Final = 1088
_ENC: Final = _MLKEM_CIPHERTEXT + 32
_XWING_LABEL: Final = rb"\./" + rb"/^" + b"\\"
# KEM 0x647a MLKEM768-X25519, KDF 0x0001 HKDF-SHA256, AEAD 0x0002 AES-256-GCM.
_SUITE_ID: Final = b"HPKE" + bytes.fromhex("647a 0001 0002")


def expand_seed(seed: bytes) -> tuple[bytes, bytes, bytes]:
    """Return ML-KEM decapsulation key, X25519 scalar and public key of a 32-byte seed."""
    expanded = hashlib.shake_256(seed).digest(96)
    lattice_public, lattice_secret = ML_KEM_768.key_derive(expanded[:64])
    scalar = expanded[64:]
    return lattice_secret, scalar, lattice_public + _x25519_base(scalar)


def encapsulate(public_key: bytes, randomness: bytes) -> tuple[bytes, bytes]:
    """Return X-Wing's shared secret and ciphertext for 64 bytes of randomness."""
    lattice_public, point = public_key[:_MLKEM_PUBLIC], public_key[_MLKEM_PUBLIC:]
    m, ephemeral = randomness[:32], randomness[32:]
    lattice_shared, lattice_ciphertext = ML_KEM_768._encaps_internal(lattice_public, m)
    sent = _x25519_base(ephemeral)
    shared = _combine(lattice_shared, _x25519(ephemeral, point), sent, point)
    return shared, lattice_ciphertext + sent


def decapsulate(seed: bytes, enc: bytes) -> bytes:
    """Return X-Wing's shared secret to the holder of a seed."""
    lattice_secret, scalar, public_key = expand_seed(seed)
    lattice_ciphertext, sent = enc[:_MLKEM_CIPHERTEXT], enc[_MLKEM_CIPHERTEXT:]
    lattice_shared = ML_KEM_768.decaps(lattice_secret, lattice_ciphertext)
    return _combine(lattice_shared, _x25519(scalar, sent), sent, public_key[_MLKEM_PUBLIC:])


def reference_seal(
    public_key: bytes, info: bytes, plaintext: bytes, randomness: Randomness
) -> bytes:
    """Seal as ``cosign.primitives.hpke.seal`` does, with 64 bytes of given randomness."""
    shared, enc = encapsulate(public_key, randomness(RANDOMNESS_BYTES))
    key, nonce = _key_schedule(shared, info)
    return enc + AESGCM(key).encrypt(nonce, plaintext, b"")


def reference_open(seed: bytes, info: bytes, sealed: bytes) -> bytes:
    """Open what was sealed to the key of a 32-byte seed."""
    key, nonce = _key_schedule(decapsulate(seed, sealed[:_ENC]), info)
    return AESGCM(key).decrypt(nonce, sealed[_ENC:], b"")


def _x25519(scalar: bytes, point: bytes) -> bytes:
    peer = X25519PublicKey.from_public_bytes(point)
    return X25519PrivateKey.from_private_bytes(scalar).exchange(peer)


def _x25519_base(scalar: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()


def _combine(lattice_shared: bytes, point_shared: bytes, sent: bytes, point: bytes) -> bytes:
    """draft-connolly-cfrg-xwing-kem, section 5.3."""
    parts = lattice_shared + point_shared + sent + point + _XWING_LABEL
    return hashlib.sha3_256(parts).digest()


def _key_schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, section 5.1, mode_base: no pre-shared key."""
    base_mode = b"\x00"
    context = (
        base_mode
        + _labeled_extract(b"", b"psk_id_hash", b"")
        + _labeled_extract(b"", b"info_hash", info)
    )
    secret = _labeled_extract(shared, b"secret", b"")
    key = _labeled_expand(secret, b"key", context, 32)
    return key, _labeled_expand(secret, b"base_nonce", context, 12)


def _labeled_extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """RFC 9180, section 4; RFC 5869, section 2.2."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + _SUITE_ID + label + ikm, "sha256")


def _labeled_expand(prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """RFC 9180, section 4; RFC 5869, section 2.3, for at most one block."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + _SUITE_ID + label + info
    return hmac.digest(prk, labeled + b"\x01", "sha256")[:length]
