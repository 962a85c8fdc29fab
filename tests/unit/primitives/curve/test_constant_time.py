"""libsodium's operations on secrets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from cosign.primitives.curve import constant_time as ct
from cosign.primitives.curve.edwards25519 import ORDER, affine, decode, encode
from cosign.primitives.curve.multiscalar import multiscalar
from tests.support.rings import key_of

scalars = st.integers(0, int(ORDER) - 1)


def raw(number: int) -> bytes:
    """Return 32 little-endian bytes."""
    return number.to_bytes(32, "little")


@given(st.binary(min_size=32, max_size=32))
def test_an_ed25519_seed_gives_its_public_key(seed: bytes) -> None:
    """So a roster holds plain Ed25519 public keys (RFC 8032, section 5.1.5)."""
    scalar = ct.scalar_from_seed(seed)
    assert int.from_bytes(scalar, "little") < ORDER
    assert ct.multiply_base(scalar) == bytes(SigningKey(seed).verify_key)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    """A 64-byte secret key of libsodium is not taken for a seed."""
    with pytest.raises(ValueError, match=f"not {length}"):
        ct.scalar_from_seed(bytes(length))


@settings(deadline=None)
@given(st.lists(st.tuples(scalars, st.integers(0, 9).map(key_of)), max_size=5))
def test_sums_agree_with_public_arithmetic(terms: list[tuple[int, bytes]]) -> None:
    """Secret and public arithmetic are one group, also for scalars of zero."""
    secret = ct.sum_of_products([raw(s) for s, _ in terms], [P for _, P in terms])
    public = multiscalar([s for s, _ in terms], [decode(P) for _, P in terms])
    assert secret == encode(affine(public))


def test_zero_and_the_identity_give_the_identity() -> None:
    """Where libsodium refuses to answer."""
    assert ct.multiply_base(ct.ZERO) == ct.IDENTITY_BYTES
    assert ct.multiply(ct.ZERO, key_of(0)) == ct.IDENTITY_BYTES
    assert ct.multiply(raw(5), ct.IDENTITY_BYTES) == ct.IDENTITY_BYTES
    cancelling = ct.sum_of_products([raw(5), raw(int(ORDER) - 5)], [key_of(0), key_of(0)])
    assert cancelling == ct.IDENTITY_BYTES


def test_sums_need_as_many_scalars_as_points() -> None:
    """Nothing is left out in silence."""
    with pytest.raises(ValueError, match="argument 2"):
        ct.sum_of_products([raw(1)], [key_of(0), key_of(1)])


@given(st.binary(min_size=64, max_size=64))
def test_wide_bytes_are_reduced(wide: bytes) -> None:
    """As a little-endian integer."""
    assert ct.reduce_wide(wide) == raw(int.from_bytes(wide, "little") % int(ORDER))
