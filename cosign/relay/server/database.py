"""What a relay stores, in SQLite or PostgreSQL (docs/spec.md, "Relay").

Three tables: mailboxes as their owners signed them, the number of records on each
shelf, and the records. There is no column for a network address, a time or a serial
number: the keys of rows are hashes. A transaction is on the disk when it is done.

Records are added through the driver's own cursor, with statements whose SQL is made once:
posting is what a relay does most, and SQLAlchemy would take a quarter of its time.

Not protected: the files of a database tell more than its tables, such as the order
in which pages were written (docs/relay.md, "What the disk shows").
"""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self

import sqlalchemy as sa

from cosign.errors import StorageError
from cosign.records.mailbox import Mailbox, MailboxTerms
from cosign.relay.server.engine import (
    BEGIN_WRITING,
    connect_hint,
    insert_new,
    make_engine,
    statement_text,
)
from cosign.relay.server.migrations import migrate
from cosign.relay.shelves import BoundShelf, shelves_of

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
_THIS_SHELF: Final = sa.and_(
    _SHELVES.c.address == sa.bindparam("at"), _SHELVES.c.shelf == sa.bindparam("number")
)
_COUNT: Final = (
    sa.select(_SHELVES.c.filled, _MAILBOXES.c.record)
    .where(_THIS_SHELF, _MAILBOXES.c.address == _SHELVES.c.address)
    .with_for_update(of=_SHELVES)
)
_LOCK_SHELVES: Final = (
    sa.select(_SHELVES.c.shelf)
    .where(_SHELVES.c.address == sa.bindparam("address"))
    .order_by(_SHELVES.c.shelf)
    .with_for_update()
)
_RECOUNT: Final = sa.update(_SHELVES).where(_THIS_SHELF).values(filled=sa.bindparam("count"))

Outcome = Literal["added", "already", "different", "full", "gone"]
"""Stored now; was there before; other content has this place; the shelf is full; the mailbox is
not there any more."""

Erasure = Literal["erased", "absent", "different"]
"""Erased now; there is no such mailbox; another one has its address."""


