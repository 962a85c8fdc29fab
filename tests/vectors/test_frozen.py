"""The frozen vectors are what the library makes, accepts and refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from cosign import errors
from cosign.wire.record import Record
from tests.support.examples.records import record_types
from tests.vectors import generate

FROZEN: dict[Path, list[dict[str, Any]]] = {
    path: json.loads(path.read_text()) if path.exists() else []
    for path in (generate.ACCEPTED, generate.REFUSED)
}
TYPES = {r.__name__: r for r in record_types()}
RECORDS = [v for v in FROZEN[generate.ACCEPTED] if v["name"] in TYPES]


@pytest.mark.parametrize("path", FROZEN, ids=lambda p: p.name)
def test_vectors_are_regenerated_byte_for_byte(path: Path) -> None:
    """The same seeds give the same bytes; on purpose: python -m tests.vectors.generate."""
    made = generate.texts()[path]
    frozen = path.read_text(encoding="ascii")
    assert made == frozen


def test_checking_writes_nothing_and_names_the_stale_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--check`` passes for the frozen files; for a changed or missing one it exits with 1."""
    assert generate.main(["--check"]) == 0
    changed, missing = tmp_path / "changed.json", tmp_path / "missing.json"
    changed.write_text("[]\n")
    monkeypatch.setattr(generate, "texts", lambda: {changed: "[1]\n", missing: "[2]\n"})
    assert generate.main(["--check"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [str(changed), str(missing)]
    assert changed.read_text() == "[]\n"
    assert not missing.exists()
    assert generate.main([]) == 0
    assert (changed.read_text(), missing.read_text()) == ("[1]\n", "[2]\n")
    assert generate.main(["--chek"]) == 2
    assert "usage" in capsys.readouterr().err


def test_every_record_type_has_a_vector() -> None:
    """A new record type needs new vectors."""
    assert {v["name"] for v in RECORDS} == set(TYPES)


@pytest.mark.parametrize("vector", RECORDS, ids=lambda v: v["name"])
def test_accepted_records_decode_to_their_fields(vector: dict[str, Any]) -> None:
    """A frozen record decodes to the frozen fields, encodes to itself, and verifies."""
    raw, record = bytes.fromhex(vector["hex"]), TYPES[vector["name"]]
    decoded: Record = record.from_bytes(raw)
    assert decoded.to_bytes() == raw
    assert vector["label"] == decoded.LABEL
    shown = {name: generate.plain(getattr(decoded, name)) for name in vector["fields"]}
    assert shown == vector["fields"]
    generate.verify(vector["name"], raw)


def test_the_accepted_file_verifies() -> None:
    """The frozen published file is valid under its frozen pin."""
    [file] = [v for v in FROZEN[generate.ACCEPTED] if v["name"] == generate.FILE_NAME]
    assert generate.vector_world().round.group_fingerprint == file["derived"]["pin"]
    generate.verify(file["name"], bytes.fromhex(file["hex"]))


@pytest.mark.parametrize("vector", FROZEN[generate.REFUSED], ids=lambda v: v["name"])
def test_refused_vectors_are_refused(vector: dict[str, Any]) -> None:
    """Each breaks one rule of an accepted vector and gives exactly the named error."""
    original = generate.originals()[vector["mutates"]]
    mutant = generate.apply(original, vector["edit"])
    assert mutant != original
    with pytest.raises(errors.CosignError) as caught:
        generate.verify(vector["mutates"], mutant)
    assert type(caught.value).__name__ == vector["error"]


def test_refused_vectors_have_names_of_their_own() -> None:
    """A failure report names one vector."""
    names = [v["name"] for v in FROZEN[generate.REFUSED]]
    assert len(set(names)) == len(names) >= 150
