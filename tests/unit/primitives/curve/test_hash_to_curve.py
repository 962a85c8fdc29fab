"""Hashing to the prime-order group, against RFC 9380."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.curve import hash_to_curve as module
from cosign.primitives.curve.edwards25519 import PRIME, affine, encode, is_prime_order
from cosign.primitives.curve.hash_to_curve import expand_message_xmd, hash_to_curve
from tests.support import places

PUBLISHED = places.PUBLISHED
CURVE = json.loads((PUBLISHED / "rfc9380_edwards25519_XMD_SHA-512_ELL2_RO.json").read_text())
EXPAND = json.loads((PUBLISHED / "rfc9380_expand_message_xmd_SHA-512.json").read_text())


@pytest.mark.parametrize("vector", CURVE["vectors"], ids=lambda v: v["msg"][:8])
def test_published_points(vector: dict[str, Any]) -> None:
    """RFC 9380, appendix J.5.1."""
    expected = tuple(int(vector["P"][c], 16) for c in "xy")
    assert hash_to_curve(CURVE["dst"], vector["msg"].encode()) == expected


@pytest.mark.parametrize("vector", CURVE["vectors"], ids=lambda v: v["msg"][:8])
def test_published_field_elements(vector: dict[str, Any]) -> None:
    """RFC 9380, appendix J.5.1: 48 bytes hashed for each of two elements."""
    uniform = expand_message_xmd(vector["msg"].encode(), CURVE["dst"].encode(), 96)
    found = [int.from_bytes(half, "big") % PRIME for half in (uniform[:48], uniform[48:])]
    assert found == [int(u, 16) for u in vector["u"]]


@pytest.mark.parametrize("vector", EXPAND["vectors"], ids=lambda v: v["msg"][:8])
def test_published_expansions(vector: dict[str, Any]) -> None:
    """RFC 9380, appendix K.3."""
    found = expand_message_xmd(
        vector["msg"].encode(), EXPAND["dst"].encode(), int(vector["len_in_bytes"], 16)
    )
    assert found.hex() == vector["uniform_bytes"]


@given(st.binary(max_size=64))
def test_results_have_prime_order(message: bytes) -> None:
    """The cofactor is cleared."""
    assert is_prime_order(encode(hash_to_curve("cosign/v1/test", message)))


def test_domains_and_messages_give_different_points() -> None:
    """A tag base is no commitment's generator."""
    inputs = [("a", b"1"), ("a", b"2"), ("b", b"1"), ("a", b"")]
    assert len({hash_to_curve(dst, message) for dst, message in inputs}) == len(inputs)


@pytest.mark.parametrize(("dst", "length"), [(b"", 32), (bytes(256), 32), (b"d", 64 * 255 + 1)])
def test_expansion_has_limits(dst: bytes, length: int) -> None:
    """RFC 9380, section 5.3.1, step 2; no empty domains, section 3.1."""
    with pytest.raises(ValueError, match="at most 255 blocks"):
        expand_message_xmd(b"", dst, length)


def test_exceptional_inputs_map_to_the_identity() -> None:
    """RFC 9380, section 6.8.2: u = 0 goes to (0, 0) on curve25519, then to the identity."""
    assert affine(module._map_to_curve(0)) == (0, 1)
