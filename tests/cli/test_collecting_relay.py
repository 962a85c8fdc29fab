"""Keys for a roster, handed in through a relay: by command and by browser, listed and erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from cosign.records.collection import Collection
from cosign.records.mailbox import MailboxKey
from cosign.relay.owners import collection_address
from tests.support import postgresql, relays
from tests.support.cli_fixture import vouchers
from tests.support.commands import CLOSES, SIGNING, Shop
from tests.support.relays import Hosted


@pytest.fixture(params=postgresql.KINDS)
def relay(shop: Shop, request: pytest.FixtureRequest) -> Iterator[Hosted]:
    """A relay with the mailbox of a union that collects keys from three people."""
    url = postgresql.empty_database(request.param, shop.folder)
    with relays.hosting_in(shop.folder, SIGNING, url) as running:
        about = f"--name Staff --publisher-name Union --closes {CLOSES}"
        shop.call(f"roster collection {about} -o c.collection", "union")
        shop.call("roster vouch c.collection --count 3 -o slips.csv", "union")
        token = "--register-token-file relay.token --difficulty 4"  # noqa: S105  # an option
        where = f"--relay {running.url} {token}"
        shop.call(f"relay register c.collection {where} -o c.mailbox", "union")
        yield running


def address_of(shop: Shop) -> bytes:
    return collection_address(Collection.from_bytes((shop / "c.collection").read_bytes()))


def test_keys_come_through_a_relay(shop: Shop, relay: Hosted) -> None:
    """Posted by the command, handed in by a browser, in a file: collected together, twice."""
    codes = vouchers(shop, "slips.csv")
    key = "member key --collection c.collection --slip"
    posted = shop.call(f"{key} {codes[0]} --relay {relay.url} --json", "anna")
    assert posted.json["posted"]
    shop.call(f"{key} {codes[0]} --relay {relay.url}", "anna")  # sealed anew: another record
    shop.call(f"{key} {codes[1]} -o bo.delivery", "bo")
    url = f"{relay.url}/drop/{address_of(shop).hex()}"
    (shop / "mailbox").write_bytes(
        requests.get(f"{relay.url}/v1/mailboxes/{address_of(shop).hex()}", timeout=30).content
    )
    shop.call("relay stamp bo.delivery c.collection mailbox -o bo.stamped")
    page = requests.get(url, timeout=30).text
    assert "collects keys" in page
    assert "/answer" not in page
    assert "Keys count until the time on your slip." in page
    files = {"file": ("f", (shop / "bo.stamped").read_bytes())}
    answer = requests.post(url, data={"text": ""}, files=files, timeout=30)
    assert (answer.status_code, "/answer" in answer.text) == (201, False)
    assert "only the publisher can open it" in answer.text
    shop.call(f"{key} {codes[2]} -o cy.delivery", "cy")
    collect = f"roster collect c.collection --relay {relay.url} --mailbox c.mailbox"
    done = shop.call(f"{collect} cy.delivery -o keys.csv", "union")
    assert "keys.csv: 3 keys in all, 0 refused now" in done.out
    said = posted.out + posted.err + done.out + done.err
    assert [code for code in codes if code in said or code.replace("-", "") in said] == []
    shop.call(f"{collect} -o again.csv", "union", now=CLOSES)
    assert (shop / "again.csv").read_bytes() == (shop / "keys.csv").read_bytes()


def test_one_bad_delivery_stops_nobody(shop: Shop, relay: Hosted) -> None:
    """A code that was never made is refused with a word; the others are taken."""
    codes = vouchers(shop, "slips.csv")
    key = f"member key --collection c.collection --relay {relay.url} --slip"
    shop.call(f"{key} {codes[0]}", "anna")
    shop.call(f"{key} {codes[0]}", "thief")
    there = f"c.collection --relay {relay.url} --mailbox c.mailbox"
    seen = shop.call(f"roster status {there} --json", "union").json["deliveries"]
    assert seen == {"seen": 2, "new_keys": 1, "refused": 1, "slips_used_twice": 1}
    done = shop.call(f"roster collect {there} -o keys.csv", "union", code=8)
    assert "a key in the mailbox: the voucher was used for another key" in done.err
    assert "1 key in all, 1 refused now" in done.out


def test_the_collection_is_a_notice(shop: Shop, relay: Hosted) -> None:
    """Everybody who knows the address fetches it; a group does not belong there."""
    notice = f"relay notice c.collection --relay {relay.url} --mailbox"
    told = shop.call(f"{notice} c.mailbox --json").json
    found = requests.get(told["notice"], timeout=30)
    assert found.content == (shop / "c.collection").read_bytes()
    wrong = notice.replace("c.collection", "staff.group")
    assert "another mailbox" in shop.call(f"{wrong} c.mailbox", code=5).problem()[0]


def test_an_erased_mailbox_takes_nothing(shop: Shop, relay: Hosted) -> None:
    """Its owner erases it, with a warning while keys are collected."""
    done = shop.call(f"relay erase c.collection --relay {relay.url} --yes", "union")
    assert "keys are still collected" in done.err
    [code, *_] = vouchers(shop, "slips.csv")
    line = f"member key --collection c.collection --slip {code} --relay {relay.url}"
    done = shop.call(line, "anna", code=16)
    assert "the key is kept in your home" in done.err
    assert "no mailbox of this round, registrar or collection" in done.err


def test_the_mailbox_of_a_stranger_is_not_read(shop: Shop, relay: Hosted, tmp_path: Path) -> None:
    """Another collection's key is refused, and a home without the keys registers nothing."""
    about = f"--name Other --publisher-name Union --closes {CLOSES}"
    shop.call(f"roster collection {about} -o o.collection", "union")
    shop.call("roster vouch o.collection --count 1 -o o.csv", "union")
    with shop.unchanged():
        line = f"roster collect o.collection --relay {relay.url} --mailbox c.mailbox -o new"
        assert "another mailbox" in shop.call(line, "union", code=5).problem()[0]
    key = MailboxKey.from_bytes((shop / "c.mailbox").read_bytes())
    assert key.mailbox.terms.address == address_of(shop)
    token = "--register-token-file relay.token --difficulty 4"  # noqa: S105  # an option
    line = f"relay register o.collection --relay {relay.url} {token} -o {tmp_path}/o.mailbox"
    shop.call(line, "organizer", code=16)
