"""What a command needs is checked before it asks or records anything; what failed repeats."""

import socket
from typing import Final

import pytest

from cosign.relay.shelves import ENVELOPES
from tests.support import relays, socks
from tests.support.cli_fixture import vouchers
from tests.support.commands import AFTERWARDS, ENROLMENT, SIGNING, Shop
from tests.support.relayed import Relay, relay_in

AWAY: Final = "http://127.0.0.1:1"
ADDRESS: Final = "warning: the relay sees your network address"

COMMANDS: Final = {
    "sign": ("sign letter.round --min-set 2", "member-3", SIGNING),
    "withdraw": ("withdraw letter.round", "member-3", SIGNING),
    "member enrol": ("member enrol open.group", "new", ENROLMENT),
    "member finish": ("member finish", "late", ENROLMENT),
    "registrar issue": ("registrar issue --mailbox none", "clerk", ENROLMENT),
    "trustee open": ("trustee open letter.round --mailbox none", "trustee-1", AFTERWARDS),
    "publish": ("publish letter.round --mailbox none -o new", "organizer", AFTERWARDS),
    "relay register": (
        "relay register letter.round --register-token-file none -o new",
        "organizer",
        SIGNING,
    ),
    "relay erase": ("relay erase letter.round", "organizer", SIGNING),
    "relay check": ("relay check 1.sealed --round none", None, SIGNING),
}
"""Commands that use a relay, each with an answer or a file missing, so that none comes far."""

