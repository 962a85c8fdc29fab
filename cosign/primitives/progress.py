"""How long work reports how far it is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called repeatedly with the amount of work done and the total, in units of that work.

The total may be an estimate that grows."""


def no_progress(_done: int, _total: int) -> None:
    """Ignore progress. The default of every function that reports it."""
