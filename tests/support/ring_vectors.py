"""Vectors of ring proofs and member keys: ``python -m tests.support.ring_vectors`` writes them.

Each says every input in full, so that another implementation can make the same
bytes, and each rejected one changes one thing of the accepted one that it names.
"""

import json
from typing import Any, Final

from cosign.primitives.curve.constant_time import IDENTITY_BYTES, add_scalars
from cosign.primitives.curve.edwards25519 import ORDER, PRIME, encode, encode_scalar
from cosign.proofs.interface import Binding
from cosign.proofs.ring.keys import blinding_base, prove_possession
from cosign.proofs.ring.parameters import Generators, RingProof
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import RingStatement
from tests.support import places
from tests.support.rings import Stream, key_of, ring_of, secret_of
from tests.support.torsion import shifted

PATH = places.VECTORS / "ring.json"

_ROSTER_ID, _ROUND_ID = bytes(range(32)), bytes(range(32, 64))
_BINDING = Binding(_ROUND_ID, "cosign", "für alle")
_SECRETS: Final = ("kind", "x", "r", "salt", "fresh", "tag_base", "challenge")
_ONE: Final = b"\x01" + bytes(31)


class Recorder:
    """Gives reproducible bytes and remembers them."""

    def __init__(self, name: str) -> None:
        self._stream = Stream(name.encode())
        self.drawn: list[bytes] = []

    def __call__(self, length: int) -> bytes:
        self.drawn.append(self._stream(length))
        return self.drawn[-1]


def _secrets(member: int, recorder: Recorder) -> dict[str, Any]:
    secret, (salt, *fresh) = secret_of(member), recorder.drawn
    return {
        "kind": secret.kind,
        "x": secret.x.reveal().hex(),
        "r": secret.r.reveal().hex(),
        "salt": salt.hex(),
        "fresh": [part.hex() for part in fresh],
    }


def accepted(name: str, comment: str, size: int, member: int) -> dict[str, Any]:
    """Return one proof with its inputs and intermediate values."""
    statement = RingStatement(ring_of(size), _ROSTER_ID, _ROUND_ID)
    recorder = Recorder(f"vector {name}")
    ring, secret = ring_of(size), secret_of(member)
    prover = RingProver(ring, _ROSTER_ID, _ROUND_ID, secret, randomness=recorder)
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
        **_secrets(member, recorder),
        "tag_base": encode(statement.tag_base).hex(),
        "challenge": encode_scalar(statement.challenge(_BINDING, proof)).hex(),
        "proof": raw.hex(),
    }


def rejected(base: dict[str, Any], name: str, comment: str, **change: object) -> dict[str, Any]:
    """Return an accepted vector with one thing changed."""
    kept = {key: value for key, value in base.items() if key not in _SECRETS}
    return {
        **kept,
        "name": name,
        "comment": comment,
        "valid": False,
        "from": base["name"],
        **change,
    }


def edited(base: dict[str, Any], place: int, part: bytes) -> str:
    """Return the proof of a vector with 32 other bytes in the place of a part, in hex."""
    parts = cut(base)
    parts[place] = part
    return b"".join(parts).hex()


def cut(base: dict[str, Any]) -> list[bytes]:
    """Cut the proof of a vector into its parts."""
    raw = bytes.fromhex(base["proof"])
    return [raw[i : i + 32] for i in range(0, len(raw), 32)]


def unreduced(scalar: bytes) -> bytes:
    """Add the order to a scalar."""
    return int(int.from_bytes(scalar, "little") + ORDER).to_bytes(32, "little")


