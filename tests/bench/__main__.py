"""``make bench``: prints a table and writes bench.json, ratios by name."""

import json
from pathlib import Path

from tests.bench import registered, relay, rostered, timing, withdrawing

SUITES = (registered, rostered, withdrawing, relay, timing)


def main() -> None:
    """Measure every suite."""
    figures = {}
    print(f"{'figure':<28}{'measured':>10}{'target':>12}")
    for suite in SUITES:
        for result in suite.run():
            bound = f"{'<=' if result.at_most else '>='} {result.target:g}"
            verdict = "" if result.met else "  MISSED"
            print(f"{result.name:<28}{result.value:>10.3f}{bound:>12}{verdict}", flush=True)
            figures[result.name] = round(result.value, 4)
    Path("bench.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
