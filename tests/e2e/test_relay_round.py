"""Whole rounds over a relay: every role and the relay a process of its own.

Both kinds of groups, on SQLite and on PostgreSQL, directly and through a real SOCKS
server. The relay is restarted between the phases, because its clock has to go on.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from cosign.primitives import hpke
from cosign.records.envelope import OpenedShares, Opening
from cosign.records.mailbox import MailboxKey
from cosign.records.round import Round, verify_round
from cosign.relay.shelves import OPENINGS
from cosign.roles.trustee import opening_info
from cosign.secret import Secret
from tests.support import postgresql, relays, socks
from tests.support.cli_fixture import install_registrar, vouchers
from tests.support.commands import (
    AFTERWARDS,
    BETWEEN,
    CLOSES,
    ENROLMENT,
    OPENS,
    SIGNING,
    Shop,
    environment,
)

MEMBERS: Final = (1, 2, 3)
BARE: Final = "--no-passphrase"


@dataclass
class Stage:
    """People who share a relay and no folder of envelopes.

    Attributes:
        shop: their public files.
        database: URL of the relay's.
        proxy: the option that names a SOCKS server, or nothing.
        port: of the relay, once it is known.
        group: options by which the organizer names the group.
        registered: whether it is a registered group.
    """

    shop: Shop
    database: str
    proxy: str
    port: int = 0
    group: str = ""
    registered: bool = False

    @contextlib.contextmanager
    def relay(self, now: str) -> Iterator[None]:
        """Run the relay for a phase of the round."""
        place: Any = {"port": self.port, "cwd": self.shop.folder, "env": environment(now)}
        with relays.serving(self.shop.folder, self.database, **place) as program:
            self.port = program.port
            yield

    def run(self, line: str, home: str, now: str, code: int = 0) -> str:
        """Run a command that may use the relay; give its stdout."""
        there = f"--relay http://localhost:{self.port} {self.proxy}"
        return self.shop.run(line.replace("RELAY", there), home, now=now, code=code).out

    def enrol(self) -> None:
        """Members and a registrar meet at the registrar's mailbox."""
        install_registrar(self.shop, "council", (0, 1), "council.registrar")
        self.shop.run(
            "group create --name Staff --registrar council.registrar "
            f"--enrol-opens {OPENS} --enrol-closes {BETWEEN} -o staff.group"
        )
        self.run("registrar vouch staff.group --count 4 -o vouchers.csv", "council", OPENS)
        issue = "registrar issue RELAY --mailbox council.mailbox"
        with self.relay(ENROLMENT):
            register = (
                "relay register staff.group RELAY --register-token-file relay.token --difficulty 6"
            )
            self.run(f"{register} -o council.mailbox", "council", ENROLMENT)
            for number, code in zip(MEMBERS, vouchers(self.shop), strict=False):
                enrol = f"member enrol staff.group --voucher {code} RELAY"
                self.run(enrol, f"member-{number}", ENROLMENT)
            early = self.run("member finish RELAY", "member-1", ENROLMENT, code=16)
            assert early == ""
            assert "3 requests answered, 0 refused" in self.run(issue, "council", ENROLMENT)
            stranger = "member enrol staff.group --voucher UNKNOWN-VOUCHER RELAY"
            self.run(stranger, "stranger", ENROLMENT)
            assert "3 requests answered, 1 refused" in self.run(issue, "council", ENROLMENT)
            for number in MEMBERS:
                finish = self.run("member finish RELAY", f"member-{number}", ENROLMENT)
                assert "ready to sign" in finish
        self.run("registrar close staff.group -o council.statement", "council", BETWEEN)
        self.group, self.registered = "--group staff.group --enrolment council.statement", True

    def list_keys(self) -> None:
        """Members make keys, the organizer publishes a roster."""
        for number in MEMBERS:
            self.run(f"member key -o {number}.member", f"member-{number}", ENROLMENT)
        members = " ".join(f"--member {number}.member" for number in MEMBERS)
        roster = f"roster create --name Staff --source us {members} -o staff.group"
        self.run(roster, "organizer", ENROLMENT)
        self.group = "--group staff.group"

    def sign(self, trustees: str = "--trustee 1.trustee --trustee 2.trustee") -> str:
        """Open a round and sign it; give the relay's id of one envelope."""
        for number in (1, 2):
            key = f"trustee key --name Trustee-{number} -o {number}.trustee"
            self.run(key, f"trustee-{number}", BETWEEN)
        (self.shop / "letter.md").write_text("# To the board\n\nPlease stop.\n")
        self.run(
            f"round create letter.md {self.group} {trustees} "
            f"--opens {BETWEEN} --closes {CLOSES} --quorum 2 -o letter.draft",
            "organizer",
            BETWEEN,
        )
        if self.registered:
            self.run("registrar grant letter.draft --yes -o slot.grant", "council", BETWEEN)
            self.run("round grant letter.draft --grant slot.grant -o letter.round", "", BETWEEN)
        else:
            shutil.copy(self.shop / "letter.draft", self.shop / "letter.round")
        with self.relay(SIGNING):
            register = (
                "relay register letter.round RELAY --register-token-file relay.token --difficulty 6"
            )
            self.run(f"{register} -o letter.mailbox", "organizer", SIGNING)
            said = "sign letter.round RELAY --min-set 2 --yes"
            for number in MEMBERS:
                told = self.run(f"{said} -o {number}.sealed", f"member-{number}", SIGNING)
            self.run(f"{said} --delay 1", "member-1", SIGNING)
            check = "relay check {} --round letter.round RELAY"
            assert "holds this envelope" in self.run(check.format("3.sealed"), "", SIGNING)
            opens = "trustee open letter.round RELAY --mailbox letter.mailbox"
            self.run(opens, "trustee-1", SIGNING, code=7)
        return told.split()[-1]

    def publish(self, output: str, more: str = "") -> dict[str, Any]:
        """Let both trustees open and the organizer publish; verify."""
        opens = "trustee open letter.round RELAY --mailbox letter.mailbox"
        for number in (1, 2):
            self.run(opens, f"trustee-{number}", AFTERWARDS)
        publish = f"publish letter.round RELAY --mailbox letter.mailbox {more} -o {output}"
        self.run(publish, "organizer", AFTERWARDS)
        verify = f"verify {output} --group staff.group --json"
        told: dict[str, Any] = self.shop.run(verify, now=AFTERWARDS).json
        return told


