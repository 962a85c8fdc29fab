"""A staff council's round on disk, made by the real commands; tests copy it and spoil the copy.

Only the registrar's RSA keys come from ``tests/vectors/keys``, to save waiting for primes.
Files of a shop::

    council.registrar staff.group vouchers.csv (the last two are not used)
    1.request ... 3.request   1.response ... 3.response   council.statement
    1.trustee ... 3.trustee   letter.md
    letter.draft letter.grant   second.draft second.grant
    letter.round   envelopes/   1.opening 3.opening   published.letter   (slot 1, 2 of 3 open)
    1.claim   (by member 1, of the challenge "Daily Planet")
    1.name   (member 1 asks the council to attest the name Ada, for the same challenge)
    second.round   second-envelopes/   second.opening   second.letter   (slot 2, trustee 1 opens)
    late/   late.opening   (member 2 withdrew from the second round after publication)
    homes/: council, member-1 ... member-3, trustee-1 ... trustee-3, organizer, exporter, union
    1.member 2.member 3.certificate   keys.roster   (of the first and the last)
    keys.collection codes.csv 1.delivery   (by the union; the first slip is used, not taken yet)
    3.keys key.md   (member 3's keys in a file, and its passphrase)
    union.publisher organizer.publisher   draft.roster   (which the first signed, both have to)

Members 1 and 2 signed both, member 3 none. Enrolment in a further group goes on::

    clerk.registrar open.group open.csv (the third is not used)
    early.request (not answered)   late.request late.response (not finished)
    homes/: clerk, early, late
"""

import csv
import shutil
from collections.abc import Iterable
from typing import Final

import pytest

from cosign.homes import RegistrarSession
from cosign.record_files import read_draft
from cosign.records.groups.registered import RegisteredGroup
from cosign.roles.organizer import complete_round
from cosign.roles.registrar import RegistrarKeys
from cosign.stores.home import Home
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, ENROLMENT, OPENS, SIGNING, Shop
from tests.support.world import Seeded, grants_of, make_registrar

LETTER: Final = "# To the board\n\nWe ask you to publish how the contract was decided.\n"
KEY_WORDS: Final = "key.md"
"""Its first line is the passphrase of a key file."""
MEMBERS: Final = 3
SPARE: Final = 2

_kept: dict[str, Shop] = {}


def install_registrar(shop: Shop, home: str, keys: tuple[int, ...], output: str) -> None:
    """Do what ``registrar keys`` does, with RSA keys that exist."""
    secrets = make_registrar(home, [(number, 3072) for number in keys], Seeded(f"{home}{keys}"))
    name = f"registrar-{secrets.registrar.registrar_id[:8].hex()}"
    Home(shop / "homes" / home, lambda _name, _new: None).write(name, secrets)
    (shop / output).write_bytes(secrets.registrar.to_bytes())


def vouchers(shop: Shop, name: str = "vouchers.csv") -> list[str]:
    """Read the codes that a registrar wrote."""
    with (shop / name).open(newline="", encoding="utf-8-sig") as stream:
        separator = stream.readline()[len("person")]
        stream.seek(0)
        return [row["voucher"] for row in csv.DictReader(stream, delimiter=separator)]


def enrol(shop: Shop, keys: tuple[int, ...]) -> None:
    """Play enrolment: one registrar, three members, two vouchers to spare."""
    install_registrar(shop, "council", keys, "council.registrar")
    shop.call(
        "group create --name Staff --registrar council.registrar "
        f"--enrol-opens {OPENS} --enrol-closes {BETWEEN} -o staff.group"
    )
    count = MEMBERS + SPARE
    shop.call(f"registrar vouch staff.group --count {count} -o vouchers.csv", "council", now=OPENS)
    for number, code in enumerate(vouchers(shop)[:MEMBERS], 1):
        enrol_one = f"member enrol staff.group --voucher {code} -o {number}.request"
        shop.call(enrol_one, f"member-{number}", now=ENROLMENT)
        shop.call(
            f"registrar issue {number}.request -o {number}.response", "council", now=ENROLMENT
        )
        shop.call(f"member finish {number}.response", f"member-{number}", now=ENROLMENT)
    shop.call("registrar close staff.group -o council.statement", "council", now=BETWEEN)


def open_rounds(shop: Shop) -> None:
    """Play the organizer: trustees' keys, a round in each slot."""
    for number in (1, 2, 3):
        key = f"trustee key --name Trustee-{number} -o {number}.trustee"
        shop.call(key, f"trustee-{number}", now=BETWEEN)
    (shop / "letter.md").write_text(LETTER)
    create = (
        "round create letter.md --group staff.group --enrolment council.statement --quorum 2 "
        f"--opens {BETWEEN} --closes {CLOSES}"
    )
    trustees = "--trustee 1.trustee --trustee 2.trustee --trustee 3.trustee --threshold 2"
    shop.call(f"{create} {trustees} -o letter.draft", "organizer", now=BETWEEN)
    second = "--slot 2 --title Second --trustee 1.trustee -o second.draft"
    shop.call(f"{create} {second}", "organizer", now=BETWEEN)
    for name in ("letter", "second"):
        shop.call(f"registrar grant {name}.draft --yes -o {name}.grant", "council", now=BETWEEN)
        shop.call(f"round grant {name}.draft --grant {name}.grant -o {name}.round")


def complete(shop: Shop, name: str, homes: Iterable[str] = ("council",)) -> None:
    """Complete the round NAME.draft as NAME.round, with grants that no ledger was asked for."""
    draft = read_draft(shop / f"{name}.draft")
    assert isinstance(draft.group, RegisteredGroup)
    round_ = complete_round(
        draft, grants_of(draft, (keys_in(shop, home, draft.group) for home in homes))
    )
    (shop / f"{name}.round").write_bytes(round_.round.to_bytes())


