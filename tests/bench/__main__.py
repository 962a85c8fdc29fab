"""``make bench``: prints a table, writes bench.json, and fails where a target is missed.

``python -m tests.bench NAME...`` measures some suites only. bench.json has what was measured so
far, by name; it is written after each suite, and a suite that breaks does not end the others.
"""

import argparse
import json
import os
import sys
import time
import traceback
from pathlib import Path

from tests.bench import (
    clusters,
    cores,
    joint,
    large_rosters,
    member_page,
    names,
    page,
    proving_time,
    publishing,
    publishing_at_scale,
    registered,
    relay,
    relay_load,
    rostered,
    starting,
    timing,
    withdrawing,
)
from tests.bench.measure import LeftOut, Result

SUITES = {
    suite.__name__.rpartition(".")[2]: suite
    for suite in (
        starting,
        publishing,
        publishing_at_scale,
        registered,
        clusters,
        rostered,
        cores,
        joint,
        large_rosters,
        page,
        member_page,
        names,
        withdrawing,
        relay,
        relay_load,
        timing,
        proving_time,
    )
}


def main() -> None:
    """Measure the suites that are named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="NAME", help=", ".join(SUITES))
    parser.add_argument(
        "--million", action="store_true", help="a million keys in large_rosters: half an hour"
    )
    arguments = parser.parse_args()
    if arguments.million:
        os.environ[large_rosters.MILLION_VARIABLE] = "1"
    chosen = arguments.suites
    if unknown := [name for name in chosen if name not in SUITES]:
        parser.error(f"no suite is called {unknown[0]!r}; there are {', '.join(SUITES)}")
    results: list[Result] = []
    broken: list[str] = []
    print(f"{'figure':<36}{'measured':>10}{'target':>12}")
    for name in chosen or SUITES:
        started = time.monotonic()
        try:
            _measure(name, results)
        except Exception:  # noqa: BLE001  # hours of other suites are not lost with one
            traceback.print_exc()
            broken.append(name)
        print(f"# {name}: {time.monotonic() - started:.0f} s", flush=True)
        figures = {result.name: round(result.value, 4) for result in results}
        Path("bench.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    missed = [result.name for result in results if not result.met]
    ends = {"suites broken": broken, "targets missed": missed}
    if told := [f"{end}: {', '.join(names)}" for end, names in ends.items() if names]:
        sys.exit("; ".join(told))


def _measure(name: str, results: list[Result]) -> None:
    """Run a suite, print each line as it is known, and add the figures to the results."""
    for found in SUITES[name].run():
        print(_line(found), flush=True)
        if isinstance(found, Result):
            results.append(found)


def _line(found: Result | LeftOut) -> str:
    if isinstance(found, LeftOut):
        return f"{found.name:<36}  left out: {found.reason}"
    bound = ""
    if found.target is not None:
        bound = f"{'<=' if found.at_most else '>='} {found.target:g}"
    verdict = "" if found.met else "  MISSED"
    return f"{found.name:<36}{found.value:>10.3f}{bound:>12}{verdict}"


if __name__ == "__main__":
    main()
