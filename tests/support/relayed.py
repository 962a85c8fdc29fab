"""A round over a relay that is searched for secrets after each step."""

import contextlib
import signal
from collections.abc import Iterator
from typing import Final, NamedTuple

from cosign.records.mailbox import MailboxKey
from tests.support import leaks, relays
from tests.support.cli_fixture import vouchers
from tests.support.commands import AFTERWARDS, ENROLMENT, SIGNING, Done, Shop, environment
from tests.support.secret_lines import given, locked

_REGISTER: Final = "RELAY --register-token-file relay.token --difficulty 4"
_DATABASE: Final = "--database sqlite:///relay.sqlite"

STEPS: Final = {
    "relay register": (
        f"relay register letter.round {_REGISTER} -o letter.mailbox",
        "organizer",
        SIGNING,
    ),
    "relay register, once more": (
        f"relay register letter.round {_REGISTER} -o letter.mailbox",
        "organizer",
        SIGNING,
    ),
    "relay register, a registrar's": (
        f"relay register open.group {_REGISTER} -o clerk.mailbox",
        "clerk",
        ENROLMENT,
    ),
    "relay notice": (
        "relay notice open.group RELAY --mailbox clerk.mailbox",
        None,
        ENROLMENT,
    ),
    "member enrol": ("member enrol open.group --voucher VOUCHER RELAY", "new", ENROLMENT),
    "registrar issue": ("registrar issue RELAY --mailbox clerk.mailbox", "clerk", ENROLMENT),
    "member finish": ("member finish RELAY", "new", ENROLMENT),
    "sign": ("sign letter.round --min-set 2 --yes RELAY -o 3.sealed", "member-3", SIGNING),
    "withdraw": ("withdraw letter.round --yes RELAY", "member-3", SIGNING),
    "relay check": ("relay check 3.sealed --round letter.round RELAY", None, SIGNING),
    "trustee open": (
        "trustee open letter.round --envelopes envelopes RELAY --mailbox letter.mailbox",
        "trustee-1",
        AFTERWARDS,
    ),
    "trustee open, another": (
        "trustee open letter.round --envelopes envelopes RELAY --mailbox letter.mailbox",
        "trustee-2",
        AFTERWARDS,
    ),
    "publish": (
        "publish letter.round --envelopes envelopes RELAY --mailbox letter.mailbox -o new.letter",
        "organizer",
        AFTERWARDS,
    ),
    "relay export": (f"relay export {_DATABASE} -o all.relay", None, SIGNING),
    "relay erase": ("relay erase letter.round --yes RELAY", "organizer", AFTERWARDS),
    "relay import": ("relay import all.relay --database sqlite:///other.sqlite", None, SIGNING),
}
"""One line after the other, each with a home and a time."""

MAILBOXES: Final = ("letter.mailbox", "clerk.mailbox")
"""What registering is for: a capability stands in it, once and as bytes."""


class Step(NamedTuple):
    """A step that was played.

    Attributes:
        before: the shop as the step found it.
        done: what the command told.
    """

    before: Shop
    done: Done


class Played(NamedTuple):
    """A whole round.

    Attributes:
        shop: as it is in the end.
        steps: each step, by its name.
        known: every secret of the shop, made in it or for it.
        said: what the relay wrote to stdout and stderr.
    """

    shop: Shop
    steps: dict[str, Step]
    known: leaks.Known
    said: str


class Relay:
    """A relay as its operator runs it, whose words are kept.

    Attributes:
        url: where it listens.
        said: stdout and stderr, once it has ended.
    """

    def __init__(self, shop: Shop) -> None:
        database = f"sqlite:///{shop.folder}/relay.sqlite"
        self._program = relays.Program(shop.folder, database, env=environment(AFTERWARDS))
        self._shop, self.url, self.said = shop, self._program.url, ""

    def end(self) -> None:
        """End it and keep what it said."""
        self._program.process.send_signal(signal.SIGTERM)
        assert self._program.process.stdout
        self.said = self._program.process.stdout.read().decode()
        self._program.end()
        self.said += (self._shop / "relay.log").read_text()


@contextlib.contextmanager
def relay_in(shop: Shop) -> Iterator[Relay]:
    """Run a relay with its files in a shop as long as the block."""
    relay = Relay(shop)
    try:
        yield relay
    finally:
        relay.end()


def line_over(shop: Shop, name: str, url: str) -> tuple[str, str]:
    """Return a line, with a locked home where there is one, and its time."""
    line, home, now = STEPS[name]
    line = line.replace("VOUCHER", vouchers(shop, "open.csv")[2]).replace("RELAY", f"--relay {url}")
    return (f"{line} {locked(home)}" if home else line), now


def secrets_of(shop: Shop, relay: Relay) -> set[bytes]:
    """Return the relay's token and the capability of each mailbox that has a key."""
    keys = (
        MailboxKey.from_bytes((shop / n).read_bytes()) for n in MAILBOXES if (shop / n).exists()
    )
    return {relay._program.token.reveal(), *(key.capability.reveal() for key in keys)}


def play(bare: Shop, shop: Shop) -> Played:
    """Play every step in a shop with locked homes, and keep a copy of it before each."""
    steps: dict[str, Step] = {}
    aside = leaks.ciphertexts(shop)
    with leaks.cheap_passphrases(), relay_in(shop) as relay, leaks.building() as built:
        for name in STEPS:
            line, now = line_over(bare, name, relay.url)
            before = shop.copy(shop.folder.parent / name)
            done = shop.call(f"{line} --debug", now=now)
            steps[name] = Step(before, done)
            aside |= leaks.ciphertexts(shop)
    more = given(bare) | secrets_of(shop, relay)
    every = leaks.known(bare) | leaks.made(shop, built, aside) | leaks.spell(more)
    return Played(shop, steps, every, relay.said)


def public(path: str, raw: bytes) -> bytes:
    """Leave out what a file is for: the capability in the key of a mailbox, once."""
    if path not in MAILBOXES:
        return raw
    return raw.replace(MailboxKey.from_bytes(raw).capability.reveal(), b"", 1)


def written(shop: Shop, known: leaks.Known, skipped: set[str]) -> list[tuple[str, bytes]]:
    """Return every secret that stands in a file where it does not belong, with the file's name."""
    return [
        (path, secret)
        for path, raw in shop.files().items()
        if path not in skipped
        for secret in leaks.leaks(public(path, raw), known.raws)
    ]
