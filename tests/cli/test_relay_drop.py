"""A member without the relay's libraries hands in by a browser what ``relay stamp`` made."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from cosign.records.enrolment import EnrolmentRequest
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.mailbox import MailboxKey
from cosign.records.round import Round, verify_round
from cosign.relay.owners import registrar_address, round_address
from tests.support import relays
from tests.support.commands import SIGNING, Shop
from tests.support.relays import Hosted


@pytest.fixture
def relay(shop: Shop) -> Iterator[Hosted]:
    """A relay with the mailboxes of the round and of the registrar."""
    with relays.hosting_in(shop.folder, SIGNING) as running:
        token = "--register-token-file relay.token --difficulty 4"  # noqa: S105  # an option
        where = f"--relay {running.url} {token}"
        shop.call(f"relay register letter.round {where} -o letter.mailbox", "organizer")
        shop.call(f"relay register staff.group {where} -o council.mailbox", "council")
        yield running


def download(relay: Hosted, address: bytes, to: Path) -> None:
    """Follow the link of a drop page to its mailbox."""
    page = requests.get(f"{relay.url}/drop/{address.hex()}", timeout=30).text
    assert f'href="/drop/{address.hex()}/mailbox"' in page
    to.write_bytes(requests.get(f"{relay.url}/drop/{address.hex()}/mailbox", timeout=30).content)


def hand_in(relay: Hosted, address: bytes, file: Path) -> requests.Response:
    """Submit the form."""
    url = f"{relay.url}/drop/{address.hex()}"
    chosen = {"file": (file.name, file.read_bytes())}
    return requests.post(url, data={"text": ""}, files=chosen, timeout=30)


def test_an_envelope_is_handed_in_by_a_browser(shop: Shop, relay: Hosted) -> None:
    """The command needs no network; then the relay holds the envelope."""
    round_ = verify_round(Round.from_bytes((shop / "letter.round").read_bytes()))
    address = round_address(round_)
    download(relay, address, shop / "mailbox")
    line = "relay stamp envelopes/1.sealed letter.round mailbox"
    told = shop.call(f"{line} -o for-the-browser --json").json
    assert told == {"output": "for-the-browser", "address": address.hex()}
    answer = hand_in(relay, address, shop / "for-the-browser")
    assert answer.status_code == 201
    assert "show which one was yours" in answer.text
    where = f"--round letter.round --relay {relay.url}"
    assert "holds this envelope" in shop.call(f"relay check envelopes/1.sealed {where}").out


def test_a_request_is_handed_in_by_a_browser(shop: Shop, relay: Hosted) -> None:
    """A request goes to its registrar's mailbox, whose page says how to fetch the answer."""
    group = RegisteredGroup.from_bytes((shop / "staff.group").read_bytes())
    address = registrar_address(group, 0)
    key = MailboxKey.from_bytes((shop / "council.mailbox").read_bytes())
    blank = bytes(key.mailbox.terms.open_space.size)
    short = len(EnrolmentRequest(group.group_id, 0, blank).to_bytes()) - len(blank)
    request = EnrolmentRequest(group.group_id, 0, blank[short:])
    (shop / "some.request").write_bytes(request.to_bytes())
    download(relay, address, shop / "mailbox")
    shop.call("relay stamp some.request staff.group mailbox -o x.stamped")
    answer = hand_in(relay, address, shop / "x.stamped")
    assert answer.status_code == 201
    assert f'action="/drop/{address.hex()}/answer"' in answer.text
    assert request.request_id.hex() in answer.text
    assert "show which one was yours" not in answer.text
    assert "Keep it until you have fetched the answer" in answer.text


def test_files_that_do_not_belong_together(shop: Shop, relay: Hosted) -> None:
    """The file that is wrong is named, and nothing is written."""
    round_ = verify_round(Round.from_bytes((shop / "letter.round").read_bytes()))
    download(relay, round_address(round_), shop / "mailbox")
    for line, code, word in (
        ("envelopes/1.sealed second.round mailbox", 5, "the envelope is of another round"),
        ("second-envelopes/1.sealed second.round mailbox", 5, "the mailbox is that of another"),
        ("envelopes/1.sealed letter.round letter.mailbox", 5, "letter.mailbox: "),
        ("letter.round letter.round mailbox", 5, "letter.round: "),
        ("envelopes/1.sealed staff.group mailbox", 5, "staff.group: "),
    ):
        with shop.unchanged():
            done = shop.call(f"relay stamp {line} -o new", code=code)
        assert word in done.problem()[0], line


def test_owners_put_notices(shop: Shop, relay: Hosted) -> None:
    """Members fetch what they need by a plain link; what belongs elsewhere is refused."""
    secret = shop.call("round invite letter.round -o letter.invite --json").json["secret"]
    line = f"relay notice letter.invite --relay {relay.url} --secret {secret}"
    told = shop.call(f"{line} --mailbox letter.mailbox --json").json
    fetched = requests.get(told["notice"], timeout=30)
    assert fetched.content == (shop / "letter.invite").read_bytes()
    assert requests.get(told["drop_page"], timeout=30).status_code == 200
    group = f"relay notice staff.group --relay {relay.url}"
    told = shop.call(f"{group} --mailbox council.mailbox --json").json
    assert requests.get(told["notice"], timeout=30).content == (shop / "staff.group").read_bytes()
    for wrong, key in ((group, "letter.mailbox"), (line, "council.mailbox")):
        message = shop.call(f"{wrong} --mailbox {key}", code=5).problem()[0]
        assert message == f"{key}: this is the key of another mailbox"
    plain = line.replace("letter.invite", "letter.round")
    assert "round invite" in shop.call(f"{plain} --mailbox letter.mailbox", code=5).problem()[1]


def test_files_that_nobody_hands_in_are_named(shop: Shop, relay: Hosted) -> None:
    """A round is not called a damaged envelope, nor the letter a record without a name."""
    round_ = verify_round(Round.from_bytes((shop / "letter.round").read_bytes()))
    download(relay, round_address(round_), shop / "mailbox")
    for name, code, words in (
        ("letter.round", 5, "letter.round: this is a round, and nobody hands one in"),
        ("letter.md", 1, "letter.md: not a record of this tool, but plain text"),
    ):
        with shop.unchanged():
            done = shop.call(f"relay stamp {name} letter.round mailbox -o new", code=code)
        assert done.problem()[0] == words


def test_files_of_a_relay_are_inspected(shop: Shop, relay: Hosted) -> None:
    """What the program wrote, or the drop page hands out; the owner's key is not shown."""
    round_ = verify_round(Round.from_bytes((shop / "letter.round").read_bytes()))
    download(relay, round_address(round_), shop / "mailbox")
    shop.call("relay stamp envelopes/1.sealed letter.round mailbox -o for-the-browser")
    shown = shop.call("inspect mailbox --json").json
    assert (shown["record"], shown["terms"]["kind"]) == ("mailbox", "round")
    assert shown["terms"]["lists_from"] == "2030-03-19"
    assert "registrar" not in shown["terms"]
    stamped = shop.call("inspect for-the-browser --json").json
    assert stamped["address"] == round_address(round_).hex()
    key = shop.call("inspect letter.mailbox --json").json
    assert key == {"record": "mailbox key", "content": "secret, not shown"}
