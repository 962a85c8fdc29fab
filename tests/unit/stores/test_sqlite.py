"""SQLite files: private, durable, and shared with other processes."""

import sqlite3
from pathlib import Path

import pytest

from cosign.errors import StorageError
from cosign.stores import sqlite


def test_a_new_file_is_its_owners(tmp_path: Path) -> None:
    """A file is created for its owner only; one that exists keeps its content and mode."""
    path = tmp_path / "some.sqlite"
    sqlite.create_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"content")
    path.chmod(0o640)
    sqlite.create_file(path)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"content", 0o640)


def test_a_file_that_cannot_be_created(tmp_path: Path) -> None:
    """The error names the file."""
    path = tmp_path / "none" / "some.sqlite"
    with pytest.raises(StorageError) as caught:
        sqlite.create_file(path)
    assert str(path) in caught.value.message


class BusyOnce:
    """A database that another process holds at the first try, which no test can time for real."""

    def __init__(self) -> None:
        self.scripts: list[str] = []

    def executescript(self, script: str) -> None:
        self.scripts.append(script)
        if len(self.scripts) == 1:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
            raise error


def test_opening_tries_again() -> None:
    """SQLite does not wait by itself while another process repairs or changes the file."""
    database = BusyOnce()
    sqlite.retry_while_busy(database, "script")  # type: ignore[arg-type]  # it takes the place of one
    assert database.scripts == ["script", "script"]


def test_waiting_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that another connection does not release is an error in the end."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    holder = sqlite3.connect(tmp_path / "some.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    waiting = sqlite3.connect(tmp_path / "some.sqlite", timeout=0)
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite.retry_while_busy(waiting, "PRAGMA journal_mode = WAL")
    assert sqlite.is_busy(caught.value)
    holder.close()
    sqlite.make_durable(waiting)
    assert waiting.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    waiting.close()


def test_other_errors_are_not_waited_for() -> None:
    """A mistake in a statement is raised at once."""
    database = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite.retry_while_busy(database, "no statement")
    assert not sqlite.is_busy(caught.value)
    database.close()
