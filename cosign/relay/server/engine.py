"""A relay's database, opened so that commits are on the disk (docs/spec.md, "Relay").

SQLite writes a log ahead and syncs it at every commit. For PostgreSQL each transaction
sets ``synchronous_commit`` itself: a setting of the session would get lost behind a pooler
that lends another server connection to each transaction, and so would prepared statements,
which are not used. What cannot be set, such as ``fsync``, is checked for each connection.

Not protected: a disk that says it has written what it has not; a PostgreSQL whose
``fsync`` is switched off while the relay runs.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from cosign.errors import MissingError, StorageError, UsageError
from cosign.stores.sqlite import BUSY_SECONDS, create_file, make_durable

READERS: Final = 8
"""Connections for reading; there are two more: one adds records, one reads large ones."""

_STATEMENT_SECONDS: Final = 30
"""How long PostgreSQL works on a statement before it gives up."""

_CONNECT_SECONDS: Final = 5
_DRIVERS: Final = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_URL_HINT: Final = "write sqlite:///FILE or postgresql://USER@HOST/NAME"

BEGIN_WRITING: Final = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT set_config('synchronous_commit', 'on', true), "
    f"set_config('statement_timeout', '{_STATEMENT_SECONDS}s', true)",
}
"""The first statement of a transaction that writes, by the kind of database.

On SQLite a transaction that began with reading would fail to write after another one has
written. On PostgreSQL the settings are those of this transaction, whatever the defaults are.
"""

_BEGIN_READING: Final = {**BEGIN_WRITING, "sqlite": "BEGIN"}


def make_engine(url: str, *, new: bool) -> sa.Engine:
    """Return an engine whose transactions are durable; nothing is connected yet.

    Its option ``write`` says whether a transaction writes.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://...``.
        new: whether to create a file that does not exist.

    Raises:
        UsageError: any other URL, or one with options that a relay cannot use.
        MissingError: the file does not exist.
        StorageError: the file cannot be created.
    """
    parsed = _parse(url)
    if parsed.drivername == "sqlite":
        _find_file(Path(parsed.database or ""), new=new)
        connect: Mapping[str, object] = {"timeout": BUSY_SECONDS}
        check: Callable[..., None] = _open_sqlite
        # Named parameters on both databases, so that one statement text fits both drivers.
        named: dict[str, Any] = {"paramstyle": "named"}
    else:
        connect, check, named = _POSTGRESQL, _check_postgresql, {}
    engine = sa.create_engine(
        parsed.set(drivername=_DRIVERS[parsed.drivername]),
        pool_size=READERS + 2,
        max_overflow=0,
        pool_timeout=BUSY_SECONDS,
        connect_args=dict(connect),
        **named,
    )
    sa.event.listen(engine, "connect", check)
    sa.event.listen(engine, "begin", _begin)
    return engine


def connect_hint(url: str) -> str:
    """Return what to check if the database at a URL cannot be opened."""
    if url.startswith("sqlite"):
        return "check that the file is a relay's database, and that its disk has space"
    return "check the URL, and that the server runs and lets this user in; passwords: ~/.pgpass"


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as e:
        raise UsageError("the database's URL cannot be read", hint=_URL_HINT) from e
    if parsed.drivername not in _DRIVERS or not parsed.database:
        raise UsageError("a relay cannot use this kind of database", hint=_URL_HINT)
    if parsed.drivername == "sqlite":
        name = parsed.database
        if name.startswith((":memory:", "file:")) or parsed.query or parsed.host:
            raise UsageError(
                "a relay cannot use this database: it has to be a file on this machine, "
                "without options",
                hint="write sqlite:///FILE",
            )
    elif unknown := sorted(set(parsed.query) - _libpq_options()):
        raise UsageError(
            f"{unknown[0]!r} is not an option of a connection to PostgreSQL",
            hint="leave it out of the database's URL",
        )
    return parsed


def _libpq_options() -> set[str]:
    """Return the options that libpq knows; psycopg's own, such as ``autocommit``, are not."""
    from psycopg import pq  # noqa: PLC0415  # relays on SQLite do not load it

    return {option.keyword.decode() for option in pq.Conninfo.get_defaults()}


# Without prepared statements: behind a pooler, another session may have made them.
_POSTGRESQL: Final = {
    "connect_timeout": _CONNECT_SECONDS,
    "application_name": "relay",
    "prepare_threshold": None,
}


def _find_file(path: Path, *, new: bool) -> None:
    """Create the file where it is missing and allowed to be."""
    if not path.parent.is_dir():
        raise MissingError(f"{path.parent}: there is no such folder", hint="create it first")
    if not new and not path.exists():
        raise MissingError(f"{path}: there is no such file", hint="check the name")
    create_file(path)


def _open_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin says
    make_durable(connection)
    # What is erased is overwritten in the file.
    connection.execute("PRAGMA secure_delete = ON")


def _check_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_WRITING["postgresql"])
        [fsync] = cursor.execute("SHOW fsync").fetchone()
        [commit] = cursor.execute("SHOW synchronous_commit").fetchone()
    connection.rollback()
    for name, value in (("fsync", fsync), ("synchronous_commit", commit)):
        if value != "on":
            raise StorageError(
                f"this PostgreSQL runs with {name} {value}, so a power cut loses records",
                hint=f"switch {name} on, then repeat",
            )


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("write")
    first = BEGIN_WRITING if write else _BEGIN_READING
    connection.exec_driver_sql(first[connection.dialect.name])


def statement_text(statement: sa.sql.ClauseElement, dialect: sa.Dialect) -> str:
    """Return the SQL of a statement with named parameters, for a cursor of the driver."""
    return str(statement.compile(dialect=dialect))


def insert_new(table: sa.Table, dialect: sa.Dialect) -> sa.Insert:
    """Return a statement that inserts a row unless one with its key is there."""
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  # loaded by servers only

    make: Callable[[sa.Table], Any] = (
        sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    )
    made: sa.Insert = make(table).on_conflict_do_nothing()
    return made
