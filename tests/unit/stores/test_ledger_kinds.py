"""Kinds of evidence in the ledger: stored with the voucher, sealed, counted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import StorageError, VoucherError
from cosign.records.groups.statements import KIND_LIMIT, NOT_STATED
from cosign.roles.registrar import ledger_key
from cosign.secret import Secret
from cosign.stores.ledger import KindCounts, Ledger

KEY: Final = ledger_key(Secret(b"s" * 32))
PERSON, MAIL = "in person", "company mail"
VOUCHERS: Final = [bytes([n]) * 32 for n in range(1, 7)]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with three vouchers for people who came, and three that went by mail."""
    with Ledger(tmp_path / "ledger.sqlite", b"g" * 32, KEY) as opened:
        opened.add_vouchers(VOUCHERS[:3], ("Anna", "Ben", "Carla"), PERSON)
        opened.add_vouchers(VOUCHERS[3:], (), MAIL)
        yield opened


def test_vouchers_are_counted_by_kind(ledger: Ledger) -> None:
    """Used, unused and revoked ones apart; the sums are those of all vouchers."""
    ledger.bind(VOUCHERS[0], b"b" * 32)
    ledger.bind(VOUCHERS[3], b"c" * 32)
    ledger.revoke(VOUCHERS[1:2])
    status = ledger.status()
    assert status.kinds == (KindCounts(MAIL, 2, 1, 0), KindCounts(PERSON, 1, 1, 1))
    assert status[:4] == (5, 2, 0, False)
    assert (status.unused, status.revoked) == (3, 1)
    assert ledger.end() == {MAIL: 1, PERSON: 1}


def test_the_end_keeps_the_kinds(ledger: Ledger) -> None:
    """Names are erased from the rows, kinds are not, so the same statement can be made again."""
    ledger.bind(VOUCHERS[2], b"b" * 32)
    assert ledger.end() == ledger.end() == {MAIL: 0, PERSON: 1}


def test_a_kind_is_under_the_seal(ledger: Ledger) -> None:
    """Somebody who can write to the file makes no mail out of a person."""
    ledger._database.execute("UPDATE vouchers SET kind = ? WHERE batch = 1", [MAIL])
    for step in (ledger.status, ledger.end, lambda: ledger.bind(VOUCHERS[0], b"b" * 32)):
        with pytest.raises(StorageError, match="not sealed by the keys of this home"):
            step()


def test_one_kind_has_one_spelling(ledger: Ledger) -> None:
    """The first one: a statement does not list a kind twice."""
    ledger.add_vouchers([b"x" * 32], (), "In \u00a0Person")
    assert [k.kind for k in ledger.status().kinds] == [MAIL, PERSON]


def test_there_are_no_more_kinds_than_a_statement_has(ledger: Ledger) -> None:
    """A further one is refused with those that there are; vouchers of known kinds are added."""
    for n in range(KIND_LIMIT - 2):
        ledger.add_vouchers([bytes([100 + n]) * 32], (), f"kind {n}")
    with pytest.raises(VoucherError, match="8 kinds of evidence already") as caught:
        ledger.add_vouchers([b"x" * 32], (), "one more")
    assert f"'{MAIL}'" in caught.value.hint
    assert ledger.status().vouchers == 6 + KIND_LIMIT - 2
    ledger.add_vouchers([b"x" * 32], (), MAIL)


def test_a_kind_whose_vouchers_are_revoked_makes_room(ledger: Ledger) -> None:
    """A mistyped kind is not there for ever."""
    for n in range(KIND_LIMIT - 2):
        ledger.add_vouchers([bytes([100 + n]) * 32], (), f"kind {n}")
    ledger.revoke([bytes([100]) * 32])
    ledger.add_vouchers([b"x" * 32], (), "staff list")
    assert KindCounts("kind 0", 0, 0, 1) in ledger.status().kinds


def test_without_a_kind_it_is_not_stated(ledger: Ledger) -> None:
    ledger.add_vouchers([b"x" * 32])
    assert KindCounts(NOT_STATED, 1, 0, 0) in ledger.status().kinds
