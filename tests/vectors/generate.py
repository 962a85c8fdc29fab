"""Frozen vectors of every record: ``python -m tests.vectors.generate`` writes them anew.

With ``--check`` it writes nothing and fails if a file is not what it would write.

Everything comes from fixed seeds and the stored RSA keys. HPKE takes no randomness
from its caller, so sealing is done here by the second implementation in
``reference_hpke.py``, whose output the library opens.

``accepted.json`` has each record with its decoded fields and values on the way to it;
``refused.json`` has one failure each, as an edit of an accepted vector.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest import mock

from cosign import labels
from cosign.primitives import hpke
from cosign.primitives.codes import encode_code
from cosign.primitives.comparison import comparison_digits
from cosign.primitives.comparison_words import WORDS
from cosign.primitives.hashing import H, fingerprint
from cosign.records.voucher import voucher_tag
from cosign.relay.stamps import make_stamp
from cosign.secret import Secret
from cosign.wire.armor import armor
from cosign.wire.record import Record, name_of
from tests.support.examples.records import example, record_types
from tests.support.examples.steps import Example, cosignature_check
from tests.support.world import Seeded, World, build, make_registrar
from tests.vectors import (
    refused_collecting,
    refused_enrolment,
    refused_file,
    refused_mailbox,
    refused_names,
    refused_roster,
    refused_round,
)
from tests.vectors.derived import DERIVED
from tests.vectors.reference_hpke import reference_seal
from tests.vectors.refusal import Context
from tests.vectors.with_names import (
    rostered_file,
    rostered_record,
    whole_files,
)

HERE: Final = Path(__file__).parent
ACCEPTED, REFUSED = HERE / "accepted.json", HERE / "refused.json"
FILE_NAME: Final = "published file"
ROSTERED_NAME: Final = "OpenCosignature of a roster"


@contextmanager
def deterministic_sealing() -> Iterator[None]:
    """Seal with randomness that follows from key, info and plaintext."""

    def seal(key: hpke.SealingPublicKey, info: bytes, plaintext: bytes) -> bytes:
        seed = H(labels.CODE_CHECK, key.to_bytes(), info, plaintext).hex()
        return reference_seal(key.to_bytes(), info, plaintext, Seeded(seed))

    with mock.patch.object(hpke, "seal", seal):
        yield


@cache
def vector_world() -> World:
    """Two of three registrars with one slot, three members, two of three trustees."""
    with deterministic_sealing():
        randomness = Seeded("vector registrars")
        secrets = tuple(make_registrar(f"R{i}", [(i, 3072)], randomness) for i in (1, 2, 3))
        world = build("vectors", secrets, 2, ((0, 1), (1, 2), (0, 1, 2)), (2, 3))
        assert world.published
        assert world.open_published
    return world


@cache
def other_world() -> World:
    """Another group and round, from which parts are taken that do not fit."""
    with deterministic_sealing():
        secrets = (make_registrar("R6", [(6, 3072)], Seeded("other registrar")),)
        world = build("other vectors", secrets, 1, ((0,), (0,)), (1, 1))
        assert world.published
        assert world.open_published
    return world


def plain(value: Any) -> Any:
    """Show a decoded field in JSON: bytes, secrets and inner records in hex."""
    match value:
        case bytes():
            return value.hex()
        case Secret():
            return value.reveal().hex()
        case Record():
            return value.to_bytes().hex()
        case tuple():
            return [plain(v) for v in value]
        case _:
            return value


@cache
def examples() -> dict[str, Example]:
    """Return the example of every record type, by the type's name."""
    with deterministic_sealing():
        found = {r.__name__: example(r, vector_world(), other_world()) for r in record_types()}
    made = {name: e for name, e in found.items() if e}
    place = {vector["name"]: i for i, vector in enumerate(_frozen(ACCEPTED))}
    return {name: made[name] for name in sorted(made, key=lambda n: place.get(n, len(place)))}


def _frozen(path: Path) -> list[dict[str, Any]]:
    """Return a file's vectors as they are: new ones go behind them, so that diffs stay small."""
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


def accepted() -> list[dict[str, Any]]:
    """Return the accepted vectors."""
    world = vector_world()
    vectors = [_accepted(name, e.record) for name, e in examples().items()]
    letter = {"letter_id": world.round.letter.letter_id, "pin": world.round.group_fingerprint}
    whole = {"name": FILE_NAME, "hex": world.published.hex(), "derived": plain_values(letter)}
    return [*vectors, whole, *_values(), *_with_names(world)]


def _with_names(world: World) -> Iterator[dict[str, Any]]:
    """Yield a record of a roster, and whole files with names."""
    record, derived = rostered_record(world)
    vector = _accepted(ROSTERED_NAME, record)
    yield {**vector, "derived": plain_values(derived)}
    for name, (raw, rounds) in whole_files(world).items():
        pins = sorted(round_.group_fingerprint for round_ in rounds)
        about = {"letter_id": world.round.letter.letter_id, "pins": pins}
        yield {"name": name, "hex": raw.hex(), "derived": plain_values(about)}


def plain_values(values: dict[str, Any]) -> dict[str, Any]:
    """Show values in JSON."""
    return {k: plain(v) for k, v in values.items()}


