"""Encryption to a key that only its holder opens."""

import copy
import json
import pickle
import secrets

import pytest

from cosign import labels
from cosign.errors import MalformedError, VerificationError
from cosign.primitives.hashing import H
from cosign.primitives.hpke import (
    CONTENT_OVERHEAD,
    MLKEM_KEY_BYTES,
    PUBLIC_KEY_BYTES,
    SEAL_OVERHEAD,
    SealingPublicKey,
    SealingSecretKey,
    decrypt_once,
    encrypt_once,
    open_sealed,
    seal,
    sealing_info,
)
from cosign.secret import Secret
from tests.support import places
from tests.vectors.reference_hpke import (
    decapsulate,
    encapsulate,
    expand_seed,
    reference_open,
    reference_seal,
)

PUBLISHED = places.PUBLISHED / "xwing.json"
PUBLISHED_VECTOR = json.loads(PUBLISHED.read_text())
VECTOR = {k: bytes.fromhex(PUBLISHED_VECTOR[k]) for k in ("sk", "pk", "eseed", "ct", "ss")}
SECRET = SealingSecretKey(Secret(VECTOR["sk"]))
PUBLIC = SECRET.public_key
OTHER = SealingSecretKey(Secret(bytes(32)))
INFO = sealing_info(labels.SEAL_SHARE, bytes(32), b"1")
PLAINTEXT = b"a plaintext that is not empty"
FIELD_PRIME = 2**255 - 19
SMALL_ORDER = [
    0,
    1,
    FIELD_PRIME - 1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
]


class TestPublishedVector:
    """draft-connolly-cfrg-xwing-kem, Appendix C."""

    def test_key_generation(self) -> None:
        """The published seed expands to the published public key."""
        assert PUBLIC.to_bytes() == VECTOR["pk"]

    def test_reference(self) -> None:
        """The reference implementation reproduces the whole published vector."""
        assert expand_seed(VECTOR["sk"])[2] == VECTOR["pk"]
        assert encapsulate(VECTOR["pk"], VECTOR["eseed"]) == (VECTOR["ss"], VECTOR["ct"])
        assert decapsulate(VECTOR["sk"], VECTOR["ct"]) == VECTOR["ss"]


class TestReference:
    """Two implementations of RFC 9180 agree."""

    def test_opens_what_the_reference_sealed(self) -> None:
        """What the reference seals with given randomness is opened."""
        sealed = reference_seal(PUBLIC.to_bytes(), INFO, PLAINTEXT, secrets.token_bytes)
        assert open_sealed(SECRET, INFO, sealed) == PLAINTEXT

    def test_reference_opens_ours(self) -> None:
        """The reference opens what was sealed."""
        sealed = seal(PUBLIC, INFO, PLAINTEXT)
        assert reference_open(VECTOR["sk"], INFO, sealed) == PLAINTEXT

    def test_reference_is_deterministic(self) -> None:
        """The reference seals the same with the same randomness."""
        first, second = (reference_seal(PUBLIC.to_bytes(), INFO, b"", bytes) for _ in range(2))
        assert first == second


