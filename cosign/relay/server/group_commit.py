"""Many requests, one commit (docs/spec.md, "Relay").

Syncing a disk takes longer than everything else about a post. So records are added
by one transaction at a time, in a thread: while it commits, the next ones gather, and
go into the next one together. Each request is answered after *its* transaction is on
the disk, and nobody waits for company.
"""

import asyncio
from typing import NamedTuple

from anyio import CapacityLimiter, to_thread

from cosign.relay.server.database import Database, Item, Outcome


class _Waiting(NamedTuple):
    item: Item
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
    """Adds records; belongs to one event loop.

    Args:
        database: where to.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gathered: list[_Waiting] = []
        self._work: asyncio.Task[None] | None = None
        self._thread = CapacityLimiter(1)

    async def add(self, item: Item) -> Outcome:
        """Add a record and wait until it is on the disk.

        Raises:
            StorageError: the database failed; nothing of this transaction was stored.
        """
        waiting = _Waiting(item, asyncio.get_running_loop().create_future())
        self._gathered.append(waiting)
        if self._work is None:
            self._work = asyncio.create_task(self._commit_all())
        return await waiting.future

    async def _commit_all(self) -> None:
        """Commit what has gathered, again and again until nothing has."""
        while self._gathered:
            batch, self._gathered = self._gathered, []
            outcomes = await self._commit([waiting.item for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.answer(outcome)
        self._work = None

    async def _commit(self, items: list[Item]) -> list[Outcome] | list[Exception]:
        try:
            return await to_thread.run_sync(self._database.add, items, limiter=self._thread)
        except Exception as e:  # noqa: BLE001  # whatever it is, those who wait have to know
            return [e] * len(items)
