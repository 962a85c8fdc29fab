"""A registrar at work on the command line, and one that is killed again and again."""

import os
import sqlite3
import time
from functools import cache
from typing import Final

import pytest

from cosign.errors import VoucherError
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse, voucher_hash
from cosign.records.groups.statements import EnrolmentStatement
from cosign.records.secrets import MemberState
from cosign.roles import member
from cosign.roles.registrar import issue, make_voucher
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.ledger import Ledger
from tests.support.commands import Shop
from tests.support.killing import KEY, KILLED, Chance
from tests.support.world import ENROL_MINUTE, Seeded, World, build, make_registrar

ENROL: Final = "1970-01-01T02:30Z"
CLERK: Final = "clerk"
FOLDERS: Final = ("one", "two", "three")
LATEST: Final = 0.015
"""Seconds from a first answer to a kill, at most: time for a few more."""


@cache
def club() -> World:
    """Return a group with one slot and three members, and a round."""
    secrets = (make_registrar(CLERK, [(KEY, 3072)], Seeded("the club's clerk")),)
    return build("the club", secrets, 1, ((0,),) * 3, (1, 1))


def home(shop: Shop, name: str) -> Home:
    """Return somebody's home."""
    return Home(shop / "homes" / name, lambda _name, _new: None)


class Office:
    """A registrar at work, and everybody who asks for certificates.

    Attributes:
        vouchers: that the ledger knows.
        asked: by the name of each request, who made it.
    """

    def __init__(self, shop: Shop, count: int) -> None:
        self.shop = shop
        self.world = club()
        self.group, self.keys = self.world.group, self.world.keys[0]
        self.vouchers = [make_voucher() for _ in range(count)]
        self.asked: dict[str, MemberState] = {}
        (shop / "club.group").write_bytes(self.group.to_bytes())
        name = f"registrar-{self.group.registrars[0].registrar_id[:8].hex()}"
        kept = home(shop, CLERK)
        kept.write(name, self.world.secrets[0])
        kept.keep_group(self.group)
        self.ledger = kept.path(name, ".sqlite")
        with Ledger(self.ledger, self.group.group_id, self.keys.ledger_key) as ledger:
            ledger.add_vouchers(self.hash(v) for v in self.vouchers)

    def hash(self, voucher: Secret) -> bytes:
        """Return what the ledger keeps of a voucher."""
        return voucher_hash(self.group.group_id, 0, voucher)

    def ask(self, name: str, voucher: Secret) -> None:
        """Write a request of somebody new."""
        state, request = member.enrol(member.join(self.group), 0, voucher, ENROL_MINUTE)
        (self.shop / f"{name}.request").write_bytes(request.to_bytes())
        self.asked[name] = state

    def answer(self, request: EnrolmentRequest) -> bytes:
        """Answer a request, without the command around it."""
        with Ledger(self.ledger, self.group.group_id, self.keys.ledger_key) as ledger:
            found = issue(self.keys, self.group, ledger, request, ENROL_MINUTE)
        return found.to_bytes()

    def check_used(self, voucher: Secret) -> None:
        """Check that a used voucher certifies no other keys."""
        _, request = member.enrol(member.join(self.group), 0, voucher, ENROL_MINUTE)
        with pytest.raises(VoucherError, match="the voucher was used for another request"):
            self.answer(request)

    def finish(self, name: str, response: bytes) -> None:
        """Let the members who asked finish, and verify the certificates that come of it."""
        state = member.finish(self.asked[name], EnrolmentResponse.from_bytes(response))
        [certificate] = state.certificates()
        [endorsement] = certificate.endorsements
        assert self.group.verifier(1, bytes(32)).endorses(certificate.key, endorsement)

    def rows(self) -> dict[bytes, list[bytes | None]]:
        """Return blinded hash and signatures of each voucher, from a sound ledger."""
        database = sqlite3.connect(self.ledger)
        try:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            found = database.execute("SELECT voucher_hash, blinded_hash, signatures FROM vouchers")
            return {row[0]: list(row[1:]) for row in found}
        finally:
            database.close()

    def close(self) -> int:
        """End enrolment and give the number that the statement says."""
        close = "registrar close club.group --early -o club.statement"
        self.shop.call(close, CLERK, now=ENROL)
        statement = EnrolmentStatement.from_bytes((self.shop / "club.statement").read_bytes())
        self.group.membership((statement,))
        return statement.issued


class Siege:
    """A registrar that is killed again and again while working off a pile of requests.

    Attributes:
        answers: what ever stood in a file, by the name of its request.
        kills: how many processes died.
    """

    def __init__(self, office: Office) -> None:
        self.office, self.shop = office, office.shop
        self.chance = Chance()
        self.answers: dict[str, bytes] = {}
        self.kills = 0
        self._rows = office.rows()
        for name in FOLDERS:
            (self.shop / name).mkdir()

    def choose(self, folder: str) -> str:
        """Return a command for some requests that were answered before and some that were not."""
        fresh, old = self.office.asked.keys() - self.answers.keys(), self.answers
        names = [
            n for pile in (fresh, old) for n in self.chance.sample(sorted(pile), len(pile))[:4]
        ]
        self.chance.shuffle(names)
        return f"registrar issue {' '.join(f'{n}.request' for n in names)} -o {folder}"

    def turn(self) -> None:
        """Start one or two processes and kill them, mostly as they answer."""
        folder = self.chance.choice(FOLDERS)
        one, other = self.choose(folder), self.choose(folder)
        before, wanted = self._places(folder), self.chance.randint(1, 4)
        lines = self.chance.choice([[one], [one, one], [one, other]])
        processes = [self.shop.start(line, CLERK, now=ENROL) for line in lines]
        if self.chance.random() < 0.2:
            time.sleep(self.chance.uniform(0, 0.5))
            wanted = 0
        while len(self._places(folder) - before) < wanted and None in [p.poll() for p in processes]:
            time.sleep(0.0005)
        for process in processes:
            time.sleep(self.chance.uniform(0, LATEST))
            process.kill()
        self.kills += sum(process.wait() == KILLED for process in processes)
        self.look(folder)

    def _places(self, folder: str) -> set[int]:
        """Return what tells a file apart, so that one which was replaced is noticed too."""
        with os.scandir(self.shop / folder) as found:
            return {entry.inode() for entry in found if entry.name[0] != "."}

    def look(self, folder: str) -> None:
        """Check that each file in sight is whole and what it always was."""
        for path in (self.shop / folder).glob("[!.]*"):
            raw = path.read_bytes()
            EnrolmentResponse.from_bytes(raw)
            assert self.answers.setdefault(path.stem, raw) == raw

    def check_ledger(self) -> None:
        """Check that what the ledger knew before, it still knows."""
        rows = self.office.rows()
        for voucher, old in self._rows.items():
            assert all(a in (None, b) for a, b in zip(old, rows[voucher], strict=True))
        self._rows = rows
