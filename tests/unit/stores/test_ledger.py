"""The ledger: one voucher, one set of blinded messages, one answer, for ever."""

import contextlib
import itertools
import multiprocessing
import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import (
    BusyError,
    MismatchError,
    SlotError,
    StorageError,
    VoucherError,
    WindowError,
)
from cosign.records.groups.statements import NOT_STATED
from cosign.roles.registrar import ledger_key
from cosign.secret import Secret
from cosign.stores import sqlite
from cosign.stores.ledger import Ledger

GROUP: Final = b"g" * 32
VOUCHERS: Final = [bytes([i]) * 32 for i in range(5)]
BLINDED: Final = b"b" * 32
OTHER: Final = b"o" * 32
MANY: Final = [b"many" + bytes(26) + i.to_bytes(2) for i in range(2000)]
"""Hashes that fill more pages than an empty ledger has."""
KEY: Final = ledger_key(Secret(bytes(32)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A place for a ledger."""
    return tmp_path / "home" / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    """A ledger with vouchers."""
    with Ledger(path, GROUP, KEY) as opened:
        opened.add_vouchers(VOUCHERS)
        yield opened


def test_a_new_ledger(path: Path) -> None:
    """A ledger is made where there is none, for its owner only, and is empty."""
    with Ledger(path, GROUP, KEY) as opened:
        assert opened.status()[:4] == (0, 0, 0, False)
        modes = {p.stat().st_mode & 0o777 for p in path.parent.iterdir()}
    assert modes == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_it_is_as_durable_as_sqlite_can_be(ledger: Ledger) -> None:
    """The database writes ahead and syncs fully."""
    [(mode,)] = ledger._database.execute("PRAGMA journal_mode")
    [(level,)] = ledger._database.execute("PRAGMA synchronous")
    assert (mode, level) == ("wal", 2)


def test_one_group_for_ever(path: Path, ledger: Ledger) -> None:
    """Keys that serve a group refuse every other one."""
    with pytest.raises(MismatchError, match="already serve another group"):
        Ledger(path, OTHER, KEY)
    with Ledger(path, GROUP, KEY) as again:
        assert again.status() == ledger.status()


def test_binding_and_storing(path: Path, ledger: Ledger) -> None:
    """A voucher is bound once; the same messages may come again and get what was stored."""
    assert ledger.bind(VOUCHERS[0], BLINDED) is None
    assert ledger.status()[:4] == (5, 1, 0, False)
    assert ledger.bind(VOUCHERS[0], BLINDED) is None  # bound, but its process died
    ledger.store(VOUCHERS[0], b"signatures")
    with Ledger(path, GROUP, KEY) as again:
        assert again.bind(VOUCHERS[0], BLINDED) == b"signatures"
        assert again.status()[:4] == (5, 1, 1, False)


def test_an_unknown_voucher(ledger: Ledger) -> None:
    """A hash that was never added is refused, and stays unknown."""
    for _ in range(2):
        with pytest.raises(VoucherError, match="unknown"):
            ledger.bind(OTHER, BLINDED)


def test_a_used_voucher(ledger: Ledger) -> None:
    """Other messages for a used voucher are refused, answered or not, and change nothing."""
    ledger.bind(VOUCHERS[0], BLINDED)
    with pytest.raises(VoucherError, match="used for another request"):
        ledger.bind(VOUCHERS[0], OTHER)
    ledger.store(VOUCHERS[0], b"signatures")
    with pytest.raises(VoucherError, match="used for another request"):
        ledger.bind(VOUCHERS[0], OTHER)
    assert ledger.bind(VOUCHERS[0], BLINDED) == b"signatures"


def test_outside_the_window(ledger: Ledger) -> None:
    """Only what was bound in time is answered later."""
    ledger.bind(VOUCHERS[0], BLINDED)
    assert ledger.bind(VOUCHERS[0], BLINDED, may_bind=False) is None
    with pytest.raises(WindowError):
        ledger.bind(VOUCHERS[1], BLINDED, may_bind=False)
    assert ledger.status().used == 1


def test_the_end(ledger: Ledger) -> None:
    """After the end the count stands: no new vouchers, no new bindings, the same number again."""
    ledger.bind(VOUCHERS[0], BLINDED)
    ledger.bind(VOUCHERS[1], OTHER)
    assert ledger.end() == {NOT_STATED: 2}
    with pytest.raises(WindowError):
        ledger.bind(VOUCHERS[2], BLINDED)
    with pytest.raises(WindowError):
        ledger.add_vouchers([OTHER])
    assert ledger.bind(VOUCHERS[0], BLINDED) is None
    assert ledger.end() == {NOT_STATED: 2}
    assert ledger.status()[:4] == (5, 2, 0, True)


def test_vouchers_are_added_all_or_none(ledger: Ledger) -> None:
    with pytest.raises(StorageError):
        ledger.add_vouchers([OTHER, VOUCHERS[0]])
    assert ledger.status().vouchers == 5


def test_only_hashes_are_kept(path: Path, ledger: Ledger) -> None:
    """The database has no room for vouchers or blinded messages."""
    ledger.bind(VOUCHERS[0], BLINDED)
    database = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("UPDATE vouchers SET blinded_hash = ?", [b"b" * 384])
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("UPDATE vouchers SET blinded_hash = NULL, signatures = ?", [b"s"])
    database.close()


def test_a_damaged_ledger(path: Path) -> None:
    """What is no database is refused as it is."""
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match=r"ledger\.sqlite: file is not a database"):
        Ledger(path, GROUP, KEY)
    assert path.read_bytes() == b"no database" * 1000


def test_a_ledger_that_lost_what_it_knew(path: Path, ledger: Ledger) -> None:
    """It is not taken for one that has not begun, and stays as it is."""
    ledger._database.execute("DELETE FROM ledger")
    for reading in (False, True):
        with pytest.raises(StorageError, match="it names no group"):
            Ledger(path, GROUP, KEY, reading=reading)
    ledger.close_file()
    path.write_bytes(b"")
    for reading in (False, True):
        with pytest.raises(StorageError, match="its tables are not those of a ledger"):
            Ledger(path, GROUP, KEY, reading=reading)
    assert path.read_bytes() == b""


def _begin(path: Path, limit: int, handler: "signal.Handlers") -> None:
    """Make a ledger on a disk where no file can be longer than a limit, in bytes."""
    signal.signal(signal.SIGXFSZ, handler)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with Ledger(path, GROUP, KEY) as opened:
            opened.add_vouchers(MANY)
    except StorageError:
        os._exit(StorageError.exit_code)
    os._exit(0)


@pytest.mark.parametrize(
    ("handler", "code"),
    [(signal.SIG_IGN, StorageError.exit_code), (signal.SIG_DFL, -signal.SIGXFSZ)],
    ids=["fails", "is killed"],
)
def test_a_first_writing_stops_anywhere(
    tmp_path: Path, handler: "signal.Handlers", code: int
) -> None:
    """A disk that fails, or a death, within SQLite's writing too: beginning again works."""
    seen: set[int | None] = set()
    for limit in itertools.count(0, 4000):
        path = tmp_path / str(limit) / "ledger.sqlite"
        begun = multiprocessing.get_context("fork").Process(
            target=_begin, args=(path, limit, handler)
        )
        begun.start()
        begun.join(60)
        assert begun.exitcode in (0, code)
        if begun.exitcode == 0:
            break
        if path.exists():
            with Ledger(path, GROUP, KEY, reading=True) as found:
                seen.add(found.status().vouchers)
        else:
            seen.add(None)
        with Ledger(path, GROUP, KEY) as again:
            again.add_vouchers(VOUCHERS)
            again.grant(1, BLINDED)
    assert seen >= {None, 0}


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    """A file where the home should be is named."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file exists"):
        Ledger(tmp_path / "file" / "ledger.sqlite", GROUP, KEY)


def test_a_ledger_in_use(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer who does not end keeps others waiting, then they give up."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    with Ledger(path, GROUP, KEY) as opened:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="another process"):
            opened.add_vouchers(VOUCHERS)
        other.execute("ROLLBACK")
        other.close()
        opened.add_vouchers(VOUCHERS)


def test_an_error_undoes_the_step(ledger: Ledger) -> None:
    """What fails inside a transaction leaves no trace, and the next one works."""

    def hashes() -> Iterator[bytes]:
        yield OTHER
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        ledger.add_vouchers(hashes())
    assert ledger.status().vouchers == 5
    ledger.add_vouchers([OTHER])


# Somebody else who can write to the file.


def planted(ledger: Ledger, voucher: bytes, blinded: bytes | None, seal: bytes) -> None:
    """Put a row in the place of what is there, if anything is."""
    row = [voucher, NOT_STATED, blinded, seal]
    columns = "voucher_hash, kind, blinded_hash, seal"
    insert = f"INSERT OR REPLACE INTO vouchers ({columns}) VALUES (?, ?, ?, ?)"  # noqa: S608  # a constant
    ledger._database.execute(insert, row)


def seal_of(ledger: Ledger, voucher: bytes) -> bytes:
    """Return the seal of a row."""
    query = "SELECT seal FROM vouchers WHERE voucher_hash = ?"
    return bytes(ledger._database.execute(query, [voucher]).fetchone()[0])


def test_nobody_else_admits_or_unbinds(ledger: Ledger) -> None:
    """Rows that are not by the registrar's keys are noticed, wherever they are used or counted."""
    ledger.bind(VOUCHERS[0], BLINDED)
    used, free = seal_of(ledger, VOUCHERS[0]), seal_of(ledger, VOUCHERS[1])
    stranger = Ledger(ledger._path.with_name("stranger"), GROUP, ledger_key(Secret(b"x" * 32)))
    stranger.add_vouchers([OTHER])
    forged = seal_of(stranger, OTHER)
    stranger.close_file()
    for voucher, blinded, seal in (
        (OTHER, None, forged),
        (OTHER, None, free),
        (OTHER, BLINDED, used),
        (OTHER, None, bytes(32)),
        (VOUCHERS[0], None, used),
        (VOUCHERS[0], None, free),
        (VOUCHERS[0], OTHER, used),
        (VOUCHERS[1], BLINDED, free),
        (VOUCHERS[1], BLINDED, used),
    ):
        ledger._database.execute("BEGIN")
        planted(ledger, voucher, blinded, seal)
        ledger._database.execute("COMMIT")
        for step in (partial(ledger.bind, voucher, BLINDED), ledger.status, ledger.end):
            with pytest.raises(StorageError, match="not sealed by the keys of this home"):
                step()
        ledger._database.execute("DELETE FROM vouchers WHERE voucher_hash = ?", [OTHER])
        planted(ledger, VOUCHERS[0], BLINDED, used)
        planted(ledger, VOUCHERS[1], None, free)
        assert ledger.status()[:4] == (5, 1, 0, False)
    assert ledger.end() == {NOT_STATED: 1}


def test_a_ledger_has_nothing_that_acts_by_itself(path: Path, ledger: Ledger) -> None:
    """A trigger would keep a voucher from being used up; further tables and views are refused."""
    for made, dropped in (
        (
            "CREATE TRIGGER t BEFORE UPDATE ON vouchers BEGIN SELECT RAISE(IGNORE); END",
            "DROP TRIGGER t",
        ),
        ("CREATE VIEW v AS SELECT * FROM vouchers", "DROP VIEW v"),
        ("CREATE TABLE x (y)", "DROP TABLE x"),
    ):
        ledger._database.execute(made)
        with pytest.raises(StorageError, match="its tables are not those of a ledger"):
            Ledger(path, GROUP, KEY)
        ledger._database.execute(dropped)
    Ledger(path, GROUP, KEY).close_file()


def test_a_transaction_that_the_database_ended_is_not_ended_again(ledger: Ledger) -> None:
    """SQLite rolls back by itself after some errors; then the error is told, not another one."""

    def step() -> None:
        with ledger._transaction() as run:
            run("ROLLBACK")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        step()
    ledger.add_vouchers([OTHER])


def test_a_slot_belongs_to_one_round(path: Path, ledger: Ledger) -> None:
    """The same round may ask again, by another process too; another round is refused for good."""
    ledger.grant(1, BLINDED)
    with Ledger(path, GROUP, KEY) as again:
        again.grant(1, BLINDED)
        with pytest.raises(SlotError, match="slot 1 was granted to another round"):
            again.grant(1, OTHER)
        again.grant(64, OTHER)
        again.grant(1, BLINDED)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE slots SET round_id = NULL WHERE slot = 1",
        "UPDATE slots SET round_id = zeroblob(32) WHERE slot = 1",
        "DELETE FROM slots WHERE slot = 1",
        "UPDATE slots SET seal = (SELECT seal FROM slots WHERE slot = 2) WHERE slot = 1",
    ],
)
def test_only_these_keys_free_a_slot(path: Path, ledger: Ledger, damage: str) -> None:
    """A row that somebody else wrote, removed or exchanged is refused, also for its own round."""
    ledger.grant(1, BLINDED)
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(damage)
    for round_id in (BLINDED, OTHER):
        with pytest.raises(StorageError, match="slot 1 in it is not sealed"):
            ledger.grant(1, round_id)


def test_no_slot_is_65(ledger: Ledger) -> None:
    """A group has at most 64 slots, and no other has a row."""
    with pytest.raises(StorageError, match="slot 65"):
        ledger.grant(65, BLINDED)
