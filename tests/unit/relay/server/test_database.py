"""What a relay keeps, in both kinds of database."""

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cosign.errors import MissingError, StorageError, UsageError
from cosign.records.mailbox import Space
from cosign.relay.server import database as module
from cosign.relay.server.database import Database, Item, Outcome
from cosign.relay.shelves import (
    COLLECTION,
    DELIVERIES,
    ENVELOPES,
    INVITATION,
    OPENINGS,
    PAGE_BYTES,
    BoundShelf,
)
from cosign.roles.member import deliver_key
from cosign.secret import Secret
from tests.support import postgresql, posts, relays
from tests.support.examples import collecting
from tests.support.world import World


@pytest.fixture(params=postgresql.KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return postgresql.empty_database(request.param, tmp_path)


@pytest.fixture
def database(url: str, village: World) -> Iterator[Database]:
    """A database with the mailboxes of a round and a registrar."""
    with Database(url) as opened:
        assert opened.register(relays.box_of_round(village)) == "added"
        assert opened.register(relays.box_of_registrar(village)) == "added"
        yield opened


def item(
    world: World, number: int, content: bytes = b"x", quota: int = 1000, shelf: int = 1
) -> Item:
    """Return a record for the round's mailbox; its id says its number."""
    address = relays.box_of_round(world).terms.address
    return Item(address, shelf, number.to_bytes(32, "big"), content, quota)


def envelopes(world: World) -> BoundShelf:
    """Return the shelf to which :func:`item` belongs by default."""
    return BoundShelf(relays.box_of_round(world).terms, ENVELOPES)


def openings(world: World) -> BoundShelf:
    """Return the other shelf of the same mailbox."""
    return BoundShelf(relays.box_of_round(world).terms, OPENINGS)


def test_migrations_make_the_tables(database: Database) -> None:
    """What the migrations make is what the queries expect, and nothing else."""
    with database.transaction(write=True) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, module._METADATA) == []


