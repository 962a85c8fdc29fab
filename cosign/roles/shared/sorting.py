"""Sorting more byte strings than memory holds: runs that are merged (docs/spec.md, "Publishing").

Strings are collected until they fill a run. A full run is sorted and given to a spool,
which keeps it outside of memory (:class:`cosign.stores.spool.Spool`), or stays in memory
where there is no spool.

Not protected: a spool is trusted to return what it was given, and to keep it secret.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import Final, Protocol

_OBJECT_BYTES: Final = 48
"""What Python needs to hold a byte string, beside its bytes."""


class Spool(Protocol):
    """Where runs are kept."""

    @property
    def run_bytes(self) -> int:
        """How much is collected in memory before it is stored as a run."""

    def store(self, run: Iterable[bytes]) -> int:
        """Keep byte strings in this order, and return the run's number."""

    def read(self, run: int) -> Iterator[bytes]:
        """Yield the byte strings of a run, from its beginning each time."""


class Sorter:
    """Byte strings, which are iterated in ascending order as often as needed.

    Args:
        spool: where full runs go; everything stays in memory if None.
    """

    def __init__(self, spool: Spool | None = None) -> None:
        self._spool = spool
        self._runs: list[int] = []
        self._held: list[bytes] = []
        self._size = 0
        self._count = 0

    def add(self, strings: Iterable[bytes]) -> None:
        """Add byte strings, in any order; equal ones stay, side by side."""
        for each in strings:
            self._held.append(each)
            self._size += len(each) + _OBJECT_BYTES
            self._count += 1
            if self._spool and self._size >= self._spool.run_bytes:
                self._runs.append(self._spool.store(sorted(self._held)))
                self._held, self._size = [], 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[bytes]:
        self._held.sort()
        if self._spool is None or not self._runs:
            return iter(self._held)
        return heapq.merge(*map(self._spool.read, self._runs), self._held)
