"""Encodings, checks and public arithmetic of edwards25519."""

import re
import subprocess
import sys

import pytest
from gmpy2 import mpz  # type: ignore[import-untyped]  # ships no type hints
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from cosign.errors import MalformedError
from cosign.primitives.curve import edwards25519 as group
from tests.support.points import NO_POINTS, OTHER_ORDER, PRIME_ORDER
from tests.support.rings import key_of
from tests.support.torsion import shifted, torsion

PRIME = int(group.PRIME)
ORDER = int(group.ORDER)
SIGN = 1 << 255

members = st.integers(0, 40).map(key_of)


def raw(number: int) -> bytes:
    """Return 32 little-endian bytes."""
    return number.to_bytes(32, "little")


@given(members)
def test_decoding_is_undone_by_encoding(key: bytes) -> None:
    assert group.encode(group.decode(key)) == key
    assert group.encode(group.decode_prime_order(key)) == key


@given(st.binary(min_size=32, max_size=32))
def test_any_32_bytes_decode_to_themselves_or_not_at_all(data: bytes) -> None:
    """Decoding never repairs an encoding."""
    try:
        point = group.decode(data)
    except MalformedError:
        return
    assert group.encode(point) == data


@given(members, members)
def test_addition_agrees_with_libsodium(left: bytes, right: bytes) -> None:
    """Public arithmetic and libsodium's are one group."""
    total = group.add(*(group.extended(group.decode(key)) for key in (left, right)))
    assert group.encode(group.affine(total)) == bindings.crypto_core_ed25519_add(left, right)


@given(members)
def test_doubling_is_adding_to_itself_and_negation_undoes(key: bytes) -> None:
    """The special formulas agree with the complete addition law."""
    point = group.extended(group.decode(key))
    assert group.affine(group.double(point)) == group.affine(group.add(point, point))
    assert group.affine(group.add(point, group.negate(point))) == (0, 1)


@pytest.mark.parametrize("multiple", range(8))
def test_addition_is_complete_on_points_of_small_order(multiple: int) -> None:
    """Eight times a point of small order is the identity, on every path there."""
    assert group.is_small_order(torsion(multiple))
    for other in range(8):
        total = group.add(torsion(multiple), torsion(other))
        assert group.affine(total) == group.affine(torsion(multiple + other))


def test_a_key_is_not_of_small_order() -> None:
    """The cofactored test for zero refuses points of prime order, torsion or not."""
    for multiple in range(8):
        raw_point = shifted(key_of(0), multiple)
        assert not group.is_small_order(group.extended(group.decode(raw_point)))


@pytest.mark.parametrize("multiple", range(1, 8))
def test_mixed_order_points_are_on_the_curve_but_no_keys(multiple: int) -> None:
    """A key plus each point of small order decodes as a commitment and never as a key.

    The multiple 4, of order two, is what libsodium accepted before the fix of
    CVE-2025-69277.
    """
    data = shifted(key_of(1), multiple)
    assert group.encode(group.decode(data)) == data
    assert not group.is_prime_order(data)
    with pytest.raises(MalformedError, match="prime-order"):
        group.decode_prime_order(data)


@pytest.mark.parametrize("multiple", range(8))
def test_small_order_points_are_on_the_curve_but_no_keys(multiple: int) -> None:
    """The identity and its seven companions are canonical points and never keys."""
    data = group.encode(group.affine(torsion(multiple)))
    assert group.encode(group.decode(data)) == data
    with pytest.raises(MalformedError, match="prime-order"):
        group.decode_prime_order(data)


def test_coordinates_that_are_not_reduced_are_refused() -> None:
    """All 19 values from p to 2^255 - 1 are second encodings, with either sign."""
    for y in range(PRIME, 1 << 255):
        for sign in (0, SIGN):
            with pytest.raises(MalformedError, match="not reduced"):
                group.decode(raw(y | sign))
            assert not group.is_prime_order(raw(y | sign))


@pytest.mark.parametrize("y", [1, PRIME - 1])
def test_minus_zero_is_refused(y: int) -> None:
    """A point with x = 0 has no second encoding with a sign."""
    assert group.decode(raw(y)) == (0, y)
    with pytest.raises(MalformedError, match="the sign bit is set for x = 0"):
        group.decode(raw(y | SIGN))


