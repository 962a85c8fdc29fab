"""A ring's keys in pieces, and the two sums over all of them (docs/spec.md, "Ring proof").

The pieces are worked off side by side: by threads where the core lets go of the interpreter's
lock, else by processes. A process is sent the keys once, as 32 bytes each. The pieces that it
checks are decoded there, and sent back for the process that needs them next.

Not protected: the time taken depends on the keys and on the scalars of
:meth:`DecodedKeys.weighted_sum`, which are public. The rows and digits of
:meth:`DecodedKeys.fold` are secret, and are given to threads of this process only.
"""

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from itertools import accumulate
from typing import Any, Final, Self

from cosign.primitives.curve import core
from cosign.primitives.curve.digit_products import Table
from cosign.primitives.curve.edwards25519 import ORDER, Extended, Scalar, add, encode_scalar
from cosign.primitives.curve.folding import work
from cosign.primitives.curve.packed import Packed
from cosign.primitives.curve.prime_order import COIN_BYTES
from cosign.primitives.parallel import chunks, run, threads, worker_count
from cosign.primitives.progress import Progress, no_progress
from cosign.randomness import Randomness

_MOST: Final = 1 << 15
"""Keys in one piece: enough for a second or two of work."""

_TOGETHER: Final = 4
"""Pieces that one task adds up in Python, at most: they share their buckets."""

_LEAST: Final = 1 << 12
"""Keys for which a worker of its own is worth while."""

_BLOCK: Final = 1 << 9
"""Keys that one task folds, at most: about a twentieth of a second in Python."""


