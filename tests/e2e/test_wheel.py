"""The wheel, in a clean environment, brings two packages and one command, and nothing else."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

import pytest

from tests.support import places

ROOT: Final = places.ROOT
PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def build(tree: Path, folder: Path, umask: int = 0o022) -> Path:
    """Build the wheel of a tree, with the build tools that are locked."""
    subprocess.run(
        [*PIP, "wheel", "-q", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, tree],
        check=True,
        env={key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"},
        umask=umask,
    )
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree as anybody builds it."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel, without even pip."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False)
    subprocess.run(
        [*PIP, "--python", folder, "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True,
    )
    return folder


def installed(clean: Path) -> Path:
    """Return the folder of installed packages."""
    [found] = clean.glob("lib/python*/site-packages")
    return found


def test_the_names_that_it_brings(clean: Path) -> None:
    """Two import packages with their metadata, and one command."""
    names = {path.name.partition("-")[0] for path in installed(clean).iterdir()}
    assert names == {"cosign", "cosign_cli", "cosign_letter"}
    commands = {path.name for path in (clean / "bin").iterdir()}
    assert {name for name in commands if not name.startswith(("python", "activate"))} == {
        "Activate.ps1",
        "cosign-letter",
    }


def test_what_the_packages_hold(clean: Path) -> None:
    """Every module of the tree is there, with what they read, and no test."""
    for source, name in ((ROOT / "cosign", "cosign"), (ROOT / "cli" / "cosign_cli", "cosign_cli")):
        kinds = ("*.py", "*.css", "*.json", "*.html", "py.typed")
        wanted = {str(p.relative_to(source)) for kind in kinds for p in source.rglob(kind)}
        if name == "cosign_cli":
            guides = ROOT / "docs" / "guides"
            wanted |= {f"guides/{path.name}" for path in guides.iterdir() if path.is_file()}
        folder = installed(clean) / name
        found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
        assert {p for p in found if "__pycache__" not in p} == wanted


def test_the_license_comes_along(clean: Path) -> None:
    """The licence's text is part of the distribution."""
    [text] = installed(clean).glob("cosign_letter-*.dist-info/licenses/LICENSE")
    assert "Apache License" in text.read_text()


def test_it_is_imported_from_there(clean: Path) -> None:
    """The clean environment imports the library from the wheel, without its dependencies."""
    script = "import cosign, cosign.errors, cosign.labels; print(cosign.__file__)"
    ended = subprocess.run(
        [clean / "bin/python", "-I", "-c", script], capture_output=True, check=True, text=True
    )
    assert Path(ended.stdout.strip()).is_relative_to(clean)


def test_the_same_tree_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """Built elsewhere, from files of another time and mode, the wheel has the same hash."""
    tree = tmp_path / "elsewhere" / "tree"
    tree.mkdir(parents=True)
    for name in ("cosign", "cli", "docs/guides"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    for number, path in enumerate(sorted(tree.rglob("*"))):
        os.utime(path, (2**30 + number, 2**30 + number))
        if path.is_file():
            path.chmod(0o600)
    again = build(tree, tmp_path / "wheel", umask=0o077)
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, again)}
    assert len(hashes) == 1
