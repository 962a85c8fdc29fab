"""Keys of registrars: what is taken, and what they show."""

import copy
import pickle
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from cosign.errors import MalformedError
from cosign.primitives import blind_rsa
from cosign.primitives.blind_rsa import PSS_RANDOMIZED, PrivateKey, PublicKey
from cosign.secret import Secret

KEYS = Path(__file__).parents[2] / "vectors" / "keys"
RSA_ENCRYPTION = bytes.fromhex("06092a864886f70d010101")
RSASSA_PSS = bytes.fromhex("06092a864886f70d01010a")
NULL = bytes.fromhex("0500")


def stored_key(name: str) -> PrivateKey:
    """Read one of the test keys."""
    return PrivateKey.from_secret(Secret((KEYS / f"{name}.der").read_bytes()))


KEY = stored_key("rsa3072-00")
PUBLIC = KEY.public_key
OTHER = stored_key("rsa3072-01").public_key


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


def signed(key: PrivateKey) -> tuple[bytes, bytes]:
    """Go through the whole protocol; give the prepared message and its signature."""
    public, variant = key.public_key, PSS_RANDOMIZED
    prepared = blind_rsa.prepare(variant, b"message", secrets.token_bytes)
    blinded, inverse = blind_rsa.blind(public, prepared, variant, secrets.token_bytes)
    blind_sig = blind_rsa.blind_sign(key, blinded, secrets.token_bytes)
    return prepared, blind_rsa.finalize(public, prepared, blind_sig, inverse, variant)


class TestPublicKey:
    """What counts as a registrar's key."""

    @pytest.mark.parametrize(("name", "size"), [("rsa3072-00", 384), ("rsa4096-00", 512)])
    def test_accepted(self, name: str, size: int) -> None:
        """Keys of 3072 and 4096 bits are taken, and know their modulus."""
        public = PublicKey.from_spki(stored_key(name).public_key.spki)
        assert public.bytes == size
        assert public.n.bit_length() == size * 8
        assert public.spki == make_spki(public.n)

    def test_pickled_and_compared(self) -> None:
        """A used key survives pickling, and equality is that of its bytes."""
        prepared, signature = signed(KEY)
        revived = pickle.loads(pickle.dumps(PUBLIC))  # noqa: S301  # our own bytes
        assert revived == PUBLIC != OTHER
        assert hash(revived) == hash(PUBLIC)
        assert blind_rsa.is_valid(revived, prepared, signature, PSS_RANDOMIZED)

    def test_checked_again_after_pickling(self) -> None:
        """A pickle cannot carry a key that was never checked."""
        smuggled = pickle.dumps(PublicKey(make_spki(PUBLIC.n, e=3)))
        with pytest.raises(MalformedError, match="exponent"):
            pickle.loads(smuggled)  # noqa: S301  # our own bytes

    def test_unchecked_key_is_of_no_use(self) -> None:
        """A key that was made without its constructor is checked when it is used."""
        with pytest.raises(MalformedError, match="exponent"):
            blind_rsa.is_valid(PublicKey(make_spki(PUBLIC.n, e=3)), b"", bytes(384), PSS_RANDOMIZED)

    def test_exponent(self) -> None:
        """Only e = 65537 is taken."""
        for e in (3, 17, 65539):
            with pytest.raises(MalformedError, match="exponent"):
                PublicKey.from_spki(make_spki(PUBLIC.n, e=e))

    def test_modulus_length(self) -> None:
        """2048 bits, one bit less than 3072, and longer keys are refused."""
        for bits in (1024, 2048, 3071, 3073, 3080, 4095, 4097):
            with pytest.raises(MalformedError, match="bits"):
                PublicKey.from_spki(make_spki((1 << (bits - 1)) | 1))
        raw = (KEYS / "rsa2048-00.der").read_bytes()
        with pytest.raises(MalformedError, match="2048 bits"):
            PrivateKey.from_secret(Secret(raw))

    def test_even_modulus(self) -> None:
        """An even modulus is refused."""
        with pytest.raises(MalformedError):
            PublicKey.from_spki(make_spki(PUBLIC.n - 1))

    def test_far_too_long(self) -> None:
        """A key of 16384 bits is refused before it is parsed."""
        with pytest.raises(MalformedError, match="bytes of DER"):
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
        with pytest.raises(MalformedError, match="another type"):
            PublicKey.from_spki(spki)


class TestPrivateKey:
    """Keys that registrars hold."""

    def test_round_trip(self) -> None:
        """A key comes back from its bytes and signs the same."""
        again = PrivateKey.from_secret(KEY.to_secret())
        assert again.public_key == PUBLIC
        blinded = bytes(383) + b"\x02"
        assert blind_rsa.blind_sign(again, blinded, secrets.token_bytes) == blind_rsa.blind_sign(
            KEY, blinded, secrets.token_bytes
        )

    def test_generate(self) -> None:
        """A new key has the bits that were asked for and signs."""
        key = PrivateKey.generate(3072)
        assert key.public_key.bytes == 384
        signed(key)

    @pytest.mark.parametrize("bits", [2048, 3073, 0])
    def test_generate_refuses(self, bits: int) -> None:
        """Other lengths are a programmer's mistake."""
        with pytest.raises(ValueError, match="bits"):
            PrivateKey.generate(bits)

    def test_shows_nothing(self) -> None:
        """Neither repr nor copies nor pickles give the key away."""
        assert repr(KEY) == str(KEY) == "PrivateKey(<3072 bits>)"
        for carry in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="not copied or pickled"):
                carry(KEY)

    def test_damaged(self) -> None:
        """Bytes that are no key, or whose parts do not fit, are refused."""
        raw = KEY.to_secret().reveal()
        changed = bytearray(raw)
        changed[len(raw) // 2] ^= 1
        for bad in (b"", raw[:-1], bytes(changed)):
            with pytest.raises(MalformedError, match="damaged"):
                PrivateKey.from_secret(Secret(bad))

    def test_other_key_types(self) -> None:
        """A private key of another algorithm is refused."""
        raw = ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with pytest.raises(MalformedError, match="another type"):
            PrivateKey.from_secret(Secret(raw))
