"""Dependencies are locked to versions and hashes, and what runs here is what is locked."""

import json
import platform
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
RUNTIME: Final = PROJECT["project"]["dependencies"]
CLIENT: Final = [*RUNTIME, *PROJECT["project"]["optional-dependencies"]["client"]]
RELAY: Final = [*RUNTIME, *PROJECT["project"]["optional-dependencies"]["relay"]]
CLUSTER: Final = [*RUNTIME, *PROJECT["project"]["optional-dependencies"]["cluster"]]
STAMPS: Final = PROJECT["project"]["optional-dependencies"]["timestamps"]
BUILD: Final = PROJECT["dependency-groups"]["build"]
TOOLS: Final = [line for line in PROJECT["dependency-groups"]["dev"] if isinstance(line, str)]
LOCKS: Final = {
    "requirements.lock": RUNTIME,
    "requirements-client.lock": CLIENT,
    "requirements-relay.lock": RELAY,
    "requirements-timestamps.lock": [*RUNTIME, *STAMPS],
    "requirements-build.lock": BUILD,
    "requirements-cluster.lock": CLUSTER,
    "requirements-dev.lock": [*RELAY, *CLUSTER, *STAMPS, *BUILD, *TOOLS],
}
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")

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


def locked_on(name: str, python: str = platform.python_version()) -> dict[str, str]:
    """Return the versions that a lock fixes on a version of Python and this platform."""
    on = {"python_version": ".".join(python.split(".")[:2]), "python_full_version": python}
    return {
        distribution: str(pin.specifier).removeprefix("==")
        for distribution, found in pins(name).items()
        for pin in found
        if pin.marker is None or pin.marker.evaluate(on)
    }


def wanted_on(name: str, python: str) -> list[Requirement]:
    """Return what pyproject.toml asks for, of what a lock is about, on a version of Python."""
    on = {"python_version": python, "python_full_version": f"{python}.0"}
    asked = map(Requirement, LOCKS[name])
    return [r for r in asked if r.marker is None or r.marker.evaluate(on)]


@each_lock
@pytest.mark.parametrize("python", PYTHONS)
def test_every_dependency_is_locked(name: str, python: str) -> None:
    """After a change of dependencies, make lock."""
    locked = locked_on(name, f"{python}.9")
    for wanted in wanted_on(name, python):
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), "make lock"


def test_the_program_alone_brings_no_relay() -> None:
    """What ``make demo`` installs has no server, no database, no HTTP and no tool for tests."""
    alone = pins("requirements.lock").keys()
    apart = [*RELAY[len(RUNTIME) :], *BUILD, *TOOLS]
    assert alone.isdisjoint(canonicalize_name(Requirement(text).name) for text in apart)


def test_make_lock_writes_every_lock() -> None:
    """A lock that nothing renews would grow old unseen."""
    written = re.findall(r"--output-file (\S+)", (ROOT / "Makefile").read_text("utf-8"))
    assert sorted(written) == sorted(LOCKS)
    assert sorted(path.name for path in ROOT.glob("requirements*.lock")) == sorted(LOCKS)


def test_the_compiled_core_is_wanted_in_the_version_that_is_here() -> None:
    """Another one could have functions that mean something else."""
    [wanted] = map(Requirement, PROJECT["project"]["optional-dependencies"]["fast"])
    crate = tomllib.loads((ROOT / "native" / "Cargo.toml").read_text("utf-8"))["package"]
    assert (wanted.name, str(wanted.specifier)) == (crate["name"], f"=={crate['version']}")


@each_lock
def test_every_pin_has_hashes_and_no_place(name: str) -> None:
    """One version and the hashes of its files; no registry, so that any mirror serves."""
    text = (ROOT / name).read_text("ascii")
    entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert len(entries) == sum(map(len, pins(name).values()))
    assert [entry for entry in entries if not _ENTRY.fullmatch(entry)] == []


@pytest.mark.parametrize("python", PYTHONS)
def test_the_locks_agree(python: str) -> None:
    """Developers run the versions that users run."""
    alone, client, relay, stamps, build, cluster, everything = (
        locked_on(name, f"{python}.9").items() for name in LOCKS
    )
    assert alone <= client <= relay <= everything
    assert alone <= cluster <= everything
    assert alone <= stamps <= everything
    assert build <= everything


def test_what_is_installed_is_what_is_locked() -> None:
    """Tests run on the locked versions: make .venv/ready."""
    locked = locked_on("requirements-dev.lock")
    assert {name: metadata.version(name) for name in locked} == locked


def test_the_bill_of_materials_lists_what_runs(tmp_path: Path) -> None:
    """Every distribution that the package needs, with version and hashes, and the C libraries."""
    file = tmp_path / "new" / "sbom.json"
    assert sbom.main([str(file)]) == 0
    bill = json.loads(file.read_text("utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", sbom.ROOT)
    listed = {c["name"]: c for c in bill["components"]}
    locked = locked_on("requirements-relay.lock")
    assert listed.keys() == locked.keys() | {"OpenSSL", "GMP", "MPFR", "MPC", "libsodium"}
    for name, version in locked.items():
        assert listed[name]["version"] == version
        [page] = listed[name]["externalReferences"]
        assert page["hashes"]
    graph = {d["ref"]: d.get("dependsOn", []) for d in bill["dependencies"]}
    wanted = {canonicalize_name(Requirement(text).name) for text in RELAY}
    assert set(graph[sbom.ROOT]) == wanted
    assert sbom.main([]) == 2