class TestPublicKey:
    """What counts as a key to seal to."""

    def test_round_trip(self) -> None:
        """A key comes back from its bytes, and from a pickle of a used one."""
        key = SealingPublicKey.from_bytes(PUBLIC.to_bytes())
        seal(key, INFO, b"")
        assert key == PUBLIC != OTHER.public_key
        assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301  # our own bytes

    def test_length(self) -> None:
        """A key of another length is refused."""
        assert PUBLIC_KEY_BYTES == 1216
        raw = PUBLIC.to_bytes()
        for bad in (b"", raw[:-1], raw + b"\x00", raw[:MLKEM_KEY_BYTES], raw[MLKEM_KEY_BYTES:]):
            with pytest.raises(MalformedError, match="bytes"):
                SealingPublicKey.from_bytes(bad)

    def test_coefficients(self) -> None:
        """An ML-KEM coefficient of q or more is refused; q-1 is taken."""
        raw = PUBLIC.to_bytes()
        for value, accepted in ((3328, True), (3329, False), (4095, False)):
            changed = bytes([value & 0xFF, raw[1] & 0xF0 | value >> 8]) + raw[2:]
            if accepted:
                SealingPublicKey.from_bytes(changed)
                continue
            with pytest.raises(MalformedError, match="ML-KEM part"):
                SealingPublicKey.from_bytes(changed)

    @pytest.mark.parametrize("coordinate", SMALL_ORDER)
    def test_small_order(self, coordinate: int) -> None:
        """An X25519 point of small order is refused: its shared secret is always zero."""
        raw = PUBLIC.to_bytes()[:MLKEM_KEY_BYTES] + coordinate.to_bytes(32, "little")
        with pytest.raises(MalformedError, match="small order"):
            SealingPublicKey.from_bytes(raw)

    @pytest.mark.parametrize("coordinate", [FIELD_PRIME, FIELD_PRIME + 9, 2**255 + 9, 2**256 - 1])
    def test_not_reduced(self, coordinate: int) -> None:
        """A second encoding of an X25519 coordinate is refused."""
        raw = PUBLIC.to_bytes()[:MLKEM_KEY_BYTES] + coordinate.to_bytes(32, "little")
        with pytest.raises(MalformedError, match="X25519 part of a sealing key is not reduced"):
            SealingPublicKey.from_bytes(raw)

    def test_checked_again(self) -> None:
        """Neither a pickle nor direct construction gets around the checks."""
        smuggled = SealingPublicKey(bytes(PUBLIC_KEY_BYTES))
        with pytest.raises(MalformedError):
            seal(smuggled, INFO, b"")
        with pytest.raises(MalformedError):
            pickle.loads(pickle.dumps(smuggled))  # noqa: S301  # our own bytes


class TestSecretKey:
    """Keys that trustees and registrars hold."""

    def test_generate(self) -> None:
        """A key is made from 32 random bytes, which are its seed."""
        key = SealingSecretKey.generate(lambda n: VECTOR["sk"][:n])
        assert key.seed == Secret(VECTOR["sk"])
        assert key.public_key == PUBLIC

    def test_seed_length(self) -> None:
        """A seed of another length is a programmer's mistake."""
        for size in (0, 31, 33):
            with pytest.raises(ValueError, match="seed"):
                SealingSecretKey(Secret(bytes(size)))

    def test_shows_nothing(self) -> None:
        """Neither repr nor copies nor pickles give the key away."""
        assert repr(SECRET) == str(SECRET) == "SealingSecretKey(<secret>)"
        for carry in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="not copied or pickled"):
                carry(SECRET)


