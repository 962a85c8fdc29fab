"""Blind RSA signatures after RFC 9474."""

import copy
import json
import pickle
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from cosign.errors import CosignError, FaultError, MalformedError, VerificationError
from cosign.primitives.rsa import blind as blind_rsa
from cosign.primitives.rsa import pss as rsa_pss
from cosign.primitives.rsa.blind import PrivateKey
from cosign.primitives.rsa.emsa_pss import emsa_pss_encode
from cosign.primitives.rsa.pss import PSS_RANDOMIZED, PSSZERO_DETERMINISTIC, VARIANTS, PublicKey
from cosign.randomness import Randomness
from cosign.secret import Secret
from tests.support import places
from tests.support.world import loaded_rsa_key

VECTOR_FILES = places.VECTORS
PUBLISHED = json.loads((VECTOR_FILES / "published" / "rfc9474.json").read_text())["vectors"]
BY_NAME = {v.name: v for v in VARIANTS}


KEY = loaded_rsa_key(0)
PUBLIC = KEY.public_key
OTHER = loaded_rsa_key(1).public_key
SIZE = 384


def scripted(*values: bytes) -> Randomness:
    """Return these values one after another, and no others."""
    rest = iter(values)

    def give(count: int) -> bytes:
        value = next(rest)
        assert len(value) == count
        return value

    return give


def i2osp(number: int, size: int = SIZE) -> bytes:
    """Write a number big-endian."""
    return number.to_bytes(size, "big")


def published_key(vector: dict[str, str]) -> PrivateKey:
    """Make the key of a published vector."""
    p, q, d, e, n = (int(vector[name], 16) for name in "pqden")
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e, n),
    )
    return PrivateKey(numbers.private_key())


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda v: v["name"])
class TestPublishedVectors:
    """RFC 9474, Appendix A."""

    def test_prepare(self, vector: dict[str, str]) -> None:
        """Preparing puts the random prefix first."""
        variant, prefix = BY_NAME[vector["name"]], bytes.fromhex(vector["msg_prefix"])
        prepared = blind_rsa.prepare(variant, bytes.fromhex(vector["msg"]), scripted(prefix))
        assert prepared.hex() == vector["input_msg"]

    def test_blind(self, vector: dict[str, str]) -> None:
        """Blinding with the published salt and factor gives the published message."""
        variant, public = BY_NAME[vector["name"]], published_key(vector).public_key
        r = pow(int(vector["inv"], 16), -1, public.n)
        randomness = scripted(bytes.fromhex(vector["salt"]), i2osp(r, public.bytes))
        prepared = bytes.fromhex(vector["input_msg"])
        blinded, inverse = blind_rsa.blind(public, prepared, variant, randomness)
        assert blinded.hex() == vector["blinded_msg"]
        assert inverse == Secret(bytes.fromhex(vector["inv"]))

    def test_blind_sign(self, vector: dict[str, str]) -> None:
        """The blind signature is the published one, whatever the base blinding."""
        key, blinded = published_key(vector), bytes.fromhex(vector["blinded_msg"])
        blind_sig = blind_rsa.blind_sign(key, blinded, secrets.token_bytes)
        assert blind_sig.hex() == vector["blind_sig"]

    def test_finalize_and_verify(self, vector: dict[str, str]) -> None:
        """Finalizing gives the published signature, which verifies."""
        variant, public = BY_NAME[vector["name"]], published_key(vector).public_key
        prepared, inverse = bytes.fromhex(vector["input_msg"]), Secret(bytes.fromhex(vector["inv"]))
        blind_sig = bytes.fromhex(vector["blind_sig"])
        signature = blind_rsa.finalize(public, prepared, blind_sig, inverse, variant)
        assert signature.hex() == vector["sig"]
        rsa_pss.verify(public, prepared, signature, variant)


