"""The README's session runs as it is printed, on the package as it is installed."""

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import places

ROOT = places.ROOT
INSTALL = "pip install cosign-letter"


def session() -> list[str]:
    """Give the commands of the README's first console block."""
    block = re.search(r"```console\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert block
    return [line.removeprefix("$ ") for line in block.group(1).splitlines()]


def test_the_session_has_four_lines_and_begins_with_the_installation() -> None:
    """The first line installs the distribution under the name that it really has."""
    assert len(session()) == 4
    assert session()[0] == INSTALL
    assert importlib.metadata.version(INSTALL.rsplit(maxsplit=1)[-1])


def test_the_session_runs(tmp_path: Path) -> None:
    """The other lines run one after another; the third and the program verify a pinned letter."""
    scripts = Path(sys.executable).parent
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    shown = {}
    for line in session()[1:]:
        done = subprocess.run(
            line.split(),
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        shown[line.split()[1]] = done.stdout
    assert "VALID: 3 distinct members" in shown["verify"]
    assert "pinned by you" in shown["verify"]
    assert "registered group" in shown["inspect"]
    program = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert program
    done = subprocess.run(
        [sys.executable, "-c", program.group(1)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "3 of at most 5 members signed\n", done.stderr


@pytest.mark.parametrize("target", ["demo", "test", "bench", "docs", "fix"])
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    """What the README tells to make can be made."""
    assert f"$ make {target}" in (ROOT / "README.md").read_text("utf-8")
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