def _ring_vectors() -> list[dict[str, Any]]:
    first = accepted("two-keys", "the smallest ring, two indices of padding", 2, 1)
    second = accepted("five-keys", "two digits, the signer has a fresh key", 5, 4)
    proof, parts = bytes.fromhex(first["proof"]), cut(first)
    z, z_r = cut(second)[-2:]
    return [
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
            proof=edited(first, 0, shifted(parts[0], 4)),
        ),
        rejected(
            second,
            "key-torsion",
            "a point of order two added to a key",
            keys=[shifted(key_of(0), 4).hex(), *second["keys"][1:]],
        ),
        rejected(
            first, "scalar", "z plus the order", proof=edited(first, -2, unreduced(parts[-2]))
        ),
        rejected(
            first,
            "second-scalar",
            "z_r plus the order",
            proof=edited(first, -1, unreduced(parts[-1])),
        ),
        rejected(
            second, "z-plus-one", "z is one more", proof=edited(second, -2, add_scalars(z, _ONE))
        ),
        rejected(
            second,
            "z-r-plus-one",
            "z_r is one more",
            proof=edited(second, -1, add_scalars(z_r, _ONE)),
        ),
        rejected(second, "z-r-zero", "z_r is zero", proof=edited(second, -1, bytes(32))),
        rejected(
            second,
            "exchanged",
            "z and z_r exchanged",
            proof=(bytes.fromhex(second["proof"])[:-64] + z_r + z).hex(),
        ),
        rejected(
            first,
            "one-answer",
            "z_r missing: a proof as if no key had a second blind",
            proof=proof[:-32].hex(),
        ),
        rejected(first, "short", "the last byte missing", proof=proof[:-1].hex()),
        rejected(first, "long", "one byte too many", proof=(proof + b"\0").hex()),
    ]


def _key_vectors() -> list[dict[str, Any]]:
    recorder = Recorder("member key")
    base = {
        "name": "member-key",
        "comment": "a fresh key",
        "valid": True,
        "key": key_of(2).hex(),
        "proof": prove_possession(secret_of(2), recorder).hex(),
        **_secrets(2, recorder),
    }
    key, proof = key_of(2), bytes.fromhex(base["proof"])
    e, s, s_r = cut(base)
    small = {f"order-{8 // m}": shifted(IDENTITY_BYTES, m).hex() for m in (1, 2, 4)}
    return [
        base,
        rejected(base, "other-key", "another member's key", key=key_of(4).hex()),
        *(rejected(base, name, "a key of small order", key=raw) for name, raw in small.items()),
        rejected(base, "identity", "the identity", key=IDENTITY_BYTES.hex()),
        rejected(base, "mixed-order", "a point of order eight added", key=shifted(key, 1).hex()),
        rejected(
            base, "not-reduced", "y is not reduced", key=int(PRIME + 3).to_bytes(32, "little").hex()
        ),
        rejected(base, "challenge", "e is one more", proof=edited(base, 0, add_scalars(e, _ONE))),
        rejected(base, "answer", "s is one more", proof=edited(base, 1, add_scalars(s, _ONE))),
        rejected(base, "answer-r", "s' is one more", proof=edited(base, 2, add_scalars(s_r, _ONE))),
        rejected(base, "exchanged-answers", "s and s' exchanged", proof=(e + s_r + s).hex()),
        *(
            rejected(
                base,
                f"unreduced-{place}",
                "a scalar plus the order",
                proof=edited(base, place, unreduced(part)),
            )
            for place, part in enumerate((e, s, s_r))
        ),
        rejected(base, "zeros", "nothing but zeros", proof=bytes(96).hex()),
        rejected(base, "short-key-proof", "the last byte missing", proof=proof[:-1].hex()),
        rejected(base, "long-key-proof", "one byte too many", proof=(proof + b"\0").hex()),
    ]


def make() -> dict[str, Any]:
    """Make all vectors."""
    points = Generators.first(1)
    return {
        "generators": {
            "U": encode(blinding_base()).hex(),
            "K": encode(points.K).hex(),
            "G_0": encode(points.G[0]).hex(),
            "H_0": encode(points.H[0]).hex(),
        },
        "vectors": _ring_vectors(),
        "member_keys": _key_vectors(),
    }


def text() -> str:
    """Return the file's text."""
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
