"""Worker processes, which start when the first task is handed to them."""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TYPE_CHECKING, Any

from cosign.errors import StorageError
from cosign_cli.shared.ending import end_at_once
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
        is_local: that the processes are of this machine.
    """

    is_local = True

    def __init__(self, count: int) -> None:
        self.worker_count = count
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Start the processes now, if they do not run: they hold what this one holds now."""
        if self._pool is None and self.worker_count > 1:
            self._pool = _started(self.worker_count)
            self.worker_count = self.worker_count if self._pool else 1

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand out a task; see :class:`concurrent.futures.Executor`."""
        self.start()
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


def _attend() -> None:
    """Leave Ctrl-C to the parent of this worker, and end when the parent ends, even if killed."""
    end_at_once()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _started(count: int) -> "ProcessPoolExecutor | None":
    """Return a pool whose processes run; None where the system allows none."""
    from concurrent.futures import ProcessPoolExecutor

    # Forking saves each worker from loading the library, and a large roster is not copied.
    # It is safe while no other thread runs, so the bar's thread pauses.
    method = "fork" if sys.platform == "linux" else "spawn"
    with progress_paused():
        try:
            context = multiprocessing.get_context(method)
            pool = ProcessPoolExecutor(count, mp_context=context, initializer=_attend)
        except (NotImplementedError, ImportError, OSError):
            return None  # no semaphores, as on Android, or no room for them
        try:
            pool.submit(os.getpid).result()  # starts all of them now
        except (OSError, RuntimeError):  # no further processes or threads are allowed
            pool.shutdown(wait=False)
            return None
    return pool


@contextlib.contextmanager
def process_pool(workers: int | None = None, *, at_once: bool = False) -> Iterator[Executor | None]:
    """Provide a process pool, or None if there is to be one process only.

    Args:
        workers: number of processes; None for one on each core.
        at_once: start the processes now and not with the first task, so that they are small
            and hold no secret that this one reads later.

    Raises:
        StorageError: a worker ended before its task did.
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield None
        return
    try:
        with WorkerPool(count) as pool:
            if at_once:
                pool.start()
            yield pool
    except BrokenExecutor as e:
        raise StorageError(
            "the system ended a worker process, perhaps because memory ran out",
            hint="close other programs, then repeat the command",
        ) from e