def test_mailboxes_of_the_first_schema_get_a_shelf_for_notices(
    database: Database, url: str, village: World
) -> None:
    """A relay that is updated takes notices for the mailboxes that it has."""
    with database.transaction(write=True) as connection:
        connection.execute(sa.text("DELETE FROM shelves WHERE shelf > 4"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'mailboxes'"))
    shelf = BoundShelf(relays.box_of_round(village).terms, INVITATION)
    raw = posts.record(village, "invitation")
    assert database.add([Item.on(shelf, shelf.check(raw), raw)]) == ["gone"]
    with Database(url) as updated:
        assert updated.add([Item.on(shelf, shelf.check(raw), raw)]) == ["added"]


def test_opening_again_changes_nothing(database: Database, url: str, village: World) -> None:
    """A database that is up to date stays as it is."""
    database.add([item(village, 1)])
    with Database(url) as again:
        assert again.item(envelopes(village), item(village, 1).item_id) == b"x"


def test_a_mailbox_is_added_once(database: Database, village: World, committee: World) -> None:
    """One address has one mailbox for ever."""
    box = relays.box_of_round(village)
    assert database.register(box) == "already"
    assert database.register(relays.box_of_round(village, quota=2)) == "different"
    assert database.mailbox(box.terms.address) == box
    assert database.mailbox(relays.box_of_round(committee).terms.address) is None


def test_records_are_added_once(database: Database, village: World) -> None:
    """In one transaction or in several, an id has one record, and all the others are told."""
    batch = [item(village, 1), item(village, 2), item(village, 1), item(village, 2, b"y")]
    assert database.add(batch) == ["added", "added", "already", "different"]
    assert database.add([*batch, item(village, 3)]) == [
        *("already", "already", "already", "different", "added")
    ]
    assert database.item(envelopes(village), item(village, 2).item_id) == b"x"
    assert database.item(envelopes(village), item(village, 9).item_id) is None
    assert database.item(openings(village), item(village, 2).item_id) is None


def test_quotas_hold_within_a_transaction(database: Database, village: World) -> None:
    """A shelf takes as many as it should; what is there already needs no place."""
    first = [item(village, number, quota=3) for number in range(5)]
    assert database.add(first) == ["added", "added", "added", "full", "full"]
    assert database.add([first[0], first[4]]) == ["already", "full"]
    assert database.add([item(village, 4, shelf=2, quota=3)]) == ["added"]


def test_outcomes_come_in_order(database: Database, village: World) -> None:
    """Records of several shelves in one transaction are told apart."""
    batch = [item(village, 7, quota=1), item(village, 7, shelf=2), item(village, 8, quota=1)]
    assert database.add(batch) == ["added", "added", "full"]


def test_pages_ascend(database: Database, village: World) -> None:
    """Records come by id, from after a place, so many at most."""
    numbers = [5, 1, 9, 3, 7]
    database.add([item(village, number, str(number).encode(), shelf=2) for number in numbers])
    terms = relays.box_of_round(village).terms

    def page(after: bytes, count: int) -> list[bytes]:
        space = Space(PAGE_BYTES // count, 10)
        shelf = BoundShelf(replace(terms, held_space=space), OPENINGS)
        return [stored.content for stored in database.page(shelf, after)]

    assert page(b"", 9) == [b"1", b"3", b"5", b"7", b"9"]
    assert page(b"", 2) == [b"1", b"3"]
    assert page((3).to_bytes(32, "big"), 2) == [b"5", b"7"]
    assert page((4).to_bytes(32, "big"), 2) == [b"5", b"7"]
    assert page((9).to_bytes(32, "big"), 2) == []
    assert database.page(envelopes(village), b"") == []


def test_a_transaction_is_whole(database: Database, village: World) -> None:
    """If one statement fails nothing of it stays, and the next one goes on."""
    broken = item(village, 2)._replace(content=cast("bytes", object()))
    with pytest.raises(StorageError):
        database.add([item(village, 1), broken])
    assert database.item(envelopes(village), item(village, 1).item_id) is None
    assert database.add([item(village, 1)]) == ["added"]


def test_a_record_for_a_mailbox_that_is_not_there(database: Database, village: World) -> None:
    """Only that record is left out; one checked by another mailbox's terms is left out too."""
    stranger = Item(b"nowhere".ljust(32), 1, bytes(32), b"x", 10)
    box, other = relays.box_of_round(village), relays.box_of_round(village, quota=7)
    late = item(village, 2)._replace(mailbox=other.to_bytes())
    known = item(village, 3)._replace(mailbox=box.to_bytes())
    outcomes = database.add([item(village, 1), stranger, late, known])
    assert outcomes == ["added", "gone", "gone", "added"]
    assert database.item(envelopes(village), late.item_id) is None


def test_an_erased_mailbox_is_gone_with_its_records(database: Database, village: World) -> None:
    """Other mailboxes keep theirs, and the address can be registered again, empty."""
    box, other = relays.box_of_round(village), relays.box_of_registrar(village)
    kept = Item(other.terms.address, 3, bytes(32), b"kept", 9)
    database.add([item(village, 1), item(village, 2, shelf=2), kept])
    assert database.erase(relays.box_of_round(village, quota=7).terms) == "different"
    assert database.erase(box.terms) == "erased"
    assert database.erase(box.terms) == "absent"
    assert database.mailbox(box.terms.address) is None
    assert database.add([item(village, 3)]) == ["gone"]
    assert database.item(envelopes(village), item(village, 1).item_id) is None
    with database.transaction(write=False) as connection:
        query = "SELECT content FROM items"
        assert connection.exec_driver_sql(query).scalars().all() == [b"kept"]
    assert database.register(box) == "added"
    assert database.add([item(village, 1), item(village, 1)]) == ["added", "already"]


def test_a_collection_has_two_shelves(database: Database, village: World) -> None:
    """One for keys that are handed in, one for the notice; erased, they leave the others alone."""
    box = relays.box_of_collection(village, quota=1)
    assert database.register(box) == "added"
    raw = posts.record(village, "deliveries")
    other = deliver_key(
        collecting.collection(village), Secret(bytes(16)), collecting.member_key(village), 1
    ).to_bytes()
    keys, notice = BoundShelf(box.terms, DELIVERIES), BoundShelf(box.terms, COLLECTION)
    posted = [Item.on(keys, keys.check(each), each) for each in (raw, raw, other)]
    assert database.add(posted) == ["added", "already", "full"]
    told = posts.record(village, "collection")
    assert database.add([Item.on(notice, notice.check(told), told)]) == ["added"]
    assert [stored.content for stored in database.page(keys, b"")] == [raw]
    assert database.item(notice, notice.check(told)) == told
    database.add([item(village, 1)])
    assert database.erase(box.terms) == "erased"
    assert database.page(keys, b"") == []
    assert database.item(notice, notice.check(told)) is None
    assert database.item(envelopes(village), item(village, 1).item_id) == b"x"


def test_what_sqlite_erases_is_in_no_file(tmp_path: Path, village: World) -> None:
    """Neither in the database nor in its log, while the relay still has both open."""
    secret = b"a sealed envelope that was erased" * 60
    with Database(f"sqlite:///{tmp_path}/relay.sqlite") as database:
        box = relays.box_of_round(village)
        database.register(box)
        database.add([item(village, number, secret) for number in range(50)])

        def files() -> bytes:
            return b"".join(path.read_bytes() for path in tmp_path.iterdir())

        assert secret[:33] in files()
        database.erase(box.terms)
        assert secret[:33] not in files()


def test_commits_are_on_the_disk(database: Database) -> None:
    """Whatever the default of a database is, ours waits for the disk."""
    with database.transaction(write=True) as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


@postgresql.needed
def test_a_postgresql_that_does_not_sync_is_refused() -> None:
    """A server that was told not to write to the disk is no place for a relay."""
    cluster = postgresql.Cluster()
    url = cluster.database()
    with Database(url):
        pass
    cluster.stop()
    cluster.start("-c fsync=off")
    with pytest.raises(StorageError, match="runs with fsync off"):
        Database(url)


def test_several_threads_add_at_once(database: Database, village: World) -> None:
    """Each record is added once, in whatever order processes come."""
    outcomes: list[Outcome] = []

    def work() -> None:
        for number in range(40):
            outcomes.extend(database.add([item(village, number)]))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added"] * 40 + ["already"] * 120


def test_a_newer_database_is_left_alone(url: str) -> None:
    """A database that a later version changed is not touched."""
    with Database(url) as database, database.transaction(write=True) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(StorageError, match="a newer version of this program"):
        Database(url)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Who expects a database gets no empty one in its place."""
    with pytest.raises(MissingError):
        Database(f"sqlite:///{tmp_path}/relay.sqlite", new=False)
    assert list(tmp_path.iterdir()) == []


REFUSED: Final = {
    "": "cannot be read",
    "relay.sqlite": "cannot be read",
    "sqlite://": "this kind of database",
    "sqlite:///": "this kind of database",
    "mysql://a/b": "this kind of database",
    "postgres://u@h/n": "this kind of database",
    "sqlite+aiosqlite:///x": "this kind of database",
    "postgresql+asyncpg://h/n": "this kind of database",
    "sqlite:///:memory:": "has to be a file",
    "sqlite:///:memory:?cache=shared": "has to be a file",
    "sqlite:///file:x?mode=memory&uri=true": "has to be a file",
    "sqlite:///x?mode=ro": "has to be a file",
    "sqlite:///x?nolock=1&uri=true": "has to be a file",
    "sqlite:///x?isolation_level=IMMEDIATE": "has to be a file",
    "postgresql://u@h/n?autocommit=true": "'autocommit' is not an option",
    "postgresql://u@h/n?prepare_threshold=1": "'prepare_threshold' is not an option",
    "postgresql://u@h/n?host=/x&colour=red": "'colour' is not an option",
    "postgresql://h:port/n": "cannot be read",
}


@pytest.mark.parametrize("url", REFUSED)
def test_urls_of_other_databases_are_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite in a file, or PostgreSQL, without options that undo durability; no file is left."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=REFUSED[url]):
        Database(url)
    assert list(tmp_path.iterdir()) == []


UNREACHABLE: Final = {
    "postgresql://u@nowhere.invalid/n": "the server runs",
    "postgresql://u@127.0.0.1:1/n": "the server runs",
    "postgresql://u@/n?host=/nowhere": "the server runs",
    "sqlite:///folder": "a relay's database",
    "sqlite:///text": "a relay's database",
}


@pytest.mark.parametrize("url", UNREACHABLE)
def test_databases_that_cannot_be_opened(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint is about the URL or the file, not about space, and nothing new lies about."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("no database " * 100)
    with pytest.raises(StorageError) as caught:
        Database(url)
    assert UNREACHABLE[url] in str(caught.value.hint)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "text"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such folder"):
        Database(f"sqlite:///{tmp_path}/none/relay.sqlite")


def test_sqlite_numbers_nothing(tmp_path: Path) -> None:
    """Tables have no row numbers, which would tell who came when."""
    with Database(f"sqlite:///{tmp_path}/relay.sqlite"):
        pass
    database = sqlite3.connect(tmp_path / "relay.sqlite")
    try:
        rows = database.execute("SELECT name, wr FROM pragma_table_list WHERE schema = 'main'")
        kinds = {name: wr for name, wr in rows if not name.startswith("sqlite_")}
    finally:
        database.close()
    assert kinds == {"alembic_version": 0, "mailboxes": 1, "shelves": 1, "items": 1}
