"""Independent tasks, run in this thread or by an executor, with progress.

Any ``concurrent.futures.Executor`` works. Arithmetic on public values holds the
interpreter's lock, so it needs processes to run in parallel. libsodium and the compiled core
release the lock, so arithmetic on secrets runs on threads, and no secret leaves the process.

Tasks are handed out as results are taken, so a stream of any length is processed in bounded
memory. What all tasks need is sent to each worker once.

Not protected: what a worker returns is believed. Use machines that you trust as much as
this one.
"""

import contextlib
import hashlib
import os
import pickle
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from enum import Enum
from functools import partial
from itertools import chain, islice, pairwise
from typing import Any, Final, TypeVar

IN_FLIGHT_PER_WORKER: Final = 2
"""Tasks that are handed out for each worker: one at work, and one that waits for it."""

_HELD: Final = 2
"""Shared values that a worker keeps, the latest ones."""

_T = TypeVar("_T")


def worker_count(executor: Executor | None) -> int:
    """Return how many tasks an executor runs side by side: 1 for None.

    It is known for pools of threads and processes, and for an executor with the attribute
    ``worker_count``. Any other is assumed to have as many workers as this machine has cores.
    """
    if executor is None:
        return 1
    known = getattr(executor, "worker_count", None) or getattr(executor, "_max_workers", None)
    return known if isinstance(known, int) else os.cpu_count() or 1


@contextlib.contextmanager
def threads(executor: Executor | None) -> Iterator[ThreadPoolExecutor | None]:
    """Provide as many threads of this process as an executor has workers.

    Args:
        executor: taken as it is if its workers are threads; None for this thread alone.
    """
    count = min(worker_count(executor), os.cpu_count() or 1)
    if isinstance(executor, ThreadPoolExecutor):
        yield executor
    elif count == 1:
        yield None
    else:
        with ThreadPoolExecutor(count) as pool:
            yield pool


def check_local(executor: Executor | None) -> None:
    """Check that tasks stay on this machine, before they are handed a secret.

    Pools of threads and processes do that, and an executor with the attribute ``is_local``.

    Raises:
        TypeError: another executor, such as that of a cluster.
    """
    local = executor is None or isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor)
    if not (local or getattr(executor, "is_local", False)):
        raise TypeError("this step hands secrets to its workers, so they run on this machine only")


def run(
    function: Callable[..., _T],
    tasks: Iterable[tuple[Any, ...]],
    executor: Executor | None = None,
    *,
    shared: Any = None,
) -> Iterator[_T]:
    """Call a function with each tuple of arguments, and yield the results in that order.

    Args:
        function: importable by its name, if the workers are processes.
        tasks: read while results are taken: two for each worker are handed out at a time, or
            as many as the executor has as its attribute ``in_flight_per_worker``.
        executor: where the function is called; in this thread if None.
        shared: if not None, the first argument of every call, never secret. It is pickled
            once, and each worker process is sent it once, so it may be large.
    """
    return (result for _task, result in run_paired(function, tasks, executor, shared=shared))


def run_paired(
    function: Callable[..., _T],
    tasks: Iterable[tuple[Any, ...]],
    executor: Executor | None = None,
    *,
    shared: Any = None,
) -> Iterator[tuple[tuple[Any, ...], _T]]:
    """Do the same as :func:`run`, and yield each task with its result."""
    if shared is not None and (executor is None or isinstance(executor, ThreadPoolExecutor)):
        function, shared = partial(function, shared), None
    if executor is None:
        for task in tasks:
            yield task, function(*task)
        return
    calls = (
        _Calls(executor, function) if shared is None else _SharingCalls(executor, function, shared)
    )
    each = getattr(executor, "in_flight_per_worker", IN_FLIGHT_PER_WORKER)
    limit = each * worker_count(executor)
    waiting: deque[tuple[tuple[Any, ...], Future[Any]]] = deque()
    try:
        for task in tasks:
            waiting.append((task, calls.start(task)))
            if len(waiting) >= limit:
                yield waiting[0][0], calls.result(*waiting.popleft())
        while waiting:
            yield waiting[0][0], calls.result(*waiting.popleft())
    finally:
        for _task, future in waiting:
            future.cancel()


