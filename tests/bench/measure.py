"""Taking times on noisy machines: the least of interleaved repetitions, ratios only."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Result(NamedTuple):
    """One line of the table.

    Attributes:
        name: as in bench.json.
        value: the measured ratio or size.
        target: what it has to meet.
        at_most: whether the target is an upper bound, else a lower one.
    """

    name: str
    value: float
    target: float
    at_most: bool = True

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.target if self.at_most else self.value >= self.target


def ratio(
    ours: Callable[[], object],
    bare: Callable[[], object],
    repeat: int = 5,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Give ours / bare: the least of each, taken by turns, so that a busy machine slows both."""

    def taken(work: Callable[[], object]) -> float:
        start = clock()
        work()
        return clock() - start

    pairs = [(taken(ours), taken(bare)) for _ in range(repeat)]
    return min(a for a, _ in pairs) / min(b for _, b in pairs)


def times(work: Callable[[], object], count: int) -> Callable[[], None]:
    """Give a function that does the work so many times."""

    def loop() -> None:
        for _ in range(count):
            work()

    return loop


def usage_of(command: Sequence[str]) -> resource.struct_rusage:
    """Run a command quietly and give what it used: processor time, peak memory."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        _pid, _status, usage = os.wait4(child.pid, 0)
        child.returncode = 0
    return usage


def peak_bytes(command: Sequence[str]) -> int:
    """Run a command and give its peak resident memory in bytes."""
    return usage_of(command).ru_maxrss * 1024


def cpu_seconds(command: Sequence[str]) -> float:
    """Run a command and give its processor time."""
    usage = usage_of(command)
    return usage.ru_utime + usage.ru_stime
