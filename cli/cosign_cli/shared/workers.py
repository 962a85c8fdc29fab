"""Worker processes for verifying, where there is enough work for them."""

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
    """Provide a process pool, or None if one process is faster.

    Args:
        size: bytes to verify; None if unknown.
        workers: number of processes; None for one on each core.

    Raises:
        StorageError: a worker ended before its task did.
    """
    count = workers or os.cpu_count() or 1
    if count == 1 or (size is not None and size < _WORTH_BYTES):
        yield None
        return
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
    from multiprocessing import get_context

    from cosign.errors import StorageError

    # Forking is safe, since no thread runs yet, and saves each worker from loading the library.
    method = "fork" if sys.platform == "linux" else "spawn"
    try:
        executor = ProcessPoolExecutor(count, mp_context=get_context(method))
    except (NotImplementedError, ImportError, OSError):
        yield None  # no semaphores, as on Android, or no room for them: one process does it
        return
    with executor:
        try:
            # Forks all workers now, before the thread of a progress bar starts.
            executor.submit(os.getpid).result()
            usable: Executor | None = executor
        except (OSError, RuntimeError):  # no further processes or threads are allowed
            usable = None
        try:
            yield usable
        except BrokenExecutor as e:
            raise StorageError(
                "the system ended a worker process, as where memory runs out",
                hint="close other programs, then repeat the command",
            ) from e
