"""Members at the member's page, from a slip to a claim, among members at the command line.

Real browsers, a real relay and real files: from the disk on SQLite, from a local host on
PostgreSQL. The page is as wide as a phone.
"""

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from cosign.records.mailbox import MailboxKey
from tests.support import postgresql, relays
from tests.support.browsers.chromium import ChromiumTab
from tests.support.browsers.profile import written
from tests.support.browsers.tab import Tab
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
from tests.support.member_tabs import PASSPHRASE, MemberPage, hosted
from tests.support.recorder import Recorder, recording

LETTER: Final = "# To the board\n\nPlease stop.\n"
CHALLENGE: Final = "Jo Doe, Daily Planet, 20 March"
STATEMENT: Final = "I have seen the contract"
REGISTER: Final = "--register-token-file relay.token --difficulty 8"


@dataclass
class Stage:
    """People, their files, and a relay that browsers reach through a door.

    Attributes:
        shop: the files.
        database: URL of the relay's.
        door: notes what browsers ask for.
        page: the member at the page.
        keys: the member's key file.
    """

    shop: Shop
    database: str
    door: Recorder
    page: MemberPage
    keys: Path = Path()

    @contextlib.contextmanager
    def relay(self, now: str) -> Iterator[str]:
        """Run the relay at a time; yield the option that names it."""
        place: Any = {"cwd": self.shop.folder, "env": environment(now)}
        with relays.serving(self.shop.folder, self.database, **place) as program:
            self.door.behind = program.port
            yield f"--relay {program.url}"

    def drop(self, mailbox: str) -> str:
        """Return the link of a drop page, as browsers reach it."""
        key = MailboxKey.from_bytes((self.shop / mailbox).read_bytes())
        address = key.mailbox.terms.address.hex()
        return f"http://127.0.0.1:{self.door.port}/drop/{address}"

    def asked(self) -> list[str]:
        """Return what browsers asked the relay for since the last time, without addresses."""
        found = [f"{verb} {re.sub('[0-9a-f]{64}', 'X', path)}" for verb, path in self.door.asked]
        self.door.asked.clear()
        return found


@pytest.fixture
def stage(tab: Tab, tmp_path: Path) -> Iterator[Stage]:
    """A member from the disk with SQLite, or from a local host with PostgreSQL."""
    from_disk = isinstance(tab, ChromiumTab)
    if not from_disk and postgresql.PROGRAMS is None:
        pytest.skip("PostgreSQL is not installed: the member's page with a relay on it is left out")
    url = f"sqlite:///{tmp_path}/relay.sqlite" if from_disk else postgresql.cluster().database()
    (tmp_path / "www").mkdir()
    with recording() as door, contextlib.ExitStack() as stack:
        address = "" if from_disk else stack.enter_context(hosted(tmp_path / "www"))
        yield Stage(Shop(tmp_path), url, door, MemberPage(tab, address))


def found_group(stage: Stage) -> None:
    """Play registrar and organizer up to the slips."""
    shop = stage.shop
    install_registrar(shop, "council", (0, 1), "council.registrar")
    shop.call(
        "group create --name Staff --registrar council.registrar "
        f"--enrol-opens {OPENS} --enrol-closes {BETWEEN} -o staff.group"
    )
    shop.call("registrar vouch staff.group --count 3 -o vouchers.csv", "council", now=OPENS)
    for number, code in enumerate(vouchers(shop)[1:], 2):
        enrol = f"member enrol staff.group --voucher {code} -o {number}.request"
        shop.call(enrol, f"member-{number}", now=ENROLMENT)
        issue = f"registrar issue {number}.request -o {number}.response"
        shop.call(issue, "council", now=ENROLMENT)
        shop.call(f"member finish {number}.response", f"member-{number}", now=ENROLMENT)


