"""The build of the pages, with Node and the locked packages of ``web/``."""

import fcntl
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

WEB: Final = Path(__file__).parents[2] / "web"
LEFT_OUT: Final = "left out: what the sources of the reader's page do;"


def build(target: str, file: Path) -> None:
    """Build a target of ``web/build.mjs``; skip where it cannot be."""
    _install()
    command = ["node", "build.mjs", target, str(file)]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _install() -> None:
    npm = shutil.which("npm")
    if not (npm and shutil.which("node")):
        pytest.skip(f"{LEFT_OUT} there is no node with npm")
    with (WEB / "package.json").open() as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # the workers of a test run come at the same time
        if (WEB / "node_modules").exists():
            return
        command = [npm, "ci", "--ignore-scripts"]
        done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"{LEFT_OUT} npm did not install its packages: {done.stderr[:200]}")
