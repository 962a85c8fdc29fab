"""Every hint that names a command or an option is typed in a real situation, and gets further.

A hint that is not in the table fails the first test, so a new one has to be tried, too.
"""

import shlex
import subprocess
from collections.abc import Callable
from typing import Final, NamedTuple

import pytest

from cosign.records.groups.registered import RegisteredGroup
from cosign.relay.owners import registrar_address
from cosign.secret import Secret
from cosign.stores.vault_file import VaultFile
from tests.support import places
from tests.support.cli_fixture import invite, vouchers
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, OPENS, SIGNING, Done, Shop
from tests.support.hints import all_hints, names_command, pattern
from tests.support.joint import joint_of, side


class Run(NamedTuple):
    """A command, in whose line words in capitals stand for values; see :func:`filled`.

    Attributes:
        line: of the command.
        home: whose secrets it uses.
        now: what the clock shows.
        code: its exit code; a command that gets further may stop at something else.
        env: variables of its environment.
    """

    line: str
    home: str | None = None
    now: str = SIGNING
    code: int | None = 0
    env: dict[str, str] | None = None


Step = Run | Callable[[Shop], None]


class Case(NamedTuple):
    """A situation in which a hint is shown, and what it says to type.

    Attributes:
        shows: the command that fails with the hint.
        then: what is typed.
        before: what makes the situation.
    """

    shows: Run
    then: tuple[Step, ...]
    before: tuple[Step, ...] = ()


LOCKED: Final = {"COSIGN_LETTER_PASSPHRASE": "correct horse battery staple"}
OTHER: Final = {"COSIGN_LETTER_PASSPHRASE": "another horse battery staple"}
NOWHERE: Final = "http://127.0.0.1:1"
"""A relay that is not there: reaching for it is further than not knowing it."""
RELAYED: Final = f"--relay {NOWHERE}"
AWAY: Final = 20
SIGN: Final = "sign letter.round --min-set 2 --yes -o new"
OPENED: Final = "trustee open letter.round --envelopes envelopes -o new"
PUBLISH: Final = (
    "publish letter.round --envelopes envelopes --opening 1.opening --opening 3.opening"
)
ROUND: Final = f"round create letter.md --opens {BETWEEN} --closes {CLOSES} -o new.round"
ROSTER: Final = "roster create --name New --source them -o new.roster"
LIST: Final = "registrar vouch open.group --people people.csv --no-header -o new.csv"
CLAIM: Final = "claim published.letter --challenge Hello -o new.claim"
SLIPS: Final = "registrar vouch open.group --slips new.html --page https://a.example/m.html"
GREEDY: Final = VaultFile("argon2id", 3, 2**29, bytes(16), bytes(24), Secret(bytes(5_000)))
"""A key file that asks for more memory than any may."""
CHECK_ID: Final = f"relay check {'00' * 32} --round letter.round"


