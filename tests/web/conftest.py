"""What builds the pages: Node and the locked packages of ``web/``."""

import fcntl
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

WEB: Final = Path(__file__).parents[2] / "web"
LEFT_OUT: Final = "left out: the build of the pages;"


def installed() -> None:
    """Install the locked packages where they are missing, or skip with a word."""
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


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Build ``page``, ``engine`` or ``harness`` of ``web/build.mjs``, and return the file."""
    installed()

    def built(target: str) -> Path:
        file = tmp_path_factory.mktemp("web") / {"engine": "engine.mjs"}.get(target, "page.html")
        command = ["node", "build.mjs", target, str(file)]
        done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return file

    return built
