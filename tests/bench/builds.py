"""This build of the library, an earlier one from git, and times of both by turns.

A change that is to make something faster is compared with the build before it: both do the
same work, each in a process of its own, by turns, so that a busy machine slows both.
"""

import atexit
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cosign.primitives.curve import choice
from tests.bench.measure import cpu_seconds
from tests.support.places import ROOT

PREVIOUS: Final = "a6c77b8"
"""The commit to compare with: the last one before the library's modules moved."""

NO_HISTORY: Final = "there is no git history with the previous build"


@dataclass(frozen=True)
class Build:
    """A tree that holds ``cosign`` and ``cli/cosign_cli``.

    Attributes:
        folder: the root of the tree.
    """

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """An environment in which this build is imported, and ``tests`` from this repository."""
        places = (self.folder, self.folder / "cli", ROOT)
        return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, places))}

    def command(self, *arguments: str) -> list[str]:
        """Return a command that runs Python with these arguments, in :attr:`environment` only."""
        return [sys.executable, "-P", *arguments]  # -P: not from the current folder

    def worker(self, module: str, *arguments: str, core: str = "") -> "Worker":
        """Start a process that works with this build.

        Args:
            module: has a function ``prepare`` that returns the work; see
                ``tests/bench/worker.py``.
            arguments: of ``prepare``.
            core: the one that is to be used, if not the one that the build chooses.
        """
        command = self.command("-m", "tests.bench.worker", module, *arguments)
        return Worker(command, self.environment | ({choice.VARIABLE: core} if core else {}))


OURS: Final = Build(ROOT)


@cache
def build_of(commit: str) -> Build | None:
    """Unpack the library as it was at a commit; None where git does not have the commit."""
    command = ["git", "-C", str(ROOT), "archive", commit, "cosign", "cli"]
    try:
        archive = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    folder = Path(tempfile.mkdtemp(prefix="cosign-build-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return Build(folder)


class Worker(contextlib.AbstractContextManager["Worker"]):
    """A process that prepares some work, and does it when it is told to.

    Args:
        command: prints a line when the work is prepared, and then, for every line that it
            reads, the processor time in seconds of doing the work once.
        env: its environment; that of this process if None.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait(self) -> str:
        """Wait until the work is prepared, and return the line that says so."""
        return self._answer()

    def seconds(self) -> float:
        """Do the work once and return the processor time of the process in seconds."""
        assert self._process.stdin
        print(file=self._process.stdin, flush=True)
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout
        answer = self._process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"a worker ended with exit code {self._process.wait()}")
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()


def work_ratio(
    module: str, *arguments: str, commit: str = PREVIOUS, core: str = "", repeat: int = 5
) -> float | None:
    """Return the processor time of some work in this build over that in an earlier one.

    Each build prepares its own input, because formats can differ. The least of each counts.

    Args:
        module: whose ``prepare`` returns the work; imported with either build, so it takes
            what moved between them by :func:`tests.bench.worker.either`.
        arguments: of ``prepare``.
        commit: of the earlier build.
        core: as for :meth:`Build.worker`, of this build.
        repeat: how often each does its work.

    Returns:
        None where git does not have the commit.
    """
    earlier = build_of(commit)
    if earlier is None:
        return None
    builds = OURS, earlier
    with ExitStack() as stack:
        made = OURS.worker(module, *arguments, core=core), earlier.worker(module, *arguments)
        workers = [stack.enter_context(worker) for worker in made]
        for worker, build in zip(workers, builds, strict=True):
            if not Path(place := worker.wait()).is_relative_to(build.folder):
                raise RuntimeError(f"{place} is not of the build in {build.folder}")
        ours, theirs = least_seconds(workers, repeat)
    return ours / theirs


def least_seconds(workers: Sequence[Worker], repeat: int) -> list[float]:
    """Return the least time of each worker, which work by turns, once they are prepared."""
    rounds = [[worker.seconds() for worker in workers] for _ in range(repeat)]
    return [min(times) for times in zip(*rounds, strict=True)]


def start_ratio(
    ours: Sequence[str], bare: Sequence[str], build: Build = OURS, repeat: int = 20
) -> float:
    """Return the processor time of starting one Python program over that of starting another.

    Args:
        ours: arguments of Python; run with this build.
        bare: arguments of Python; run with ``build``.
        build: another build, if builds are compared.
        repeat: how often each is run, after once to compile its modules.
    """
    for where, arguments in ((OURS, ours), (build, bare)):
        subprocess.run(
            where.command(*arguments), env=where.environment, check=True, stdout=subprocess.DEVNULL
        )

    def seconds(where: Build, arguments: Sequence[str]) -> float:
        return cpu_seconds(where.command(*arguments), env=where.environment)

    pairs = [(seconds(OURS, ours), seconds(build, bare)) for _ in range(repeat)]
    return min(a for a, _ in pairs) / min(b for _, b in pairs)
