"""Blind RSA signatures after RFC 9474."""

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cosign.errors import CosignError, FaultError, MalformedError, VerificationError
from cosign.primitives import blind_rsa
from cosign.primitives.blind_rsa import (
    PSS_DETERMINISTIC,
    PSS_RANDOMIZED,
    PSSZERO_DETERMINISTIC,
    VARIANTS,
    PrivateKey,
    PublicKey,
    Variant,
)
from cosign.primitives.emsa_pss import emsa_pss_encode
from cosign.randomness import Randomness
from cosign.secret import Secret

VECTOR_FILES = Path(__file__).parents[2] / "vectors"
PUBLISHED = json.loads((VECTOR_FILES / "published" / "rfc9474.json").read_text())["vectors"]
BY_NAME = {v.name: v for v in VARIANTS}


def stored_key(name: str) -> PrivateKey:
    """Read one of the test keys."""
    return PrivateKey.from_secret(Secret((VECTOR_FILES / "keys" / f"{name}.der").read_bytes()))


KEY = stored_key("rsa3072-00")
PUBLIC = KEY.public_key
OTHER = stored_key("rsa3072-01").public_key
SIZE = 384


def scripted(*values: bytes) -> Randomness:
    """Give these values one after another, and no others."""
    rest = iter(values)

    def give(count: int) -> bytes:
        value = next(rest)
        assert len(value) == count
        return value

    return give


def i2osp(number: int, size: int = SIZE) -> bytes:
    """Write a number big-endian."""
    return number.to_bytes(size, "big")


def signed(
    variant: Variant = PSS_RANDOMIZED, key: PrivateKey = KEY, message: bytes = b"message"
) -> tuple[bytes, bytes]:
    """Go through the whole protocol; give the prepared message and its signature."""
    public = key.public_key
    prepared = blind_rsa.prepare(variant, message, secrets.token_bytes)
    blinded, inverse = blind_rsa.blind(public, prepared, variant, secrets.token_bytes)
    blind_sig = blind_rsa.blind_sign(key, blinded, secrets.token_bytes)
    return prepared, blind_rsa.finalize(public, prepared, blind_sig, inverse, variant)


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
        blind_rsa.verify(public, prepared, signature, variant)


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
        faulty = stored_key("rsa3072-00")
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
        """The result to the power of e is the blinded number."""
        blind_sig = blind_rsa.blind_sign(KEY, i2osp(2), secrets.token_bytes)
        assert pow(int.from_bytes(blind_sig), 65537, PUBLIC.n) == 2


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
        blind_rsa.verify(PUBLIC, self.prepared, self.finalize(), PSS_RANDOMIZED)

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


class TestVerify:
    """What anybody can check."""

    @pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.name)
    @pytest.mark.parametrize("name", ["rsa3072-02", "rsa4096-01"])
    def test_all_variants(self, variant: Variant, name: str) -> None:
        """Each variant goes through the whole protocol with each allowed length."""
        key = stored_key(name)
        prepared, signature = signed(variant, key)
        assert len(signature) == key.public_key.bytes
        blind_rsa.verify(key.public_key, prepared, signature, variant)

    def test_every_flipped_byte(self) -> None:
        """A signature with any byte changed is refused."""
        prepared, signature = signed()
        assert blind_rsa.is_valid(PUBLIC, prepared, signature, PSS_RANDOMIZED)
        for place in range(SIZE):
            changed = bytearray(signature)
            changed[place] ^= 1 << (place % 8)
            assert not blind_rsa.is_valid(PUBLIC, prepared, bytes(changed), PSS_RANDOMIZED)

    def test_lengths(self) -> None:
        """A signature that is cut, extended, empty, or the same number plus n is refused."""
        prepared, signature = signed()
        number = int.from_bytes(signature)
        bad = [b"", signature[:-1], signature + b"\x00", b"\x00" + signature]
        bad += [i2osp(number + PUBLIC.n, SIZE + 1), i2osp(0), i2osp(1), i2osp(PUBLIC.n)]
        for changed in bad:
            with pytest.raises(VerificationError):
                blind_rsa.verify(PUBLIC, prepared, changed, PSS_RANDOMIZED)

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
            assert not blind_rsa.is_valid(public, message, signature, variant)
            with pytest.raises(VerificationError, match="not valid"):
                blind_rsa.verify(public, message, signature, variant)

    def test_variants_with_one_salt_length_share_a_verifier(self) -> None:
        """Randomized and deterministic differ only in the message, as in RFC 9474, section 4.5."""
        prepared, signature = signed(PSS_RANDOMIZED)
        assert blind_rsa.is_valid(PUBLIC, prepared, signature, PSS_DETERMINISTIC)
