"""How long it takes until something runs: importing, the command line, a fresh installation."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import Final

from tests.bench.builds import NO_HISTORY, PREVIOUS, build_of, start_ratio
from tests.bench.measure import LeftOut, Result
from tests.support.places import ROOT

COMMANDS: Final = (["--version"], ["sign", "--help"])
"""Commands whose start is compared: what every command loads, and one with many options."""

_PROGRAM: Final = ["-m", "cosign_cli"]


def run() -> Iterator[Result | LeftOut]:
    """Measure processor time of starting, and time on the clock of installing."""
    yield Result("import_ratio", start_ratio(_importing("cosign"), _importing("typing")), 1.2)
    started = start_ratio([*_PROGRAM, "--version"], _importing("typer"))
    yield Result("cli_start_vs_typer", started, 1.5)
    yield _cli_start()
    yield _demo_setup()


def _importing(module: str) -> list[str]:
    return ["-c", f"import {module}"]


def _cli_start() -> Result | LeftOut:
    """Compare with the previous build; the command that became slowest counts."""
    name, earlier = "cli_start_ratio", build_of(PREVIOUS)
    if earlier is None:
        return LeftOut(name, NO_HISTORY)
    programs = [[*_PROGRAM, *command] for command in COMMANDS]
    return Result(name, max(start_ratio(p, p, earlier) for p in programs), 1.1)


def _demo_setup() -> Result | LeftOut:
    """Install in a fresh clone what ``make demo`` installs, and return the seconds it took."""
    name = "demo_setup_seconds"
    with tempfile.TemporaryDirectory() as folder:
        clone = ["git", "clone", "--quiet", "--depth", "1", ROOT.as_uri(), folder]
        try:
            subprocess.run(clone, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return LeftOut(name, "there is no git history to clone")
        started = time.perf_counter()
        made = subprocess.run(
            ["make", "--directory", folder, "install"], capture_output=True, check=False, text=True
        )
        taken = time.perf_counter() - started
    if made.returncode:
        *_, last = made.stderr.splitlines() or [""]
        return LeftOut(name, f"nothing could be installed, is the registry out of reach? {last}")
    return Result(name, taken)
