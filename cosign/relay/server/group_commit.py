"""Many requests, one commit (docs/spec.md, "Relay").

Syncing the disk is the slowest part of a post. So one transaction at a time adds
records, in a thread; the records that arrive while it commits go into the next
transaction together. A request is answered when *its* transaction is on the disk, and
a transaction starts at once if none is running.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from cosign.relay.server.database import Database, Item, Outcome


class _Waiting(NamedTuple):
    item: Item
    future: asyncio.Future[Outcome]

    def answer(self, outcome: Outcome | Exception) -> None:
        """Wake the request, unless it was cancelled."""
        if self.future.done():
            return
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class Writer:
    """Adds records to a database; belongs to one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathered: list[_Waiting] = []
        self._is_working = False
        self._thread = ThreadPoolExecutor(1, "relay-writer")

    async def add(self, item: Item) -> Outcome:
        """Add a record and return what became of it when that is on the disk.

        Raises:
            StorageError: the database failed; the record was not stored.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(item, loop.create_future())
        self._gathered.append(waiting)
        if not self._is_working:
            self._is_working = True
            loop.call_soon(self._start, loop)
        return await waiting.future

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit what has gathered, or rest if nothing has."""
        batch, self._gathered = self._gathered, []
        self._is_working = bool(batch)
        if batch:
            self._thread.submit(self._commit, loop, batch)

    def _commit(self, loop: asyncio.AbstractEventLoop, batch: list[_Waiting]) -> None:
        """Commit one transaction, in the thread."""
        outcomes: Sequence[Outcome | Exception]
        try:
            outcomes = self._database.add([waiting.item for waiting in batch])
        except Exception as e:  # noqa: BLE001  # every waiting request needs an answer
            outcomes = [e] * len(batch)
        loop.call_soon_threadsafe(self._finish, loop, batch, outcomes)

    def _finish(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: list[_Waiting],
        outcomes: Sequence[Outcome | Exception],
    ) -> None:
        """Answer the requests of a transaction and begin the next one."""
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.answer(outcome)
        self._start(loop)
