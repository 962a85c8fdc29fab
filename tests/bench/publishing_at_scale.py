"""The commands ``trustee open`` and ``publish`` on many envelopes, with each core.

- ``trustee_open_ratio``: processor time of the command, its workers included, for each further
  envelope, over one bare HPKE opening of a share.
- ``publish_memory_ratio``: peak resident memory of the command and its two workers together,
  for 100,000 envelopes over 10,000; pages that processes share count in each of them.
- ``publish_wall_2``: elapsed time with two workers over that with one process, on an otherwise
  idle machine with at least two cores.

The figures without a suffix are those of the core that is in use. Where that is the compiled
one, those of the core in Python follow. The envelopes are made once, which takes minutes, and
kept (:mod:`tests.bench.large_rounds`).
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cosign.primitives import hpke
from cosign.primitives.curve import choice
from cosign.record_files import read_round
from cosign.records.envelope import Envelope
from cosign.roles.shared.sealing import share_info
from tests.bench.cores import CORES
from tests.bench.large_rounds import LargeRound, Part, large_round
from tests.bench.measure import LeftOut, Result, cpu_seconds, peak_tree_bytes, ratio

ALL: Final = 100_000
FEW: Final = 10_000
MIDDLE: Final = 40_000
BARE: Final = 2_000
"""Shares that are opened by bare HPKE."""

REPEAT: Final = 3

OPEN_TARGETS: Final = {"native": 1.5, "python": 1.7}
MEMORY_TARGET: Final = 1.3
WALL_TARGET: Final = 0.6


def run() -> Iterator[Result | LeftOut]:
    """Measure each core; the compiled one first."""
    made = large_round(ALL)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        for core in CORES:
            suffix = "" if core == CORES[0] else f"_{core}"
            environment = os.environ | {choice.VARIABLE: core}
            opened = _open_ratio(made, output, environment)
            yield Result(f"trustee_open_ratio{suffix}", opened, OPEN_TARGETS[core])
            commands = [_publish(made.part(n), output, 2) for n in (ALL, FEW)]
            large, small = (peak_tree_bytes(command, environment) for command in commands)
            yield Result(f"publish_memory_ratio{suffix}", large / small, MEMORY_TARGET)
            name = f"publish_wall_2{suffix}"
            if (os.cpu_count() or 1) > 1:
                yield Result(name, _wall_ratio(made.part(ALL), output, environment), WALL_TARGET)
            else:
                yield LeftOut(name, "there is one core only")


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-P", "-m", "cosign_cli", *arguments]


def _publish(part: Part, output: Path, workers: int) -> list[str]:
    return _command([*part.publish(output), f"--workers={workers}"])


def _open_ratio(made: LargeRound, output: Path, environment: dict[str, str]) -> float:
    """Return the time for each envelope over that of a bare opening, taken by turns."""
    commands = [_command(made.part(n).open_shares(output)) for n in (MIDDLE, FEW)]
    bare = _bare(made)
    found: list[tuple[float, float, float]] = []
    for _ in range(REPEAT):
        started = time.process_time()
        bare()
        alone = time.process_time() - started
        many, few = (cpu_seconds(command, environment) for command in commands)
        found.append((many, few, alone))
    many, few, alone = (min(row[column] for row in found) for column in range(3))
    return (many - few) / (MIDDLE - FEW) / (alone / BARE)


def _bare(made: LargeRound) -> Callable[[], None]:
    """Return a function that opens the first trustee's share of some envelopes."""
    round_, key = read_round(made.folder / "round"), hpke.SealingSecretKey(made.trustee_seed)
    info = share_info(round_.round_id, 1)
    paths = sorted((made.folder / "all").iterdir())[:BARE]
    shares = [Envelope.from_bytes(path.read_bytes()).shares[0] for path in paths]

    def work() -> None:
        for share in shares:
            hpke.open_sealed(key, info, share)

    return work


def _wall_ratio(part: Part, output: Path, environment: dict[str, str]) -> float:
    """Return the time that two workers take over that of one process."""

    def publish(workers: int) -> Callable[[], object]:
        command, quiet = _publish(part, output, workers), subprocess.DEVNULL
        return lambda: subprocess.run(command, env=environment, stdout=quiet, check=True)

    return ratio(publish(2), publish(1), REPEAT, time.perf_counter)
