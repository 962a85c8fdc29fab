"""Secret sharing, t of n (docs/spec.md, "Secret sharing").

Shamir's scheme ("How to share a secret", CACM 22, 1979) over the integers modulo
l, the prime order of edwards25519. Scalars are 32 bytes, little-endian, below l,
as in RFC 8032, section 5.1.3. Share i is f(i), i from 1, for a polynomial f of
degree t-1 with f(0) the secret. Arithmetic on secrets is done by libsodium in
constant time; the numbers of the shares are public.

Not protected: a share does not show whether it is right, and a wrong share gives a
wrong secret. Once t right shares are known, :meth:`Polynomial.share` finds the wrong ones.
"""

import functools
import hmac
import math
from collections.abc import Mapping, Sequence
from typing import Final

from nacl import bindings

from cosign.errors import MalformedError, ThresholdError
from cosign.randomness import Randomness
from cosign.secret import NeverCopied, Secret

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
"""The prime l (RFC 8032, section 5.1)."""

SCALAR_BYTES: Final = 32
"""Length of a secret and of each share."""

SHARE_LIMIT: Final = 32
"""Largest number of shares of one secret."""

_WIDE_BYTES: Final = 64
_ZERO: Final = bytes(SCALAR_BYTES)


def random_scalar(randomness: Randomness) -> Secret:
    """Return a uniform scalar of 32 bytes.

    It is 64 random bytes modulo l, which is within 2^-259 of uniform; RFC 8032,
    section 5.1.6 makes its nonces in the same way.
    """
    return Secret(bindings.crypto_core_ed25519_scalar_reduce(randomness(_WIDE_BYTES)))


def split(secret: Secret, threshold: int, count: int, randomness: Randomness) -> tuple[Secret, ...]:
    """Split a secret so that any ``threshold`` shares give it and fewer reveal nothing.

    Args:
        secret: a scalar of 32 bytes, such as from :func:`random_scalar`.
        threshold: t, from 1 to ``count``.
        count: n, at most 32.
        randomness: asked for 64 bytes for each of the t-1 coefficients, the linear
            coefficient first.

    Returns:
        n shares of 32 bytes; share number i has index i-1.

    Raises:
        ValueError: the secret is not a scalar, or t or n is out of range.
    """
    if not 1 <= threshold <= count <= SHARE_LIMIT:
        msg = f"cannot split {threshold} of {count}: 1 <= t <= n <= {SHARE_LIMIT}"
        raise ValueError(msg)
    if not _is_scalar(secret):
        msg = "a secret to split is a scalar: 32 bytes, little-endian, below l"
        raise ValueError(msg)
    coefficients = [secret, *(random_scalar(randomness) for _ in range(threshold - 1))]
    return tuple(_polynomial(coefficients, index) for index in range(1, count + 1))


class Polynomial(NeverCopied):
    """The polynomial of degree t-1 through exactly t shares (Lagrange interpolation).

    The shares are checked once, when it is made.

    Args:
        shares: the shares by their numbers, which go from 1 to 32.
        threshold: t.

    Raises:
        ThresholdError: there are fewer than t shares.
        MalformedError: a number is out of range, or a share is not a scalar.
        ValueError: there are more than t shares.
    """

    __slots__ = ("_shares",)

    def __init__(self, shares: Mapping[int, Secret], threshold: int) -> None:
        _check_shares(shares, threshold)
        self._shares = dict(shares)

    @property
    def secret(self) -> Secret:
        """The secret f(0), 32 bytes.

        If a share is wrong this is not the secret, so the caller has to check it against a
        commitment.
        """
        return self._at(0)

    def share(self, index: int) -> Secret:
        """Return the share f(index), 32 bytes.

        If the t shares are right and trustee ``index`` handed in a different share, then that
        share is not the one that the signer dealt to this trustee.

        Raises:
            ValueError: ``index`` is not from 1 to 32.
        """
        if not 1 <= index <= SHARE_LIMIT:
            msg = f"share numbers go from 1 to {SHARE_LIMIT}, not {index}"
            raise ValueError(msg)
        return self._at(index)

    def _at(self, point: int) -> Secret:
        weights = _weights(tuple(self._shares), point)
        terms = [
            bindings.crypto_core_ed25519_scalar_mul(weight, share.reveal())
            for weight, share in zip(weights, self._shares.values(), strict=True)
        ]
        return Secret(functools.reduce(bindings.crypto_core_ed25519_scalar_add, terms))


def _polynomial(coefficients: Sequence[Secret], index: int) -> Secret:
    """Return f at a public point, by Horner's rule."""
    x, value = _encode(index), _ZERO
    for coefficient in reversed(coefficients):
        product = bindings.crypto_core_ed25519_scalar_mul(value, x)
        value = bindings.crypto_core_ed25519_scalar_add(product, coefficient.reveal())
    return Secret(value)


@functools.lru_cache(maxsize=1024)
def _weights(indices: tuple[int, ...], point: int) -> tuple[bytes, ...]:
    """Return for each index i the product of (point - j) / (i - j) over the other indices j.

    They are public and the same for every secret that is dealt to the same trustees, so they
    are kept.
    """
    found = []
    for index in indices:
        others = [other for other in indices if other != index]
        numerator = math.prod(point - other for other in others)
        denominator = math.prod(index - other for other in others)
        found.append(_encode(numerator * pow(denominator, -1, ORDER) % ORDER))
    return tuple(found)


def _check_shares(shares: Mapping[int, Secret], threshold: int) -> None:
    if not 1 <= threshold <= SHARE_LIMIT:
        msg = f"a threshold goes from 1 to {SHARE_LIMIT}, not {threshold}"
        raise ValueError(msg)
    if len(shares) < threshold:
        raise ThresholdError(
            f"{len(shares)} of {threshold} shares are here",
            hint="ask more trustees for their openings",
        )
    if len(shares) > threshold:
        msg = f"combine exactly {threshold} shares, not {len(shares)}"
        raise ValueError(msg)
    for index, share in shares.items():
        if not 1 <= index <= SHARE_LIMIT:
            raise MalformedError(f"a share has number {index}, not 1 to {SHARE_LIMIT}")
        if not _is_scalar(share):
            raise MalformedError(f"share {index} is not a scalar of 32 bytes below l")


def _is_scalar(secret: Secret) -> bool:
    """Return in constant time whether a secret is a scalar, so reducing it changes nothing."""
    if len(secret) != SCALAR_BYTES:
        return False
    raw = secret.reveal()
    reduced = bindings.crypto_core_ed25519_scalar_reduce(raw + _ZERO)
    return hmac.compare_digest(raw, reduced)


def _encode(number: int) -> bytes:
    return number.to_bytes(SCALAR_BYTES, "little")