class DecodedKeys:
    """Keys of prime order; made by :meth:`load` only. Picklable, as encodings.

    Attributes:
        encoded: the keys, 32 bytes each.
    """

    __slots__ = ("_block", "_points", "_radices", "_size", "encoded")

    def __init__(self, encoded: Packed, radices: Sequence[int], size: int) -> None:
        self.encoded = encoded
        self._radices = bytes(radices)
        self._block = max(n for n in accumulate(radices, int.__mul__, initial=1) if n <= _BLOCK)
        self._size = -(-size // self._block) * self._block
        self._points: list[core.Points | None] = [None] * -(-len(encoded) // self._size)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.encoded, self._radices, self._size)

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self.encoded)

    @classmethod
    def load(
        cls,
        encoded: Packed,
        radices: Sequence[int],
        randomness: Randomness | None,
        *,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> Self:
        """Decode keys and check their order, many at once.

        Args:
            encoded: the keys.
            radices: of the digits of a key's index.
            randomness: 16 bytes for each key, which their makers must not predict. None if
                the same keys were checked before: then they are decoded where they are needed.
            executor: of threads or processes, for large rings.
            progress: told how many keys are done.

        Raises:
            MalformedError: one is not the canonical encoding of a point of prime order; the
                message gives its number.
        """
        size = min(_MOST, max(_LEAST, -(-len(encoded) // worker_count(executor))))
        keys = cls(encoded, radices, size)
        if randomness is None:
            return keys
        places = (keys._place(piece) for piece in range(len(keys._points)))
        coins = (randomness(COIN_BYTES * (place.stop - place.start)) for place in places)
        with _means(executor) as means:
            checked = run(DecodedKeys._check, enumerate(coins), means, shared=keys)
            for piece, points in enumerate(checked):
                keys._points[piece] = points
                progress(keys._place(piece).stop, len(keys))
        return keys

    def _place(self, piece: int) -> slice:
        """Return where the keys of a piece are."""
        return slice(piece * self._size, min((piece + 1) * self._size, len(self)))

    def _check(self, piece: int, coins: bytes) -> core.Points:
        """Decode a piece and check its keys' order."""
        place = self._place(piece)
        points = core.decode_keys(self.encoded[place], coins, place.start)
        self._points[piece] = points
        return points

    def _decoded(self, piece: int) -> core.Points:
        """Return a piece; where it is not at hand it is decoded now."""
        found = self._points[piece]
        if found is None:
            found = self._points[piece] = core.decode_checked(self.encoded[self._place(piece)])
        return found

    def weighted_sum(
        self,
        tables: Sequence[tuple[Scalar, Table]],
        total: Scalar,
        parts: Sequence[tuple[core.Scalars, core.Points]] = (),
        *,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> Extended:
        """Return the sum of all keys, each times its weight in a batch of proofs.

        The weight is that of :mod:`cosign.primitives.curve.digit_products` for the key's
        index. The last key stands for all further indices too: it gets what is missing to
        ``total``.

        Args:
            tables: pairs of a weight and a table, in which all scalars are reduced.
            total: the sum of all weights.
            parts: further scalars and points, whose products are added.
            executor: of threads or processes, for large rings.
            progress: told how many keys are done.
        """
        packed = pack_tables(tables)
        if len(self._points) == 1:
            weights = core.key_weights(packed, self._radices, 0, len(self), total)
            return core.sum_of_products([(weights, self._decoded(0)), *parts])
        found, missing = core.sum_of_products(parts), total
        with _means(executor) as means:
            stretches = self._stretches(worker_count(means))
            tasks = ((s.start, packed, self._points[s]) for s in stretches)
            sums = run(DecodedKeys._weigh, tasks, means, shared=self)
            for stretch, (part, weight) in zip(stretches, sums, strict=True):
                found, missing = add(found, part), missing - weight
                progress(self._place(stretch.stop - 1).stop, len(self))
        last = core.scalars([missing % ORDER]), core.decode([self.encoded[-1]])
        return add(found, core.sum_of_products([last]))

    def _stretches(self, workers: int) -> list[slice]:
        """Return the pieces of each task of a sum: at least two tasks for each worker."""
        count = len(self._points)
        most = 1 if core.leaves_lock() else _TOGETHER
        return chunks(count, min(most, max(1, count // (2 * workers))))

    def _weigh(
        self, first: int, tables: bytes, points: Sequence[core.Points | None]
    ) -> tuple[Extended, Scalar]:
        """Return the part of the sum that some pieces have, and the weights in it.

        The ring's last key gets a weight with which those of its piece add up to zero.

        Args:
            first: the number of the first piece.
            tables: of :meth:`weighted_sum`, packed.
            points: of each piece, as another process decoded them; None where none did.
        """
        parts, total = [], 0
        for piece, found in enumerate(points, first):
            if self._points[piece] is None:
                self._points[piece] = found
            place = self._place(piece)
            at = tables, self._radices, place.start, place.stop - place.start
            ends = place.stop == len(self)
            weights = core.key_weights(*at, 0 if ends else None)
            total += 0 if ends else core.sum_of_scalars(weights)
            parts.append((weights, self._decoded(piece)))
        return core.sum_of_products(parts), total

    def fold(
        self,
        rows: Sequence[Sequence[bytes]],
        digits: Sequence[int],
        *,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> tuple[bytes, ...]:
        """Return the coefficients of the sum over a ring that a prover makes, but the highest.

        With i_0, i_1, ... the digits of i, that is the sum of the keys C_i times the
        polynomial in xi that is the product over t of (xi + a_(t, j)) if j = i_t is
        ``digits[t]``, and of a_(t, j) otherwise; ``rows`` has the a. The last key stands for
        all further indices.

        Blocks of neighbours are folded by the lower digits, each by itself, and what they give
        by the others. So little more is in memory than the keys.

        Args:
            rows: secret; for each digit its a, 32 bytes each, which add up to zero.
            digits: secret; of the signer's index.
            executor: where blocks are folded if its workers are threads; else they are folded
                by as many threads of this process.
            progress: told how many scalar multiplications are done.
        """
        sizes = list(accumulate(self._radices, int.__mul__, initial=1))
        low = sizes.index(self._block)
        starts, total = range(0, len(self), self._block), work(len(self), self._radices)
        fold = partial(self._fold_block, rows[:low], digits[:low])
        nodes = []
        with threads(executor) as means:
            for node in run(fold, zip(starts), means):
                nodes.append(node)
                progress(total * len(nodes) // (len(starts) + 1), total)
        found = core.fold_nodes(nodes, self.encoded[-1], rows[low:], digits[low:])
        progress(total, total)
        return found

    def _fold_block(
        self, rows: Sequence[Sequence[bytes]], digits: Sequence[int], start: int
    ) -> core.Node:
        points = self._decoded(start // self._size)
        first = start % self._size
        return core.fold_keys(points, first, min(first + self._block, len(points)), rows, digits)


@contextlib.contextmanager
def _means(executor: Executor | None) -> Iterator[Executor | None]:
    """Provide the workers for arithmetic on public values, as the core can use them."""
    if core.leaves_lock():
        with threads(executor) as means:
            yield means
    else:
        yield None if isinstance(executor, ThreadPoolExecutor) else executor


def pack_tables(tables: Sequence[tuple[Scalar, Table]]) -> bytes:
    """Return tables as :func:`cosign.primitives.curve.core.key_weights` takes them."""
    numbers = (n for weight, rows in tables for n in (weight, *(f for row in rows for f in row)))
    return b"".join(map(encode_scalar, numbers))
