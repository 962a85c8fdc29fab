"""The fixture of the second reader."""

import fcntl
import re
import shutil
import subprocess
from typing import Final

import pytest

from tests.interop.second_reader import HERE, SecondReader

OLDEST_NODE: Final = (20, 19)  # what package.json asks for
LEFT_OUT: Final = "left out: what a second implementation says of published files;"


@pytest.fixture(scope="session")
def second_reader(tmp_path_factory: pytest.TempPathFactory) -> SecondReader:
    """The second reader, if the machine has Node and its two packages can be had."""
    if not (node := shutil.which("node")):
        pytest.skip(f"{LEFT_OUT} there is no node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST_NODE:
        pytest.skip(f"{LEFT_OUT} node {version.strip()} is older than 20.19")
    with (HERE / "package.json").open() as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # the workers of a test run come at the same time
        if not (HERE / "node_modules").exists():
            _install()
    return SecondReader(tmp_path_factory.mktemp("second-reader"))


def _install() -> None:
    if not (npm := shutil.which("npm")):
        pytest.skip(f"{LEFT_OUT} there is no npm to install its two packages")
    done = subprocess.run([npm, "ci"], cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{LEFT_OUT} npm did not install its two packages: {done.stderr[:200]}")
