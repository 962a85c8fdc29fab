"""Many requests, one commit (docs/spec.md, "Relay").

Syncing a disk takes longer than everything else about a post. So one thread adds
records: while it commits, the next ones gather, and go into the next transaction
together. Each request is answered after *its* transaction is on the disk, and nobody
waits for company.
"""

import asyncio
import contextlib
import queue
import threading
from typing import Final, NamedTuple, Self

from cosign.relay.database import Database, Item, Outcome

_END: Final = None


class _Waiting(NamedTuple):
    item: Item
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Outcome]

    def answer(self, outcome: Outcome | Exception) -> None:
        """Wake the request, unless it has given up."""
        if self.future.done():
            return
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class Writer:
    """The thread that adds records; a context manager.

    Args:
        database: where to.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="relay writer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._queue.put(_END)
        self._thread.join()

    async def add(self, item: Item) -> Outcome:
        """Add a record and wait until it is on the disk.

        Raises:
            StorageError: the database failed; nothing of this transaction was stored.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(item, loop, loop.create_future())
        self._queue.put(waiting)
        return await waiting.future

    def _work(self) -> None:
        while batch := self._gather():
            outcomes: list[Outcome] | list[Exception]
            try:
                outcomes = self._database.add([waiting.item for waiting in batch])
            except Exception as e:  # noqa: BLE001  # whatever it is, those who wait have to know
                outcomes = [e] * len(batch)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                with contextlib.suppress(RuntimeError):  # the server has stopped
                    waiting.loop.call_soon_threadsafe(waiting.answer, outcome)

    def _gather(self) -> list[_Waiting]:
        """Wait for a record and take all that are there; none when the end has come."""
        batch = []
        waiting = self._queue.get()
        with contextlib.suppress(queue.Empty):
            while waiting is not _END:
                batch.append(waiting)
                waiting = self._queue.get_nowait()
        if waiting is _END and batch:
            self._queue.put(_END)
        return batch