def keys_in(shop: Shop, home: str, group: RegisteredGroup) -> RegistrarKeys:
    """Return the keys of a registrar."""
    return RegistrarSession(Home(shop / "homes" / home, lambda _name, _new: None), group).keys


def sign_and_publish(shop: Shop) -> None:
    """Play two members who sign both letters, two trustees, and the organizer."""
    for round_, folder in (("letter", "envelopes"), ("second", "second-envelopes")):
        (shop / folder).mkdir()
        for number in (1, 2):
            sign = f"sign {round_}.round --min-set 2 --yes -o {folder}/{number}.sealed"
            shop.call(sign, f"member-{number}", now=SIGNING)
    for round_, folder, number, name in (
        ("letter", "envelopes", 1, "1"),
        ("letter", "envelopes", 3, "3"),
        ("second", "second-envelopes", 1, "second"),
    ):
        opens = f"trustee open {round_}.round --envelopes {folder} -o {name}.opening"
        shop.call(opens, f"trustee-{number}", now=AFTERWARDS)
    publish = (
        "publish letter.round --envelopes envelopes --opening 1.opening --opening 3.opening "
        "-o published.letter"
    )
    shop.call(publish, "organizer", now=AFTERWARDS)
    shop.call("claim published.letter --challenge 'Daily Planet' -o 1.claim", "member-1")
    name = "member name letter.round Ada --registrar 1 --challenge 'Daily Planet' --yes -o 1.name"
    shop.call(name, "member-1")
    publish = (
        "publish second.round --envelopes second-envelopes --opening second.opening "
        "-o second.letter"
    )
    shop.call(publish, "organizer", now=AFTERWARDS)


def withdraw_late(shop: Shop) -> None:
    """Play a member who withdraws after publication, in a copy of the home, and a trustee."""
    shutil.copytree(shop / "homes/member-2", shop / "homes/late")
    (shop / "late").mkdir()
    withdraw = "withdraw second.round --yes -o late/2.sealed"
    shop.call(withdraw, "late", now=AFTERWARDS)
    opens = "trustee open second.round --envelopes late -o late.opening"
    shop.call(opens, "trustee-1", now=AFTERWARDS)


def leave_open(shop: Shop, key: int) -> None:
    """Play a further group whose enrolment goes on."""
    install_registrar(shop, "clerk", (key,), "clerk.registrar")
    shop.call(
        "group create --name Open --registrar clerk.registrar "
        f"--enrol-opens {OPENS} --enrol-closes {CLOSES} -o open.group"
    )
    shop.call("registrar vouch open.group --count 3 -o open.csv", "clerk", now=OPENS)
    for name, code in zip(("early", "late"), vouchers(shop, "open.csv"), strict=False):
        shop.call(f"member enrol open.group --voucher {code} -o {name}.request", name)
    shop.call("registrar issue late.request -o late.response", "clerk")


def list_keys(shop: Shop) -> None:
    """Play a roster of a fresh key and a certified one, whose owner has a home of its own."""
    shutil.copytree(shop / "homes/member-3", shop / "homes/exporter")
    shop.call("member certificate staff.group --yes --slot 2 -o 3.certificate", "exporter")
    for number in (1, 2):
        shop.call(f"member key -o {number}.member", f"lister-{number}")
    shop.call(
        "roster create --name Keys --source them --member 1.member --group staff.group "
        "--certificate 3.certificate -o keys.roster",
        "organizer",
    )
    for name in ("union", "organizer"):
        shop.call(f"roster publisher --name {name} -o {name}.publisher", name)
    shop.call(
        "roster create --name Draft --source them --member 1.member --member 2.member "
        "--publisher union.publisher --publisher organizer.publisher -o draft.roster",
        "union",
    )
    (shop / KEY_WORDS).write_text("the words of a key file\n")
    shop.call(f"member export --key-passphrase-file {KEY_WORDS} -o 3.keys", "member-3")


def collect_keys(shop: Shop) -> None:
    """Play a collection of keys, with two slips, one of which comes back with a key."""
    shop.call(
        f"roster collection --name Slips --publisher-name Union --closes {CLOSES} "
        "-o keys.collection",
        "union",
    )
    shop.call("roster vouch keys.collection --count 2 -o codes.csv", "union")
    code = vouchers(shop, "codes.csv")[0]
    line = f"member key --collection keys.collection --slip {code} -o 1.delivery"
    shop.call(line, "deliverer")


def prepared(factory: pytest.TempPathFactory, name: str, keys: tuple[int, int, int]) -> Shop:
    """Return a shop that is built once and only read; two keys for the staff, one for the clerk."""
    if name not in _kept:
        shop = Shop(factory.mktemp(name))
        enrol(shop, keys[:2])
        open_rounds(shop)
        sign_and_publish(shop)
        withdraw_late(shop)
        leave_open(shop, keys[2])
        list_keys(shop)
        collect_keys(shop)
        _kept[name] = shop
    return _kept[name]


def fingerprint_of(shop: Shop, kind: str) -> str:
    """Return the fingerprint of the first round or of its group."""
    told = shop.call("verify published.letter --json", code=3).json
    return str(told["round"] if kind == "round" else told["group"]["fingerprint"])


def invite(shop: Shop, output: str = "letter.invite") -> str:
    """Make an invitation and give its secret."""
    return shop.call(f"round invite letter.round -o {output}").out.strip()
