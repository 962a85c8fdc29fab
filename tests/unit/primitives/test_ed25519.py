"""Ed25519 signatures under a label."""

import copy
import hashlib
import json
import pickle
import secrets
import subprocess
import sys

import pytest
from nacl import bindings

from cosign import labels
from cosign.errors import MalformedError, VerificationError
from cosign.primitives.curve import core, pure_core, signature_rules
from cosign.primitives.ed25519 import (
    SigningKey,
    check_public_key,
    find_bad_public_keys,
    find_bad_signatures,
    is_valid_signature,
    verify,
)
from cosign.primitives.hashing import H
from cosign.primitives.shamir import ORDER
from cosign.secret import Secret
from tests.support import places

PUBLISHED = places.PUBLISHED / "rfc8032_ed25519.json"
VECTORS = json.loads(PUBLISHED.read_text())["vectors"]
FIELD_PRIME = 2**255 - 19
IDENTITY = b"\x01" + bytes(31)
TORSION = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
SMALL_ORDER = [
    IDENTITY,
    (FIELD_PRIME - 1).to_bytes(32, "little"),
    bytes(32),
    bytes(31) + b"\x80",
    TORSION,
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
]
KEY = SigningKey(Secret(bytes(range(32))))
PUBLIC = KEY.public_key
PARTS = (b"round", b"cosign")
SIGNATURE = KEY.sign(labels.COSIGN, *PARTS)


def scalar(number: int) -> bytes:
    """Write a scalar little-endian."""
    return (number % ORDER).to_bytes(32, "little")


def is_valid(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Ask libsodium and each core, alone and among others; they have to agree."""
    valid = signature_rules.is_valid(public_key, signature, message)
    one, good = (public_key, signature, message), (PUBLIC, SIGNATURE, H(labels.COSIGN, *PARTS))
    for a_core in {pure_core, core._core}:
        assert a_core.find_bad_signatures([one]) == (() if valid else (0,))
        assert a_core.find_bad_signatures([good, one, good]) == (() if valid else (1,))
    return valid


def accepts(public_key: bytes, signature: bytes, label: str, *parts: bytes) -> bool:
    """Return whether a signature under a label is valid, by every function that says so."""
    valid = is_valid(public_key, signature, H(label, *parts))
    assert is_valid_signature(public_key, signature, label, *parts) == valid
    return valid


def times_base(number: int) -> bytes:
    """Return a multiple of the base point."""
    return bindings.crypto_scalarmult_ed25519_base_noclamp(scalar(number))


def challenge(commitment: bytes, public_key: bytes, message: bytes) -> int:
    """RFC 8032, section 5.1.7, step 2."""
    return int.from_bytes(hashlib.sha512(commitment + public_key + message).digest(), "little")


def secret_scalar(seed: bytes) -> int:
    """RFC 8032, section 5.1.5."""
    raw = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    return raw & ((1 << 254) - 8) | 1 << 254


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_published_vectors(vector: dict[str, str]) -> None:
    """Keys and signatures are those of RFC 8032, section 7.1."""
    key = SigningKey(Secret(bytes.fromhex(vector["secret_key"])))
    message, signature = bytes.fromhex(vector["message"]), bytes.fromhex(vector["signature"])
    assert key.public_key.hex() == vector["public_key"]
    assert key._sign_raw(message) == signature
    assert is_valid(key.public_key, signature, message)


class TestSigningKey:
    """Keys of members, registrars and organizers."""

    def test_signs_the_labelled_hash(self) -> None:
        """A signature is Ed25519 over H, and the same each time."""
        assert len(SIGNATURE) == 64
        assert KEY.sign(labels.COSIGN, *PARTS) == SIGNATURE
        assert KEY._sign_raw(H(labels.COSIGN, *PARTS)) == SIGNATURE

    def test_generate(self) -> None:
        """A key is made from 32 random bytes, which are its seed."""
        key = SigningKey.generate(lambda n: bytes(range(n)))
        assert key.public_key == PUBLIC
        assert key.seed == Secret(bytes(range(32)))

    def test_seed_length(self) -> None:
        """A seed of another length is a programmer's mistake."""
        for size in (0, 31, 33, 64):
            with pytest.raises(ValueError, match="seed"):
                SigningKey(Secret(bytes(size)))

    def test_shows_nothing(self) -> None:
        """Neither repr nor copies nor pickles give the key away."""
        assert repr(KEY) == str(KEY) == f"{KEY}" == "SigningKey(<secret>)"
        for carry in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="not copied or pickled"):
                carry(KEY)


