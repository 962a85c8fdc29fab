"""Secrets split among trustees, t of n (docs/spec.md, "Secret sharing").

Shamir's scheme ("How to share a secret", CACM 22, 1979) over the integers modulo
l, the prime order of edwards25519. Scalars are 32 bytes, little-endian, below l,
as in RFC 8032, section 5.1.3. Share i is f(i), i from 1, for a polynomial f of
degree t-1 with the secret as f(0). Arithmetic on secrets is libsodium's and runs
in constant time; the trustees' numbers are public.

Not protected: a share says nothing of whether it is right. A wrong one gives a
wrong secret; :func:`evaluate` tells whose it was once t right ones are known.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from nacl import bindings

from cosign.errors import MalformedError, ThresholdError
from cosign.randomness import Randomness
from cosign.secret import Secret

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
"""The prime l (RFC 8032, section 5.1)."""

SCALAR_BYTES: Final = 32
"""Length of a secret and of each share."""

SHARE_LIMIT: Final = 32
"""Most shares of one secret."""

_WIDE_BYTES: Final = 64
_ZERO: Final = bytes(SCALAR_BYTES)


def random_scalar(randomness: Randomness) -> Secret:
    """Give a uniform scalar of 32 bytes.

    Reduces 64 random bytes modulo l: within 2^-259 of uniform, as RFC 8032,
    section 5.1.6 does for its nonces.
    """
    return Secret(bindings.crypto_core_ed25519_scalar_reduce(randomness(_WIDE_BYTES)))


def split(secret: Secret, threshold: int, count: int, randomness: Randomness) -> tuple[Secret, ...]:
    """Split a secret so that any ``threshold`` shares give it and fewer say nothing.

    Args:
        secret: a scalar, such as from :func:`random_scalar`.
        threshold: t, from 1 to ``count``.
        count: n, at most 32.
        randomness: gives 64 bytes for each of the t-1 coefficients, the linear one first.

    Returns:
        n shares of 32 bytes; number i is at place i-1.

    Raises:
        ValueError: the secret is no scalar, or t and n are out of range.
    """
    if not 1 <= threshold <= count <= SHARE_LIMIT:
        msg = f"cannot split {threshold} of {count}: 1 <= t <= n <= {SHARE_LIMIT}"
        raise ValueError(msg)
    if not _is_scalar(secret):
        msg = "a secret to split is a scalar: 32 bytes, little-endian, below l"
        raise ValueError(msg)
    coefficients = [secret, *(random_scalar(randomness) for _ in range(threshold - 1))]
    return tuple(_polynomial(coefficients, index) for index in range(1, count + 1))


def combine(shares: Mapping[int, Secret], threshold: int) -> Secret:
    """Give the secret f(0) from exactly ``threshold`` shares.

    Args:
        shares: share by number, from 1 to 32.
        threshold: t.

    Returns:
        32 bytes; not the secret if a share is wrong, so check it against a commitment.

    Raises:
        ThresholdError: fewer shares than t.
        MalformedError: a number out of range, or a share that is no scalar.
        ValueError: more shares than t.
    """
    return _interpolate(shares, threshold, 0)


def evaluate(shares: Mapping[int, Secret], threshold: int, index: int) -> Secret:
    """Give the share f(index) that goes with exactly ``threshold`` others.

    With t right shares, whoever handed in a different one for ``index`` did not
    hand in what the dealer dealt.

    Args:
        shares: share by number, from 1 to 32.
        threshold: t.
        index: the number of the share to compute, from 1 to 32.

    Returns:
        32 bytes.

    Raises:
        ThresholdError: fewer shares than t.
        MalformedError: a number out of range, or a share that is no scalar.
        ValueError: more shares than t, or ``index`` is out of range.
    """
    if not 1 <= index <= SHARE_LIMIT:
        msg = f"share numbers go from 1 to {SHARE_LIMIT}, not {index}"
        raise ValueError(msg)
    return _interpolate(shares, threshold, index)


def _polynomial(coefficients: Sequence[Secret], index: int) -> Secret:
    """Evaluate f at a public point by Horner's rule."""
    x, value = _encode(index), _ZERO
    for coefficient in reversed(coefficients):
        product = bindings.crypto_core_ed25519_scalar_mul(value, x)
        value = bindings.crypto_core_ed25519_scalar_add(product, coefficient.reveal())
    return Secret(value)


def _interpolate(shares: Mapping[int, Secret], threshold: int, point: int) -> Secret:
    """Evaluate at ``point`` the polynomial of degree t-1 through t shares (Lagrange)."""
    _check_shares(shares, threshold)
    value = _ZERO
    for index, share in shares.items():
        weight = _encode(_lagrange(shares, index, point))
        term = bindings.crypto_core_ed25519_scalar_mul(weight, share.reveal())
        value = bindings.crypto_core_ed25519_scalar_add(value, term)
    return Secret(value)


def _lagrange(indices: Mapping[int, Secret], index: int, point: int) -> int:
    """Give prod (point - j) / (index - j) over the other indices j; all are public."""
    numerator = denominator = 1
    for other in indices:
        if other != index:
            numerator = numerator * (point - other) % ORDER
            denominator = denominator * (index - other) % ORDER
    return numerator * pow(denominator, -1, ORDER) % ORDER


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
    """Tell, in constant time, whether reducing modulo l changes nothing."""
    if len(secret) != SCALAR_BYTES:
        return False
    wide = secret.reveal() + bytes(_WIDE_BYTES - SCALAR_BYTES)
    return Secret(bindings.crypto_core_ed25519_scalar_reduce(wide)) == secret


def _encode(number: int) -> bytes:
    return number.to_bytes(SCALAR_BYTES, "little")
