"""Many encoded points in one buffer, without an object for each (docs/spec.md, "Group")."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, starmap
from operator import lt
from struct import iter_unpack
from typing import Final, Self, overload

POINT_BYTES: Final = 32


class Packed(Sequence[bytes]):
    """A sequence of encodings of 32 bytes each, sliced on demand. Picklable.

    Attributes:
        raw: the encodings, one after another.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) % POINT_BYTES:
            raise ValueError(f"encoded points have {POINT_BYTES} bytes each")
        self.raw = raw

    @classmethod
    def of(cls, encoded: Iterable[bytes]) -> Self:
        """Pack encodings, each of which has to have 32 bytes.

        Raises:
            ValueError: one has another length.
        """
        if isinstance(encoded, cls):
            return encoded
        parts = list(encoded)
        if any(len(part) != POINT_BYTES for part in parts):
            raise ValueError(f"encoded points have {POINT_BYTES} bytes each")
        return cls(b"".join(parts))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.raw) // POINT_BYTES

    @overload
    def __getitem__(self, place: int) -> bytes: ...

    @overload
    def __getitem__(self, place: slice) -> Self: ...

    def __getitem__(self, place: int | slice) -> bytes | Self:
        """Return one encoding, or those of a slice, packed."""
        if isinstance(place, slice):
            first, last, step = place.indices(len(self))
            if step != 1:
                return type(self)(b"".join([self[i] for i in range(first, last, step)]))
            return type(self)(self.raw[POINT_BYTES * first : POINT_BYTES * last])
        start = POINT_BYTES * range(len(self))[place]
        return self.raw[start : start + POINT_BYTES]

    def __iter__(self) -> Iterator[bytes]:
        """Yield each encoding."""
        raw = self.raw
        return (raw[i : i + POINT_BYTES] for i in range(0, len(raw), POINT_BYTES))

    def __contains__(self, encoded: object) -> bool:
        """Return whether one of them is this one, fast if they ascend and it is."""
        if not isinstance(encoded, bytes):
            return False
        place = bisect_left(self, encoded)
        return self[place : place + 1].raw == encoded or self._find(encoded) >= 0

    def __eq__(self, other: object) -> bool:
        """Return whether the other one has the same encodings in the same order."""
        return isinstance(other, Packed) and self.raw == other.raw

    def __hash__(self) -> int:
        """Return a hash of the encodings."""
        return hash(self.raw)

    def index(self, value: bytes, start: int = 0, stop: int | None = None) -> int:
        """Return the place of the first encoding that is this one.

        Raises:
            ValueError: none is.
        """
        found = self._find(value, start)
        if found < 0 or found >= (len(self) if stop is None else stop):
            raise ValueError("no such encoding")
        return found

    def ascends(self) -> bool:
        """Return whether each encoding is greater than the one before it, as bytes."""
        return all(starmap(lt, pairwise(iter_unpack(f"{POINT_BYTES}s", self.raw))))

    def _find(self, encoded: bytes, start: int = 0) -> int:
        """Return the place of an encoding, or -1: not one that two neighbours make together."""
        place = -1 if len(encoded) != POINT_BYTES else POINT_BYTES * start
        while place >= 0:
            place = self.raw.find(encoded, place)
            if place >= 0 and place % POINT_BYTES == 0:
                return place // POINT_BYTES
            place += place >= 0
        return -1