class TestVerify:
    """What verifies and what does not."""

    def test_accepted(self) -> None:
        """The case that the others change is valid."""
        verify(PUBLIC, SIGNATURE, labels.COSIGN, *PARTS)
        assert accepts(PUBLIC, SIGNATURE, labels.COSIGN, *PARTS)

    def test_every_flipped_bit(self) -> None:
        """A signature or key with any bit changed is refused."""
        for place in range(512):
            changed = bytearray(SIGNATURE)
            changed[place // 8] ^= 1 << place % 8
            assert not accepts(PUBLIC, bytes(changed), labels.COSIGN, *PARTS)
        for place in range(256):
            changed = bytearray(PUBLIC)
            changed[place // 8] ^= 1 << place % 8
            assert not accepts(bytes(changed), SIGNATURE, labels.COSIGN, *PARTS)

    @pytest.mark.parametrize(
        "parts", [(), (b"round",), (b"roundcosign",), (b"round", b"cosign", b""), PARTS[::-1]]
    )
    def test_bound_to_parts(self, parts: tuple[bytes, ...]) -> None:
        """Other parts, or the same bytes cut differently, are refused."""
        with pytest.raises(VerificationError, match="not valid"):
            verify(PUBLIC, SIGNATURE, labels.COSIGN, *parts)

    def test_bound_to_label_and_key(self) -> None:
        """A signature for another purpose or by another key is refused."""
        other = SigningKey.generate(secrets.token_bytes)
        assert not accepts(PUBLIC, SIGNATURE, labels.ROUND_SIGNATURE, *PARTS)
        assert not accepts(other.public_key, SIGNATURE, labels.COSIGN, *PARTS)

    def test_lengths(self) -> None:
        """Keys and signatures of another length are refused, not read past their end."""
        for signature in (b"", SIGNATURE[:-1], SIGNATURE[:32], SIGNATURE + b"\x00"):
            assert not accepts(PUBLIC, signature, labels.COSIGN, *PARTS)
        for key in (b"", PUBLIC[:-1], PUBLIC + b"\x00"):
            assert not accepts(key, SIGNATURE, labels.COSIGN, *PARTS)
        assert not accepts(PUBLIC, SIGNATURE[:-1], labels.COSIGN, SIGNATURE[-1:], *PARTS)

    def test_s_is_reduced(self) -> None:
        """S + l, which satisfies the same equation, is refused."""
        s = int.from_bytes(SIGNATURE[32:], "little")
        for multiple in (1, 2, 8):
            changed = SIGNATURE[:32] + (s + multiple * ORDER).to_bytes(32, "little")
            assert not accepts(PUBLIC, changed, labels.COSIGN, *PARTS)

    @pytest.mark.parametrize("public_key", SMALL_ORDER)
    def test_small_order_key(self, public_key: bytes) -> None:
        """Keys of small order, under which one signature fits many texts, are refused."""
        message = next(
            m
            for m in map(bytes, zip(range(256)))
            if challenge(times_base(5), public_key, m) % 8 == 0
        )
        forged = times_base(5) + scalar(5)
        assert not is_valid(public_key, forged, message)

    @pytest.mark.parametrize("commitment", SMALL_ORDER)
    def test_small_order_commitment(self, commitment: bytes) -> None:
        """R of small order is refused, even where the cofactored equation holds."""
        a, message = secret_scalar(KEY.seed.reveal()), b"message"
        s = challenge(commitment, PUBLIC, message) * a
        assert times_base(a) == PUBLIC
        assert not is_valid(PUBLIC, commitment + scalar(s), message)

    def test_key_that_is_not_canonical(self) -> None:
        """Second encodings of a key's point are refused."""
        for low in range(19):
            for sign in (0, 1 << 255):
                key = (FIELD_PRIME + low | sign).to_bytes(32, "little")
                assert not accepts(key, SIGNATURE, labels.COSIGN, *PARTS)

    def test_none(self) -> None:
        """No signatures are no bad ones."""
        assert find_bad_signatures([]) == ()

    def test_key_with_torsion_verifies(self) -> None:
        """A key outside the subgroup can verify: that is what check_public_key is for."""
        a, r, message = secret_scalar(KEY.seed.reveal()), 0, b"message"
        mixed = bindings.crypto_core_ed25519_add(PUBLIC, TORSION)
        k = 1
        while k % 8:
            r += 1
            k = challenge(times_base(r), mixed, message)
        signature = times_base(r) + scalar(r + k * a)
        assert is_valid(mixed, signature, message)
        with pytest.raises(MalformedError):
            check_public_key(mixed)


class TestCheckPublicKey:
    """Keys that may count people."""

    def test_accepted(self) -> None:
        """Keys that were made here pass."""
        for _ in range(10):
            check_public_key(SigningKey.generate(secrets.token_bytes).public_key)

    @pytest.mark.parametrize("point", SMALL_ORDER)
    def test_torsion(self, point: bytes) -> None:
        """The identity, points of small order, and keys with such a component are refused."""
        with pytest.raises(MalformedError, match="not a canonical point"):
            check_public_key(point)
        if point != IDENTITY:
            with pytest.raises(MalformedError, match="not a canonical point"):
                check_public_key(bindings.crypto_core_ed25519_add(PUBLIC, point))

    def test_not_canonical(self) -> None:
        """Coordinates of 2^255-19 and more are refused."""
        for low in range(19):
            for sign in (0, 1 << 255):
                with pytest.raises(MalformedError):
                    check_public_key((FIELD_PRIME + low | sign).to_bytes(32, "little"))

    def test_off_the_curve(self) -> None:
        """A coordinate that no point has is refused."""
        with pytest.raises(MalformedError):
            check_public_key((2).to_bytes(32, "little"))

    def test_many(self) -> None:
        """Of many keys, those that are refused alone are found, whichever they are."""
        mixed = [bindings.crypto_core_ed25519_add(PUBLIC, p) for p in SMALL_ORDER if p != IDENTITY]
        bad = [*mixed, *SMALL_ORDER, (2).to_bytes(32, "little"), PUBLIC[:-1], b""]
        good = [SigningKey.generate(secrets.token_bytes).public_key for _ in bad]
        keys = [key for pair in zip(good, bad, strict=True) for key in pair]
        assert find_bad_public_keys(keys) == tuple(range(1, len(keys), 2))
        assert find_bad_public_keys(good) == find_bad_public_keys([]) == ()

    def test_length(self) -> None:
        """A key of another length is refused."""
        for bad in (b"", PUBLIC[:-1], PUBLIC + b"\x00"):
            with pytest.raises(MalformedError, match="bytes"):
                check_public_key(bad)


# Cofactored: 8 S B = 8 R + 8 h A (RFC 8032, section 5.1.7), as the naive group computes it.
_COFACTORED = """
import hashlib
from nacl import bindings
from nacl.exceptions import BadSignatureError
from tests.support import naive_edwards as naive
from tests.support.naive_edwards import ORDER

def crypto_sign_open(signed, key):
    R, S, A = naive.decode(signed[:32]), int.from_bytes(signed[32:64], "little"), naive.decode(key)
    h = int.from_bytes(hashlib.sha512(signed[:32] + key + signed[64:]).digest(), "little")
    left, right = naive.combine([(8 * S, naive.BASE)]), naive.combine([(8, R), (8 * h % ORDER, A)])
    if naive.encode(left) != naive.encode(right):
        raise BadSignatureError
    return signed[64:]

bindings.crypto_sign_open = crypto_sign_open
import cosign.primitives.ed25519
"""


def test_a_libsodium_that_multiplies_by_the_cofactor_is_refused() -> None:
    """Programs must agree which signatures are true, so with such a one the library loads not."""
    ended = subprocess.run(
        [sys.executable, "-c", _COFACTORED], capture_output=True, check=False, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("ImportError: this libsodium verifies Ed25519")
