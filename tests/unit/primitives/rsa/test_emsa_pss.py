"""EMSA-PSS encoding."""

import json
from typing import Any

import pytest

from cosign.primitives.rsa.emsa_pss import emsa_pss_encode
from tests.support import places

PUBLISHED = places.PUBLISHED / "rfc9474.json"
VECTORS = [v for v in json.loads(PUBLISHED.read_text())["vectors"] if "encoded_msg" in v]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_published_encodings(vector: dict[str, Any]) -> None:
    """The encodings are those of RFC 9474, Appendix A."""
    message, salt = bytes.fromhex(vector["input_msg"]), bytes.fromhex(vector["salt"])
    assert emsa_pss_encode(message, salt, 512).hex() == vector["encoded_msg"]


@pytest.mark.parametrize("size", [384, 512])
def test_first_bit_is_clear(size: int) -> None:
    """An encoding is as long as the modulus, and smaller as a number, for every message."""
    for number in range(64):
        encoded = emsa_pss_encode(bytes([number]), bytes(48), size)
        assert len(encoded) == size
        assert encoded[0] < 0x80