def enrol(stage: Stage) -> None:
    """The member scans a slip, compares the group, enrols and finishes."""
    shop, page = stage.shop, stage.page
    with stage.relay(ENROLMENT) as relay:
        register = f"relay register staff.group {relay} {REGISTER} -o council.mailbox"
        shop.call(register, "council", now=ENROLMENT)
        notice = f"relay notice staff.group --mailbox council.mailbox {relay}"
        shop.call(notice, now=ENROLMENT)
        code, drop = vouchers(shop)[0], stage.drop("council.mailbox")
        page.open(ENROLMENT, f"#voucher={code}&drop={drop}")
        assert page.tab.call("() => location.hash") == ""
        group = page.follow("#fetch")
        assert group.read_bytes() == (shop / "staff.group").read_bytes()
        page.choose("#ask-group", page.follow("#fetch-mailbox"), group)
        page.tap("#draw")
        words, digits = page.read("#words"), page.read("#digits")
        assert digits in shop.call(f"compare staff.group --words '{words}'").out
        page.tap("#compared")
        page.begin_keys()
        page.tap("#enrol")
        stage.keys = page.save()
        page.hand_in(is_chosen=True)
        assert drop in page.read("#task .step:last-child")
        issue = f"registrar issue {relay} --mailbox council.mailbox"
        assert "1 request answered" in shop.call(issue, "council", now=ENROLMENT).out
        page.open(ENROLMENT, f"#voucher={code}&drop={drop}", begin="#come-back")
        page.unlock(stage.keys)
        page.choose("#ask-answer", page.follow("#fetch-answer button"))
        page.tap("#finish")
        stage.keys = page.save()
        assert page.read("#done") == "'Staff': certified by 1 registrar; ready to sign."
    shop.call("registrar close staff.group -o council.statement", "council", now=BETWEEN)
    assert stage.asked() == [
        "GET /drop/X/notice",
        "GET /drop/X/mailbox",
        "POST /drop/X",
        "POST /drop/X/answer",
    ]


def open_round(stage: Stage, group: str) -> None:
    """Play a trustee and the organizer."""
    shop = stage.shop
    shop.call("trustee key --name Tom -o 1.trustee", "trustee", now=BETWEEN)
    (shop / "letter.md").write_text(LETTER)
    create = f"round create letter.md {group} --trustee 1.trustee --quorum 2"
    window = f"--opens {BETWEEN} --closes {CLOSES}"
    shop.call(f"{create} {window} -o letter.draft", "organizer", now=BETWEEN)


def sign_by_command(stage: Stage, *members: str) -> None:
    """Play members at the command line."""
    (stage.shop / "envelopes").mkdir()
    for name in members:
        line = f"sign letter.round --min-set 2 --yes -o envelopes/{name}.sealed"
        stage.shop.call(line, name, now=SIGNING)


def publish(stage: Stage) -> dict[str, Any]:
    """Play trustee and organizer; verify."""
    shop = stage.shop
    with stage.relay(AFTERWARDS) as relay:
        where = f"--envelopes envelopes {relay} --mailbox letter.mailbox"
        shop.call(f"trustee open letter.round {where} -o opening", "trustee", now=AFTERWARDS)
        line = f"publish letter.round {where} --opening opening -o published.letter"
        shop.call(line, "organizer", now=AFTERWARDS)
    report: dict[str, Any] = shop.call("verify published.letter --group staff.group --json").json
    return report


def sign(stage: Stage) -> None:
    """The member signs the round that was chosen with key file and mailbox, and hands in."""
    page = stage.page
    page.type("#passphrase", PASSPHRASE)
    page.tap("#unlock")
    page.tap("#review")
    page.tab.wait_for(".wrong:not(:empty)")
    few = page.tab.text(".step:last-child .wrong")
    assert "fewer than 16" in few
    page.type("#statement", STATEMENT)
    page.tab.type("#min-set", "2")
    page.tap("#review")
    page.wait("#sign")
    assert page.tab.axe()["violations"] == []
    assert page.tab.call("() => document.documentElement.scrollWidth") <= page.width
    page.tap("#sign")
    stage.keys = page.save()
    envelope = page.follow("#save-record").read_bytes()
    page.hand_in(is_chosen=True)
    left = written(page.tab, "control of the journey", STATEMENT, PASSPHRASE, envelope[100:132])
    assert left == []