def test_a_coordinate_off_the_curve_is_refused() -> None:
    """The value y = 2 belongs to no point."""
    with pytest.raises(MalformedError, match="not on the curve"):
        group.decode(raw(2))


HALF_ZERO = [raw(y) for y in (0, 1, PRIME - 1)]
"""Points with a coordinate that is zero."""


@given(st.lists(st.one_of(members, st.sampled_from([*PRIME_ORDER, *OTHER_ORDER, *HALF_ZERO]))))
def test_many_points_are_decoded_as_each_is(encoded: list[bytes]) -> None:
    """Also those for which one inversion for all fails."""
    assert group.decode_many(encoded) == [group.decode(data) for data in encoded]


@pytest.mark.parametrize("data", NO_POINTS, ids=lambda data: data.hex()[:8] + data.hex()[-4:])
def test_of_many_the_first_that_is_no_point_is_refused(data: bytes) -> None:
    """Wherever it stands, and with the message that it has alone."""
    with pytest.raises(MalformedError) as alone:
        group.decode(data)
    for others in ([], PRIME_ORDER, [*PRIME_ORDER, *HALF_ZERO]):
        for encoded in ([data, *others], [*others, data], [*others, data, *NO_POINTS]):
            with pytest.raises(MalformedError) as found:
                group.decode_many(encoded)
            assert found.value.message == alone.value.message


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=3))
def test_any_bytes_are_refused_together_as_one_by_one(encoded: list[bytes]) -> None:
    """Half of all numbers belong to no point."""
    try:
        expected = [group.decode(data) for data in encoded]
    except MalformedError as e:
        with pytest.raises(MalformedError, match=re.escape(e.message)):
            group.decode_many(encoded)
    else:
        assert group.decode_many(encoded) == expected


@given(st.lists(st.integers(1, PRIME - 1)))
def test_one_inversion_makes_the_inverses_of_all(numbers: list[int]) -> None:
    inverses = group.invert_all([mpz(number) for number in numbers])
    assert [n * i % PRIME for n, i in zip(numbers, inverses, strict=True)] == [1] * len(numbers)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_points_have_32_bytes(length: int) -> None:
    data = (key_of(0) + b"\0")[:length]
    with pytest.raises(MalformedError, match=f"{length} bytes"):
        group.decode(data)
    with pytest.raises(MalformedError, match="prime-order"):
        group.decode_prime_order(data)


@given(st.integers(0, ORDER - 1))
def test_scalars_survive_a_round_trip(number: int) -> None:
    """Reduced scalars have one encoding."""
    assert group.decode_scalar(group.encode_scalar(number)) == number


@pytest.mark.parametrize("data", [raw(ORDER), raw(2**256 - 1), bytes(31), bytes(33)])
def test_scalars_are_reduced_and_of_32_bytes(data: bytes) -> None:
    """The order itself, and anything above, is refused."""
    with pytest.raises(MalformedError, match="scalar"):
        group.decode_scalar(data)


def test_base_is_the_standard_base_point() -> None:
    """RFC 8032, section 5.1: B has the even x and y = 4/5."""
    x, y = group.BASE
    assert x & 1 == 0
    assert 5 * y % PRIME == 4
    one = (1).to_bytes(32, "little")
    assert group.encode(group.BASE) == bindings.crypto_scalarmult_ed25519_base_noclamp(one)


def test_a_libsodium_that_takes_bad_points_is_refused() -> None:
    """With one from before the fix of CVE-2025-69277 the library does not load."""
    script = (
        "from nacl import bindings\n"
        "bindings.crypto_core_ed25519_is_valid_point = lambda point: True\n"
        "import cosign.primitives.curve.edwards25519\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(
        "ImportError: this libsodium accepts points of wrong order"
    )


@given(st.lists(st.sampled_from([0, 1, 2**255, 2**256 - 1]) | st.integers(0, 2**256 - 1)))
def test_packed_numbers_are_the_same_again(numbers: list[int]) -> None:
    """Also none at all, and zeros at either end."""
    packed = group.pack_numbers([mpz(number) for number in numbers])
    assert packed == b"".join(number.to_bytes(32, "little") for number in numbers)
    assert group.unpack_numbers(packed) == numbers
