"""What a relay keeps, in SQLite or PostgreSQL (docs/spec.md, "Relay").

Three tables: mailboxes as their owners signed them, how full their shelves are, and
the records. No address, no time, no counter of arrivals: rows are stored under
hashes and found by them. A transaction is on the disk before it counts as done.

Not protected: the files of a database tell more than its tables, such as the order
in which pages were written (docs/relay.md, "What the disk tells").
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
from cosign.relay.shelves import SHELVES
from cosign.stores.sqlite import BUSY_SECONDS, create_file, make_durable

READERS: Final = 8
"""Connections for reading; one more adds records."""

_STATEMENT_SECONDS: Final = 30
"""How long PostgreSQL works on a statement before it gives up."""

_CONNECT_SECONDS: Final = 5
_DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_HINT: Final = "free some space or start the database, then repeat; nothing is lost"

_METADATA: Final = sa.MetaData()

# WITHOUT ROWID: SQLite would number rows in the order in which they came.
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
"""Stored now; was there; something else has this place; the shelf is full."""


class Item(NamedTuple):
    """A record on its way to a shelf.

    Attributes:
        address: 32 bytes of the mailbox.
        shelf: its number.
        item_id: 32 bytes.
        content: the record.
        quota: how many the shelf takes.
    """

    address: bytes
    shelf: int
    item_id: bytes
    content: bytes
    quota: int


class Stored(NamedTuple):
    """A record on a shelf."""

    item_id: bytes
    content: bytes


class Database:
    """An open database; several threads and processes may use it at once.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://...``.
        new: whether a file that is not there is made.

    Raises:
        UsageError: another URL.
        MissingError: the file is not there.
        StorageError: it cannot be reached or brought up to date, or is not durable.
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
        """Run statements in one transaction; what it wrote is on the disk when it ends.

        Raises:
            StorageError: the database did not do it, so nothing was done.
        """
        engine = self._engine.execution_options(write=write)
        try:
            with engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as e:
            cause = str(getattr(e, "orig", None) or e).strip().split("\n")[0]
            raise StorageError(f"the relay's database: {cause}", hint=_HINT) from e

    def add(self, items: Sequence[Item]) -> list[Outcome]:
        """Add records in one transaction: all that fit, or none at all."""
        with self.transaction(write=True) as connection:
            return add_items(connection, items)

    def register(self, mailbox: Mailbox) -> Outcome:
        """Add a mailbox."""
        with self.transaction(write=True) as connection:
            return add_mailbox(connection, mailbox)

    def mailbox(self, address: bytes) -> Mailbox | None:
        """Give a mailbox, or None if there is none."""
        with self.transaction(write=False) as connection:
            record = connection.scalar(_MAILBOX, {"address": address})
        return None if record is None else Mailbox.from_bytes(record)

    def item(self, address: bytes, shelf: int, item_id: bytes) -> bytes | None:
        """Give a record, or None if it is not there."""
        values = {"address": address, "shelf": shelf, "id": item_id}
        with self.transaction(write=False) as connection:
            content: bytes | None = connection.scalar(_ITEM, values)
        return content

    def next_mailbox(self, after: bytes) -> Mailbox | None:
        """Give the first mailbox whose address is greater than ``after``, or None."""
        with self.transaction(write=False) as connection:
            record = connection.scalar(_NEXT_MAILBOX, {"after": after})
        return None if record is None else Mailbox.from_bytes(record)

    def page(self, address: bytes, shelf: int, after: bytes, count: int) -> list[Stored]:
        """Give the first ``count`` records whose id is greater than ``after``, by id."""
        values = {"address": address, "shelf": shelf, "after": after, "count": count}
        with self.transaction(write=False) as connection:
            return [Stored(*row) for row in connection.execute(_PAGE, values)]


def add_mailbox(connection: sa.Connection, mailbox: Mailbox) -> Outcome:
    """Add a mailbox; one address has one for ever."""
    address, record = mailbox.terms.address, mailbox.to_bytes()
    kept = connection.scalar(_MAILBOX, {"address": address})
    if kept is not None:
        return "already" if kept == record else "different"
    connection.execute(_MAILBOXES.insert(), {"address": address, "record": record})
    numbers = [shelf.number for shelf in SHELVES[mailbox.terms.kind].values()]
    rows = [{"address": address, "shelf": number, "filled": 0} for number in numbers]
    connection.execute(_SHELVES.insert(), rows)
    return "added"


def add_items(connection: sa.Connection, items: Sequence[Item]) -> list[Outcome]:
    """Add records of any mailboxes.

    Locks shelves in one order, so that two relays on one database never wait for each other.
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
        raise UsageError("no database that a relay can use", hint=_URL_HINT)
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

# Durable whatever the server's own default is; nothing waits for ever.
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
    # A transaction that reads first and then writes would fail where another wrote meanwhile.
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _check_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        [fsync] = cursor.execute("SHOW fsync").fetchone()
    connection.rollback()
    if fsync != "on":
        raise StorageError(
            "this PostgreSQL does not write to the disk", hint="switch its fsync on, then repeat"
        )
