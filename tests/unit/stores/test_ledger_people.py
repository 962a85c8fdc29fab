"""Whose a voucher is: nobody gets a second one, and unused ones can be revoked."""

import contextlib
import multiprocessing
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import StorageError, VoucherError, WindowError
from cosign.roles.registrar import ledger_key
from cosign.secret import Secret
from cosign.stores.ledger import Ledger

GROUP: Final = b"g" * 32
VOUCHERS: Final = [bytes([i]) * 32 for i in range(5)]
BLINDED: Final = b"b" * 32
OTHER: Final = b"o" * 32
KEY: Final = ledger_key(Secret(bytes(32)))
PEOPLE: Final = ("Anna Adler", "J\u00f6rg M", "Zo\u00eb")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A place for a ledger."""
    return tmp_path / "home" / "ledger.sqlite"


@pytest.fixture
def named(path: Path) -> Iterator[Ledger]:
    """A ledger with two batches: vouchers for people, and two for nobody by name."""
    with Ledger(path, GROUP, KEY) as opened:
        opened.add_vouchers(VOUCHERS[:3], PEOPLE)
        opened.add_vouchers(VOUCHERS[3:])
        yield opened


def test_a_revoked_voucher_is_worth_nothing(named: Ledger) -> None:
    """It binds nothing, is counted apart, and cannot be revoked again, nor others with it."""
    assert named.revoke([VOUCHERS[3]]) == 1
    for again in ([VOUCHERS[3]], [VOUCHERS[4], VOUCHERS[3]]):
        with pytest.raises(VoucherError, match="is revoked already"):
            named.revoke(again)
    with pytest.raises(VoucherError, match="was revoked"):
        named.bind(VOUCHERS[3], BLINDED)
    status = named.status()
    assert (status.vouchers, status.unused, status.revoked) == (4, 4, 1)
    assert (status.batches, status.unnamed) == (2, 1)


def test_a_used_voucher_is_not_revoked(named: Ledger) -> None:
    """By its hash, by its owner's name; of a batch the others are, and it is counted."""
    named.bind(VOUCHERS[0], BLINDED)
    with pytest.raises(VoucherError, match="cannot be revoked"):
        named.revoke([VOUCHERS[1], VOUCHERS[0]])
    with pytest.raises(VoucherError, match="cannot be revoked"):
        named.revoke_person(PEOPLE[0])
    assert named.status().revoked == 0
    assert named.revoke_batch(1) == (2, 1)
    assert named.bind(VOUCHERS[0], BLINDED) is None
    assert named.status()[:2] == (3, 1)


def test_a_batch_of_which_nothing_is_left(named: Ledger) -> None:
    """What was used and what was revoked before is counted; a rest is still revoked."""
    named.bind(VOUCHERS[0], BLINDED)
    named.revoke([VOUCHERS[1]])
    assert named.revoke_batch(1) == (1, 1)
    with pytest.raises(VoucherError, match="batch 1 is left to revoke: 1 used, 2 revoked already"):
        named.revoke_batch(1)
    assert named.revoke_batch(2) == (2, 0)


def test_nobody_gets_a_second_voucher(named: Ledger) -> None:
    """Under any spelling; not before the first one is revoked, and never after it was used."""
    named.bind(VOUCHERS[0], BLINDED)
    assert named.holders([*PEOPLE, "Bo"]) == {PEOPLE[0]: True, PEOPLE[1]: False, PEOPLE[2]: False}
    for name in ("anna  adler", "Jo\u0308rg\u00a0M"):
        with pytest.raises(VoucherError, match="has a voucher already"):
            named.add_vouchers([OTHER], [name])
    assert named.revoke_person("J\u00d6RG M") == 1
    with pytest.raises(VoucherError, match="or it was revoked"):
        named.revoke_person(PEOPLE[1])
    named.add_vouchers([OTHER], [PEOPLE[1]])
    assert named.holders([PEOPLE[1]]) == {PEOPLE[1]: False}
    assert named.status().batches == 3


def test_two_vouchers_for_one_name_are_none(named: Ledger) -> None:
    with pytest.raises(VoucherError, match="has a voucher already"):
        named.add_vouchers([OTHER, BLINDED], ["anna", "Anna"])
    assert named.status().vouchers == 5


def test_what_is_not_there_is_not_revoked(named: Ledger) -> None:
    for revoke in (
        partial(named.revoke, [OTHER]),
        partial(named.revoke_person, "Bo"),
        partial(named.revoke_batch, 3),
    ):
        with pytest.raises(VoucherError):
            revoke()


def test_the_end_erases_names(path: Path, named: Ledger) -> None:
    """Nothing about who has a voucher is left in the file, and nothing can be revoked."""
    hashes = [named._person(name) for name in PEOPLE]
    named.end()
    for revoke in (partial(named.revoke, [VOUCHERS[0]]), partial(named.revoke_batch, 1)):
        with pytest.raises(WindowError):
            revoke()
    assert named.status()[:4] == (5, 0, 0, True)
    named.close_file()
    raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [found for found in hashes if found in raw] == []


@pytest.mark.parametrize(
    "change",
    ["revoked = 0", "person = NULL", "batch = 7", "blinded_hash = NULL, signatures = NULL"],
)
def test_every_part_of_a_voucher_is_sealed(path: Path, named: Ledger, change: str) -> None:
    """Somebody who can write to the file frees no voucher and gives it no other owner."""
    named.revoke([VOUCHERS[1]])
    named.bind(VOUCHERS[0], BLINDED)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(f"UPDATE vouchers SET {change}")  # noqa: S608  # a constant
    database.close()
    with pytest.raises(StorageError, match="not sealed"):
        named.status()


def _race(path: Path, *, revoke: bool) -> bool:
    """Bind or revoke a voucher while another process does the other."""
    with Ledger(path, GROUP, KEY) as opened:
        try:
            if revoke:
                return opened.revoke([VOUCHERS[0]]) == 1
            return opened.bind(VOUCHERS[0], BLINDED) is None
        except VoucherError:
            return False


def test_a_voucher_is_used_or_revoked_never_both(path: Path, named: Ledger) -> None:
    """Of two processes at the same moment, one is refused."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        calls = [pool.apply_async(_race, (path,), {"revoke": r}) for r in (True, False)]
        done = [call.get(60) for call in calls]
    assert sorted(done) == [False, True]
    status = named.status()
    assert (status.revoked, status.used) == tuple(map(int, done))
