"""Moving a relay's data: everything, in an order that tells nothing, whole or not at all."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from cosign import labels
from cosign.errors import (
    CosignError,
    MalformedError,
    MismatchError,
    RefusedError,
    VerificationError,
)
from cosign.primitives.hashing import RunningHash
from cosign.records.mailbox import Mailbox
from cosign.relay import shelves
from cosign.relay.server.database import Database, Item
from cosign.relay.server.export import MAGIC, Moved, export, read_in
from cosign.relay.shelves import SHELVES, BoundShelf
from cosign.wire.framing import frame
from tests.support import postgresql, posts, relays
from tests.support.world import World

ENVELOPES: Final = 130


def fill(database: Database, world: World, raws: list[tuple[str, bytes]]) -> None:
    """Put mailboxes and records into a database."""
    database.register(relays.box_of_round(world))
    database.register(relays.box_of_registrar(world))
    database.register(relays.box_of_collection(world))
    for name, raw in raws:
        shelf = posts.shelf_of(world, name)
        assert database.add([Item.on(shelf, shelf.check(raw), raw)]) == ["added"]


def records(world: World) -> list[tuple[str, bytes]]:
    """Return records for every shelf."""
    found = [(name, posts.record(world, name)) for s in SHELVES.values() for name in s]
    return found + [("envelopes", relays.lookalike(world)) for _ in range(ENVELOPES)]


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """A function that gives an empty database each time."""
    opened: list[Database] = []

    def make() -> Database:
        opened.append(Database(f"sqlite:///{tmp_path}/{len(opened)}.sqlite"))
        return opened[-1]

    yield make
    for database in opened:
        database.__exit__()


def whole(database: Database) -> bytes:
    """Return a database's export."""
    return b"".join(export(database))


def closed(content: bytes) -> bytes:
    """End an export that a test put together."""
    running = RunningHash(labels.RELAY_EXPORT)
    running.update(MAGIC + content + frame(b""))
    return MAGIC + content + frame(b"") + running.digest()


def test_everything_moves(new: Callable[[], Database], village: World, committee: World) -> None:
    """A database that was read in is exported to the same bytes, and the order is by hash."""
    first, second, third = new(), new(), new()
    raws, others = records(village), records(committee)
    fill(first, village, raws)
    fill(first, committee, others)
    fill(second, committee, others[::-1])
    fill(second, village, raws[::-1])
    raw = whole(first)
    assert raw == whole(second)
    count = len(raws) + len(others)
    assert read_in(third, io.BytesIO(raw)) == Moved(6, count, count)
    assert whole(third) == raw
    assert read_in(third, io.BytesIO(raw)) == Moved(6, count, 0)
    assert whole(third) == raw


def test_an_empty_relay_moves(new: Callable[[], Database]) -> None:
    """Nothing is something to move."""
    raw = whole(new())
    assert raw == closed(b"")
    assert read_in(new(), io.BytesIO(raw)) == Moved(0, 0, 0)


def test_what_moved_counts(new: Callable[[], Database], village: World) -> None:
    """Shelves are as full as they were."""
    first, second = new(), new()
    box = relays.box_of_round(village, quota=3)
    first.register(box)
    raws = [relays.lookalike(village) for _ in range(4)]
    shelf = BoundShelf(box.terms, shelves.ENVELOPES)
    items = [Item.on(shelf, shelf.check(raw), raw) for raw in raws]
    first.add(items[:2])
    read_in(second, io.BytesIO(whole(first)))
    assert second.add(items[2:]) == ["added", "full"]


@postgresql.needed
def test_data_moves_between_kinds(new: Callable[[], Database], village: World) -> None:
    """From SQLite to PostgreSQL and back nothing changes."""
    first, last = new(), new()
    fill(first, village, records(village))
    raw = whole(first)
    with Database(postgresql.cluster().database()) as server:
        read_in(server, io.BytesIO(raw))
        assert whole(server) == raw
        read_in(last, io.BytesIO(whole(server)))
    assert whole(last) == raw


def refused(database: Database, raw: bytes, error: type[CosignError]) -> None:
    """Check that an export is refused and the database stays as it was."""
    before = whole(database)
    with pytest.raises(error) as caught:
        read_in(database, io.BytesIO(raw))
    assert caught.type is error
    assert whole(database) == before


def test_damaged_exports_are_refused(new: Callable[[], Database], village: World) -> None:
    """An export that is cut, extended or changed anywhere adds nothing."""
    first, second = new(), new()
    fill(first, village, records(village)[:6])
    raw = whole(first)
    for place in [*range(0, len(raw), 997), len(raw) - 1]:
        flipped = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(CosignError):
            read_in(second, io.BytesIO(flipped))
    for size in [0, 5, 13, 20, len(raw) // 2, *(len(raw) - cut for cut in (65, 64, 1))]:
        refused(second, raw[:size], MalformedError)
    refused(second, raw + b"\0", VerificationError)
    assert whole(second) == closed(b"")


def test_exports_that_were_put_together(
    new: Callable[[], Database], village: World, committee: World
) -> None:
    """An export cannot bring in a record that a relay would refuse."""
    database, box = new(), relays.box_of_round(village)
    mailbox, envelope = frame(box.to_bytes()), frame(village.envelopes[0].to_bytes())
    cases: list[tuple[bytes, type[CosignError]]] = [
        (envelope, MalformedError),
        (frame(b"?"), MalformedError),
        (b"\x7f\xff\xff\xff", MalformedError),
        (frame(Mailbox(box.terms, bytes(64)).to_bytes()), VerificationError),
        (mailbox + frame(committee.envelopes[0].to_bytes()), MalformedError),
        (mailbox + frame(posts.record(village, "requests")), MismatchError),
        (mailbox + frame(village.round.round.to_bytes()), MismatchError),
        (
            mailbox
            + frame(replace(village.envelopes[0], round_id=committee.round.round_id).to_bytes()),
            MismatchError,
        ),
    ]
    for content, error in cases:
        refused(database, closed(content), error)
    assert read_in(database, io.BytesIO(closed(mailbox + envelope))).added == 1


def test_what_is_there_stays(new: Callable[[], Database], village: World) -> None:
    """Another mailbox, another response, or more than fits: nothing is added."""
    first, second = new(), new()
    fill(first, village, records(village)[:5])
    raw = whole(first)
    second.register(relays.box_of_round(village, quota=9))
    refused(second, raw, MismatchError)
    third = new()
    response = posts.record(village, "responses")
    changed = response[:-1] + bytes([response[-1] ^ 1])
    fill(third, village, [("responses", changed)])
    refused(third, raw, MismatchError)
    small = frame(relays.box_of_round(village, quota=1).to_bytes())
    envelopes = b"".join(frame(e.to_bytes()) for e in village.envelopes[:2])
    refused(new(), closed(small + envelopes), RefusedError)
