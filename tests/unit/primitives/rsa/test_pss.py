"""Public keys of registrars, and verifying with them."""

import contextlib
import pickle
import secrets
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from cosign.errors import MalformedError, VerificationError
from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.primitives.rsa.blind import PrivateKey
from cosign.primitives.rsa.pss import (
    PSS_DETERMINISTIC,
    PSS_RANDOMIZED,
    PSSZERO_DETERMINISTIC,
    VARIANTS,
    PublicKey,
    Variant,
)
from tests.support.world import loaded_rsa_key

RSA_ENCRYPTION = bytes.fromhex("06092a864886f70d010101")
RSASSA_PSS = bytes.fromhex("06092a864886f70d01010a")
NULL = bytes.fromhex("0500")


KEY = loaded_rsa_key(0)
PUBLIC = KEY.public_key
OTHER = loaded_rsa_key(1).public_key


def der(tag: int, body: bytes) -> bytes:
    """Write one DER element."""
    size = len(body).to_bytes(2, "big").lstrip(b"\x00")
    long_form = b"" if len(body) < 0x80 else bytes([0x80 | len(size)])
    return bytes([tag]) + long_form + size + body


def der_integer(number: int) -> bytes:
    """Write a DER INTEGER."""
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def make_spki(n: int, e: int = 65537, algorithm: bytes = RSA_ENCRYPTION + NULL) -> bytes:
    """Write SubjectPublicKeyInfo by hand, also such as no library would write."""
    key = der(0x30, der_integer(n) + der_integer(e))
    return der(0x30, der(0x30, algorithm) + der(3, b"\x00" + key))


def signed(
    variant: Variant = PSS_RANDOMIZED, key: PrivateKey = KEY, message: bytes = b"message"
) -> tuple[bytes, bytes]:
    """Go through the whole protocol; give the prepared message and its signature."""
    public = key.public_key
    prepared = blind_rsa.prepare(variant, message, secrets.token_bytes)
    blinded, inverse = blind_rsa.blind(public, prepared, variant, secrets.token_bytes)
    blind_sig = blind_rsa.blind_sign(key, blinded, secrets.token_bytes)
    return prepared, blind_rsa.finalize(public, prepared, blind_sig, inverse, variant)


@contextlib.contextmanager
def refused(why: str) -> Iterator[None]:
    """Expect that a key is refused, in the words for all such keys, and for this reason."""
    with pytest.raises(MalformedError, match="one encoding of an odd RSA modulus") as caught:
        yield
    assert why in str(caught.value.__cause__)


