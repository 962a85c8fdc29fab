"""What a registrar's answers do not tell (docs/relay.md, "Error answers")."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from cosign.errors import MissingError, StorageError
from cosign.primitives import hpke
from cosign.records.enrolment import EnrolmentPlea, EnrolmentRequest, request_info
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.mailbox import MailboxKey
from cosign.records.voucher import decode_voucher
from cosign.relay.client.transport import Answer, Transport
from cosign.relay.shelves import REQUESTS, RESPONSES, BoundShelf
from cosign.secret import Secret
from tests.support import relays
from tests.support.cli_fixture import vouchers
from tests.support.commands import AFTERWARDS, SIGNING, Shop
from tests.support.relays import Hosted

SIGNABLE: Final = bytes(383) + b"\2"
Sent = list[tuple[str, str, int]]


@dataclass(frozen=True)
class RegistrarSession:
    """The clerk's group, whose enrolment goes on: one voucher of three is used."""

    shop: Shop

    @property
    def group(self) -> RegisteredGroup:
        """The group."""
        return RegisteredGroup.from_bytes((self.shop / "open.group").read_bytes())

    def request(self, voucher: bytes, message: bytes) -> bytes:
        """Make a request for one slot, as somebody with a program of their own can."""
        plea = EnrolmentPlea(Secret(voucher), Secret(os.urandom(32)), (message,))
        return self.sealed(plea.to_bytes())

    def sealed(self, plea: bytes) -> bytes:
        """Seal what may be no plea to the registrar."""
        key = hpke.SealingPublicKey.from_bytes(self.group.registrars[0].request_key)
        sealed = hpke.seal(key, request_info(self.group.group_id, 0), plea)
        return EnrolmentRequest(self.group.group_id, 0, sealed).to_bytes()

    def voucher(self, number: int) -> bytes:
        """Return a voucher: that of the unanswered request, the used one, the spare one."""
        return decode_voucher(self.group, vouchers(self.shop, "open.csv")[number])[1].reveal()

    def noise(self) -> bytes:
        """Seal noise as long as a plea."""
        asked = EnrolmentRequest.from_bytes((self.shop / "early.request").read_bytes())
        return self.sealed(os.urandom(len(asked.sealed) - hpke.SEAL_OVERHEAD))

    def unsealed(self) -> bytes:
        """Send noise as long as what is sealed."""
        asked = EnrolmentRequest.from_bytes((self.shop / "early.request").read_bytes())
        noise = os.urandom(len(asked.sealed))
        return EnrolmentRequest(asked.group_id, asked.registrar, noise).to_bytes()


REFUSED: Final[dict[str, tuple[Callable[[RegistrarSession], bytes], str, int]]] = {
    "an unknown voucher": (lambda d: d.request(bytes(16), SIGNABLE), SIGNING, 8),
    "a used voucher": (lambda d: d.request(d.voucher(1), SIGNABLE), SIGNING, 8),
    "too late": (lambda d: d.request(d.voucher(2), SIGNABLE), AFTERWARDS, 7),
    "an unknown voucher, too late": (lambda d: d.request(bytes(16), SIGNABLE), AFTERWARDS, 8),
    "a message of zero": (lambda d: d.request(d.voucher(2), bytes(384)), SIGNING, 1),
    "a message beyond": (lambda d: d.request(d.voucher(2), b"\xff" * 384), SIGNING, 1),
    "no plea": (RegistrarSession.noise, SIGNING, 1),
    "no seal": (RegistrarSession.unsealed, SIGNING, 1),
}
"""Requests, when they come, and the exit code by which the registrar alone is told why."""


@pytest.fixture
def desk(shop: Shop) -> RegistrarSession:
    """A desk that a test may use."""
    return RegistrarSession(shop)


