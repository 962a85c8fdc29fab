"""Independent tasks, run in this thread or by an executor, with progress.

Any ``concurrent.futures.Executor`` works. Arithmetic on public values holds the
interpreter's lock, so it needs processes to run in parallel. libsodium releases the
lock, so arithmetic on secrets runs on threads, and no secret leaves the process.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import pairwise
from typing import Any, TypeVar

Progress = Callable[[int, int], None]
"""Called repeatedly with the amount of work done and the total, in units of that work.

The total may be an estimate that grows."""

_T = TypeVar("_T")


def no_progress(_done: int, _total: int) -> None:
    """Ignore progress. The default of every function that reports it."""


def run(
    function: Callable[..., _T], tasks: Sequence[tuple[Any, ...]], executor: Executor | None
) -> Iterator[_T]:
    """Call the function with each tuple of arguments, and yield the results in that order."""
    if not tasks:
        return iter(())
    columns = zip(*tasks, strict=True)
    return executor.map(function, *columns) if executor else map(function, *columns)


def chunks(count: int, size: int) -> list[slice]:
    """Return the fewest slices of at most ``size`` items that cover ``count`` items.

    Their lengths differ by at most one.

    >>> chunks(10, 4)
    [slice(0, 3, None), slice(3, 6, None), slice(6, 10, None)]
    """
    pieces = -(-count // size)
    cuts = [count * i // pieces for i in range(pieces + 1)] if pieces else []
    return [slice(a, b) for a, b in pairwise(cuts)]
