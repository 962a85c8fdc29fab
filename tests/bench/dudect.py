"""Whether a computation takes the same time for two classes of inputs, as dudect asks.

O. Reparaz, J. Balasch, I. Verbauwhede, "Dude, is my code constant time?" (2017): two
classes of inputs in random order, and Welch's t of their times, slow outliers cropped.
Above 4.5 one begins to doubt, above 10 one knows.

Processor time of the thread is measured, which is finer than what anybody sees from afar.
"""

import random
import statistics
import time
from collections.abc import Callable
from typing import Final, TypeVar

DOUBT: Final = 4.5

_KEPT: Final = 0.9
"""The fastest part of all measurements; what is slower was interrupted."""

_T = TypeVar("_T")


def welch_t(
    classes: tuple[Callable[[], _T], Callable[[], _T]],
    prepare: Callable[[int, _T], Callable[[], object]],
    count: int,
) -> float:
    """Return the absolute value of Welch's t.

    Args:
        classes: each makes one input of its class.
        prepare: returns the work whose time is taken, for a class, 0 or 1, and an input.
        count: how many inputs of each class are measured.
    """
    inputs = [(kind, classes[kind]()) for kind in (0, 1) * count]
    random.shuffle(inputs)
    taken: tuple[list[int], list[int]] = ([], [])
    for kind, value in inputs:
        work = prepare(kind, value)
        started = time.thread_time_ns()
        work()
        taken[kind].append(time.thread_time_ns() - started)
    cut = sorted([*taken[0], *taken[1]])[int(2 * count * _KEPT)]
    kept = [[t for t in times if t <= cut] for times in taken]
    spread = sum(statistics.variance(times) / len(times) for times in kept)
    return float(abs(statistics.fmean(kept[0]) - statistics.fmean(kept[1])) / spread**0.5)