@pytest.fixture
def relay(shop: Shop) -> Iterator[Hosted]:
    """A relay with the mailbox of the clerk."""
    with relays.hosting_in(shop.folder, SIGNING) as running:
        register = f"relay register open.group --relay {running.url} --difficulty 4"
        shop.call(f"{register} --register-token-file relay.token -o clerk.mailbox", "clerk")
        yield running


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What a relay is sent by this process: methods, shelves, lengths."""
    seen: Sent = []
    ask = Transport.ask

    def overheard(
        way: Transport,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | None,
        longest: int,
    ) -> Answer:
        shelf = path.partition("?")[0].rpartition("/")[2]
        seen.append((method, shelf, len(body or b"")))
        return ask(way, method, path, headers, body, longest)

    monkeypatch.setattr(Transport, "ask", overheard)
    return seen


def answer_mailbox(
    desk: RegistrarSession, relay: Hosted, sent: Sent, raw: bytes, now: str
) -> tuple[Sent, str]:
    """Post a request and let the clerk look; give what the relay was sent, and the result."""
    key = MailboxKey.from_bytes((desk.shop / "clerk.mailbox").read_bytes())
    request_id = BoundShelf(key.mailbox.terms, REQUESTS).check(raw)
    with relays.connect(relay.url) as client:
        client.shelf(key.mailbox.terms, REQUESTS).post(raw)
        sent.clear()
        issue = f"registrar issue --relay {relay.url} --mailbox clerk.mailbox"
        done = desk.shop.call(issue, "clerk", now=now)
        overheard = list(sent)
        if "1 refused" in done.out:
            assert "cosign-letter: a request in the mailbox: " in done.err
            with pytest.raises(MissingError):
                client.shelf(key.mailbox.terms, RESPONSES).fetch(request_id)
            assert (
                list(client.shelf(key.mailbox.terms, RESPONSES, key.capability).read(relays.TODAY))
                == []
            )
    return overheard, done.out.rpartition(": ")[2]


LOOKED: Final[Sent] = [("GET", "requests", 0)] * 2


@pytest.mark.parametrize("name", REFUSED)
def test_a_relay_does_not_learn_why_a_registrar_refuses(
    desk: RegistrarSession, relay: Hosted, sent: Sent, name: str
) -> None:
    """Whatever is wrong, the registrar posts nothing, and a refused request has no answer."""
    make, now, _ = REFUSED[name]
    overheard, told = answer_mailbox(desk, relay, sent, make(desk), now)
    assert told == "0 requests answered, 1 refused\n"
    assert overheard == LOOKED


@pytest.mark.parametrize("name", ["early", "late"])
def test_first_and_repeated_answers_are_alike(
    desk: RegistrarSession, relay: Hosted, sent: Sent, name: str
) -> None:
    """An answer has one length, whether it was signed now or kept since before."""
    raw = (desk.shop / f"{name}.request").read_bytes()
    overheard, told = answer_mailbox(desk, relay, sent, raw, SIGNING)
    assert told == "1 request answered, 0 refused\n"
    key = MailboxKey.from_bytes((desk.shop / "clerk.mailbox").read_bytes())
    assert overheard == [*LOOKED, ("POST", "responses", key.mailbox.terms.held_space.size)]


@pytest.mark.parametrize("name", REFUSED)
def test_no_file_tells_why_a_registrar_refuses(desk: RegistrarSession, name: str) -> None:
    """Whatever is wrong, no response is written, alone or among others, and no voucher is spent."""
    make, now, code = REFUSED[name]
    (desk.shop / "bad.request").write_bytes(make(desk))
    with desk.shop.unchanged():
        desk.shop.call("registrar issue bad.request -o new", "clerk", now=now, code=code)
    (desk.shop / "answers").mkdir()
    both = "registrar issue bad.request late.request -o answers"
    desk.shop.call(both, "clerk", now=now, code=code)
    answered = (desk.shop / "answers/late.response").read_bytes()
    assert answered == (desk.shop / "late.response").read_bytes()
    assert [path.name for path in (desk.shop / "answers").iterdir()] == ["late.response"]


def no_file(ledger: Path) -> None:
    """Put a folder in the place of the ledger."""
    ledger.unlink()
    ledger.mkdir()


def forge(ledger: Path) -> None:
    """Free every voucher, as somebody can who only writes to the registrar's disk."""
    with contextlib.closing(sqlite3.connect(ledger)) as database:
        database.execute("UPDATE vouchers SET blinded_hash = NULL, signatures = NULL")
        database.commit()


def add_trigger(ledger: Path) -> None:
    """Let the database itself undo that a voucher is used up."""
    trigger = "CREATE TRIGGER t BEFORE UPDATE ON vouchers BEGIN SELECT RAISE(IGNORE); END"
    with contextlib.closing(sqlite3.connect(ledger)) as database:
        database.execute(trigger)


@pytest.mark.parametrize("spoil", [no_file, forge, add_trigger], ids=lambda f: f.__name__)
def test_a_spoiled_ledger_refuses_nobody(
    desk: RegistrarSession, relay: Hosted, spoil: Callable[[Path], None]
) -> None:
    """Nothing is signed, and no request is to blame; once the ledger is back, it answers."""
    raw = desk.request(desk.voucher(1), SIGNABLE)  # the used voucher, other messages
    early = (desk.shop / "early.request").read_bytes()
    [ledger] = (desk.shop / "homes/clerk").glob("*.sqlite")
    whole = ledger.read_bytes()
    spoil(ledger)
    key = MailboxKey.from_bytes((desk.shop / "clerk.mailbox").read_bytes())
    issue = f"registrar issue --relay {relay.url} --mailbox clerk.mailbox"
    with relays.connect(relay.url) as client:
        client.shelf(key.mailbox.terms, REQUESTS).post(raw)
        desk.shop.call(issue, "clerk", now=SIGNING, code=StorageError.exit_code)
        assert (
            list(client.shelf(key.mailbox.terms, RESPONSES, key.capability).read(relays.TODAY))
            == []
        )
        client.shelf(key.mailbox.terms, REQUESTS).post(early)
        for path in ledger.parent.glob(f"{ledger.name}*"):
            path.rmdir() if path.is_dir() else path.unlink()
        ledger.write_bytes(whole)
        ledger.chmod(0o600)
        done = desk.shop.call(issue, "clerk", now=SIGNING)
        assert done.out.endswith(": 1 request answered, 1 refused\n")
        assert (
            len(list(client.shelf(key.mailbox.terms, RESPONSES, key.capability).read(relays.TODAY)))
            == 1
        )
