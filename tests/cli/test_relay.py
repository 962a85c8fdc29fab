"""The relay's commands: what people type, and what they are told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from cosign import labels
from cosign.homes import find_organizer
from cosign.records.envelope import Envelope
from cosign.records.mailbox import DAY_MINUTES, Mailbox, MailboxKey
from cosign.records.round import Round, verify_round
from cosign.relay.owners import round_address, round_mailbox
from cosign.relay.server.database import Database
from cosign.relay.shelves import ENVELOPES, REQUESTS, BoundShelf
from cosign.roles.organizer.rounds import check_organizer
from cosign.stores.home import Home
from tests.support import relays, socks
from tests.support.commands import SIGNING, Shop, environment
from tests.support.relays import Hosted, Program

ONION: Final = f"http://{'a' * 56}.onion"


@pytest.fixture
def program(shop: Shop) -> Iterator[Program]:
    """A relay as its operator runs it, with its files in the shop."""
    url = f"sqlite:///{shop.folder}/relay.sqlite"
    with relays.serving(shop.folder, url, env=environment(SIGNING)) as running:
        yield running


@pytest.fixture
def relay(shop: Shop) -> Iterator[Hosted]:
    """A relay in a thread, with its files in the shop."""
    with relays.hosting_in(shop.folder, SIGNING) as running:
        yield running


@pytest.fixture
def register(relay: Hosted) -> str:
    """The command that registers the round's mailbox, but for its output."""
    token = "--register-token-file relay.token"  # noqa: S105  # an option
    return f"relay register letter.round --relay {relay.url} {token} --difficulty 4"


def test_a_relay_says_where_it_listens(shop: Shop, program: Program) -> None:
    """It listens on this machine alone, its files are for its owner, and it ends when told."""
    assert program.url.startswith("http://127.0.0.1:")
    assert program.token_file.stat().st_mode & 0o777 == 0o600
    assert (shop / "relay.sqlite").stat().st_mode & 0o777 == 0o600
    assert (shop / "relay.sqlite-wal").stat().st_mode & 0o777 == 0o600
    again = relays.Program(shop.folder, f"sqlite:///{shop.folder}/other.sqlite")
    assert again.token == program.token
    again.end()


def test_a_place_that_is_taken(shop: Shop, relay: Hosted) -> None:
    """Where somebody else listens, or nobody can, the program says so."""
    for place in (
        f"127.0.0.1:{relay.port}",
        "192.0.2.1:80",
        "here",
        "127.0.0.1:x",
        "127.0.0.1:99999",
    ):
        line = f"relay serve --listen {place} --database sqlite:///other.sqlite"
        assert shop.call(line, code=2).problem()[0].startswith(f"cannot listen on '{place}'")


MEANINGLESS: Final = [
    *("mysql://a/b", "sqlite://", "postgresql://", "?", "relay.sqlite"),
    *("sqlite:///:memory:", "sqlite:///x?mode=memory", "postgres://u@h/n"),
]


@pytest.mark.parametrize("url", MEANINGLESS)
def test_databases_that_cannot_be(shop: Shop, url: str) -> None:
    """A relay keeps its data in SQLite or PostgreSQL."""
    with shop.unchanged():
        shop.call(f"relay export --database {url} -o new", code=2).problem()
        shop.call(f"relay serve --database {url} --listen 127.0.0.1:0", code=2).problem()


@pytest.mark.parametrize("url", ["sqlite:////proc/a.sqlite", "postgresql://a@127.0.0.1:1/b"])
def test_databases_that_are_not_there(shop: Shop, url: str) -> None:
    """A database that cannot be reached is named as the reason."""
    shop.call(f"relay import letter.round --database {url}", code=14).problem()


def test_nothing_is_exported_from_nowhere(shop: Shop) -> None:
    """A database that is not there is not made only to be exported."""
    with shop.unchanged():
        shop.call("relay export --database sqlite:///nothing.sqlite -o new", code=16).problem()


def test_a_damaged_database(shop: Shop) -> None:
    """A file that is no database is left as it is."""
    with shop.unchanged():
        done = shop.call("relay export --database sqlite:///letter.round -o new", code=14)
    assert "file is not a database" in done.problem()[0]