class TestSeal:
    """Sealed messages."""

    @pytest.mark.parametrize("plaintext", [b"", PLAINTEXT, bytes(100_000)], ids=len)
    def test_round_trip(self, plaintext: bytes) -> None:
        """What is sealed opens, and is longer by a constant."""
        sealed = seal(PUBLIC, INFO, plaintext)
        assert len(sealed) == len(plaintext) + SEAL_OVERHEAD
        assert open_sealed(SECRET, INFO, sealed) == plaintext

    def test_fresh_each_time(self) -> None:
        """Sealing the same twice shares no block of 16 bytes."""
        first, second = seal(PUBLIC, INFO, PLAINTEXT), seal(PUBLIC, INFO, PLAINTEXT)
        blocks = {first[i : i + 16] for i in range(len(first) - 15)}
        assert not any(second[i : i + 16] in blocks for i in range(len(second) - 15))

    def test_flipped_bits(self) -> None:
        """Every sampled bit of ciphertext and encapsulation counts."""
        sealed = seal(PUBLIC, INFO, PLAINTEXT)
        for place in [*range(0, len(sealed) * 8, 13), len(sealed) * 8 - 1]:
            changed = bytearray(sealed)
            changed[place // 8] ^= 1 << place % 8
            with pytest.raises(VerificationError, match="does not open"):
                open_sealed(SECRET, INFO, bytes(changed))

    def test_top_bit_of_the_point(self) -> None:
        """The bit that X25519 ignores counts, for the shared secret hashes it."""
        changed = bytearray(seal(PUBLIC, INFO, PLAINTEXT))
        changed[1119] ^= 0x80
        with pytest.raises(VerificationError):
            open_sealed(SECRET, INFO, bytes(changed))

    def test_lengths(self) -> None:
        """A sealed message that is cut, extended or empty is refused."""
        sealed = seal(PUBLIC, INFO, PLAINTEXT)
        lengths = (0, 1, 1088, 1119, 1120, 1135, 1136, len(sealed) - 1)
        for bad in (*(sealed[:n] for n in lengths), sealed + b"\x00", b"\x00" + sealed):
            with pytest.raises(VerificationError):
                open_sealed(SECRET, INFO, bad)

    def test_zero_point(self) -> None:
        """An encapsulation with an X25519 point of small order is refused."""
        sealed = seal(PUBLIC, INFO, PLAINTEXT)
        for coordinate in SMALL_ORDER:
            bad = sealed[:1088] + coordinate.to_bytes(32, "little") + sealed[1120:]
            with pytest.raises(VerificationError):
                open_sealed(SECRET, INFO, bad)

    def test_bound_to_key_and_info(self) -> None:
        """Another key, another purpose or another place does not open it."""
        sealed = seal(PUBLIC, INFO, PLAINTEXT)
        with pytest.raises(VerificationError):
            open_sealed(OTHER, INFO, sealed)
        for info in (
            b"",
            INFO[:-1],
            sealing_info(labels.SEAL_SHARE, bytes(32), b"2"),
            sealing_info(labels.SEAL_OPENING, bytes(32), b"1"),
        ):
            with pytest.raises(VerificationError):
                open_sealed(SECRET, info, sealed)

    def test_info_is_the_labelled_hash(self) -> None:
        """The info is H over label and parts, 64 bytes."""
        assert H(labels.SEAL_SHARE, bytes(32), b"1") == INFO
        assert len(INFO) == 64


class TestOnce:
    """One message under one key."""

    key = Secret(bytes(range(32)))

    def test_round_trip(self) -> None:
        """What is encrypted decrypts, and is longer by the tag."""
        for plaintext in (b"", PLAINTEXT):
            ciphertext = encrypt_once(self.key, b"round", plaintext)
            assert len(ciphertext) == len(plaintext) + CONTENT_OVERHEAD
            assert decrypt_once(self.key, b"round", ciphertext) == plaintext

    def test_every_flipped_bit(self) -> None:
        """A ciphertext with any bit changed is refused."""
        ciphertext = encrypt_once(self.key, b"round", PLAINTEXT)
        for place in range(len(ciphertext) * 8):
            changed = bytearray(ciphertext)
            changed[place // 8] ^= 1 << place % 8
            with pytest.raises(VerificationError, match="does not decrypt"):
                decrypt_once(self.key, b"round", bytes(changed))

    def test_bound_to_key_and_associated_data(self) -> None:
        """Another key, other associated data or another length is refused."""
        ciphertext = encrypt_once(self.key, b"round", PLAINTEXT)
        for key, associated, raw in (
            (Secret(bytes(32)), b"round", ciphertext),
            (self.key, b"", ciphertext),
            (self.key, b"rounds", ciphertext),
            (self.key, b"round", ciphertext[:-1]),
            (self.key, b"round", ciphertext + b"\x00"),
            (self.key, b"round", ciphertext[:15]),
            (self.key, b"round", b""),
        ):
            with pytest.raises(VerificationError):
                decrypt_once(key, associated, raw)

    @pytest.mark.parametrize("size", [0, 16, 24, 31, 33])
    def test_key_length(self, size: int) -> None:
        """A key of another length is a mistake, also one that AES would take."""
        key = Secret(bytes(size))
        with pytest.raises(ValueError, match="content key"):
            encrypt_once(key, b"", b"")
        with pytest.raises(ValueError, match="content key"):
            decrypt_once(key, b"", bytes(16))