class TestPublicKey:
    """What counts as a registrar's key."""

    @pytest.mark.parametrize("size", [384, 512])
    def test_accepted(self, size: int) -> None:
        """Keys of 3072 and 4096 bits are taken, and know their modulus."""
        public = PublicKey.from_spki(loaded_rsa_key(0, size * 8).public_key.spki)
        assert public.bytes == size
        assert public.n.bit_length() == size * 8
        assert public.spki == make_spki(public.n)

    def test_pickled_and_compared(self) -> None:
        """A used key survives pickling, and equality is that of its bytes."""
        prepared, signature = signed()
        revived = pickle.loads(pickle.dumps(PUBLIC))  # noqa: S301  # our own bytes
        assert revived == PUBLIC != OTHER
        assert hash(revived) == hash(PUBLIC)
        assert rsa_pss.is_valid(revived, prepared, signature, PSS_RANDOMIZED)

    def test_checked_again_after_pickling(self) -> None:
        """A pickle cannot carry a key that was never checked."""
        smuggled = pickle.dumps(PublicKey(make_spki(PUBLIC.n, e=3)))
        with refused("exponent is not 65537"):
            pickle.loads(smuggled)  # noqa: S301  # our own bytes

    def test_unchecked_key_is_of_no_use(self) -> None:
        """A key that was made without its constructor is checked when it is used."""
        with refused("exponent is not 65537"):
            rsa_pss.is_valid(PublicKey(make_spki(PUBLIC.n, e=3)), b"", bytes(384), PSS_RANDOMIZED)

    def test_exponent(self) -> None:
        """Only e = 65537 is taken."""
        for e in (3, 17, 65539):
            with refused("exponent is not 65537"):
                PublicKey.from_spki(make_spki(PUBLIC.n, e=e))

    def test_modulus_length(self) -> None:
        """2048 bits, one bit less than 3072, and longer keys are refused."""
        for bits in (1024, 2048, 3071, 3073, 3080, 4095, 4097):
            with refused("modulus has"):
                PublicKey.from_spki(make_spki((1 << (bits - 1)) | 1))
        with refused("2048 bits"):
            loaded_rsa_key(0, 2048)

    def test_even_modulus(self) -> None:
        """An even modulus is refused."""
        with refused("modulus is even"):
            PublicKey.from_spki(make_spki(PUBLIC.n - 1))

    def test_far_too_long(self) -> None:
        """A key of 16384 bits is refused before it is parsed."""
        with refused("bytes of DER"):
            PublicKey.from_spki(make_spki((1 << 16383) | 1))

    @pytest.mark.parametrize(
        "change",
        [
            lambda raw: raw + b"\x00",
            lambda raw: raw[:-1],
            lambda _: b"",
            lambda raw: raw[:1] + b"\x83\x00" + raw[2:],
            lambda _: make_spki(PUBLIC.n, algorithm=RSA_ENCRYPTION),
            lambda _: make_spki(PUBLIC.n, algorithm=RSASSA_PSS),
        ],
        ids=["trailing", "cut", "empty", "long length", "no parameters", "pss"],
    )
    def test_one_encoding(self, change: Callable[[bytes], bytes]) -> None:
        """Anything but the one DER encoding of type rsaEncryption is refused."""
        with pytest.raises(MalformedError):
            PublicKey.from_spki(change(PUBLIC.spki))

    def test_other_key_types(self) -> None:
        """A key of another algorithm is refused."""
        spki = (
            ed25519.Ed25519PrivateKey.generate()
            .public_key()
            .public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        with refused("another type"):
            PublicKey.from_spki(spki)


class TestVerify:
    """What anybody can check."""

    @pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.name)
    @pytest.mark.parametrize(("number", "bits"), [(2, 3072), (1, 4096)])
    def test_all_variants(self, variant: Variant, number: int, bits: int) -> None:
        """Each variant goes through the whole protocol with each allowed length."""
        key = loaded_rsa_key(number, bits)
        prepared, signature = signed(variant, key)
        assert len(signature) == key.public_key.bytes
        rsa_pss.verify(key.public_key, prepared, signature, variant)

    def test_every_flipped_byte(self) -> None:
        """A signature with any byte changed is refused."""
        prepared, signature = signed()
        assert rsa_pss.is_valid(PUBLIC, prepared, signature, PSS_RANDOMIZED)
        for place in range(len(signature)):
            changed = bytearray(signature)
            changed[place] ^= 1 << (place % 8)
            assert not rsa_pss.is_valid(PUBLIC, prepared, bytes(changed), PSS_RANDOMIZED)

    def test_lengths(self) -> None:
        """A signature that is cut, extended, empty, or the same number plus n is refused."""
        prepared, signature = signed()
        number = int.from_bytes(signature)
        bad = [b"", signature[:-1], signature + b"\x00", b"\x00" + signature]
        bad += [(number + PUBLIC.n).to_bytes(385)]
        bad += [wrong.to_bytes(384) for wrong in (0, 1, PUBLIC.n)]
        for changed in bad:
            with pytest.raises(VerificationError):
                rsa_pss.verify(PUBLIC, prepared, changed, PSS_RANDOMIZED)

    def test_bound_to_message_key_and_variant(self) -> None:
        """A signature is refused for another message, key, or salt length."""
        prepared, signature = signed()
        for public, message, variant in (
            (PUBLIC, prepared[1:], PSS_RANDOMIZED),
            (PUBLIC, prepared + b"\x00", PSS_RANDOMIZED),
            (PUBLIC, b"", PSS_RANDOMIZED),
            (OTHER, prepared, PSS_RANDOMIZED),
            (PUBLIC, prepared, PSSZERO_DETERMINISTIC),
        ):
            assert not rsa_pss.is_valid(public, message, signature, variant)
            with pytest.raises(VerificationError, match="not valid"):
                rsa_pss.verify(public, message, signature, variant)

    def test_variants_with_one_salt_length_share_a_verifier(self) -> None:
        """Randomized and deterministic differ only in the message, as in RFC 9474, section 4.5."""
        prepared, signature = signed(PSS_RANDOMIZED)
        assert rsa_pss.is_valid(PUBLIC, prepared, signature, PSS_DETERMINISTIC)