def test_an_organizer_registers(shop: Shop, register: str) -> None:
    """The key of the mailbox is written for its owner only, and nothing of it is shown."""
    done = shop.call(f"{register} --quota 50 --days 7 -o letter.mailbox --json", "organizer")
    raw = (shop / "letter.mailbox").read_bytes()
    key = MailboxKey.from_bytes(raw)
    assert done.json == {
        "output": "letter.mailbox",
        "relay": key.relay,
        "address": key.mailbox.terms.address.hex(),
        "drop_page": f"{key.relay}/drop/{key.mailbox.terms.address.hex()}",
        "opens": "2030-03-10T00:00Z",
        "closes": "2030-03-26T00:00Z",
        "lists_from": "2030-03-19",
        "quota": 50,
        "difficulty": 4,
    }
    assert (shop / "letter.mailbox").stat().st_mode & 0o777 == 0o600
    assert key.capability.reveal().hex() not in done.out + done.err
    shown = shop.call("inspect letter.mailbox")
    assert key.capability.reveal().hex() not in shown.out + shown.err


def test_an_organizer_chooses_the_day_of_lists(shop: Shop, register: str) -> None:
    """Not before the close, which is midnight of the 18th, and not when it takes no openings."""
    line = f"{register} --days 7 -o letter.mailbox"
    for day in ("2030-03-17", "2030-03-26", "1960-01-01", "2030-03-18T00:00Z", "tomorrow"):
        with shop.unchanged():
            shop.call(f"{line} --lists-from {day}", "organizer", code=2).problem()
    done = shop.call(f"{line} --lists-from 2030-03-17", "organizer", code=2)
    assert "from 2030-03-18 to 2030-03-25" in done.problem()[1]
    told = shop.call(f"{line} --lists-from 2030-03-18", "organizer")
    assert "lists nothing of it before 2030-03-18" in told.out
    assert re.search(r"^its drop page is http://\S+/drop/[0-9a-f]{64}$", told.out, re.MULTILINE)


def test_nothing_is_asked_before_the_day(shop: Shop, relay: Hosted, register: str) -> None:
    """After the close and before the day of lists, the error names the day; the relay is away."""
    shop.call(f"{register} --lists-from 2030-03-20 -o letter.mailbox", "organizer")
    relay.stop()
    over = f"letter.round --relay {relay.url} --mailbox letter.mailbox"
    now = "2030-03-19T23:59Z"
    for line, home in (
        (f"trustee open {over} -o new", "trustee-1"),
        (f"publish {over} -o new", "organizer"),
    ):
        with shop.unchanged():
            done = shop.call(line, home, now=now, code=7)
        assert done.problem()[0] == "the mailbox is not listed before 2030-03-20 (UTC)"


def test_a_member_does_not_post_where_the_hour_shows(shop: Shop, relay: Hosted) -> None:
    """An organizer who registers a mailbox that is listed during the round gets no envelope."""
    round_ = verify_round(Round.from_bytes((shop / "letter.round").read_bytes()))
    secrets = find_organizer(Home(shop / "homes/organizer", lambda _name, _new: None))
    identity = check_organizer(secrets, round_)
    closes = round_.terms.closes // DAY_MINUTES
    today = round_.terms.opens // DAY_MINUTES
    options = relays.mailbox_options(window=(today, today + 60), lists_from=closes)
    proper = round_mailbox(round_, identity, options)
    terms = replace(proper.terms, lists_from=closes - 1)
    early = Mailbox(terms, identity.sign(labels.MAILBOX_SIGNATURE, terms.to_bytes()))
    with relays.connect(relay.url) as client:
        assert relay.token
        client.register(early, relay.token)
        line = f"sign letter.round --min-set 2 --yes --relay {relay.url}"
        done = shop.call(line, "member-3", code=6)
        assert "could see when each envelope comes" in done.err.splitlines()[-2]
    relay.stop()
    with Database(f"sqlite:///{shop.folder}/relay.sqlite") as database:
        assert list(database.page(BoundShelf(early.terms, ENVELOPES), b"")) == []


def test_registering_again_is_the_same_as_once(shop: Shop, register: str) -> None:
    """A command that was interrupted can be repeated, and finds its key."""
    line = f"{register} -o letter.mailbox"
    shop.call(line, "organizer")
    with shop.unchanged():
        shop.call(line, "organizer")
    done = shop.call(f"{line} --force", "organizer", code=6)
    assert "the relay has other content in this place" in done.problem()[0]