def write(name: str, content: str | bytes) -> Step:
    """Return a step that writes a file."""

    def step(shop: Shop) -> None:
        (shop / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return step


def shell(line: str) -> Step:
    """Return a step that runs a command of the system."""

    def step(shop: Shop) -> None:
        ended = subprocess.run(
            shlex.split(line), cwd=shop.folder, check=False, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended

    return step


def mode(name: str, wanted: int) -> Step:
    """Return a step that changes who may do what with a file."""
    return lambda shop: (shop / name).chmod(wanted)


def without_ledger(shop: Shop) -> None:
    """Leave a registrar as it was before the first voucher."""
    for path in (shop / "homes/clerk").iterdir():
        if path.suffix != ".vault" or path.name.startswith("ledger"):
            path.unlink()


def spoil(shop: Shop) -> None:
    """Damage a copy of an ssh key."""
    raw = bytearray((shop / "id").read_bytes())
    raw[len(raw) // 2] ^= 1
    (shop / "bad").write_bytes(raw)
    (shop / "bad").chmod(0o600)


def invited(shop: Shop) -> None:
    """Make an invitation, and keep its secret."""
    (shop / "secret").write_text(invite(shop))


PARTS: Final = "parts/1.letter parts/2.letter"


def joined(shop: Shop) -> None:
    """Join the letters of two groups, and make a folder to take them out into."""
    (shop / "all.letter").write_bytes(joint_of([side("Alpha staff"), side("Beta staff")]))
    (shop / "parts").mkdir()


KEY: Final = shell("ssh-keygen -q -t ed25519 -N '' -C ann@example.org -f id")
PEOPLE: Final = "Anna Adler\nDora Dietz\n"


def with_drop_page(shop: Shop) -> None:
    """Write slips whose links have the registrar's own drop page."""
    group = RegisteredGroup.from_bytes((shop / "open.group").read_bytes())
    page = f"https://relay.example/drop/{registrar_address(group, 0).hex()}"
    shop.call(f"{SLIPS} --drop {page}", "clerk")
    assert f"The group is at {page}" in (shop / "new.html").read_text()


COLLECTED: Final = "roster create --name N --source S --collected"

CASES: Final[dict[str, Case]] = {
    "run cosign-letter member enrol first": Case(
        Run(f"member finish {RELAYED}", "new", code=16),
        (
            Run("member enrol open.group --voucher CODE3 -o new", "new"),
            Run(f"member finish {RELAYED}", "new", code=AWAY),
        ),
    ),
    "name the home of cosign-letter registrar keys with --home": Case(
        Run("registrar status staff.group", "new", code=16),
        (Run("registrar status staff.group", "council"),),
    ),
    "take one of them: cosign-letter joint split FILE -o FOLDER writes each by itself": Case(
        Run("joint create all.letter all.letter -o new", code=1),
        (Run("joint split all.letter -o parts"), Run(f"joint create {PARTS} -o new")),
        (joined,),
    ),
    "take its letters out with cosign-letter joint split FILE -o FOLDER": Case(
        Run("fingerprint all.letter", code=5),
        (Run("joint split all.letter -o parts"), Run("fingerprint parts/1.letter")),
        (joined,),
    ),
    "set HOME to the whole path of your own folder, or name another one with --home": Case(
        Run("member key --no-passphrase -o new", env={"HOME": "x", "XDG_CONFIG_HOME": ""}, code=2),
        (Run("member key --no-passphrase -o new --home homes/new"),),
    ),
    "run cosign-letter roster vouch first": Case(
        Run("roster collect new -o keys.csv", "organizer", code=16),
        (
            Run("roster vouch new -o new.csv", "organizer"),
            Run("roster collect new -o keys.csv", "organizer"),
        ),
        (
            Run(
                f"roster collection --name N --publisher-name P --closes {CLOSES} -o new",
                "organizer",
            ),
        ),
    ),
    "use the home in which the collection was made, with --home": Case(
        Run("roster collect keys.collection -o new", "organizer", code=16),
        (Run("roster collect keys.collection -o new", "union"),),
    ),
    "add --collection, with the file of it": Case(
        Run("member key --slip SLIP -o new", "new", code=2),
        (Run("member key --slip SLIP --collection keys.collection -o new", "new"),),
    ),
    "name the file of cosign-letter roster collect": Case(
        Run(f"{COLLECTED} codes.csv -o new", "union", code=1),
        (
            Run("roster collect keys.collection 1.delivery -o keys.csv", "union"),
            Run(
                "roster create --name N --source S --collected keys.csv --member 1.member -o new",
                "union",
            ),
        ),
    ),
    "run cosign-letter registrar vouch first": Case(
        Run("registrar status open.group", "clerk", code=16),
        (
            Run("registrar vouch open.group -o new.csv", "clerk"),
            Run("registrar status open.group", "clerk"),
        ),
        (without_ledger,),
    ),
    "change --title": Case(
        Run(f"{ROUND} --group keys.roster --trustee 1.trustee --title ---", "organizer", code=2),
        (Run(f"{ROUND} --group keys.roster --trustee 1.trustee --title New", "organizer"),),
    ),
    "leave only one of --voucher, --person and --batch": Case(
        Run("registrar revoke open.group --person Anna --batch 1 --yes", "clerk", code=2),
        (Run("registrar revoke open.group --batch 1 --yes", "clerk"),),
    ),
    "add either --output FILE, for a table, or --slips FILE.html, for paper": Case(
        Run("registrar vouch open.group", "clerk", code=2),
        (
            Run("registrar vouch open.group --output new.csv", "clerk"),
            Run("registrar vouch open.group --slips new.html", "clerk"),
        ),
    ),
    "name a page like https://example.org/member.html, and --slips FILE.html": Case(
        Run("registrar vouch open.group --slips new.html --page member.html", "clerk", code=2),
        (
            Run(
                "registrar vouch open.group --slips new.html --page https://example.org/m.html",
                "clerk",
            ),
        ),
    ),
    "name --page, and --drop https://relay.example…": Case(
        Run(f"{SLIPS} --drop https://relay.example/drop/{'00' * 32}", "clerk", code=2),
        (with_drop_page,),
    ),
    "leave out --member or the letter": Case(
        Run("page published.letter --member -o new.html", code=2),
        (Run("page --member -o new.html"), Run("page published.letter -o other.html")),
    ),
    "leave --armor out": Case(
        Run("registrar vouch open.group --slips new.html --armor", "clerk", code=2),
        (Run("registrar vouch open.group --slips new.html", "clerk"),),
    ),
    "leave only one of --people, --for and --count": Case(
        Run("registrar vouch open.group --for Anna --count 2 -o new", "clerk", code=2),
        (Run("registrar vouch open.group --for Anna -o new", "clerk"),),
    ),
    "a home has one passphrase: type that one, or choose another --home": Case(
        Run("member key -o new --home homes/x", env=OTHER, code=13),
        (
            Run("member key -o new --home homes/x", env=LOCKED),
            Run("member key -o newer --home homes/y", env=OTHER),
        ),
        (Run("member key -o first --home homes/x", env=LOCKED),),
    ),
    "wait, or close it now with --early: vouchers not used yet become worthless": Case(
        Run("registrar close open.group -o new", "clerk", code=8),
        (Run("registrar close open.group --early -o new", "clerk"),),
    ),
    "name the home of cosign-letter trustee key with --home": Case(
        Run(OPENED, "new", AFTERWARDS, code=16), (Run(OPENED, "trustee-2", AFTERWARDS),)
    ),
    "make a key with member key alone, and hand it to the publisher of the roster in person": Case(
        Run("member key --prove-ssh id -o new", "new", code=6),
        (Run("member key -o new", "new"), Run(f"{ROSTER} --member new --member 1.member", "new")),
        (shell("ssh-keygen -q -t ecdsa -N '' -f id"),),
    ),
    "give the file that ssh -i takes": Case(
        Run("member key --prove-ssh letter.md -o new", "new"),
        (Run("member key --prove-ssh id -o new", "new"),),
        (KEY,),
    ),
    "use a copy that ssh-keygen -y can read": Case(
        Run("member key --prove-ssh bad -o new", "new", code=1),
        (shell("ssh-keygen -y -f id"), Run("member key --prove-ssh id -o new", "new")),
        (KEY, spoil),
    ),
    "give it with --ssh-passphrase-file": Case(
        Run("member key --prove-ssh id -o new", "new", code=13),
        (Run("member key --prove-ssh id --ssh-passphrase-file pass -o new", "new"),),
        (
            shell("ssh-keygen -q -t ed25519 -N 'correct horse' -f id"),
            write("pass", "correct horse\n"),
        ),
    ),
    "give the .sig file of ssh-keygen -Y sign": Case(
        Run(f"{ROSTER} --ssh id.pub --proof 1.member --member 2.member", "new", code=1),
        (
            shell("rm 1.member.sig"),
            shell("ssh-keygen -q -Y sign -f id -n cosign-enrol@1 1.member"),
            Run(f"{ROSTER} --ssh id.pub --proof 1.member --member 2.member", "new"),
        ),
        (KEY, write("1.member.sig", "no signature\n")),
    ),
    "add --openly NAME, or leave them out": Case(
        Run("sign letter.round --role boss --min-set 2 --yes -o new", "member-3", code=2),
        (Run(SIGN, "member-3"),),
    ),
    "name a group of the file, or leave --group out": Case(
        Run("claim published.letter --challenge x --group keys.roster -o new", "member-1", code=16),
        (
            Run("claim published.letter --challenge x --group staff.group -o new", "member-1"),
            Run("claim published.letter --challenge x -o newer", "member-1"),
        ),
    ),
    "leave out --reveal-key; the claim holds without it": Case(
        Run(f"{CLAIM} --reveal-key", "member-1", code=6), (Run(CLAIM, "member-1"),)
    ),
    "choose one with --registrar": Case(
        Run("member enrol open.group --voucher CODE3 --registrar 2 -o new", "new", code=2),
        (Run("member enrol open.group --voucher CODE3 --registrar 1 -o new", "new"),),
    ),
    "add --registrar …, or leave --registrar out": Case(
        Run("member enrol two.group --voucher TWO --registrar 1 -o new", "new", code=5),
        (
            Run("member enrol two.group --voucher TWO --registrar 2 -o new", "new"),
            Run("member enrol two.group --voucher TWO -o newer", "newer"),
        ),
        (
            Run("registrar keys --name Two --slots 1 -o two.registrar", "two"),
            Run("registrar keys --name One --slots 1 -o one.registrar", "one"),
            Run(
                "group create --name Two --registrar one.registrar --registrar two.registrar "
                f"--enrol-opens {OPENS} --enrol-closes {CLOSES} -o two.group"
            ),
            Run("registrar vouch two.group -o two.csv", "two"),
        ),
    ),
    "the organizer gives the round to the registrars, who run registrar grant, and adds what "
    "they send with round grant": Case(
        Run(SIGN.replace("letter.round", "letter.draft"), "member-3", code=11),
        (
            Run("registrar grant letter.draft --yes -o new.grant", "council"),
            Run("round grant letter.draft --grant new.grant -o new.round"),
            Run(SIGN.replace("letter.round", "new.round"), "member-3"),
        ),
    ),
    "leave --slot out": Case(
        Run(f"{ROUND} --group keys.roster --slot 1", "organizer", BETWEEN, code=2),
        (Run(f"{ROUND} --group keys.roster", "organizer", BETWEEN),),
    ),
    "give it to another of its publishers, who adds a signature with roster sign": Case(
        Run("roster check draft.roster", code=11),
        (
            Run("roster sign draft.roster --yes -o new.roster", "organizer"),
            Run("roster check new.roster"),
        ),
    ),
    "start Tor and add --proxy socks5h://127.0.0.1:9050": Case(
        Run(f"{CHECK_ID} --relay http://{'a' * 56}.onion", code=2),
        (
            Run(
                f"{CHECK_ID} --relay http://{'a' * 56}.onion --proxy socks5h://127.0.0.1:1",
                code=AWAY,
            ),
        ),
    ),
    "use https or an onion service; add --allow-http if you control the network": Case(
        Run(f"{CHECK_ID} --relay http://relay.invalid", code=2),
        (
            Run(f"{CHECK_ID} --relay http://relay.invalid --allow-http", code=AWAY),
            Run(f"{CHECK_ID} --relay https://relay.invalid", code=AWAY),
        ),
    ),
    "sign with the slots that are left: member keys shows them": Case(
        Run("member enrol open.group --voucher CODE3 -o new", "early"),
        (Run("member keys", "early"),),
        (Run("member forget open.group --slot 1 --yes", "early"),),
    ),
    "a key file needs one: add --key-passphrase-file PATH": Case(
        Run("member export -o new", "member-3"),
        (Run("member export --key-passphrase-file key.md -o new", "member-3"),),
    ),
    "add --key-passphrase-file PATH": Case(
        Run("member import 3.keys", "member-3"),
        (Run("member import 3.keys --key-passphrase-file key.md", "member-3"),),
    ),
    "if it is not that of the home, add --key-passphrase-file PATH": Case(
        Run("member import 3.keys --home homes/x", env=LOCKED),
        (Run("member import 3.keys --key-passphrase-file key.md --home homes/x", env=LOCKED),),
    ),
    "use --home with the folder in which they were made": Case(
        Run("member export --key-passphrase-file key.md -o new", "nobody"),
        (Run("member export --key-passphrase-file key.md -o new", "member-3"),),
    ),
    "make it with cosign-letter member export": Case(
        Run("member import greedy.keys --key-passphrase-file key.md", "member-3"),
        (Run("member export --key-passphrase-file key.md -o new", "member-3"),),
        (write("greedy.keys", GREEDY.to_bytes()),),
    ),
    "it may have been finished before: member keys shows what is here": Case(
        Run("member finish late.response", "late", code=6),
        (Run("member keys", "late"),),
        (Run("member finish late.response", "late"),),
    ),
    "use the home that you signed with, or give the receipt with --receipt": Case(
        Run("check published.letter", "member-3", code=16),
        (
            Run("check published.letter", "member-1"),
            Run("check published.letter --receipt RECEIPT", "member-3"),
        ),
    ),
    "accept fewer with --min-set, if you take the risk; the round allows it": Case(
        Run("sign letter.round --yes -o new", "member-3", code=10), (Run(SIGN, "member-3"),)
    ),
    "add --ssh with the files that list them": Case(
        Run(f"{ROSTER} --proof new --member 1.member", "new", code=5),
        (Run(f"{ROSTER} --proof new --member 1.member --ssh id.pub", "new"),),
        (KEY, Run("member key --prove-ssh id -o new", "new")),
    ),
    "choose another name or use --force": Case(
        Run("trustee key --name New -o letter.md", "new", code=15),
        (
            Run("trustee key --name New -o new", "new"),
            Run("trustee key --name New -o letter.md --force", "newer"),
        ),
    ),
    "use --home with the folder in which the keys were made": Case(
        Run(f"{PUBLISH} -o new", "new", AFTERWARDS, code=16),
        (Run(f"{PUBLISH} -o new", "organizer", AFTERWARDS),),
    ),
    "enrol, or have your key put on the roster; or name another --home or your --ssh-key": Case(
        Run(SIGN, "new", code=16), (Run(SIGN, "member-3"),)
    ),
    "run cosign-letter member enrol first, or name the right folder with --home": Case(
        Run("member certificate open.group --yes -o new", "new", code=16),
        (
            Run("member certificate staff.group --yes --slot 2 -o new", "exporter"),
            Run("member enrol open.group --voucher CODE3 -o new.request", "new"),
        ),
    ),
    "registrar vouch and roster vouch print the number of each batch": Case(
        Run("registrar revoke open.group --batch 9 --yes", "clerk", code=7),
        (
            Run("registrar vouch open.group -o new", "clerk"),
            Run("registrar revoke open.group --batch 2 --yes", "clerk"),
        ),
    ),
    "its person can get a new one with registrar vouch or roster vouch": Case(
        Run("registrar revoke open.group --voucher CODE3 --yes", "clerk", code=8),
        (
            Run("registrar vouch open.group -o new", "clerk"),
            Run("registrar status open.group", "clerk"),
        ),
        (Run("registrar revoke open.group --voucher CODE3 --yes", "clerk"),),
    ),
    "revoke unused ones with registrar revoke or roster revoke, then make them again": Case(
        Run(f"{LIST} --yes --force", "clerk", code=7),
        (
            Run("registrar revoke open.group --person 'Anna Adler' --yes", "clerk"),
            Run(f"{LIST} --yes --force", "clerk"),
        ),
        (write("people.csv", PEOPLE), Run(f"{LIST} --yes", "clerk")),
    ),
    "check that every file in it is yours, then run chmod go-w …; if the mode stays, the disk "
    "keeps no modes: mount it with umask=077, or use another one": Case(
        Run("member keys", "member-1", code=14),
        (shell("chmod go-w homes/member-1"), Run("member keys", "member-1")),
        (mode("homes/member-1", 0o777),),
    ),
    "leave --no-passphrase out": Case(
        Run("member keys --home homes/x --no-passphrase", code=13),
        (Run("member keys --home homes/x", env=LOCKED),),
        (Run("member key -o new --home homes/x", env=LOCKED),),
    ),
    "raise --members or lower --signers": Case(
        Run("demo --members 2 --signers 3", code=2),
        (
            Run("demo --members 3 --signers 3 --keep homes", code=15),
            Run("demo --members 2 --signers 2 --keep homes", code=15),
        ),
    ),
    "name their files or add --relay URL": Case(
        Run("member finish", "late", code=2),
        (
            Run(f"member finish {RELAYED}", "late", code=AWAY),
            Run("member finish late.response", "late"),
        ),
    ),
    "cosign-letter member keys shows what it holds; of a round in which you did not sign, name "
    "the file or the invitation": Case(
        Run("member forget nothing", "member-3", code=16),
        (Run("member keys", "member-3"), Run("member forget letter.round --yes", "member-3")),
    ),
    "once their letters are published, run cosign-letter member forget … --keep-receipts": Case(
        Run("member forget new.round --keep-receipts --yes", "lister-1", code=6),
        (Run("member forget LISTED --keep-receipts --yes", "lister-1"),),
        (
            Run(f"{ROUND} --group keys.roster", "organizer", BETWEEN),
            Run("sign new.round --min-set 0 --yes -o new", "lister-1"),
        ),
    ),
    "name a file with --output": Case(
        Run("member key --prove-ssh id -o -", "new", code=2),
        (Run("member key --prove-ssh id --output new", "new"),),
        (KEY,),
    ),
    "name a file, or write the page later with cosign-letter page": Case(
        Run(f"{PUBLISH} -o - --page new.html", "organizer", AFTERWARDS, code=2),
        (
            Run(f"{PUBLISH} -o new --page new.html", "organizer", AFTERWARDS),
            Run("page new -o later.html"),
        ),
    ),
    "leave out --enrolment": Case(
        Run(
            f"{PUBLISH} --append published.letter --enrolment council.statement -o new",
            "organizer",
            AFTERWARDS,
            code=2,
        ),
        (Run(f"{PUBLISH} --append published.letter -o new", "organizer", AFTERWARDS, code=6),),
    ),
    "give the trustee this folder and ask for a new opening; if that cannot be, add "
    "--incomplete, and the cosignatures in these envelopes may be left out": Case(
        Run(f"{PUBLISH} -o new".replace("1.opening", "few"), "organizer", AFTERWARDS, code=6),
        (
            Run(
                f"{PUBLISH} -o new --incomplete".replace("1.opening", "few"),
                "organizer",
                AFTERWARDS,
                code=11,  # the quorum is two, and one cosignature was lost
            ),
            Run(OPENED, "trustee-1", AFTERWARDS),
            Run(f"{PUBLISH} -o newer".replace("1.opening", "new"), "organizer", AFTERWARDS),
        ),
        (
            shell("mkdir one"),
            shell("cp envelopes/1.sealed one"),
            Run("trustee open letter.round --envelopes one -o few", "trustee-1", AFTERWARDS),
        ),
    ),
    "name requests and --output, or only --relay and --mailbox": Case(
        Run("registrar issue -o new", "clerk", code=2),
        (
            Run("registrar issue early.request --output new", "clerk"),
            Run(f"registrar issue {RELAYED} --mailbox none", "clerk", code=16),
        ),
    ),
    "leave out --bits": Case(
        Run("registrar keys --name New --slots 1 --bits 2048 -o new", "new", code=2),
        (Run("registrar keys --name New --slots 1 -o new", "new"),),
    ),
    "add --header or --no-header": Case(
        Run(LIST.replace("--no-header", "--yes"), "clerk"),
        (
            Run(LIST.replace("--no-header", "--yes --header"), "clerk"),
            Run(f"{LIST} --yes --force", "clerk"),
        ),
        (write("people.csv", f"Names of people\n{PEOPLE}"),),
    ),
    "remove that line, or add --no-header if it is a person": Case(
        Run(LIST.replace("--no-header", "--yes"), "clerk", code=2),
        (
            Run(f"{LIST} --yes", "clerk"),
            write("people.csv", f"Name\n{PEOPLE}Emil\n"),
            Run(LIST.replace("--no-header", "--yes --force"), "clerk"),
        ),
        (write("people.csv", f"Carl Cox\n\nName\n{PEOPLE}"),),
    ),
    "remove that line, or add --footer to leave it out, or --no-footer if it is a person": Case(
        Run(f"{LIST} --yes", "clerk", code=2),
        (
            Run(f"{LIST} --yes --footer", "clerk"),
            Run(f"{LIST} --yes --no-footer --force", "clerk"),
            write("people.csv", f"{PEOPLE}Emil\n"),
            Run(f"{LIST} --yes --force", "clerk"),
        ),
        (write("people.csv", f"{PEOPLE}Total: 2\n"),),
    ),
    "name its round with --round": Case(
        Run(f"relay check envelopes/1.sealed --round second.round {RELAYED}", code=5),
        (Run(f"relay check envelopes/1.sealed --round letter.round {RELAYED}", code=AWAY),),
    ),
    "leave --workers or --cluster out": Case(
        Run("verify published.letter --workers 2 --cluster tcp://192.0.2.1:8786", code=2),
        (Run("verify published.letter --workers 2", code=3),),
    ),
    "leave --publisher-name or --publisher out": Case(
        Run(
            f"{ROSTER} --member 1.member --member 2.member --publisher organizer.publisher "
            "--publisher-name New",
            "organizer",
            code=2,
        ),
        (
            Run(
                f"{ROSTER} --member 1.member --member 2.member --publisher organizer.publisher",
                "organizer",
            ),
            Run(
                f"{ROSTER} --member 1.member --member 2.member --publisher-name New --force",
                "organizer",
            ),
        ),
    ),
    "add --group FILE": Case(
        Run(f"{ROSTER} --certificate 3.certificate --member 1.member", "new", code=2),
        (
            Run(
                f"{ROSTER} --certificate 3.certificate --member 1.member --group staff.group",
                "new",
            ),
        ),
    ),
    "name it with --title": Case(
        Run(f"{ROUND} --group keys.roster".replace("letter.md", "x.md"), "organizer", code=2),
        (
            Run(
                f"{ROUND} --group keys.roster --title Named".replace("letter.md", "x.md"),
                "organizer",
            ),
        ),
        (write("x.md", "![a badge](https://example.org/b.svg)\n"),),
    ),
    "check --envelopes or --relay: the envelopes are elsewhere": Case(
        Run(OPENED.replace("envelopes envelopes", "envelopes empty"), "trustee-2", AFTERWARDS, 16),
        (Run(OPENED, "trustee-2", AFTERWARDS),),
        (shell("mkdir empty"),),
    ),
    "add --help to see what the command takes": Case(
        Run("verify", code=2), (Run("verify --help"),)
    ),
    "add --relay URL": Case(
        Run(f"{SIGN} --proxy socks5h://127.0.0.1:1", "member-3", code=2),
        (Run(f"{SIGN} --proxy socks5h://127.0.0.1:1 {RELAYED}", "member-3", code=AWAY),),
    ),
    "add --output FILE or --relay URL": Case(
        Run("sign letter.round --min-set 2 --yes", "member-3", code=2),
        (
            Run("sign letter.round --min-set 2 --yes --output new", "member-3"),
            Run(f"sign letter.round --min-set 2 --yes {RELAYED}", "member-3", code=AWAY),
        ),
    ),
    "add --envelopes DIR, or --relay URL and --mailbox FILE": Case(
        Run("trustee open letter.round -o new", "trustee-2", AFTERWARDS, code=2),
        (
            Run(OPENED, "trustee-2", AFTERWARDS),
            Run(f"trustee open letter.round {RELAYED} --mailbox none", "trustee-2", AFTERWARDS, 16),
        ),
    ),
    "use --passphrase-file or …, or --no-passphrase to store secrets unencrypted": Case(
        Run("trustee key --name New -o new --home homes/x", code=13),
        (
            Run("trustee key --name New -o new --home homes/x --passphrase-file pass"),
            Run(
                "trustee key --name New -o newer --home homes/y",
                env=LOCKED,
            ),
            Run("trustee key --name New -o newest --home homes/z --no-passphrase"),
        ),
        (write("pass", "correct horse battery staple\n"),),
    ),
    "if you chose that, add --no-passphrase; if not, someone else put the file there": Case(
        Run(
            "member keys --home homes/member-1",
            env=LOCKED,
            code=13,
        ),
        (Run("member keys", "member-1"),),
    ),
    "add --yes if you are sure": Case(
        Run("sign letter.round --min-set 2 -o new", "member-3", code=2), (Run(SIGN, "member-3"),)
    ),
    "add --mailbox FILE, the file that relay register wrote": Case(
        Run(f"trustee open letter.round {RELAYED}", "trustee-2", AFTERWARDS, code=2),
        (Run(f"trustee open letter.round {RELAYED} --mailbox none", "trustee-2", AFTERWARDS, 16),),
    ),
    "add --… CODE": Case(
        Run("sign letter.invite --min-set 2 --yes -o new", "member-3"),
        (Run("sign letter.invite --secret SECRET --min-set 2 --yes -o new", "member-3"),),
        (invited,),
    ),
}
"""By the hint."""

ELSEWHERE: Final = {
    "ask each for it with member name, and give their files with --attested": (
        "test_open_names.py: 0 registrars attest the name"
    ),
    "leave --attested out": "test_open_names.py: in a group with a list of keys",
    "sign with --openly; your listed key stands beside your name": (
        "test_open_names.py: nobody attests names"
    ),
    "name the one that you claim with --group, which takes a group's file or its 60 digits": (
        "test_joint.py: this home signed in the letters of"
    ),
    "another program listens there, perhaps another relay: stop it, or choose another port with "
    "--listen": "test_relay.py: test_a_place_that_is_taken",
    "encrypt it with another cipher: …": "test_ssh_proofs.py: test_signing_with_a_rare_cipher_has",
    "… -m pip install …": "test_relay.py: test_without_the_extra",
    "encrypt a round with: cosign-letter round invite": (
        "test_relay_drop.py: test_owners_put_notices("
    ),
    "or leave --yes out, and answer on a terminal": "test_voucher_lists.py: terminal(",
    "run the command again with --debug and report what it prints": "test_secrets.py: --debug",
    "say in fewer words where the keys come from, with --source": (
        "test_collecting.py: with the kinds of evidence"
    ),
    "write it as a picture with -o FILE.png": "test_fingerprint.py: -o FILE.png",
}
"""Hints that other tests follow, with a word of theirs: they need a terminal, a defect or another
machine."""

UNREACHED: Final = {
    "ports below 1024 are for administrators: choose a higher one with --listen": "root listens",
    "use the file that relay register wrote": "a file that somebody changed by hand",
    "revoke an unused one with registrar revoke or roster revoke": "two commands at one moment",
    "use the home that made your key, or name your ssh key with --ssh-key": "programs in Python",
    "write a copy for OpenSSH, and use that: …": "PuTTY is not installed where tests run",
    "type it again; if it is right, write a copy under another cipher: …": "an old OpenSSL",
}
"""Hints that no command of a test can get or follow, and why."""


def filled(shop: Shop, line: str) -> str:
    """Put values in the place of the words in capitals."""
    values: dict[str, Callable[[], str]] = {
        "CODE3": lambda: vouchers(shop, "open.csv")[2],
        "SLIP": lambda: vouchers(shop, "codes.csv")[1],
        "TWO": lambda: vouchers(shop, "two.csv")[0],
        "SECRET": (shop / "secret").read_text,
        "RECEIPT": lambda: receipt(shop),
        "LISTED": lambda: next((shop / "homes/lister-1").glob("key-*.vault")).stem,
    }
    for word, value in values.items():
        if word in line:
            line = line.replace(word, value())
    return line


def receipt(shop: Shop) -> str:
    """Return a receipt of the first member's cosignature."""
    again = "sign letter.round --min-set 2 --yes --receipt -o again"
    return shop.call(again, "member-1").out.split()[-1]


def take(shop: Shop, step: Step) -> Done | None:
    """Type a command, or change what lies in the shop."""
    if not isinstance(step, Run):
        step(shop)
        return None
    line = filled(shop, step.line)
    return shop.call(line, step.home, now=step.now, code=step.code, env=step.env)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no relay."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", ())


def test_every_hint_that_names_a_command_is_tried() -> None:
    """Those that are not in the table cannot be relied on: add a case."""
    naming = {hint for hint in all_hints() if names_command(hint)}
    tried = {*CASES, *ELSEWHERE, *UNREACHED}
    assert naming - tried == set()
    assert tried - all_hints() == set(), "the code gives no such hint any more"
    assert len(naming) > 50


@pytest.mark.parametrize("hint", CASES)
def test_a_hint_gets_further(shop: Shop, hint: str) -> None:
    """The command fails with it; what it says to type does not."""
    case = CASES[hint]
    for step in case.before:
        take(shop, step)
    failed = take(shop, case.shows._replace(code=None))
    assert failed is not None
    assert failed.code != 0
    assert pattern(hint).search(failed.err.splitlines()[-1].removeprefix("  hint: ")), failed.err
    for step in case.then:
        done = take(shop, step)
        assert done is None or not pattern(hint).search(done.err), done


@pytest.mark.parametrize("place", sorted(filter(None, ELSEWHERE.values())))
def test_the_others_are_followed_elsewhere(place: str) -> None:
    """A test of that name has these words."""
    file, words = place.split(": ")
    assert words in (places.ROOT / "tests" / "cli" / file).read_text(encoding="utf-8")
