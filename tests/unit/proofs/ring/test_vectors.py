"""The published vectors of ring proofs are what this library makes and accepts."""

import json
from typing import Any

import pytest

from cosign.proofs.interface import Binding
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import RingVerifier
from tests.support.ring_vectors import PATH, text

VECTORS = json.loads(PATH.read_text(encoding="utf-8"))["vectors"]


def test_the_file_is_what_the_generator_writes() -> None:
    """A change of any byte of a proof, generator or challenge shows here."""
    assert PATH.read_text(encoding="utf-8") == text()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_vectors_are_accepted_or_refused_as_they_say(vector: dict[str, Any]) -> None:
    """Each refused one changes one thing of an accepted one."""
    round_id = bytes.fromhex(vector["round_id"])
    ring = Ring.load([bytes.fromhex(key) for key in vector["keys"]])
    verifier = RingVerifier(ring, bytes.fromhex(vector["roster_id"]), round_id)
    binding = Binding(round_id, vector["action"], vector["statement"])
    bad = verifier.verify_batch([(binding, bytes.fromhex(vector["proof"]))])
    assert bad == (() if vector["valid"] else (0,))
    assert vector["valid"] or vector["from"] in {v["name"] for v in VECTORS if v["valid"]}
