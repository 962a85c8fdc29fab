"""What the README tells people to type runs as it is printed."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.support import places

ROOT: Final = places.ROOT
README: Final = (ROOT / "README.md").read_text("utf-8")
SCRIPTS: Final = Path(sys.executable).parent
FINGERPRINT: Final = re.compile(r"\d{5}(?:\s+\d{5}){11}")


def blocks(language: str) -> list[str]:
    """Return the README's blocks in a language, from the top."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def typed(block: str) -> list[str]:
    """Return the commands of a console block, without their comments."""
    return [line.removeprefix("$ ").partition("  #")[0].rstrip() for line in block.splitlines()]


def test_it_opens_with_the_commands_that_set_everything_up() -> None:
    """The first block is for a fresh clone."""
    assert typed(blocks("console")[0]) == ["make demo", "make test"]


def test_the_session_runs(tmp_path: Path) -> None:
    """The commands run one after another, and the program says the same as the second one."""
    digits, shown = "", {}
    for line in typed(blocks("console")[1]):
        program, *arguments = shlex.split(FINGERPRINT.sub(digits, line))
        done = subprocess.run(
            [SCRIPTS / Path(program).name, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert program == ".venv/bin/cosign-letter"
        shown[arguments[0]] = done.stdout
        digits = digits or " ".join(FINGERPRINT.findall(done.stdout)[0].split())
    assert "VALID: 3 distinct members" in shown["verify"]
    assert "pinned by you" in shown["verify"]
    assert "registered group" in shown["inspect"]
    [program] = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", FINGERPRINT.sub(digits, program)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "3 of at most 5 members signed\n", done.stderr


@pytest.mark.parametrize(
    "line", [line for block in blocks("console") for line in typed(block) if "make" in line]
)
def test_every_make_target_of_the_readme_exists(line: str) -> None:
    """What the README tells to make can be made."""
    dry = [*shlex.split(line), "--dry-run"]
    done = subprocess.run(dry, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert {"demo", "test", "bench", "docs", "fix"} <= set(README.replace("$ make ", " ").split())


def test_the_extras_and_their_locks_exist() -> None:
    """The last ways of installing name what this repository has."""
    lines = [shlex.split(line) for line in typed(blocks("console")[2])]
    locks, extras = lines[:3], lines[3:]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = ("client", "relay", "timestamps")
    assert set(names) < set(project["optional-dependencies"])
    assert extras == [["pipx", "install", f".[{name}]"] for name in names]
    for line, name in zip(locks, names, strict=True):
        assert line[-1] == f"requirements-{name}.lock"
        assert (ROOT / line[-1]).is_file()
