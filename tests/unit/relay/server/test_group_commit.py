"""Many requests, one commit."""

import asyncio
import os
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from cosign.errors import StorageError
from cosign.relay.server.database import Database, Item, Outcome
from cosign.relay.server.group_commit import Writer


class Slow(Database):
    """A database that tells when a transaction has begun, and ends it when told.

    Attributes:
        batches: how many records each transaction had.
        error: what each transaction ends with instead.
    """

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.error: Exception | None = None
        self.started, self.go = threading.Event(), threading.Event()

    def add(self, items: Sequence[Item]) -> list[Outcome]:
        self.batches.append(len(items))
        self.started.set()
        assert self.go.wait(30)
        if self.error:
            raise self.error
        return ["added"] * len(items)


def some_item() -> Item:
    """Return a record."""
    return Item(bytes(32), 1, os.urandom(32), b"", 9)


async def gather(database: Slow, count: int) -> list[Any]:
    """Post one record, and others while it is committed; give the outcomes of all."""
    writer = Writer(database)
    tasks = [asyncio.create_task(writer.add(some_item()))]
    await asyncio.to_thread(database.started.wait, 30)
    tasks += [asyncio.create_task(writer.add(some_item())) for _ in range(count - 1)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)
    database.go.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    database.error = None
    assert await writer.add(some_item()) == "added"
    return outcomes


def test_what_comes_meanwhile_shares_a_transaction() -> None:
    """Nobody is answered before the commit; all that gathered during one go into the next."""
    database = Slow()
    assert asyncio.run(gather(database, 20)) == ["added"] * 20
    assert database.batches == [1, 19, 1]


@pytest.mark.parametrize("error", [StorageError("the disk is full"), RuntimeError("a defect")])
def test_a_transaction_that_fails_is_told_to_all(error: Exception) -> None:
    """Each request of a failed transaction is told, and the next one is committed."""
    database = Slow()
    database.error = error
    assert asyncio.run(gather(database, 5)) == [error] * 5


def test_a_request_may_give_up() -> None:
    """Somebody who went away is not waited for, and nobody else is kept from an answer."""
    database = Slow()

    async def leave() -> None:
        writer = Writer(database)
        task = asyncio.create_task(writer.add(some_item()))
        await asyncio.to_thread(database.started.wait, 30)
        other = asyncio.create_task(writer.add(some_item()))
        task.cancel()
        await asyncio.sleep(0)
        database.go.set()
        assert await other == "added"
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave())


def test_records_of_one_moment_share_a_transaction() -> None:
    """What is posted before the loop turns goes into the first transaction together."""
    database = Slow()
    database.go.set()

    async def post() -> list[Outcome]:
        writer = Writer(database)
        return await asyncio.gather(*(writer.add(some_item()) for _ in range(7)))

    assert asyncio.run(post()) == ["added"] * 7
    assert database.batches == [7]
