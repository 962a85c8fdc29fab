"""What every SQLite file of this program needs: a private file, durability, patience.

Used by the registrar's ledger and by a relay's database.
"""

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from cosign.stores.files import SECRET_MODE, storage_errors

BUSY_SECONDS: Final = 30.0
"""How long a statement waits for another process."""

_BUSY_STEP: Final = 0.02


def create_file(path: Path) -> None:
    """Create an empty file that only its owner can read; an existing one stays as it is.

    SQLite gives the files that it puts beside it the same permissions.

    Raises:
        StorageError: the system cannot create it.
    """
    with storage_errors(path), contextlib.suppress(FileExistsError):
        # Never open an existing one: closing it would drop the locks that SQLite holds on it
        # in this process.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, SECRET_MODE))


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