class Item(NamedTuple):
    """A record to add to a shelf.

    Attributes:
        address: 32 bytes of the mailbox.
        shelf: the number of the shelf's kind.
        item_id: 32 bytes.
        content: the record.
        quota: most records of the shelf.
        mailbox: the bytes of the Mailbox by whose terms the record was checked. If another
            one has its address by now, the record is not added. None if the caller holds a
            transaction in which it saw the mailbox.
    """

    address: bytes
    shelf: int
    item_id: bytes
    content: bytes
    quota: int
    mailbox: bytes | None = None

    @classmethod
    def on(
        cls, shelf: BoundShelf, item_id: bytes, content: bytes, mailbox: bytes | None = None
    ) -> Self:
        """Return a record, which the shelf has checked, as an item of this shelf."""
        return cls(shelf.address, shelf.kind.number, item_id, content, shelf.quota, mailbox)


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
        self._engine = make_engine(url, new=new)
        self._failures = sa.exc.SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error
        self._statements = _Statements(self._engine.dialect)
        self._adding = threading.Lock()
        self._adder: sa.PoolProxiedConnection | None = None
        self._hint = connect_hint(url)
        try:
            with self.transaction(write=True) as connection:
                migrate(connection)
        except BaseException:
            self._engine.dispose()
            raise
        self._hint = _HINT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close all connections; what SQLite has in its log is moved into the file first."""
        with self._adding:
            if self._adder:
                self._adder.close()
            self._adder = None
        with contextlib.suppress(StorageError):
            self._empty_log()
        self._engine.dispose()

    @property
    def folder(self) -> str | None:
        """The folder of the file; None if the database is a server."""
        url = self._engine.url
        return str(Path(url.database or "").parent) if self._is_sqlite else None

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @contextlib.contextmanager
    def transaction(self, *, write: bool) -> Iterator[sa.Connection]:
        """Run statements in one transaction; what they wrote is on the disk when it ends.

        Raises:
            StorageError: the database failed; nothing was written.
        """
        engine = self._engine.execution_options(write=write)
        with self._storage_errors(), engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _storage_errors(self) -> Iterator[None]:
        try:
            yield
        except self._failures as e:
            cause = str(getattr(e, "orig", None) or e).strip().split("\n")[0]
            raise StorageError(f"the relay's database: {cause}", hint=self._hint) from e

    def _empty_log(self) -> None:
        """Move what SQLite has in its log into the file, unless somebody reads just now."""
        if self._is_sqlite:
            with self._storage_errors(), contextlib.closing(self._engine.raw_connection()) as raw:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def add(self, items: Sequence[Item]) -> list[Outcome]:
        """Add records in one transaction and return what became of each.

        Raises:
            StorageError: the database failed; none was added.
        """
        with self._adding, self._storage_errors():
            connection = self._adder or self._engine.raw_connection()
            self._adder = None
            try:
                cursor = connection.cursor()
                cursor.execute(BEGIN_WRITING[self._engine.dialect.name])
                outcomes = add_items(cursor, self._statements, items)
                connection.commit()
                cursor.close()
            except BaseException:
                self._give_back(connection)
                raise
            self._adder = connection  # kept for the next call
            return outcomes

    def _give_back(self, connection: sa.PoolProxiedConnection) -> None:
        """Undo what a transaction that failed has done, and close a connection that is lost."""
        try:
            connection.rollback()
        except self._failures:
            connection.invalidate()
        else:
            connection.close()

    def add_within(self, connection: sa.Connection, items: Sequence[Item]) -> list[Outcome]:
        """Add records in a transaction that was begun, and return what became of each."""
        cursor = connection.connection.cursor()
        outcomes = add_items(cursor, self._statements, items)
        cursor.close()
        return outcomes

    def register(self, mailbox: Mailbox) -> Outcome:
        """Add a mailbox."""
        with self.transaction(write=True) as connection:
            return add_mailbox(connection, mailbox)

    def erase(self, terms: MailboxTerms) -> Erasure:
        """Erase the mailbox with these terms, and all its records, in one transaction.

        What SQLite erases it overwrites, in the file and in its log. PostgreSQL keeps old rows
        until it is told to VACUUM.

        Raises:
            StorageError: the database failed; nothing was erased.
        """
        with self.transaction(write=True) as connection:
            outcome = _erase_mailbox(connection, terms)
        if outcome == "erased":
            self._empty_log()
        return outcome

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
    return {"address": shelf.address, "shelf": shelf.kind.number}


class _Statements:
    """The SQL with which records are added, for one driver."""

    def __init__(self, dialect: sa.Dialect) -> None:
        text = partial(statement_text, dialect=dialect)
        self.count, self.recount, self.item = text(_COUNT), text(_RECOUNT), text(_ITEM)
        self.insert = text(insert_new(_ITEMS, dialect))


def add_mailbox(connection: sa.Connection, mailbox: Mailbox) -> Outcome:
    """Add a mailbox; an address keeps its first one until its owner erases it."""
    address, record = mailbox.terms.address, mailbox.to_bytes()
    kept = connection.scalar(_MAILBOX, {"address": address})
    if kept is not None:
        return "already" if kept == record else "different"
    connection.execute(_MAILBOXES.insert(), {"address": address, "record": record})
    rows = [{**_place(shelf), "filled": 0} for shelf in shelves_of(mailbox.terms)]
    connection.execute(_SHELVES.insert(), rows)
    return "added"


def _erase_mailbox(connection: sa.Connection, terms: MailboxTerms) -> Erasure:
    place = {"address": terms.address}
    # Shelves are locked in the order in which records are added, so that the two cannot deadlock.
    connection.execute(_LOCK_SHELVES, place)
    kept = connection.scalar(_MAILBOX, place)
    if kept is None:
        return "absent"
    if Mailbox.from_bytes(kept).terms != terms:
        return "different"
    for table in (_ITEMS, _SHELVES, _MAILBOXES):
        connection.execute(sa.delete(table).where(table.c.address == terms.address))
    return "erased"


def add_items(cursor: Any, statements: _Statements, items: Sequence[Item]) -> list[Outcome]:
    """Add records of any mailboxes and return what became of each, in their order.

    Shelves are locked in one fixed order, so that two relays on one database cannot
    deadlock.

    Args:
        cursor: of the database's driver, in a transaction that writes.
        statements: for this driver.
        items: to add.
    """
    outcomes: list[Outcome] = ["already"] * len(items)
    numbered = sorted(enumerate(items), key=lambda pair: pair[1][:2])
    for _place_of, group in groupby(numbered, key=lambda pair: pair[1][:2]):
        pairs = list(group)
        found = _add_to_shelf(cursor, statements, [item for _, item in pairs])
        for (number, _), outcome in zip(pairs, found, strict=True):
            outcomes[number] = outcome
    return outcomes


def _add_to_shelf(cursor: Any, statements: _Statements, items: Sequence[Item]) -> list[Outcome]:
    """Add records to the shelf that they all belong to."""
    place: dict[str, Any] = {"at": items[0].address, "number": items[0].shelf}
    cursor.execute(statements.count, place)
    row = cursor.fetchone()
    if row is None:
        return ["gone"] * len(items)
    count, record = row
    before = count
    outcomes: list[Outcome] = []
    for item in items:
        if item.mailbox is not None and item.mailbox != record:
            outcomes.append("gone")
            continue
        outcome = _add_item(cursor, statements, item, full=count >= item.quota)
        count += outcome == "added"
        outcomes.append(outcome)
    if count > before:
        cursor.execute(statements.recount, {**place, "count": count})
    return outcomes


def _add_item(cursor: Any, statements: _Statements, item: Item, *, full: bool) -> Outcome:
    row: dict[str, Any] = {"address": item.address, "shelf": item.shelf, "id": item.item_id}
    if not full:
        cursor.execute(statements.insert, {**row, "content": item.content})
        if cursor.rowcount == 1:
            return "added"
    cursor.execute(statements.item, row)
    held = cursor.fetchone()
    if held is None:
        return "full"
    return "already" if held[0] == item.content else "different"
