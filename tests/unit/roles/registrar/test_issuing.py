"""Issuing: the same request gets the same bytes, and a voucher serves one request."""

from pathlib import Path
from typing import Final

import pytest

from cosign.errors import VoucherError, WindowError
from cosign.records.enrolment import voucher_hash
from cosign.roles import member
from cosign.roles.registrar import end_enrolment, issue, make_voucher
from cosign.stores.ledger import Ledger
from tests.support.world import CLOSED_MINUTE, ENROL_MINUTE, Seeded, World

BLINDED: Final = b"b" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A place for a ledger."""
    return tmp_path / "ledger.sqlite"


def test_the_same_request_gets_the_same_bytes(path: Path, village: World) -> None:
    """A response can be made again from the ledger; without it, from the keys."""
    enrolment, keys = village.enrolments[0], village.keys[0]
    with Ledger(path, village.group.group_id, village.keys[0].ledger_key) as opened:
        opened.add_vouchers([enrolment.opened.voucher_hash])
        answers = {
            issue(keys, village.group, opened, enrolment.request, minute, Seeded(f"{minute}"))
            for minute in (ENROL_MINUTE, ENROL_MINUTE + 1, CLOSED_MINUTE)
        }
        assert answers == {enrolment.response}
        statement = end_enrolment(keys, opened)
    assert statement.issued == 1
    village.group.membership((statement,))


def test_spoiled_signatures_are_made_again(path: Path, village: World) -> None:
    """What a disk or somebody else put in their place never leaves, and does not stay."""
    enrolment, keys = village.enrolments[0], village.keys[0]
    with Ledger(path, village.group.group_id, keys.ledger_key) as opened:
        opened.add_vouchers([enrolment.opened.voucher_hash])
        parts = keys, village.group, opened, enrolment.request, ENROL_MINUTE
        issue(*parts)
        query = "SELECT signatures FROM vouchers"
        [good] = opened._database.execute(query).fetchone()
        half = len(good) // 2
        for bad in (
            bytes(len(good)),
            good[:-1],
            good + b"\0",
            b"",
            good[half:] + good[:half],
            bytes([good[0] ^ 1]) + good[1:],
            b"\xff" * half + good[half:],
        ):
            opened._database.execute("UPDATE vouchers SET signatures = ?", [bad])
            assert issue(*parts) == enrolment.response
            assert opened._database.execute(query).fetchone() == (good,)


def test_a_second_request_for_a_voucher(path: Path, village: World) -> None:
    """The second request with a voucher gets nothing."""
    keys, voucher = village.keys[0], make_voucher(Seeded("voucher"))
    requests = [
        member.enrol(member.join(village.group), 0, voucher, ENROL_MINUTE)[1] for _ in range(2)
    ]
    with Ledger(path, village.group.group_id, village.keys[0].ledger_key) as opened:
        opened.add_vouchers([voucher_hash(village.group.group_id, 0, voucher)])
        issue(keys, village.group, opened, requests[0], ENROL_MINUTE)
        with pytest.raises(VoucherError, match="used for another request"):
            issue(keys, village.group, opened, requests[1], ENROL_MINUTE)
        with pytest.raises(WindowError):
            opened.bind(opened_hash(opened, village), BLINDED, may_bind=False)


def opened_hash(ledger: Ledger, world: World) -> bytes:
    """Add a further voucher and give its hash."""
    unused = voucher_hash(world.group.group_id, 0, make_voucher(Seeded("unused")))
    ledger.add_vouchers([unused])
    return unused
