"""Blind RSA signatures after RFC 9474 (docs/spec.md, "Blind signatures").

The member prepares and blinds a message, the registrar signs the blinded message
without learning the message, the member finalizes the signature, and anybody can
verify it (:mod:`cosign.primitives.rsa.pss`)::

    member                            registrar
    prepare  (4.1)
    blind    (4.2) -- blinded -->     blind_sign (4.3)
    finalize (4.4) <-- blind_sig --
    verify   (4.5)

Glossary: n modulus, e public exponent, d private exponent, p and q its primes,
dp and dq are d modulo p-1 and q-1, r a blinding factor, s a signature. OpenSSL makes
the keys and verifies PSS; no library that Python has offers the raw RSA operations
needed here.

Not protected: the member's message, blinding factor and its inverse are computed with
Python and gmpy2 integers, whose running time depends on their values. Only an attacker
on the member's own machine could measure this, and docs/spec.md, "Limits", puts such an
attacker out of scope. The registrar's secret exponents are used only in
``gmpy2.powmod_sec``, which runs in constant time, on a base that is blinded with a random
factor unknown to anybody else. Memory that held a key is not erased.
"""

from typing import Any, Final, Self

import gmpy2  # type: ignore[import-untyped]  # ships no type hints
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cosign.errors import FaultError, MalformedError
from cosign.primitives.rsa.emsa_pss import emsa_pss_encode
from cosign.primitives.rsa.pss import (
    ALLOWED_BITS,
    PUBLIC_EXPONENT,
    PublicKey,
    Variant,
    verify,
    write_spki,
)
from cosign.randomness import Randomness
from cosign.secret import NeverCopied, Secret

_ATTEMPTS: Final = 128
"""Draws before giving up. Each is below n with probability at least 1/2, so all of them
fail with probability 2^-128."""