class TestBlind:
    """The member's first step."""

    def test_factor_by_rejection(self) -> None:
        """Factors of 0, of n or more, and not coprime are drawn again, never reduced."""
        r = PUBLIC.n - 2
        refused = [0, PUBLIC.n, PUBLIC.n + 1, 2**3072 - 1, int(KEY._p), 2 * int(KEY._q)]
        randomness = scripted(bytes(48), *map(i2osp, [*refused, r]))
        blinded, inverse = blind_rsa.blind(PUBLIC, b"message", PSS_RANDOMIZED, randomness)
        assert int.from_bytes(inverse.reveal()) * r % PUBLIC.n == 1
        m = int.from_bytes(emsa_pss_encode(b"message", bytes(48), SIZE))
        assert int.from_bytes(blinded) == m * pow(r, 65537, PUBLIC.n) % PUBLIC.n

    @pytest.mark.parametrize("r", [1, -1], ids=["least", "greatest"])
    def test_factor_reaches_both_ends(self, r: int) -> None:
        """The least and the greatest factor below n are both possible."""
        r %= PUBLIC.n
        randomness = scripted(bytes(48), i2osp(r))
        _, inverse = blind_rsa.blind(PUBLIC, b"message", PSS_RANDOMIZED, randomness)
        assert int.from_bytes(inverse.reveal()) == r

    def test_broken_randomness(self) -> None:
        """A source that only gives zeros is noticed instead of waited for."""
        with pytest.raises(RuntimeError, match="randomness"):
            blind_rsa.blind(PUBLIC, b"message", PSS_RANDOMIZED, bytes)

    def test_modulus_with_small_factor(self) -> None:
        """A message that shares a factor with the modulus exposes a crooked key."""
        n = 3 * (2**3071 // 3 + 2**3000)
        n += 3 * (n % 2 == 0)
        crooked = PublicKey.from_spki(
            rsa.RSAPublicNumbers(65537, n)
            .public_key()
            .public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        message = next(
            m
            for m in map(bytes, zip(range(256)))
            if int.from_bytes(emsa_pss_encode(m, b"", SIZE)) % 3 == 0
        )
        with pytest.raises(MalformedError, match="small factor"):
            blind_rsa.blind(crooked, message, PSSZERO_DETERMINISTIC, secrets.token_bytes)

    def test_same_message_looks_different(self) -> None:
        """Blinding one message twice gives two messages."""
        first, _ = blind_rsa.blind(PUBLIC, b"message", PSSZERO_DETERMINISTIC, secrets.token_bytes)
        second, _ = blind_rsa.blind(PUBLIC, b"message", PSSZERO_DETERMINISTIC, secrets.token_bytes)
        assert first != second


class TestBlindSign:
    """The registrar's step."""

    @pytest.mark.parametrize(
        ("blinded", "match"),
        [
            (i2osp(2)[1:], "bytes"),
            (b"\x00" + i2osp(2), "bytes"),
            (b"", "bytes"),
            (i2osp(0), "between"),
            (i2osp(PUBLIC.n), "between"),
            (i2osp(PUBLIC.n + 1), "between"),
            (b"\xff" * SIZE, "between"),
            (i2osp(int(KEY._p)), "coprime"),
            (i2osp(7 * int(KEY._q)), "coprime"),
        ],
        ids=["short", "long", "empty", "zero", "n", "n+1", "greatest", "p", "7q"],
    )
    def test_refused(self, blinded: bytes, match: str) -> None:
        """What no honest member sends is refused."""
        with pytest.raises(MalformedError, match=match):
            blind_rsa.blind_sign(KEY, blinded, secrets.token_bytes)

    @pytest.mark.parametrize("part", ["_dp", "_dq", "_qinv", "_p"])
    def test_fault_is_not_released(self, part: str) -> None:
        """A wrong CRT half raises, and the error carries nothing of the result."""
        faulty = PrivateKey.from_secret(KEY.to_secret())
        setattr(faulty, part, getattr(faulty, part) + 2)
        with pytest.raises(FaultError, match="not released") as caught:
            blind_rsa.blind_sign(faulty, i2osp(2), secrets.token_bytes)
        assert isinstance(caught.value, CosignError)
        assert caught.value.args == (caught.value.message,)
        assert not any(c.isdigit() for c in caught.value.message + caught.value.hint)
        assert caught.value.__cause__ is caught.value.__context__ is None

    def test_base_is_blinded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The private exponent never meets the member's number, nor one base twice."""
        bases: list[Any] = []
        original = PrivateKey._power

        def watch(key: PrivateKey, base: Any) -> Any:
            bases.append(base)
            return original(key, base)

        monkeypatch.setattr(PrivateKey, "_power", watch)
        first = blind_rsa.blind_sign(KEY, i2osp(2), secrets.token_bytes)
        second = blind_rsa.blind_sign(KEY, i2osp(2), secrets.token_bytes)
        assert first == second
        assert len({2, *map(int, bases)}) == 3

    def test_signature_of_raw_number(self) -> None:
        """The result to the power of e is the blinded number; nothing else is taken for it."""
        blind_sig = blind_rsa.blind_sign(KEY, i2osp(2), secrets.token_bytes)
        number = int.from_bytes(blind_sig)
        assert pow(number, 65537, PUBLIC.n) == 2
        assert blind_rsa.is_blind_signature(PUBLIC, i2osp(2), blind_sig)
        assert not blind_rsa.is_blind_signature(PUBLIC, i2osp(3), blind_sig)
        assert not blind_rsa.is_blind_signature(OTHER, i2osp(2), blind_sig)
        for bad in (b"", blind_sig[:-1], b"\x00" + blind_sig, i2osp(number ^ 1), i2osp(0)):
            assert not blind_rsa.is_blind_signature(PUBLIC, i2osp(2), bad)

    def test_signature_plus_the_modulus(self) -> None:
        """The same number modulo n, written with n added, is not taken for the signature."""
        small = pow(2, 65537, PUBLIC.n)  # so that 2 is the signature, and 2 + n fits
        assert blind_rsa.is_blind_signature(PUBLIC, i2osp(small), i2osp(2))
        assert not blind_rsa.is_blind_signature(PUBLIC, i2osp(small), i2osp(2 + PUBLIC.n))


class TestFinalize:
    """The member's second step."""

    def setup_method(self) -> None:
        """Have a blind signature that finalizes."""
        self.prepared = blind_rsa.prepare(PSS_RANDOMIZED, b"message", secrets.token_bytes)
        blinded, self.inverse = blind_rsa.blind(
            PUBLIC, self.prepared, PSS_RANDOMIZED, secrets.token_bytes
        )
        self.blind_sig = blind_rsa.blind_sign(KEY, blinded, secrets.token_bytes)

    def finalize(
        self, blind_sig: bytes | None = None, public: PublicKey = PUBLIC, prepared: bytes = b""
    ) -> bytes:
        """Finalize with some of the inputs exchanged."""
        return blind_rsa.finalize(
            public,
            prepared or self.prepared,
            self.blind_sig if blind_sig is None else blind_sig,
            self.inverse,
            PSS_RANDOMIZED,
        )

    def test_accepted(self) -> None:
        """The case that the others change gives a valid signature."""
        rsa_pss.verify(PUBLIC, self.prepared, self.finalize(), PSS_RANDOMIZED)

    def test_lengths_and_range(self) -> None:
        """A blind signature of another length, 0, n or more is refused."""
        number = int.from_bytes(self.blind_sig)
        for bad in (b"", self.blind_sig[1:], b"\x00" + self.blind_sig, i2osp(0), i2osp(PUBLIC.n)):
            with pytest.raises(MalformedError):
                self.finalize(bad)
        if number + PUBLIC.n < 2**3072:
            with pytest.raises(MalformedError):
                self.finalize(i2osp(number + PUBLIC.n))

    def test_wrong_signature(self) -> None:
        """A wrong blind signature, message, key or inverse gives no signature."""
        with pytest.raises(VerificationError):
            self.finalize(i2osp(int.from_bytes(self.blind_sig) ^ 1))
        with pytest.raises(VerificationError):
            self.finalize(prepared=self.prepared + b"!")
        with pytest.raises((VerificationError, MalformedError)):
            self.finalize(public=OTHER)
        for inverse in (Secret(i2osp(0)), Secret(i2osp(1)), Secret(b"")):
            with pytest.raises(VerificationError):
                blind_rsa.finalize(PUBLIC, self.prepared, self.blind_sig, inverse, PSS_RANDOMIZED)


class TestPrivateKey:
    """Keys that registrars hold."""

    def test_round_trip(self) -> None:
        """A key comes back from its bytes and signs the same."""
        again = PrivateKey.from_secret(KEY.to_secret())
        assert again.public_key == PUBLIC
        first, second = (
            blind_rsa.blind_sign(k, i2osp(2), secrets.token_bytes) for k in (again, KEY)
        )
        assert first == second

    def test_generate(self) -> None:
        """A new key has the bits that were asked for and signs."""
        key = PrivateKey.generate(3072)
        assert key.public_key.bytes == 384
        blind_sig = blind_rsa.blind_sign(key, i2osp(2), secrets.token_bytes)
        assert blind_rsa.is_blind_signature(key.public_key, i2osp(2), blind_sig)

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
