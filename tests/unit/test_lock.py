"""Dependencies are locked to versions and hashes, and what runs here is what is locked."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docs import sbom
from tests.support import places

ROOT: Final = places.ROOT
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME: Final = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["relay"],
]
DEVELOPMENT: Final = [*RUNTIME, *PROJECT["dependency-groups"]["dev"]]
LOCKS: Final = {"requirements.lock": RUNTIME, "requirements-dev.lock": DEVELOPMENT}

_ENTRY: Final = re.compile(
    r"[\w.-]+==[\w.]+( ; [^\n]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+"
)

each_lock = pytest.mark.parametrize("name", LOCKS)


Pins = dict[str, list[Requirement]]


def pins(name: str) -> Pins:
    """Read a lock: each line that is no comment and no hash pins a distribution."""
    found: Pins = {}
    for line in (ROOT / name).read_text("ascii").splitlines():
        if re.match(r"\w", line):
            pin = Requirement(line.rstrip(" \\"))
            found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def here(name: str) -> dict[str, str]:
    """Give the versions that a lock fixes for this Python and platform."""
    return {
        distribution: str(pin.specifier).removeprefix("==")
        for distribution, found in pins(name).items()
        for pin in found
        if pin.marker is None or pin.marker.evaluate()
    }


@each_lock
def test_every_dependency_is_locked(name: str) -> None:
    """After a change of dependencies, make lock."""
    for wanted in map(Requirement, LOCKS[name]):
        for pin in pins(name)[canonicalize_name(wanted.name)]:
            assert wanted.specifier.contains(str(pin.specifier).removeprefix("==")), "make lock"


@each_lock
def test_every_pin_has_hashes_and_no_place(name: str) -> None:
    """One version and the hashes of its files; no registry, so that any mirror serves."""
    text = (ROOT / name).read_text("ascii")
    entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == sum(map(len, pins(name).values()))
    assert [entry for entry in entries if not _ENTRY.fullmatch(entry)] == []


def test_both_locks_agree() -> None:
    """Whoever develops runs what users run."""
    assert here("requirements.lock").items() <= here("requirements-dev.lock").items()


def test_what_is_installed_is_what_is_locked() -> None:
    """Tests run on the locked versions: make .venv/ready."""
    locked = here("requirements-dev.lock")
    assert {name: metadata.version(name) for name in locked} == locked


def test_the_bill_of_materials_lists_what_runs(tmp_path: Path) -> None:
    """Every distribution that the package needs, with version and hashes, and the C libraries."""
    file = tmp_path / "new" / "sbom.json"
    assert sbom.main([str(file)]) == 0
    bill = json.loads(file.read_text("utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", sbom.ROOT)
    listed = {c["name"]: c for c in bill["components"]}
    locked = here("requirements.lock")
    assert listed.keys() == locked.keys() | {"OpenSSL", "GMP", "MPFR", "MPC", "libsodium"}
    for name, version in locked.items():
        assert listed[name]["version"] == version
        [page] = listed[name]["externalReferences"]
        assert page["hashes"]
    graph = {d["ref"]: d.get("dependsOn", []) for d in bill["dependencies"]}
    wanted = {canonicalize_name(Requirement(text).name) for text in RUNTIME}
    assert set(graph[sbom.ROOT]) == wanted
    assert sbom.main([]) == 2
