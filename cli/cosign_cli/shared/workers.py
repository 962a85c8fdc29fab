"""Processes that share the work of verifying, where there is enough of it."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from concurrent.futures import Executor

_WORTH_BYTES: Final = 2**20
"""Fewer bytes of proofs are verified faster than a process pool starts."""


@contextlib.contextmanager
def process_pool(size: int | None, workers: int | None = None) -> "Iterator[Executor | None]":
    """Give a process pool, or None where one process does it sooner.

    Args:
        size: bytes to verify, or None if nobody knows.
        workers: how many processes; one for each core if None.
    """
    count = workers or os.cpu_count() or 1
    if count == 1 or (size is not None and size < _WORTH_BYTES):
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # No thread runs yet, so forking is safe and saves every worker loading the library.
    method = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(count, mp_context=get_context(method)) as executor:
        executor.submit(os.getpid).result()  # forks all of them, before a progress bar's thread
        yield executor