OPTIONS: Final = {
    "no TLS": ("--relay http://relay.example", 2, "without https"),
    "no URL": ("--relay relay.example", 2, "does not begin with https"),
    "an onion service without Tor": (f"--relay http://{'a' * 56}.onion", 2, "through Tor"),
    "a proxy that looks names up here": (
        "--relay https://relay.example --proxy socks5://127.0.0.1:9050",
        2,
        "does not begin with socks5h",
    ),
    "no Tor": (
        "--relay https://relay.example --proxy socks5h://127.0.0.1:1",
        20,
        "the proxy at 127.0.0.1:1 refuses: is Tor running?",
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("what", OPTIONS)
def test_the_way_is_checked_first(shop: Shop, name: str, what: str) -> None:
    """Before any question, and before the files that are missing here are looked for."""
    line, home, now = COMMANDS[name]
    options, code, message = OPTIONS[what]
    with shop.unchanged():
        done = shop.call(f"{line} {options}", home, now=now, code=code)
    assert message in done.problem()[0]
    assert "trying again" not in done.err


@pytest.mark.parametrize("module", ["httpcore", "certifi"])
@pytest.mark.parametrize("name", COMMANDS)
def test_libraries_are_looked_for_first(shop: Shop, name: str, module: str) -> None:
    """A member without the extra has used no key when that is told."""
    line, home, now = COMMANDS[name]
    with shop.unchanged():
        done = shop.run_without(module, f"{line} --relay {AWAY}", home, now=now)
    assert f"this needs {module}, which is not installed" in done.err
    assert "sqlalchemy" not in done.err  # the client alone is to be installed


PLACES: Final = {
    "the output's folder is missing": ("-o nowhere/new", 16, "no such folder"),
    "the output is there": ("-o letter.md", 15, "exists"),
    "the home is below a file": (
        "-o new --home letter.md/home",
        14,
        "letter.md: permission denied",
    ),
}


@pytest.mark.parametrize("name", ["sign", "withdraw", "member enrol"])
@pytest.mark.parametrize("what", PLACES)
def test_places_are_checked_first(shop: Shop, name: str, what: str) -> None:
    """The voucher is not asked for, and the round need not be confirmed."""
    line, home, now = COMMANDS[name]
    options, code, message = PLACES[what]
    if "--home" in options:
        options, home = f"{options} --no-passphrase", None
    with shop.unchanged():
        done = shop.call(f"{line} {options}", home, now=now, code=code)
    assert message in done.problem()[0]


REPEATED: Final = {
    "sign": "sign letter.round --min-set 2 --yes --statement 'In my words'",
    "withdraw": "withdraw letter.round --yes",
}


@pytest.mark.parametrize("name", REPEATED)
def test_an_envelope_that_never_left_is_made_again(
    shop: Shop, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The use is recorded, the relay was away; the command says what to do, and that works."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", (0.01,))
    with relay_in(shop) as relay:
        register(shop, relay)
        done = shop.call(f"{REPEATED[name]} --relay {AWAY}", "member-3", code=20)
        assert "the use of your key is written down, and its file may not have left" in done.err
        assert "the same command, with the same options, makes and sends it again" in done.err
        assert ADDRESS in done.err
        again = shop.call(f"{REPEATED[name]} --relay {relay.url} --json", "member-3")
        posted = again.json["posted"]
        check = f"relay check {posted} --round letter.round --relay {relay.url}"
        assert "holds this envelope" in shop.call(check).out
    if name == "sign":  # and with other words it is refused, as it has to be
        other = REPEATED[name].replace("my", "your")
        done = shop.call(f"{other} -o new", "member-3", code=9)
        assert "with another statement" in done.err


def test_an_envelope_that_was_written_is_handed_in(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --output the file is there, although it was not posted."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", (0.01,))
    done = shop.call(f"{REPEATED['sign']} --relay {AWAY} -o new", "member-3", code=20)
    assert "new has it: hand that file in, or repeat the command with --force" in done.err
    assert (shop / "new").is_file()


def register(shop: Shop, relay: Relay) -> None:
    """Register the mailbox of the round."""
    options = f"--relay {relay.url} --register-token-file relay.token --difficulty 4"
    shop.call(f"relay register letter.round {options} -o letter.mailbox", "organizer")


def test_a_request_that_never_left_is_sent_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same voucher makes the same request, so a registrar answers it once."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", (0.01,))
    code = vouchers(shop, "open.csv")[2]
    with relay_in(shop) as relay:
        options = f"--relay {relay.url} --register-token-file relay.token --difficulty 4"
        line = f"relay register open.group {options} -o clerk.mailbox"
        shop.call(line, "clerk", now=ENROLMENT)
        enrol = f"member enrol open.group --voucher {code} --relay"
        done = shop.call(f"{enrol} {AWAY}", "new", now=ENROLMENT, code=20)
        assert "the request is kept in your home, and its file may not have left" in done.err
        assert done.err.count(ADDRESS) == 1
        shop.call(f"{enrol} {relay.url}", "new", now=ENROLMENT)
        finish = f"member finish --relay {relay.url}"
        done = shop.call(finish, "new", now=ENROLMENT, code=16)
        assert "has not answered yet\n  hint: try again later" in done.err
        assert ADDRESS in done.err
        issue = f"registrar issue --relay {relay.url} --mailbox clerk.mailbox"
        shop.call(issue, "clerk", now=ENROLMENT)
        assert "ready to sign" in shop.call(finish, "new", now=ENROLMENT).out


MEMBERS: Final = ["sign", "withdraw", "member enrol", "member finish", "relay check"]


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("proxied", [False, True], ids=["without a proxy", "with one"])
def test_members_are_warned_of_their_address(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str, *, proxied: bool
) -> None:
    """In every command of a member that reaches a relay, unless it goes through a proxy."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", ())
    line, home, now = COMMANDS[name]
    if name == "member enrol":
        line += " --voucher wrong"
    with socks.Detour(1) as proxy:
        options = f"--relay {AWAY}" + (f" --proxy {proxy.url}" if proxied else "")
        done = shop.call(f"{line} {options}", home, now=now, code=None)
        assert done.code != 0
    assert (ADDRESS in done.err) == (not proxied)


TAKEN: Final = {
    "a port in use": ("127.0.0.1:{port}", "another program listens there"),
    "another machine's address": ("192.0.2.1:8463", "does not have that address"),
    "no port": ("localhost", "write it like"),
    "no number": ("127.0.0.1:http", "write it like"),
    "too large a number": ("127.0.0.1:99999", "write it like"),
    "a name that is no name": ("a..b:8463", "write it like"),
}


@pytest.mark.parametrize("what", TAKEN)
def test_places_where_a_relay_cannot_listen(shop: Shop, what: str) -> None:
    """The hint is about what is wrong, not about how a place is written."""
    place, hint = TAKEN[what]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = place.format(port=listener.getsockname()[1])
        done = shop.call(f"relay serve --listen {place} --database sqlite:///x.sqlite", code=2)
    assert done.problem()[0].startswith(f"cannot listen on '{place}': ")
    assert "attempting" not in done.err
    assert hint in done.problem()[1]


def test_an_owner_has_a_mailbox_erased(shop: Shop) -> None:
    """Only after a confirmation, only by the owner's home, and as often as it is wanted."""
    with relay_in(shop) as relay:
        register(shop, relay)
        line = f"relay erase letter.round --relay {relay.url}"
        assert "needs a confirmation" in shop.call(line, "organizer", code=2).err
        shop.call(f"{line} --yes", "member-1", code=None)
        posted = shop.call(f"{REPEATED['sign']} --relay {relay.url} --json", "member-3").json[
            "posted"
        ]
        check = f"relay check {posted} --round letter.round --relay {relay.url}"
        shop.call(check)
        done = shop.call(f"{line} --yes --json", "organizer")
        assert done.json["relay"] == relay.url
        assert "warning: the round is open" in done.err
        assert "no mailbox" in shop.call(check, code=16).err
        assert "no mailbox" in shop.call(f"{line} --yes", "organizer", code=16).err
        (shop / "letter.mailbox").unlink()
        register(shop, relay)
        with relays.connect(relay.url) as client:
            address = bytes.fromhex(done.json["address"])
            shelf = client.shelf(client.mailbox(address), ENVELOPES)
            with pytest.raises(Exception, match="does not have it"):
                shelf.fetch(bytes.fromhex(posted))


def test_a_trustee_forgets(shop: Shop) -> None:
    """The key of a round, or of a file; what is left opens nothing."""
    home = shop / "homes/trustee-1"
    line = "trustee forget letter.round"
    with shop.unchanged():
        assert "needs a confirmation" in shop.call(line, "trustee-1", code=2).err
        assert "no key of a trustee" in shop.call(f"{line} --yes", "member-1", code=16).err
        shop.call("trustee forget staff.group --yes", "trustee-1", code=None)
    shop.call("trustee key --name Other -o other.trustee", "trustee-1")
    done = shop.call(f"{line} --yes --json", "trustee-1")
    assert "warning: the round is open until" in done.err
    assert len(done.json["forgotten"]) == 1
    assert len(list(home.glob("trustee-*.vault"))) == 1
    opened = "trustee open letter.round --envelopes envelopes -o new"
    shop.call(opened, "trustee-1", now=AFTERWARDS, code=16).problem()
    done = shop.call("trustee forget other.trustee --yes", "trustee-1")
    assert done.out.endswith(": forgotten\n")
    assert list(home.glob("trustee-*.vault")) == []
