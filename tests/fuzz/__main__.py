"""``python -m tests.fuzz [--seconds N] [NAME...]``: hostile bytes for every decoder.

Runs the named harnesses, or all, two at a time. Corpora start from the vectors and
grow in ``build/fuzz``; an input that a harness does not survive is written there,
and the exit code is 1.
"""

import argparse
import re
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from tests.fuzz.harnesses import HARNESSES
from tests.fuzz.material import seeds

FOLDER: Final = Path("build/fuzz")
_AT_ONCE: Final = 2

_EXECUTIONS: Final = re.compile(r"^stat::number_of_executed_units: +(\d+)", re.MULTILINE)
_SHOWN: Final = 4_000
"""Characters of a failed fuzzer's log, from its end: the traceback and the input."""

LONGEST_BYTES: Final = 65_536
_LIMITS: Final = ("-timeout=20", f"-max_len={LONGEST_BYTES}")
"""What one input may take in seconds, and how long it may be."""

_MEBIBYTES: Final = 1024
"""What the process of a fuzzer may take."""


def memory_limit() -> str:
    """Return the option for it. On Linux a process begins with the peak of the one it came from."""
    inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"-rss_limit_mb={_MEBIBYTES + inherited}"


class Outcome(NamedTuple):
    """How fuzzing one harness ended.

    Attributes:
        name: of the harness.
        executions: how many inputs were tried.
        code: 0 if it survived all of them.
        log: what the fuzzer said.
    """

    name: str
    executions: int
    code: int
    log: str


def fuzz(name: str, seconds: int, folder: Path = FOLDER) -> Outcome:
    """Fuzz one harness for so many seconds."""
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for raw in seeds(name):
        (corpus / sha256(raw).hexdigest()[:32]).write_bytes(raw)
    options = (f"-max_total_time={seconds}", "-print_final_stats=1", *_LIMITS, memory_limit())
    places = (f"-artifact_prefix={folder}/{name}-", str(corpus))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.worker", name, *options, *places],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    log = ended.stdout.decode(errors="replace")
    [executions] = re.findall(r"^stat::number_of_executed_units: +(\d+)", log, re.MULTILINE) or [
        "0"
    ]
    return Outcome(name, int(executions), ended.returncode, log)


def main(arguments: list[str]) -> int:
    """Fuzz, print a table, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=int, default=20, help="for each harness")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(HARNESSES))
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - HARNESSES.keys():
        parser.error(f"no such harness: {', '.join(sorted(unknown))}")
    if find_spec("atheris") is None:
        print("atheris has no wheel for this Python and platform: nothing was fuzzed")
        return 0
    failed = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        work = partial(fuzz, seconds=given.seconds)
        for outcome in pool.map(work, given.names or HARNESSES):
            verdict = f"FAILED with {outcome.code}" if outcome.code else "ok"
            print(f"{outcome.name:<20}{outcome.executions:>12}  {verdict}", flush=True)
            if outcome.code:
                failed = 1
                print(outcome.log[-_SHOWN:])
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