def test_other_files_stay(shop: Shop, register: str) -> None:
    """A file that is no key, or the key of another mailbox, is not taken and not replaced."""
    with shop.unchanged():
        shop.call(f"{register} -o letter.md", "organizer", code=1)
    shop.call(f"{register} -o letter.mailbox", "organizer")
    with shop.unchanged():
        other = register.replace("letter.round", "staff.group")
        shop.call(f"{other} -o letter.mailbox", "council", code=15)
        elsewhere = register.replace("127.0.0.1", "localhost")
        shop.call(f"{elsewhere} -o letter.mailbox", "organizer", code=15)


def test_a_registrar_registers(shop: Shop, relay: Hosted, register: str) -> None:
    """A registrar's mailbox is found with the group's file."""
    line = register.replace("letter.round", "staff.group")
    shop.call(f"{line} -o council.mailbox", "council")
    key = MailboxKey.from_bytes((shop / "council.mailbox").read_bytes())
    assert key.mailbox.terms.kind == "registrar"
    with relays.connect(relay.url) as client:
        assert (
            list(client.shelf(key.mailbox.terms, REQUESTS, key.capability).read(relays.TODAY)) == []
        )


def test_only_the_owner_registers(shop: Shop, register: str) -> None:
    """Somebody else's home does not sign for a round or a registrar."""
    with shop.unchanged():
        shop.call(f"{register} -o new", "member-1", code=16)
        shop.call(f"{register.replace('letter.round', 'staff.group')} -o new", "clerk", code=16)
        shop.call(f"{register.replace('letter.round', '1.trustee')} -o new", "organizer", code=5)


def test_a_wrong_token(shop: Shop, register: str) -> None:
    """The key stays, so that the command can be repeated with the right token."""
    (shop / "wrong.token").write_text(relays.TOKEN_CODE)
    line = f"{register} -o letter.mailbox"
    wrong = line.replace("relay.token", "wrong.token")
    assert "does not accept this token" in shop.call(wrong, "organizer", code=6).problem()[0]
    shop.call(line, "organizer")


@pytest.mark.parametrize(
    "text", ["", "secret", relays.TOKEN_CODE[:-1], relays.TOKEN_CODE[:-1] + "?"]
)
def test_a_token_that_is_mistyped(shop: Shop, register: str, text: str) -> None:
    """A token has check characters, so a slip is told from a wrong one before anything is sent."""
    (shop / "mistyped.token").write_text(text)
    with shop.unchanged():
        line = register.replace("relay.token", "mistyped.token")
        done = shop.call(f"{line} -o new", "organizer", code=2)
    assert done.problem()[0].startswith("mistyped.token: ")


def post_one(shop: Shop, relay: Hosted) -> Envelope:
    """Post one of the shop's envelopes."""
    round_ = verify_round(Round.from_bytes((shop / "letter.round").read_bytes()))
    envelope = Envelope.from_bytes((shop / "envelopes/1.sealed").read_bytes())
    with relays.connect(relay.url) as client:
        terms = client.mailbox(round_address(round_))
        assert client.shelf(terms, ENVELOPES).post(envelope.to_bytes()) == envelope.envelope_id
    return envelope


def test_a_member_checks(shop: Shop, relay: Hosted, register: str) -> None:
    """Who has the envelope or its id is told whether the relay still holds it."""
    shop.call(f"{register} -o letter.mailbox", "organizer")
    found = post_one(shop, relay).envelope_id.hex()
    where = f"--round letter.round --relay {relay.url}"
    told = {"held": True, "id": found}
    assert shop.call(f"relay check envelopes/1.sealed {where} --json").json == told
    assert shop.call(f"relay check {found} {where} --json").json == told
    assert "holds this envelope" in shop.call(f"relay check {found} {where}").out
    for other in ("envelopes/2.sealed", "00" * 32):
        done = shop.call(f"relay check {other} {where}", code=16)
        assert "cosign-letter: the relay does not have it\n" in done.err
    done = shop.call(f"relay check second-envelopes/1.sealed {where}", code=5)
    assert "this envelope is of another round" in done.err
    elsewhere = where.replace("letter.round", "second.round")
    done = shop.call(f"relay check {found} {elsewhere}", code=16)
    assert "no mailbox of this round" in done.err