def _accepted(name: str, record: Any) -> dict[str, Any]:
    derive = DERIVED.get(name)
    derived = derive(vector_world(), record) if derive else {}
    return {
        "name": name,
        "label": record.LABEL,
        "hex": record.to_bytes().hex(),
        "fields": {f.name: plain(getattr(record, f.name)) for f in fields(record)},
        "derived": plain_values(derived),
    }


def _values() -> Iterator[dict[str, Any]]:
    """Yield vectors of what is no record: hashes, fingerprints, codes, armor."""
    for parts in ((), (b"",), (b"a", b"bc"), (b"ab", b"c"), (bytes(200),)):
        derived = {"parts": parts, "H": H(labels.GROUP_ID, *parts)}
        yield {"name": f"H of {len(parts)} parts", "derived": plain_values(derived)}
    for value in (bytes(32), b"\xff" * 32, bytes(range(32))):
        yield {"name": "fingerprint", "hex": value.hex(), "derived": {"text": fingerprint(value)}}
    for words in (("academy",) * 4, ("acorn", "beaver", "zebra", "kiwi"), WORDS[-4:]):
        digits = {"words": list(words), "digits": comparison_digits(words, bytes(range(32)))}
        yield {"name": "comparison", "hex": bytes(range(32)).hex(), "derived": digits}
    for value, prefix in ((bytes(16), ""), (bytes(range(16)), ""), (bytes(range(32)), "test-")):
        text = {"prefix": prefix, "text": encode_code(value, prefix)}
        yield {"name": "code", "hex": value.hex(), "derived": text}
    for group_id, number in ((bytes(32), 0), (bytes(range(32)), 1)):
        voucher = Secret(bytes(range(16)))
        code = encode_code(voucher.reveal() + voucher_tag(group_id, number, voucher))
        of: dict[str, Any] = {"group_id": group_id, "registrar": number, "text": code}
        yield {"name": "voucher", "hex": voucher.reveal().hex(), "derived": plain_values(of)}
    for difficulty in (0, 1, 8, 12):
        address, item_id = bytes(32), bytes(range(32))
        stamp = make_stamp(address, item_id, difficulty)
        bound: dict[str, Any] = {"address": address, "id": item_id, "difficulty": difficulty}
        yield {"name": "stamp", "hex": stamp.hex(), "derived": plain_values(bound)}
    for title, raw in ((name_of(labels.ROUND), bytes(range(100))), ("x", b"")):
        text = {"name": title, "text": armor(title, raw).decode()}
        yield {"name": "armor", "hex": raw.hex(), "derived": text}


def edit(old: bytes, new: bytes) -> dict[str, Any]:
    """Return the shortest single edit between two byte strings."""
    least = min(len(old), len(new))
    start = next((i for i in range(least) if old[i] != new[i]), least)
    end = next((i for i in range(least - start) if old[-1 - i] != new[-1 - i]), least - start)
    inserted = new[start : len(new) - end]
    return {"at": start, "remove": len(old) - start - end, "insert": inserted.hex()}


def apply(old: bytes, change: dict[str, Any]) -> bytes:
    """Make an edit."""
    at, rest = change["at"], change["at"] + change["remove"]
    return old[:at] + bytes.fromhex(change["insert"]) + old[rest:]


def originals() -> dict[str, bytes]:
    """Return the bytes of every vector that refusals start from."""
    records = {name: e.record.to_bytes() for name, e in examples().items()}
    world = vector_world()
    listed = rostered_record(world)[0].to_bytes()
    return records | {FILE_NAME: world.published, ROSTERED_NAME: listed}


def verify(name: str, raw: bytes) -> object:
    """Decode and verify what claims to be the vector ``name``."""
    if name == ROSTERED_NAME:
        return cosignature_check(rostered_file(vector_world()).round)(raw)
    found = examples().get(name)
    return found.check(raw) if found else vector_world().verify(raw)


def refused() -> list[dict[str, Any]]:
    """Return the refused vectors."""
    found, context = originals(), Context(vector_world(), other_world())
    with deterministic_sealing():
        return [
            {
                "name": f"{r.mutates}: {r.name}",
                "comment": r.comment,
                "mutates": r.mutates,
                "edit": edit(found[r.mutates], r.make(context, found[r.mutates])),
                "error": r.error.__name__,
            }
            for module in (
                refused_enrolment,
                refused_round,
                refused_file,
                refused_mailbox,
                refused_names,
                refused_roster,
                refused_collecting,
            )
            for r in module.REFUSALS
        ]


def texts() -> dict[Path, str]:
    """Return the content of both files."""
    return {
        path: json.dumps(vectors, indent=1, ensure_ascii=True) + "\n"
        for path, vectors in ((ACCEPTED, accepted()), (REFUSED, refused()))
    }


def stale() -> list[str]:
    """Say of each file that is not what would be written that it is not."""
    return [
        f"{path}: not what this code makes; on purpose: python -m tests.vectors.generate"
        for path, text in texts().items()
        if not path.exists() or path.read_bytes() != text.encode("ascii")
    ]


def main(arguments: list[str]) -> int:
    """Write both files, or with ``--check`` only compare them; give the exit code."""
    if arguments == ["--check"]:
        found = stale()
        sys.stderr.writelines(f"{line}\n" for line in found)
        return 1 if found else 0
    if arguments:
        sys.stderr.write("usage: python -m tests.vectors.generate [--check]\n")
        return 2
    for path, text in texts().items():
        path.write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
