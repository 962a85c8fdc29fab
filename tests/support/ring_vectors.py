"""Vectors of ring proofs: ``python -m tests.support.ring_vectors`` writes them anew.

Each says every input in full, so that another implementation can make the same
bytes, and each rejected one changes one thing of the accepted one that it names.
"""

import json
from typing import Any

from cosign.primitives.curve.edwards25519 import encode, encode_scalar
from cosign.proofs.interface import Binding
from cosign.proofs.ring.parameters import Generators, RingProof
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import RingStatement
from tests.support import places
from tests.support.rings import ring_of, seed_of
from tests.support.torsion import shifted

PATH = places.VECTORS / "ring.json"

_ROSTER_ID, _ROUND_ID = bytes(range(32)), bytes(range(32, 64))
_BINDING = Binding(_ROUND_ID, "cosign", "für alle")


def accepted(name: str, comment: str, size: int, member: int) -> dict[str, Any]:
    """Give one proof with its inputs and intermediate values."""
    statement = RingStatement(ring_of(size), _ROSTER_ID, _ROUND_ID)
    salt = bytes([member]) * 32
    prover = RingProver(
        ring_of(size), _ROSTER_ID, _ROUND_ID, seed_of(member), randomness=lambda _: salt
    )
    raw = prover.prove(_BINDING)
    proof = RingProof.from_bytes(raw, statement.parameters)
    return {
        "name": name,
        "comment": comment,
        "valid": True,
        "keys": [key.hex() for key in ring_of(size).keys],
        "roster_id": _ROSTER_ID.hex(),
        "round_id": _ROUND_ID.hex(),
        "action": _BINDING.action,
        "statement": _BINDING.statement,
        "private_key": seed_of(member).reveal().hex(),
        "salt": salt.hex(),
        "tag_base": encode(statement.tag_base).hex(),
        "challenge": encode_scalar(statement.challenge(_BINDING, proof)).hex(),
        "proof": raw.hex(),
    }


def rejected(base: dict[str, Any], name: str, comment: str, **change: object) -> dict[str, Any]:
    """Give an accepted vector with one thing changed."""
    kept = {
        key: value
        for key, value in base.items()
        if key not in ("private_key", "salt", "tag_base", "challenge")
    }
    return {
        **kept,
        "name": name,
        "comment": comment,
        "valid": False,
        "from": base["name"],
        **change,
    }


def make() -> dict[str, Any]:
    """Make all vectors."""
    first = accepted("two-keys", "the smallest ring, two indices of padding", 2, 1)
    second = accepted("five-keys", "two digits, the signer's second digit is 1", 5, 4)
    proof = bytes.fromhex(first["proof"])
    z_plus_order = int.from_bytes(proof[-32:], "little") + 2**252
    z_plus_order += 27742317777372353535851937790883648493
    points = Generators.first(1)
    return {
        "generators": {
            "K": encode(points.K).hex(),
            "G_0": encode(points.G[0]).hex(),
            "H_0": encode(points.H[0]).hex(),
        },
        "vectors": [
            first,
            second,
            rejected(first, "statement", "another statement", statement="fur alle"),
            rejected(first, "action", "another action", action="withdraw"),
            rejected(first, "round", "another round", round_id=bytes(32).hex()),
            rejected(first, "roster", "another roster id", roster_id=bytes(32).hex()),
            rejected(first, "order", "the keys exchanged", keys=first["keys"][::-1]),
            rejected(first, "size", "a third key", keys=second["keys"][:3]),
            rejected(
                first,
                "torsion",
                "a point of order two added to the tag",
                proof=(shifted(proof[:32], 4) + proof[32:]).hex(),
            ),
            rejected(
                first,
                "scalar",
                "z plus the order",
                proof=(proof[:-32] + z_plus_order.to_bytes(32, "little")).hex(),
            ),
            rejected(first, "short", "the last byte missing", proof=proof[:-1].hex()),
            rejected(first, "long", "one byte too many", proof=(proof + b"\0").hex()),
        ],
    }


def text() -> str:
    """Give the file's text."""
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
