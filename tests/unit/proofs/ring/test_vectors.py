"""The published vectors of ring proofs and member keys are what this library makes and accepts."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from cosign.errors import MalformedError
from cosign.proofs.interface import Binding
from cosign.proofs.ring.keys import is_possession
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import RingVerifier
from tests.support import naive_claim
from tests.support.ring_vectors import PATH, text

FILE = json.loads(PATH.read_text(encoding="utf-8"))
VECTORS, KEYS = FILE["vectors"], FILE["member_keys"]


def test_the_file_is_what_the_generator_writes() -> None:
    """A change of any byte of a proof, generator or challenge shows here."""
    assert PATH.read_text(encoding="utf-8") == text()


def is_accepted(vector: Mapping[str, Any]) -> bool:
    """Verify the proof of a vector."""
    round_id = bytes.fromhex(vector["round_id"])
    try:
        ring = Ring.load([bytes.fromhex(key) for key in vector["keys"]])
    except MalformedError:
        return False
    verifier = RingVerifier(ring, bytes.fromhex(vector["roster_id"]), round_id)
    binding = Binding(round_id, vector["action"], vector["statement"])
    return not verifier.verify_batch([(binding, bytes.fromhex(vector["proof"]))])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_vectors_are_accepted_or_refused_as_they_say(vector: dict[str, Any]) -> None:
    """Each refused one changes one thing of an accepted one."""
    assert is_accepted(vector) == vector["valid"]
    assert vector["valid"] or vector["from"] in {v["name"] for v in VECTORS if v["valid"]}


@pytest.mark.parametrize("vector", KEYS, ids=lambda v: v["name"])
def test_member_keys_are_accepted_or_refused_as_they_say(vector: dict[str, Any]) -> None:
    """By the library and by the naive verifier."""
    key, proof = bytes.fromhex(vector["key"]), bytes.fromhex(vector["proof"])
    assert is_possession(key, proof) == naive_claim.possesses(key, proof) == vector["valid"]
    assert vector["valid"] or vector["from"] == KEYS[0]["name"]