CASES: Final = {
    "registered-sqlite-direct": ("registered", False, False),
    "registered-postgresql-socks": ("registered", True, True),
    "rostered-sqlite-socks": ("rostered", False, True),
    "rostered-postgresql-direct": ("rostered", True, False),
}


def _marks(on_postgresql: bool, through_socks: bool) -> list[pytest.MarkDecorator]:  # noqa: FBT001  # a table's columns
    wanted = ((on_postgresql, postgresql.needed), (through_socks, socks.needed))
    return [mark for is_wanted, mark in wanted if is_wanted]


@pytest.mark.parametrize(
    ("kind", "on_postgresql", "through_socks"),
    [pytest.param(*case, marks=_marks(*case[1:])) for case in CASES.values()],
    ids=CASES,
)
def test_a_round_over_a_relay(
    tmp_path: Path,
    kind: str,
    on_postgresql: bool,  # noqa: FBT001  # a case's column
    through_socks: bool,  # noqa: FBT001  # the same
) -> None:
    """Enrol, sign, open, publish, withdraw and append, without any other way between people."""
    database = (
        postgresql.cluster().database() if on_postgresql else f"sqlite:///{tmp_path}/relay.sqlite"
    )
    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(socks.microsocks()) if through_socks else None
        stage = Stage(Shop(tmp_path), database, f"--proxy {proxy.url}" if proxy else "")
        stage.enrol() if kind == "registered" else stage.list_keys()
        posted = stage.sign()
        with stage.relay(AFTERWARDS):
            first = stage.publish("published.letter")
            check = f"relay check {posted} --round letter.round RELAY"
            assert "holds this envelope" in stage.run(check, "", AFTERWARDS)
            withdraw = "withdraw letter.round RELAY --yes"
            stage.run(withdraw, "member-2", AFTERWARDS)
            second = stage.publish("appended.letter", "--append published.letter")
        if proxy:
            assert set(proxy.asked_for()) == {f"localhost:{stage.port}"}
    said = first["organizer_says"]
    assert (first["cosigners"], said["duplicates"], said["withdrawn"]) == (3, 1, 0)
    assert (second["cosigners"], second["withdrawn"]) == (2, 1)
    assert second["organizer_says"] == said


def post_false_opening(stage: Stage) -> None:
    """Post an opening by the first trustee, as anybody with the mailbox's key can."""
    key = MailboxKey.from_bytes((stage.shop / "letter.mailbox").read_bytes())
    round_ = verify_round(Round.from_bytes((stage.shop / "letter.round").read_bytes()))
    false = {os.urandom(32): Secret(bytes(32)) for _ in range(9)}
    opened = OpenedShares.of(round_.round_id, 1, false).to_bytes()
    public = hpke.SealingPublicKey.from_bytes(round_.terms.organizer_sealing_key)
    sealed = hpke.seal(public, opening_info(round_.round_id, 1), opened)
    with relays.connect(f"http://localhost:{stage.port}") as client:
        raw = Opening(round_.round_id, 1, sealed).to_bytes()
        client.shelf(key.mailbox.terms, OPENINGS, key.capability).post(raw)


def test_nobody_opens_for_the_organizer(tmp_path: Path) -> None:
    """Where the organizer is a trustee, openings on the relay by that number are passed over."""
    stage = Stage(Shop(tmp_path), f"sqlite:///{tmp_path}/relay.sqlite", "")
    stage.list_keys()
    stage.sign(trustees="")
    publish = "publish letter.round RELAY --mailbox letter.mailbox -o new.letter"
    with stage.relay(AFTERWARDS):
        post_false_opening(stage)
        stage.run(publish, "organizer", AFTERWARDS)
    verify = "verify new.letter --group staff.group --json"
    assert stage.shop.run(verify, now=AFTERWARDS).json["cosigners"] == 3


def test_a_false_opening_on_the_relay_is_named(tmp_path: Path) -> None:
    """Who has the mailbox's key outdoes a trustee's opening; publish says so, and a file helps."""
    stage = Stage(Shop(tmp_path), f"sqlite:///{tmp_path}/relay.sqlite", "")
    stage.list_keys()
    stage.sign()
    opens = "trustee open letter.round RELAY --mailbox letter.mailbox"
    publish = "publish letter.round RELAY --mailbox letter.mailbox"
    with stage.relay(AFTERWARDS):
        for number in (1, 2):
            stage.run(opens, f"trustee-{number}", AFTERWARDS)
        post_false_opening(stage)
        line = f"{publish} -o new.letter".replace("RELAY", f"--relay http://localhost:{stage.port}")
        done = stage.shop.run(line, "organizer", now=AFTERWARDS, code=6)
        assert "trustee 'Trustee-1' posted openings that differ" in done.err
        stage.run(f"{opens} -o one.opening", "trustee-1", AFTERWARDS)
        stage.run(f"{publish} --opening one.opening -o new.letter", "organizer", AFTERWARDS)
    verify = "verify new.letter --group staff.group --json"
    assert stage.shop.run(verify, now=AFTERWARDS).json["cosigners"] == 3
