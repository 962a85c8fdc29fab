"""Many requests, one commit (docs/spec.md, "Relay").

Syncing the disk is the slowest part of a post. So one transaction at a time adds
records, in a thread; the records that arrive while it commits go into the next
transaction together. A request is answered when *its* transaction is on the disk, and
a transaction starts at once if none is running.
"""

import asyncio
from typing import NamedTuple

from anyio import CapacityLimiter, to_thread

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
        self._work: asyncio.Task[None] | None = None
        self._thread = CapacityLimiter(1)

    async def add(self, item: Item) -> Outcome:
        """Add a record and return what became of it when that is on the disk.

        Raises:
            StorageError: the database failed; the record was not stored.
        """
        waiting = _Waiting(item, asyncio.get_running_loop().create_future())
        self._gathered.append(waiting)
        if self._work is None:
            self._work = asyncio.create_task(self._commit_all())
        return await waiting.future

    async def _commit_all(self) -> None:
        """Commit what has gathered, until nothing has."""
        while self._gathered:
            batch, self._gathered = self._gathered, []
            outcomes = await self._commit([waiting.item for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.answer(outcome)
        self._work = None

    async def _commit(self, items: list[Item]) -> list[Outcome] | list[Exception]:
        try:
            return await to_thread.run_sync(self._database.add, items, limiter=self._thread)
        except Exception as e:  # noqa: BLE001  # every waiting request needs an answer
            return [e] * len(items)
