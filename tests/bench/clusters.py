"""Verifying on a Dask cluster of two workers, compared with two processes of this machine.

The cluster runs already, as one that is worth having does; connecting is measured, and so is
the start of the processes. On the clock, so the machine has to be idle otherwise.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from distributed import LocalCluster

from cosign.cluster import connect
from cosign.roles.verifier.letter import verify_letter
from tests.bench.letters import make_letters
from tests.bench.measure import LeftOut, Result, ratio

COSIGNATURES: Final = 20_000
WORKERS: Final = 2
NAME: Final = "cluster_ratio"


def run() -> Iterator[Result | LeftOut]:
    """Verify a letter in both ways, by turns."""
    if (os.cpu_count() or 1) < WORKERS:
        yield LeftOut(NAME, "there is one core only")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=":0") as cluster,  # type: ignore[no-untyped-call]  # ships no types
    ):
        letter = make_letters(Path(folder), [COSIGNATURES])[COSIGNATURES]

        def on_cluster() -> None:
            with connect(cluster.scheduler_address) as executor:
                _verify(letter, executor)

        def in_processes() -> None:
            with ProcessPoolExecutor(WORKERS, get_context("fork")) as executor:
                _verify(letter, executor)

        yield Result(NAME, ratio(on_cluster, in_processes, 5, time.perf_counter), 1.3)


def _verify(letter: Path, executor: Executor) -> None:
    with letter.open("rb") as stream:
        assert verify_letter(stream, executor=executor).cosigners == COSIGNATURES
