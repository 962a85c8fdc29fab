"""What a relay stores, in SQLite or PostgreSQL (docs/spec.md, "Relay").

Three tables: mailboxes as their owners signed them, the number of records on each
shelf, and the records. There is no column for a network address, a time or a serial
number: the keys of rows are hashes. A transaction is on the disk when it is done.

Not protected: the files of a database tell more than its tables, such as the order
in which pages were written (docs/relay.md, "What the disk shows").
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self

import sqlalchemy as sa

from cosign.errors import MissingError, StorageError, UsageError
from cosign.records.mailbox import Mailbox
from cosign.relay.server.migrations import migrate
from cosign.relay.shelves import BoundShelf, shelves_of
from cosign.stores.sqlite import BUSY_SECONDS, create_file, make_durable

READERS: Final = 8
"""Connections for reading; there is one more, which adds records."""

_STATEMENT_SECONDS: Final = 30
"""How long PostgreSQL works on a statement before it gives up."""

_CONNECT_SECONDS: Final = 5
_DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_HINT: Final = "free some space or start the database, then repeat; nothing is lost"

_METADATA: Final = sa.MetaData()

# Without rowids, by which SQLite would number rows in the order in which they came.
_MAILBOXES: Final = sa.Table(
    "mailboxes",
    _METADATA,
    sa.Column("address", sa.LargeBinary, primary_key=True),
    sa.Column("record", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
_SHELVES: Final = sa.Table(
    "shelves",
    _METADATA,
    sa.Column("address", sa.LargeBinary, primary_key=True),
    sa.Column("shelf", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("filled", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
_ITEMS: Final = sa.Table(
    "items",
    _METADATA,
    sa.Column("address", sa.LargeBinary, primary_key=True),
    sa.Column("shelf", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.LargeBinary, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

_MAILBOX: Final = sa.select(_MAILBOXES.c.record).where(
    _MAILBOXES.c.address == sa.bindparam("address")
)
_ON_SHELF: Final = sa.and_(
    _ITEMS.c.address == sa.bindparam("address"), _ITEMS.c.shelf == sa.bindparam("shelf")
)
_ITEM: Final = sa.select(_ITEMS.c.content).where(_ON_SHELF, _ITEMS.c.id == sa.bindparam("id"))
_NEXT_MAILBOX: Final = (
    sa.select(_MAILBOXES.c.record)
    .where(_MAILBOXES.c.address > sa.bindparam("after"))
    .order_by(_MAILBOXES.c.address)
    .limit(1)
)
_PAGE: Final = (
    sa.select(_ITEMS.c.id, _ITEMS.c.content)
    .where(_ON_SHELF, _ITEMS.c.id > sa.bindparam("after"))
    .order_by(_ITEMS.c.id)
    .limit(sa.bindparam("count"))
)
_KNOWN: Final = sa.select(_ITEMS.c.id, _ITEMS.c.content).where(
    _ON_SHELF, _ITEMS.c.id.in_(sa.bindparam("ids", expanding=True))
)
_THIS_SHELF: Final = sa.and_(
    _SHELVES.c.address == sa.bindparam("at"), _SHELVES.c.shelf == sa.bindparam("number")
)
_COUNT: Final = sa.select(_SHELVES.c.filled).where(_THIS_SHELF).with_for_update()
_RECOUNT: Final = sa.update(_SHELVES).where(_THIS_SHELF)

Outcome = Literal["added", "already", "different", "full"]
"""Stored now; was there before; other content has this place; the shelf is full."""


class Item(NamedTuple):
    """A record to add to a shelf.

    Attributes:
        address: 32 bytes of the mailbox.
        shelf: the number of the shelf's kind.
        item_id: 32 bytes.
        content: the record.
        quota: most records of the shelf.
    """

    address: bytes
    shelf: int
    item_id: bytes
    content: bytes
    quota: int

    @classmethod
    def on(cls, shelf: BoundShelf, item_id: bytes, content: bytes) -> Self:
        """Return a record, which the shelf has checked, as an item of this shelf."""
        return cls(shelf.terms.address, shelf.kind.number, item_id, content, shelf.quota)


class Stored(NamedTuple):
    """A record on a shelf."""

    item_id: bytes
    content: bytes


class Database:
    """An open database; several threads and processes may use it at once.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://...``.
        new: whether to create a file that does not exist.

    Raises:
        UsageError: any other URL.
        MissingError: the file does not exist.
        StorageError: the database cannot be reached or migrated, or is not durable.
    """

    def __init__(self, url: str, *, new: bool = True) -> None:
        self._engine = _engine(url, new=new)
        try:
            with self.transaction(write=True) as connection:
                migrate(connection)
        except BaseException:
            self._engine.dispose()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._engine.dispose()

    @contextlib.contextmanager
    def transaction(self, *, write: bool) -> Iterator[sa.Connection]:
        """Run statements in one transaction; what they wrote is on the disk when it ends.

        Raises:
            StorageError: the database failed; nothing was written.
        """
        engine = self._engine.execution_options(write=write)
        try:
            with engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as e:
            cause = str(getattr(e, "orig", None) or e).strip().split("\n")[0]
            raise StorageError(f"the relay's database: {cause}", hint=_HINT) from e

    def add(self, items: Sequence[Item]) -> list[Outcome]:
        """Add records in one transaction and return what became of each.

        Raises:
            StorageError: the database failed; none was added.
        """
        with self.transaction(write=True) as connection:
            return add_items(connection, items)

    def register(self, mailbox: Mailbox) -> Outcome:
        """Add a mailbox."""
        with self.transaction(write=True) as connection:
            return add_mailbox(connection, mailbox)

    def mailbox(self, address: bytes) -> Mailbox | None:
        """Return the mailbox at an address of 32 bytes, or None."""
        with self.transaction(write=False) as connection:
            record = connection.scalar(_MAILBOX, {"address": address})
        return None if record is None else Mailbox.from_bytes(record)

    def item(self, shelf: BoundShelf, item_id: bytes) -> bytes | None:
        """Return the record with an id of 32 bytes, or None."""
        values = {**_place(shelf), "id": item_id}
        with self.transaction(write=False) as connection:
            content: bytes | None = connection.scalar(_ITEM, values)
        return content

    def next_mailbox(self, after: bytes) -> Mailbox | None:
        """Return the first mailbox whose address is greater than ``after``, or None."""
        with self.transaction(write=False) as connection:
            record = connection.scalar(_NEXT_MAILBOX, {"after": after})
        return None if record is None else Mailbox.from_bytes(record)

    def page(self, shelf: BoundShelf, after: bytes) -> list[Stored]:
        """Return the first records, by id, whose id is greater than ``after``: one page."""
        values = {**_place(shelf), "after": after, "count": shelf.page_records}
        with self.transaction(write=False) as connection:
            return [Stored(*row) for row in connection.execute(_PAGE, values)]


def _place(shelf: BoundShelf) -> dict[str, Any]:
    return {"address": shelf.terms.address, "shelf": shelf.kind.number}


def add_mailbox(connection: sa.Connection, mailbox: Mailbox) -> Outcome:
    """Add a mailbox; an address keeps its first one for ever."""
    address, record = mailbox.terms.address, mailbox.to_bytes()
    kept = connection.scalar(_MAILBOX, {"address": address})
    if kept is not None:
        return "already" if kept == record else "different"
    connection.execute(_MAILBOXES.insert(), {"address": address, "record": record})
    rows = [{**_place(shelf), "filled": 0} for shelf in shelves_of(mailbox.terms)]
    connection.execute(_SHELVES.insert(), rows)
    return "added"


def add_items(connection: sa.Connection, items: Sequence[Item]) -> list[Outcome]:
    """Add records of any mailboxes and return what became of each, in their order.

    Shelves are locked in one fixed order, so that two relays on one database cannot
    deadlock.
    """
    outcomes: list[Outcome] = ["already"] * len(items)
    numbered = sorted(enumerate(items), key=lambda pair: pair[1][:2])
    for (address, shelf), group in groupby(numbered, key=lambda pair: pair[1][:2]):
        pairs = list(group)
        found = _add_to_shelf(connection, address, shelf, [item for _, item in pairs])
        for (number, _), outcome in zip(pairs, found, strict=True):
            outcomes[number] = outcome
    return outcomes


def _add_to_shelf(
    connection: sa.Connection, address: bytes, shelf: int, items: Sequence[Item]
) -> list[Outcome]:
    place: Mapping[str, Any] = {"at": address, "number": shelf}
    count: int = connection.execute(_COUNT, place).scalar_one()
    ids = {"address": address, "shelf": shelf, "ids": [item.item_id for item in items]}
    held = {row.id: row.content for row in connection.execute(_KNOWN, ids)}
    fresh: list[Mapping[str, Any]] = []
    outcomes: list[Outcome] = []
    for item in items:
        if item.item_id in held:
            same = held[item.item_id] == item.content
            outcomes.append("already" if same else "different")
        elif count + len(fresh) >= item.quota:
            outcomes.append("full")
        else:
            held[item.item_id] = item.content
            fresh.append(
                {"address": address, "shelf": shelf, "id": item.item_id, "content": item.content}
            )
            outcomes.append("added")
    if fresh:
        connection.execute(_ITEMS.insert(), fresh)
        connection.execute(_RECOUNT.values(filled=count + len(fresh)), place)
    return outcomes


# Connections.


def _engine(url: str, *, new: bool) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as e:
        raise UsageError("the database's URL cannot be read", hint=_URL_HINT) from e
    if parsed.drivername not in _DRIVERS or not parsed.database:
        raise UsageError("a relay cannot use this kind of database", hint=_URL_HINT)
    is_sqlite = parsed.drivername == "sqlite"
    if is_sqlite:
        _find_file(Path(parsed.database), new=new)
    engine = sa.create_engine(
        parsed.set(drivername=_DRIVERS[parsed.drivername]),
        pool_size=READERS + 1,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS} if is_sqlite else _POSTGRESQL,
    )
    sa.event.listen(engine, "connect", _open_sqlite if is_sqlite else _check_postgresql)
    if is_sqlite:
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


_URL_HINT: Final = "write sqlite:///FILE or postgresql://USER@HOST/NAME"

# Durable whatever the server's default is, and no statement waits for ever.
_POSTGRESQL: Final = {
    "connect_timeout": _CONNECT_SECONDS,
    "application_name": "relay",
    "options": f"-c synchronous_commit=on -c statement_timeout={_STATEMENT_SECONDS * 1000}",
}


def _find_file(path: Path, *, new: bool) -> None:
    """Create the file where it is missing and allowed to be."""
    if not new and not path.exists():
        raise MissingError(f"{path}: there is no such file", hint="check the name")
    create_file(path)


def _open_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    make_durable(connection)


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that began with reading would fail to write after another one has written.
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _check_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        [fsync] = cursor.execute("SHOW fsync").fetchone()
    connection.rollback()
    if fsync != "on":
        raise StorageError(
            "this PostgreSQL runs with fsync off, so a power cut loses records",
            hint="switch fsync on, then repeat",
        )
