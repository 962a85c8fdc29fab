"""Ring proofs by each core, over bare checks of points and over tari's ``triptych``.

Triptych is a linkable one-out-of-many proof with half of our equations, in Rust, in the group
ristretto255; ``triptych_worker`` has the versions. Its base is 4, as its documentation
advises, and it proves in constant time. All work in processes of their own, by turns.

The figures without a suffix are those of the core that is in use. Where that is the compiled
one, those of the core in Python follow.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from cosign.primitives.curve import choice
from tests.bench.builds import OURS, Worker, least_seconds
from tests.bench.measure import LeftOut, Result
from tests.support.places import ROOT

LOADED: Final = "10000"
"""Keys of the roster that is loaded."""

KEYS: Final = 4**7
WORK: Final = "tests.bench.work.ring"
CRATE: Final = Path(__file__).parent / "triptych_worker"
TARGET: Final = ROOT / "build" / "triptych"
CORES: Final = ("native", "python") if choice.IS_NATIVE else ("python",)


class Figure(NamedTuple):
    """What is measured for each core.

    Attributes:
        name: of the figure.
        step: ``prove`` or ``verify``.
        number: how many proofs at once.
        targets: for each core.
        repeat: how often.
    """

    name: str
    step: str
    number: str
    targets: dict[str, float]
    repeat: int = 5


LOADING: Final = {"native": 0.2, "python": 0.9}
FIGURES: Final = (
    Figure("ring_prove_vs_triptych", "prove", "1", {"native": 0.15, "python": 1.1}),
    Figure("ring_verify_vs_triptych", "verify", "1", {"native": 0.9, "python": 10}),
    Figure("ring_batch_1000_vs_triptych", "verify", "1000", {"native": 0.12, "python": 0.35}, 3),
)


def run() -> Iterator[Result | LeftOut]:
    """Measure loading, proving and verifying with each core that is here."""
    loaders = [OURS.worker(WORK, "load", LOADED, "1", core=core) for core in CORES]
    yield from compared("roster_load_ratio", [*loaders, bare()], LOADING, 5)
    for figure in FIGURES:
        theirs = triptych(figure.step, figure.number)
        if theirs is None:
            yield LeftOut(figure.name, "triptych is built by cargo, which is missing")
            continue
        arguments = figure.step, str(KEYS), figure.number
        ours = [OURS.worker(WORK, *arguments, core=core) for core in CORES]
        yield from compared(figure.name, [*ours, theirs], figure.targets, figure.repeat)


def bare() -> Worker:
    """Check as many points as are loaded, by libsodium and one by one."""
    return OURS.worker(WORK, "bare", LOADED, "1")


def triptych(step: str, count: str) -> Worker | None:
    """Start a worker that makes or verifies Triptych proofs; None where cargo is missing."""
    program = _built()
    return Worker([str(program), step, "7", count]) if program else None


@cache
def _built() -> Path | None:
    """Build the worker."""
    cargo = shutil.which("cargo") or shutil.which("cargo", path=Path.home() / ".cargo" / "bin")
    if cargo is None:
        return None
    command = [cargo, "build", "--quiet", "--release", "--locked", "--target-dir", str(TARGET)]
    subprocess.run(command, cwd=CRATE, check=True)
    return TARGET / "release" / "triptych-worker"


def compared(
    name: str, workers: list[Worker], targets: dict[str, float], repeat: int
) -> Iterator[Result]:
    """Yield the time of each core over that of the last worker.

    Args:
        name: of the figure for the core that is in use; the other one's ends with its name.
        workers: one for each core, and the one to compare with.
        targets: for each core.
        repeat: how often each works.
    """
    with ExitStack() as stack:
        for worker in workers:
            stack.enter_context(worker)
        for worker in workers:
            worker.wait()
        *ours, theirs = least_seconds(workers, repeat)
    for core, seconds in zip(CORES, ours, strict=True):
        suffix = "" if core == CORES[0] else f"_{core}"
        yield Result(name + suffix, seconds / theirs, targets[core])
