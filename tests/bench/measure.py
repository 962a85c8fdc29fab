"""Taking times on noisy machines: the least of interleaved repetitions, ratios only."""

import contextlib
import os
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_POLL_SECONDS: Final = 0.02


class Result(NamedTuple):
    """One line of the table.

    Attributes:
        name: as in bench.json.
        value: the measured ratio, size or time.
        target: the bound that it has to meet; None where it is only reported.
        at_most: whether the target is an upper bound, else a lower one.
    """

    name: str
    value: float
    target: float | None = None
    at_most: bool = True

    @property
    def met(self) -> bool:
        """Whether the target is met, if there is one."""
        if self.target is None:
            return True
        return self.value <= self.target if self.at_most else self.value >= self.target


class LeftOut(NamedTuple):
    """A figure that cannot be measured here.

    Attributes:
        name: as it would stand in bench.json.
        reason: why not.
    """

    name: str
    reason: str


def ratio(
    ours: Callable[[], object],
    bare: Callable[[], object],
    repeat: int = 5,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Return ours / bare: the least of each, taken by turns, so that a busy machine slows both."""

    def taken(work: Callable[[], object]) -> float:
        start = clock()
        work()
        return clock() - start

    pairs = [(taken(ours), taken(bare)) for _ in range(repeat)]
    return min(a for a, _ in pairs) / min(b for _, b in pairs)


def times(work: Callable[[], object], count: int) -> Callable[[], None]:
    """Return a function that does the work so many times."""

    def loop() -> None:
        for _ in range(count):
            work()

    return loop


def usage_of(
    command: Sequence[str], env: Mapping[str, str] | None = None
) -> resource.struct_rusage:
    """Run a command quietly and return what it used: processor time, peak memory."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet) as child:
        _pid, _status, usage = os.wait4(child.pid, 0)
        child.returncode = 0
    return usage


def peak_bytes(command: Sequence[str]) -> int:
    """Run a command and return its peak resident memory in bytes."""
    return usage_of(command).ru_maxrss * 1024


def cpu_seconds(command: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Run a command and return its processor time in seconds."""
    usage = usage_of(command, env)
    return usage.ru_utime + usage.ru_stime


def peak_tree_bytes(command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run a command and return the most memory that it and its descendants had at one time.

    Resident memory in bytes, as Linux counts it, looked at 50 times a second; pages that
    processes share count in each of them.

    Raises:
        RuntimeError: the command failed.
    """
    peak = 0
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_resident_bytes, _tree(process.pid))))
            time.sleep(_POLL_SECONDS)
    if process.returncode:
        raise RuntimeError(f"the command ended with exit code {process.returncode}")
    return peak


def _tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for each in found:
        with contextlib.suppress(OSError):  # it has ended
            for thread in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def _resident_bytes(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * resource.getpagesize()
    return 0