def look(stage: Stage) -> None:
    """The member checks, in the page and by the command, which takes the page's keys."""
    shop, page = stage.shop, stage.page
    page.open(AFTERWARDS)
    page.tap("#do-check")
    page.choose("#ask-letter", shop / "published.letter")
    page.tap("#by-keys")
    page.unlock(stage.keys)
    page.tap("#check")
    told = page.read("#done")
    assert told.startswith("Your cosignature is in this file, anonymously")
    assert STATEMENT in told
    assert stage.asked() == []
    (shop / "passphrase").write_text(PASSPHRASE)
    shutil.copy(stage.keys, shop / "keys")
    shop.call("member import keys --key-passphrase-file passphrase", "mover", now=AFTERWARDS)
    assert STATEMENT in shop.call("check published.letter", "mover", now=AFTERWARDS).out


def claim(stage: Stage) -> None:
    """The member answers a challenge."""
    shop, page = stage.shop, stage.page
    page.tap("#back")
    page.tap("#do-claim")
    page.choose("#ask-letter", shop / "published.letter")
    page.fill("#challenge", CHALLENGE)
    page.tap("#claim")
    shutil.copy(page.follow("#save-record"), shop / "my.claim")
    line = f"verify-claim my.claim --letter published.letter --challenge '{CHALLENGE}'"
    assert STATEMENT in shop.call(line).out


def test_a_registered_member(stage: Stage) -> None:
    """Slip, enrolment, invitation, signature, publication, check and claim."""
    shop, page = stage.shop, stage.page
    found_group(stage)
    enrol(stage)
    open_round(stage, "--group staff.group --enrolment council.statement")
    shop.call("registrar grant letter.draft --yes -o grant", "council", now=BETWEEN)
    shop.call("round grant letter.draft --grant grant -o letter.round")
    secret = shop.call("round invite letter.round -o letter.invite").out.strip()
    with stage.relay(SIGNING) as relay:
        register = f"relay register letter.round {relay} {REGISTER} -o letter.mailbox"
        shop.call(register, "organizer", now=SIGNING)
        notice = f"relay notice letter.invite --mailbox letter.mailbox {relay}"
        shop.call(f"{notice} --secret {secret}", now=SIGNING)
        page.open(SIGNING, f"#secret={secret}&drop={stage.drop('letter.mailbox')}")
        files = page.follow("#fetch"), page.follow("#fetch-mailbox"), stage.keys
        page.choose("#ask-round", *files)
        page.tap("#open-invitation")
        sign(stage)
    assert stage.asked() == ["GET /drop/X/notice", "GET /drop/X/mailbox", "POST /drop/X"]
    sign_by_command(stage, "member-2", "member-3")
    report = publish(stage)
    assert (report["cosigners"], report["quorum_met"]) == (3, True)
    look(stage)
    claim(stage)


def test_a_member_on_a_list(stage: Stage) -> None:
    """A key for a list, a signature with it, publication and check; then the key is forgotten."""
    shop, page = stage.shop, stage.page
    page.open(ENROLMENT)
    page.tap("#do-key")
    page.begin_keys()
    page.tap("#make-key")
    stage.keys = page.save()
    shutil.copy(page.follow("#save-record"), shop / "1.member")
    for number in (2, 3):
        shop.call(f"member key -o {number}.member", f"member-{number}", now=ENROLMENT)
    members = "--member 1.member --member 2.member --member 3.member"
    roster = f"roster create --name Staff --source us {members} -o staff.group"
    shop.call(roster, "organizer", now=ENROLMENT)
    open_round(stage, "--group staff.group")
    shutil.copy(shop / "letter.draft", shop / "letter.round")
    with stage.relay(SIGNING) as relay:
        register = f"relay register letter.round {relay} {REGISTER} -o letter.mailbox"
        shop.call(register, "organizer", now=SIGNING)
        page.open(SIGNING, f"#drop={stage.drop('letter.mailbox')}")
        page.tap("#do-sign")
        files = shop / "letter.round", stage.keys, page.follow("#fetch-mailbox")
        page.choose("#ask-round", *files)
        sign(stage)
    assert stage.asked() == ["GET /drop/X/mailbox", "POST /drop/X"]
    sign_by_command(stage, "member-2")
    report = publish(stage)
    assert (report["cosigners"], report["quorum_met"]) == (2, True)
    look(stage)
    page.tap("#back")
    page.tap("#do-forget")
    page.tap("#forget-key-0")
    page.tap("#forget")
    page.save()
    assert page.read("#done").startswith("Forgotten")
