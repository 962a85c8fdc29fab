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
    """A source of reproducible bytes, which keeps what was drawn."""

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
    return [
        first,
        second,
        *_other_statements(first, second["keys"][:3]),
        *_torsion(first, second),
        *_wrong_answers(first, second),
        *_wrong_lengths(first),
    ]


def _other_statements(base: dict[str, Any], keys: list[str]) -> list[dict[str, Any]]:
    """Return a right proof beside statements that it does not prove."""
    return [
        rejected(base, "statement", "another statement", statement="fur alle"),
        rejected(base, "action", "another action", action="withdraw"),
        rejected(base, "round", "another round", round_id=bytes(32).hex()),
        rejected(base, "roster", "another roster id", roster_id=bytes(32).hex()),
        rejected(base, "order", "the keys exchanged", keys=base["keys"][::-1]),
        rejected(base, "size", "a third key", keys=keys),
    ]


def _torsion(first: dict[str, Any], second: dict[str, Any]) -> list[dict[str, Any]]:
    """Return points that are not of prime order: a tag, and a key of the ring."""
    tag = shifted(cut(first)[0], 4)
    keys = [shifted(key_of(0), 4).hex(), *second["keys"][1:]]
    return [
        rejected(
            first, "torsion", "a point of order two added to the tag", proof=edited(first, 0, tag)
        ),
        rejected(second, "key-torsion", "a point of order two added to a key", keys=keys),
    ]


def _wrong_answers(first: dict[str, Any], second: dict[str, Any]) -> list[dict[str, Any]]:
    """Return proofs with another z or z_r, their last two parts."""
    z, z_r = cut(first)[-2:]
    large_z, large_z_r = edited(first, -2, unreduced(z)), edited(first, -1, unreduced(z_r))
    z, z_r = cut(second)[-2:]
    next_z, next_z_r = (
        edited(second, place, add_scalars(part, _ONE)) for place, part in ((-2, z), (-1, z_r))
    )
    exchanged = bytes.fromhex(second["proof"])[:-64] + z_r + z
    return [
        rejected(first, "scalar", "z plus the order", proof=large_z),
        rejected(first, "second-scalar", "z_r plus the order", proof=large_z_r),
        rejected(second, "z-plus-one", "z is one more", proof=next_z),
        rejected(second, "z-r-plus-one", "z_r is one more", proof=next_z_r),
        rejected(second, "z-r-zero", "z_r is zero", proof=edited(second, -1, bytes(32))),
        rejected(second, "exchanged", "z and z_r exchanged", proof=exchanged.hex()),
    ]


def _wrong_lengths(base: dict[str, Any]) -> list[dict[str, Any]]:
    proof = bytes.fromhex(base["proof"])
    return [
        rejected(
            base,
            "one-answer",
            "z_r missing: a proof as if no key had a second blind",
            proof=proof[:-32].hex(),
        ),
        rejected(base, "short", "the last byte missing", proof=proof[:-1].hex()),
        rejected(base, "long", "one byte too many", proof=(proof + b"\0").hex()),
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
    return [base, *_other_keys(base), *_other_proofs(base)]


def _other_keys(base: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a right proof beside keys that it is not about."""
    small = {f"order-{8 // m}": shifted(IDENTITY_BYTES, m).hex() for m in (1, 2, 4)}
    mixed, not_reduced = shifted(key_of(2), 1), int(PRIME + 3).to_bytes(32, "little")
    return [
        rejected(base, "other-key", "another member's key", key=key_of(4).hex()),
        *(rejected(base, name, "a key of small order", key=raw) for name, raw in small.items()),
        rejected(base, "identity", "the identity", key=IDENTITY_BYTES.hex()),
        rejected(base, "mixed-order", "a point of order eight added", key=mixed.hex()),
        rejected(base, "not-reduced", "y is not reduced", key=not_reduced.hex()),
    ]


def _other_proofs(base: dict[str, Any]) -> list[dict[str, Any]]:
    """Return proofs that differ from a right one in one part, or in their length."""
    proof, (e, s, s_r) = bytes.fromhex(base["proof"]), cut(base)
    unreduced_parts = (edited(base, i, unreduced(part)) for i, part in enumerate((e, s, s_r)))
    return [
        rejected(base, "challenge", "e is one more", proof=edited(base, 0, add_scalars(e, _ONE))),
        rejected(base, "answer", "s is one more", proof=edited(base, 1, add_scalars(s, _ONE))),
        rejected(base, "answer-r", "s' is one more", proof=edited(base, 2, add_scalars(s_r, _ONE))),
        rejected(base, "exchanged-answers", "s and s' exchanged", proof=(e + s_r + s).hex()),
        *(
            rejected(base, f"unreduced-{place}", "a scalar plus the order", proof=made)
            for place, made in enumerate(unreduced_parts)
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