class PrivateKey(NeverCopied):
    """A registrar's private key for one slot; made by :meth:`generate` or :meth:`from_secret`.

    Its ``repr`` shows nothing of it, and it refuses pickling and copying.
    """

    __slots__ = ("_der", "_dp", "_dq", "_p", "_q", "_qinv", "public_key")

    public_key: PublicKey

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.public_key = PublicKey.from_spki(write_spki(key.public_key()))
        self._der = Secret(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        numbers = key.private_numbers()
        self._p, self._q = gmpy2.mpz(numbers.p), gmpy2.mpz(numbers.q)
        self._dp, self._dq = gmpy2.mpz(numbers.dmp1), gmpy2.mpz(numbers.dmq1)
        self._qinv = gmpy2.mpz(numbers.iqmp)

    @classmethod
    def generate(cls, bits: int = ALLOWED_BITS[0]) -> Self:
        """Return a new key of 3072 or 4096 bits.

        OpenSSL generates the primes (FIPS 186-5, appendix A.1) and takes no randomness from
        its caller.

        Raises:
            ValueError: another length is asked for.
        """
        if bits not in ALLOWED_BITS:
            msg = f"an RSA key has one of {ALLOWED_BITS} bits, not {bits}"
            raise ValueError(msg)
        return cls(rsa.generate_private_key(PUBLIC_EXPONENT, bits))

    @classmethod
    def from_secret(cls, secret: Secret) -> Self:
        """Return the key in PKCS #8 DER (RFC 5208); OpenSSL checks that its parts fit.

        Raises:
            MalformedError: not a valid RSA private key of an allowed length with e = 65537.
        """
        try:
            key = serialization.load_der_private_key(secret.reveal(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise MalformedError(
                "the registrar's private key is damaged", hint="restore it from a backup"
            ) from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise MalformedError("the registrar's private key is of another type than RSA")
        return cls(key)

    def to_secret(self) -> Secret:
        """Return the key as PKCS #8 DER, not encrypted (RFC 5208)."""
        return self._der

    def _power(self, base: Any) -> Any:
        """Return base^d mod n by the Chinese remainder theorem (RFC 8017, section 5.1.2)."""
        s1 = gmpy2.powmod_sec(base % self._p, self._dp, self._p)
        s2 = gmpy2.powmod_sec(base % self._q, self._dq, self._q)
        h = (s1 - s2) * self._qinv % self._p
        return s2 + h * self._q

    def __repr__(self) -> str:
        return f"{type(self).__name__}(<{self.public_key.bytes * 8} bits>)"


def prepare(variant: Variant, message: bytes, randomness: Randomness) -> bytes:
    """Return the message that will be signed (RFC 9474, section 4.1).

    Returns:
        ``prefix || message``, with a random prefix of ``variant.prefix_bytes`` bytes.
        Verification needs the same bytes, so the prefix has to be kept.
    """
    return randomness(variant.prefix_bytes) + message


def blind(
    public_key: PublicKey, prepared: bytes, variant: Variant, randomness: Randomness
) -> tuple[bytes, Secret]:
    """Blind a prepared message, so that its signer does not learn it (RFC 9474, section 4.2).

    Args:
        public_key: the signer's.
        prepared: from :func:`prepare`.
        variant: the variant that the signer's group uses.
        randomness: asked first for the PSS salt, then for candidates for the blinding
            factor, each as long as the modulus.

    Returns:
        The blinded message and the inverse of the blinding factor, both as long
        as the modulus.

    Raises:
        MalformedError: the message has a factor in common with the modulus, so the
            modulus is not the product of two large primes.
    """
    n, size = gmpy2.mpz(public_key.n), public_key.bytes
    # Steps 1 to 5: m = EMSA-PSS-ENCODE(prepared), coprime to n.
    m = gmpy2.mpz.from_bytes(emsa_pss_encode(prepared, randomness(variant.salt_bytes), size))
    if gmpy2.gcd(m, n) != 1:
        raise MalformedError(
            "the registrar's modulus has a small factor",
            hint="do not enrol with this registrar: anybody can forge its signatures",
        )
    # Steps 6 to 8: r uniform below n and invertible.
    r, inverse = _random_unit(n, size, randomness)
    # Steps 9 to 11: z = m r^e mod n.
    z = m * gmpy2.powmod(r, PUBLIC_EXPONENT, n) % n
    return _i2osp(z, size), Secret(_i2osp(inverse, size))


def blind_sign(private_key: PrivateKey, blinded: bytes, randomness: Randomness) -> bytes:
    """Sign a blinded message without learning the message (RFC 9474, section 4.3).

    Args:
        private_key: the registrar's key for one slot.
        blinded: exactly as long as the modulus.
        randomness: asked for candidates for the factor that blinds the base, each as
            long as the modulus.

    Returns:
        The blind signature, as long as the modulus.

    Raises:
        MalformedError: the blinded message has the wrong length, is not between 0 and n,
            or is not coprime to n.
        FaultError: the computed signature is wrong, and is not released: a fault in one
            half of the CRT would reveal p (Boneh, DeMillo, Lipton, EUROCRYPT 1997).
    """
    n, size = gmpy2.mpz(private_key.public_key.n), private_key.public_key.bytes
    # Step 1.
    m = check_blinded(private_key.public_key, blinded)
    # Step 2: s = m^d mod n, computed on the base m r^e, which the client does not know.
    r, inverse = _random_unit(n, size, randomness)
    base = m * gmpy2.powmod(r, PUBLIC_EXPONENT, n) % n
    s = private_key._power(base) * inverse % n  # noqa: SLF001  # the class is in this module
    blind_sig = _i2osp(s, size)
    # Steps 3 and 4: a signature with s^e other than m is not returned.
    if not is_blind_signature(private_key.public_key, blinded, blind_sig):
        raise FaultError(
            "this machine computed a wrong signature, which was not released",
            hint="the memory, the processor or the key is damaged; sign on another machine",
        )
    return blind_sig


def is_blind_signature(public_key: PublicKey, blinded: bytes, blind_sig: bytes) -> bool:
    """Return whether :func:`blind_sign` returns this: s < n and s^e = m. Both are public."""
    n, size = gmpy2.mpz(public_key.n), public_key.bytes
    s = gmpy2.mpz.from_bytes(blind_sig)
    if len(blind_sig) != size or s >= n:
        return False
    return _i2osp(gmpy2.powmod(s, PUBLIC_EXPONENT, n), size) == blinded


def check_blinded(public_key: PublicKey, blinded: bytes) -> Any:
    """Return a blinded message as a number m with 0 < m < n and coprime to n.

    Every honestly blinded message is such a number.

    Raises:
        MalformedError: wrong length, not between 0 and n, or not coprime to n.
    """
    n = gmpy2.mpz(public_key.n)
    m = _os2ip(blinded, n, public_key.bytes, "blinded message")
    if gmpy2.gcd(m, n) != 1:
        raise MalformedError("the blinded message is not coprime to the modulus")
    return m


def finalize(
    public_key: PublicKey, prepared: bytes, blind_sig: bytes, inverse: Secret, variant: Variant
) -> bytes:
    """Unblind a signature and verify it (RFC 9474, section 4.4).

    Args:
        public_key: the signer's.
        prepared: as given to :func:`blind`.
        blind_sig: from :func:`blind_sign`, exactly as long as the modulus.
        inverse: from :func:`blind`.
        variant: as given to :func:`blind`.

    Returns:
        A signature that :func:`verify` accepts, as long as the modulus.

    Raises:
        MalformedError: the blind signature has the wrong length or is not between 0 and n.
        VerificationError: it is not a signature by this key on this message.
    """
    n, size = gmpy2.mpz(public_key.n), public_key.bytes
    # Steps 1 to 4: s = z inv mod n.
    z = _os2ip(blind_sig, n, size, "blind signature")
    s = z * gmpy2.mpz.from_bytes(inverse.reveal()) % n
    signature = _i2osp(s, size)
    # Steps 5 and 6.
    verify(public_key, prepared, signature, variant)
    return signature


def _random_unit(n: Any, size: int, randomness: Randomness) -> tuple[Any, Any]:
    """Return a uniform invertible r in [1, n) and its inverse (RFC 9474, section 4.2, steps 6-8).

    Candidates that are not below n are rejected. Reducing a number modulo n instead would
    favour small r, and a blinded message would then reveal something about the message.
    """
    for _ in range(_ATTEMPTS):
        r = gmpy2.mpz.from_bytes(randomness(size))
        if 0 < r < n and gmpy2.gcd(r, n) == 1:
            return r, gmpy2.invert(r, n)
    msg = f"the source of randomness gave no number below the modulus in {_ATTEMPTS} draws"
    raise RuntimeError(msg)


def _os2ip(raw: bytes, n: Any, size: int, what: str) -> Any:
    """Return an integer x of exact length with 0 < x < n (RFC 8017, section 4.2)."""
    if len(raw) != size:
        raise MalformedError(f"a {what} has {len(raw)} bytes, this key's have {size}")
    number = gmpy2.mpz.from_bytes(raw)
    if not 0 < number < n:
        raise MalformedError(f"a {what} is not between 0 and the modulus")
    return number


def _i2osp(number: Any, size: int) -> bytes:
    """Return a number as ``size`` bytes, big-endian (RFC 8017, section 4.1)."""
    return int(number).to_bytes(size, "big")