def test_data_moves(shop: Shop, relay: Hosted, register: str, tmp_path: Path) -> None:
    """What one relay exports another one imports, once and again, while the first goes on."""
    shop.call(f"{register} -o letter.mailbox", "organizer")
    envelope = post_one(shop, relay)
    database = f"--database sqlite:///{shop.folder}/relay.sqlite"
    assert shop.call(f"relay export {database} -o all.relay --json").json == {"output": "all.relay"}
    assert (shop / "all.relay").stat().st_mode & 0o777 == 0o600
    with shop.unchanged():
        shop.call(f"relay export {database} -o all.relay", code=15)
    other = f"--database sqlite:///{tmp_path}/other.sqlite"
    for added in (1, 0):
        done = shop.call(f"relay import all.relay {other} --json")
        assert done.json == {"mailboxes": 1, "records": 1, "added": added}
    whole = shop.call(f"relay export {other} -o - --armor").raw
    assert shop.call(f"relay import - {other} --json", stdin=whole).json["added"] == 0
    with relays.serving(tmp_path, f"sqlite:///{tmp_path}/other.sqlite") as second:
        line = f"relay check envelopes/1.sealed --round letter.round --relay {second.url} --json"
        assert shop.call(line).json["id"] == envelope.envelope_id.hex()


def test_files_that_are_no_exports(shop: Shop, tmp_path: Path) -> None:
    """A file that no relay wrote, or that is cut, is refused by name."""
    url = f"sqlite:///{tmp_path}/new.sqlite"
    database = f"--database {url}"
    with Database(url):
        shop.call(f"relay export {database} -o empty.relay")
    (shop / "cut.relay").write_bytes((shop / "empty.relay").read_bytes()[:-1])
    for name in ("letter.round", "letter.md", "cut.relay"):
        done = shop.call(f"relay import {name} {database}", code=1)
        assert done.problem()[0].startswith(f"{name}: ")
    shop.call(f"relay import none {database}", code=16).problem()


# The way.


def test_nothing_goes_in_the_open(shop: Shop) -> None:
    """Without TLS, or to an onion service without Tor, nothing is sent."""
    line = f"relay check {'00' * 32} --round letter.round --relay"
    assert "without https" in shop.call(f"{line} http://relay.example", code=2).err
    assert "reached through Tor" in shop.call(f"{line} {ONION}", code=2).err
    done = shop.call(f"{line} https://relay.example --proxy http://127.0.0.1:1", code=2)
    assert "socks5h" in done.problem()[0]


def test_a_relay_that_is_away(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try is told, so that the command does not look as if it hung."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", (0.01, 1.0))
    line = f"relay check {'00' * 32} --round letter.round --relay http://127.0.0.1:1"
    _address, *tries, message, _hint = shop.call(line, code=20).err.splitlines()
    assert tries == [
        f"the relay cannot be reached or is busy; trying again in {s} s" for s in (0.01, 1)
    ]
    assert "cannot be reached" in message


def test_an_onion_service_is_asked_through_the_proxy(
    shop: Shop, relay: Hosted, register: str
) -> None:
    """With a proxy the command reaches a name that only the proxy can look up."""
    shop.call(f"{register} -o letter.mailbox", "organizer")
    post_one(shop, relay)
    with socks.Detour(relay.port) as tor:
        line = "relay check envelopes/1.sealed --round letter.round"
        shop.run(f"{line} --relay {ONION} --proxy {tor.url}")
    assert [asked.host.decode() for asked in tor.asked] == [ONION.removeprefix("http://")]


@socks.needed
def test_a_real_proxy_serves_the_command(shop: Shop, relay: Hosted, register: str) -> None:
    """The same with a SOCKS server that others use; nothing but that server is needed."""
    shop.call(f"{register} -o letter.mailbox", "organizer")
    post_one(shop, relay)
    with socks.microsocks() as proxy:
        line = f"relay check envelopes/1.sealed --round letter.round --proxy {proxy.url}"
        shop.run(f"{line} --relay http://localhost:{relay.port}")
        assert proxy.asked_for() == [f"localhost:{relay.port}"]