class _Calls:
    """Calls of one function by an executor."""

    def __init__(self, executor: Executor, function: Callable[..., Any]) -> None:
        self._executor, self._function = executor, function

    def start(self, task: tuple[Any, ...]) -> Future[Any]:
        return self._executor.submit(self._function, *task)

    def result(self, task: tuple[Any, ...], future: Future[Any]) -> Any:  # noqa: ARG002  # for the other kind
        return future.result()


class _SharingCalls(_Calls):
    """Calls with a first argument that workers keep.

    The first tasks carry it, one for each worker. A worker that got none of them says so, and
    its task is handed out again with the value.
    """

    def __init__(self, executor: Executor, function: Callable[..., Any], shared: Any) -> None:
        super().__init__(executor, function)
        self._pickled = pickle.dumps(shared)
        self._digest = hashlib.sha256(self._pickled).digest()
        self._unsent = worker_count(executor)

    def start(self, task: tuple[Any, ...]) -> Future[Any]:
        self._unsent -= 1
        return self._submit(task, self._pickled if self._unsent >= 0 else None)

    def result(self, task: tuple[Any, ...], future: Future[Any]) -> Any:
        found = future.result()
        return self._submit(task, self._pickled).result() if found is _Answer.NOT_HELD else found

    def _submit(self, task: tuple[Any, ...], pickled: bytes | None) -> Future[Any]:
        return self._executor.submit(_call_shared, self._digest, pickled, self._function, task)


class _Answer(Enum):
    NOT_HELD = "the worker was not sent the value"


_held: OrderedDict[bytes, Any] = OrderedDict()
"""Shared values of this worker, by the hash of their pickled form."""

_holding: Final = threading.Lock()
"""A worker of a cluster can have several threads."""


def _call_shared(
    digest: bytes, pickled: bytes | None, function: Callable[..., Any], task: tuple[Any, ...]
) -> Any:
    """Call a function in a worker with a shared value, or answer that it is not here."""
    with _holding:
        if digest not in _held:
            if pickled is None:
                return _Answer.NOT_HELD
            while len(_held) >= _HELD:
                _held.popitem(last=False)
            _held[digest] = pickle.loads(pickled)  # noqa: S301  # by whom any code could be called
        _held.move_to_end(digest)
        value = _held[digest]
    return function(value, *task)


def batches(
    items: Iterable[_T], size: int, executor: Executor | None, share_from: int
) -> tuple[Iterator[list[_T]], Executor | None]:
    """Cut a stream into batches, and return them with the executor that they are worth.

    Args:
        items: read as batches are taken, except for the first ones.
        size: items in a batch. A stream that is a single batch is cut for all workers.
        executor: where batches may be worked on.
        share_from: with fewer items than that, None is returned instead of the executor.
    """
    stream = iter(items)
    start: list[_T] = []
    if executor:
        start = list(islice(stream, max(size, share_from)))
        if len(start) < share_from:
            executor = None
        elif len(start) < size:
            size = -(-len(start) // worker_count(executor))
    every = chain(start, stream)
    return iter(lambda: list(islice(every, size)), []), executor


def chunks(count: int, size: int) -> list[slice]:
    """Return the fewest slices of at most ``size`` items that cover ``count`` items.

    Their lengths differ by at most one.

    >>> chunks(10, 4)
    [slice(0, 3, None), slice(3, 6, None), slice(6, 10, None)]
    """
    pieces = -(-count // size)
    cuts = [count * i // pieces for i in range(pieces + 1)] if pieces else []
    return [slice(a, b) for a, b in pairwise(cuts)]
