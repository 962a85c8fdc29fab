"""Independent tasks, here or on an executor's workers, with progress.

Any ``concurrent.futures.Executor`` will do. Public arithmetic holds the
interpreter's lock: give it processes. libsodium's does not: give it threads,
which also keeps secrets inside the process.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import pairwise
from typing import Any, TypeVar

Progress = Callable[[int, int], None]
"""Called now and then with how much is done, and of how much, in units of the work itself.

The second number may be an estimate that grows."""

_T = TypeVar("_T")


def no_progress(_done: int, _total: int) -> None:
    """Ignore progress: the default of every function that can report it."""


def run(
    function: Callable[..., _T], tasks: Sequence[tuple[Any, ...]], executor: Executor | None
) -> Iterator[_T]:
    """Call the function with each tuple of arguments; yield the results in order, as they come."""
    if not tasks:
        return iter(())
    columns = zip(*tasks, strict=True)
    return executor.map(function, *columns) if executor else map(function, *columns)


def chunks(count: int, size: int) -> list[slice]:
    """Cut ``count`` items into the fewest slices of at most ``size``, all nearly equal.

    >>> chunks(10, 4)
    [slice(0, 3, None), slice(3, 6, None), slice(6, 10, None)]
    """
    pieces = -(-count // size)
    cuts = [count * i // pieces for i in range(pieces + 1)] if pieces else []
    return [slice(a, b) for a, b in pairwise(cuts)]
