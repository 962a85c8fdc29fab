"""RSASSA-PSS verification after RFC 9474 (docs/spec.md, "Blind signatures").

What a verifier needs of blind RSA: the signer's public key, the named variants, and
verification, which OpenSSL does. Nothing here is secret. Blinding and signing are in
:mod:`cosign.primitives.rsa.blind`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cosign.errors import MalformedError, VerificationError
from cosign.primitives.rsa.emsa_pss import HASH_BYTES

ALLOWED_BITS: Final = (3072, 4096)
"""Lengths of a modulus, for at least 128 bits of security (NIST SP 800-57 part 1, table 2)."""

PUBLIC_EXPONENT: Final = 65537
"""The exponent e. It is fixed, so a registrar cannot single out a member by another e."""

SPKI_LIMIT: Final = 600
"""Greatest length of the DER in bytes: 4096 bits take 550, and longer DER is not parsed."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the four named variants of RFC 9474, section 5.

    Attributes:
        name: as the RFC spells it.
        salt_bytes: length of the PSS salt, 0 or 48.
        prefix_bytes: length of the random prefix put in front of a message, 0 or 32.
    """

    name: str
    salt_bytes: int
    prefix_bytes: int


PSS_RANDOMIZED: Final = Variant("RSABSSA-SHA384-PSS-Randomized", HASH_BYTES, 32)
"""The variant of this protocol. The random prefix hides the message even if the registrar
made its key maliciously (RFC 9474, section 7.3)."""

PSSZERO_RANDOMIZED: Final = Variant("RSABSSA-SHA384-PSSZERO-Randomized", 0, 32)
PSS_DETERMINISTIC: Final = Variant("RSABSSA-SHA384-PSS-Deterministic", HASH_BYTES, 0)
PSSZERO_DETERMINISTIC: Final = Variant("RSABSSA-SHA384-PSSZERO-Deterministic", 0, 0)
VARIANTS: Final = (PSS_RANDOMIZED, PSSZERO_RANDOMIZED, PSS_DETERMINISTIC, PSSZERO_DETERMINISTIC)

# Made once, because verification runs for every cosignature of a letter.
_SHA384: Final = hashes.SHA384()
_PSS: Final = {
    v.salt_bytes: padding.PSS(mgf=padding.MGF1(_SHA384), salt_length=v.salt_bytes) for v in VARIANTS
}


def write_spki(key: rsa.RSAPublicKey) -> bytes:
    """Return a key as SubjectPublicKeyInfo DER, the only encoding that is accepted."""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


_RULE: Final = (
    "a registrar's key is not the one encoding of an odd RSA modulus of "
    f"{' or '.join(map(str, ALLOWED_BITS))} bits with exponent {PUBLIC_EXPONENT}"
)


def _read_spki(spki: bytes) -> rsa.RSAPublicKey:
    """Return the key in a DER; ValueError or UnsupportedAlgorithm if it breaks a rule."""
    if len(spki) > SPKI_LIMIT:
        raise ValueError(f"an RSA public key has {len(spki)} bytes of DER")
    key = serialization.load_der_public_key(spki)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("a registrar's key is of another type than RSA")  # noqa: TRY004  # input
    # This also refuses keys of type RSASSA-PSS: OpenSSL loads them, and writes them as
    # rsaEncryption.
    if write_spki(key) != spki:
        raise ValueError("an RSA public key is not in its one canonical encoding")
    numbers = key.public_numbers()
    if numbers.e != PUBLIC_EXPONENT:
        raise ValueError(f"an RSA public exponent is not {PUBLIC_EXPONENT}")
    if numbers.n % 2 == 0:
        raise ValueError("an RSA modulus is even")
    if key.key_size not in ALLOWED_BITS:
        raise ValueError(f"an RSA modulus has {key.key_size} bits")
    return key


@dataclass(frozen=True)
class PublicKey:
    """A registrar's key for one slot; made by :meth:`from_spki`.

    Keys are compared and hashed by their DER bytes. A pickle contains only these bytes,
    and unpickling checks them again.

    Attributes:
        spki: canonical SubjectPublicKeyInfo DER (RFC 5280, section 4.1; RFC 3279, section
            2.3.1), 422 or 550 bytes.
    """

    spki: bytes

    @classmethod
    def from_spki(cls, der: bytes) -> Self:
        """Return a public key after checking it.

        Args:
            der: SubjectPublicKeyInfo of type rsaEncryption, 422 or 550 bytes.

        Raises:
            MalformedError: not the canonical encoding of an RSA key, or e is not 65537,
                or n is even, or n does not have 3072 or 4096 bits.
        """
        key = cls(der)
        _ = key._checked
        return key

    @cached_property
    def _checked(self) -> rsa.RSAPublicKey:
        """The key as OpenSSL's object, which is made only after these checks.

        All failures have one message, because a reader in a browser compares the DER with a
        template and cannot tell them apart; the cause says which it is.
        """
        try:
            return _read_spki(self.spki)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise MalformedError(_RULE, hint="the registrar has to make new keys") from error

    @cached_property
    def n(self) -> int:
        """The modulus."""
        return self._checked.public_numbers().n

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return type(self).from_spki, (self.spki,)

    @cached_property
    def bytes(self) -> int:
        """Length of the modulus, and so of every signature, in bytes: 384 or 512."""
        return (self.n.bit_length() + 7) // 8


def verify(public_key: PublicKey, prepared: bytes, signature: bytes, variant: Variant) -> None:
    """Verify a signature by RSASSA-PSS (RFC 9474, section 4.5; RFC 8017, section 8.1.2).

    Args:
        public_key: the registrar's.
        prepared: the message behind its prefix, from :func:`~cosign.primitives.rsa.blind.prepare`.
        signature: as long as the modulus.
        variant: with which it was made.

    Raises:
        VerificationError: not a signature by this key on these bytes, or of another length.
    """
    if not is_valid(public_key, prepared, signature, variant):
        raise VerificationError(
            "a registrar's signature is not valid",
            hint="it was made with another key or for another message, or was damaged on its way",
        )


def is_valid(public_key: PublicKey, prepared: bytes, signature: bytes, variant: Variant) -> bool:
    """Return whether :func:`verify` accepts the signature."""
    if len(signature) != public_key.bytes:
        return False
    try:
        public_key._checked.verify(signature, prepared, _PSS[variant.salt_bytes], _SHA384)  # noqa: SLF001  # the class is in this module
    except InvalidSignature:
        return False
    return True
