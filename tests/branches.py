"""``python -m tests.branches``: how many branches of the library the tests take.

Every process that a test starts is traced and writes a data file of its own. Tests kill some, and
limit the size of files of others, which spoils what they write: their files are left out, with a
word. What runs in
browsers and in Node.js has no branches of Python, and is left out, too.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Final

from coverage import CoverageData
from coverage.exceptions import CoverageException

FOLDER: Final = Path("build/coverage").absolute()
LEAST: Final = 98.0
"""Percent of the branches of ``cosign/``."""

_ELSEWHERE: Final = ("tests/browser", "tests/interop", "tests/web", "tests/e2e/test_site.py")


def fault_in(path: Path) -> str:
    """Return what is wrong with a data file; empty if nothing is."""
    try:
        with closing(sqlite3.connect(path)) as database:
            [(found,), *_] = database.execute("PRAGMA quick_check")
        if found != "ok":
            return str(found)
        CoverageData(str(path), read_only=True).read()
    except (sqlite3.Error, CoverageException) as e:
        return str(e)
    return ""


def leave_out_damaged(folder: Path) -> int:
    """Remove the data files that cannot be combined; say how many there were, and return that."""
    faults = Counter[str]()
    for path in sorted(folder.glob("data.*")):
        if fault := fault_in(path):
            path.unlink()
            faults[fault.replace(str(path), "…")] += 1
    for fault, count in faults.most_common():
        print(f"left out: {count} of the data files, of processes that tests stopped: {fault}")
    return faults.total()


def _coverage(*arguments: str) -> int:
    """Run coverage with its data in the folder, and return the exit code."""
    env = os.environ | {"COVERAGE_FILE": str(FOLDER / "data")}
    return subprocess.run(
        [sys.executable, "-m", "coverage", *arguments], env=env, check=False
    ).returncode


def main(places: list[str]) -> int:
    """Run the tests, or those in some places; return 1 if they failed or took too few branches."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    _coverage("erase")
    chosen = places or [f"--ignore={place}" for place in _ELSEWHERE]
    failed = _coverage("run", "-m", "pytest", "-n", "2", "--dist", "worksteal", *chosen)
    leave_out_damaged(FOLDER)
    _coverage("combine", "--quiet")
    _coverage("report", "--show-missing", "--skip-covered")
    told = FOLDER / "report.json"
    if _coverage("json", "--quiet", "--include", "cosign/*", "-o", str(told)):
        return 1
    percent = json.loads(told.read_text())["totals"]["percent_branches_covered"]
    print(f"branches of cosign/: {percent:.2f} %, of {LEAST} % at least")
    return int(bool(failed) or percent < LEAST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
