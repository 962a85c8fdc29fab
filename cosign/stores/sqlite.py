"""SQLite files of this program: private, durable, and waiting while another process writes.

Used by the registrar's ledger and by a relay's database.
"""

import errno
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from cosign.stores import changes, system
from cosign.stores.files import SECRET_MODE, warn_if_exposed
from cosign.stores.system_errors import storage_errors, system_hint

BUSY_SECONDS: Final = 30.0
"""How long a statement waits for another process."""

_BUSY_STEP: Final = 0.02


def create_file(path: Path) -> None:
    """Create an empty file that only its owner can read; an existing one stays as it is.

    SQLite gives the files that it puts beside it the same permissions.

    Raises:
        StorageError: the system cannot create it.
    """
    with storage_errors(path):
        # Never open an existing one: closing it would drop the locks that SQLite holds on it
        # in this process.
        try:
            number = system.create_file(path, SECRET_MODE)
        except FileExistsError:
            return
        found = os.fstat(number)
        os.close(number)
        changes.note_change(path, new=True)
        warn_if_exposed(path, found)


def connect_reading(path: Path) -> sqlite3.Connection:
    """Open a file for reading only, also where nothing can be written, such as a CD or a backup.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    # Without a log of its own, and where nobody can start one, the file is all there is.
    alone = system.is_read_only(path.parent) and not path.with_name(f"{path.name}-wal").exists()
    return _connect(path, f"mode=ro{'&immutable=1' if alone else ''}")


def connect_writing(path: Path) -> sqlite3.Connection:
    """Open a file that exists; unlike ``sqlite3.connect``, make none where there is none.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    return _connect(path, "mode=rw")


def _connect(path: Path, options: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


_VERSIONS: Final = slice(18, 20)
_WRITE_AHEAD: Final = b"\x02\x02"
"""The write and the read version of a database with a write-ahead log (SQLite, "Database File
Format", section 1.3.3)."""


def writing_ahead(image: bytes) -> bytes:
    """Return a database, as bytes, with the write-ahead log switched on.

    A file that has it from the start never needs a rollback journal; one of a process that
    died would keep :func:`connect_reading` from reading.

    Args:
        image: as ``sqlite3.Connection.serialize`` returns it.
    """
    content = bytearray(image)
    content[_VERSIONS] = _WRITE_AHEAD
    return bytes(content)


_NUMBERS: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_IOERR: errno.EIO,
}
"""What the system said where SQLite does not pass it on, by SQLite's code."""


def hint_of(error: sqlite3.Error, path: Path) -> str:
    """Return what helps against an error of SQLite.

    Args:
        error: that was raised.
        path: of the file.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return "the file is damaged or not ours; repair the disk, and look for the newest copy"
    number = _NUMBERS.get(code, 0)
    if number == errno.EACCES and system.is_read_only_disk(path.parent):
        number = errno.EROFS
    return system_hint(number)


def make_durable(database: sqlite3.Connection) -> None:
    """Switch on the write-ahead log and full synchronisation.

    Then a committed transaction is on the disk, and a process may die at any point.
    """
    retry_while_busy(database, "PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether the file is locked by another process."""
    # The low byte: an extended code also says why the file is locked.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def retry_while_busy(database: sqlite3.Connection, script: str) -> None:
    """Run statements outside a transaction, again while another process holds the file.

    SQLite's own timeout does not cover statements such as a change of the journal mode.

    Raises:
        sqlite3.OperationalError: still locked after ``BUSY_SECONDS``, or another error.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.executescript(script)
        except sqlite3.OperationalError as e:
            if not is_busy(e) or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_STEP)
        else:
            return
