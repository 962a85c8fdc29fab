"""Worker processes, which start when the first task is handed to them."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TYPE_CHECKING, Any

from cosign.errors import StorageError
from cosign_cli.shared.progress import progress_paused

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


class WorkerPool(Executor):
    """A pool of processes that costs nothing until there is work for it.

    Where the system allows no further processes, tasks run in this one.

    Args:
        count: number of processes.

    Attributes:
        worker_count: the same.
    """

    def __init__(self, count: int) -> None:
        self.worker_count = count
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand out a task; see :class:`concurrent.futures.Executor`."""
        if self._pool is None and self.worker_count > 1:
            self._pool = _started(self.worker_count)
            self.worker_count = self.worker_count if self._pool else 1
        if self._pool:
            return self._pool.submit(fn, *args, **kwargs)
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as e:  # noqa: BLE001  # raised where the result is asked for
            done.set_exception(e)
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; see :class:`concurrent.futures.Executor`."""
        if self._pool:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)


def _started(count: int) -> "ProcessPoolExecutor | None":
    """Return a pool whose processes run; None where the system allows none."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Forking saves each worker from loading the library, and a large roster is not copied.
    # It is safe while no other thread runs, so the bar's thread pauses.
    method = "fork" if sys.platform == "linux" else "spawn"
    with progress_paused():
        try:
            pool = ProcessPoolExecutor(count, mp_context=get_context(method))
        except (NotImplementedError, ImportError, OSError):
            return None  # no semaphores, as on Android, or no room for them
        try:
            pool.submit(os.getpid).result()  # starts all of them now
        except (OSError, RuntimeError):  # no further processes or threads are allowed
            pool.shutdown(wait=False)
            return None
    return pool


@contextlib.contextmanager
def process_pool(workers: int | None = None) -> Iterator[Executor | None]:
    """Provide a process pool, or None if there is to be one process only.

    Args:
        workers: number of processes; None for one on each core.

    Raises:
        StorageError: a worker ended before its task did.
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield None
        return
    try:
        with WorkerPool(count) as pool:
            yield pool
    except BrokenExecutor as e:
        raise StorageError(
            "the system ended a worker process, perhaps because memory ran out",
            hint="close other programs, then repeat the command",
        ) from e
