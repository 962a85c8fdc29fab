"""Steps in which hints are shown and followed: commands, and changes of what lies in a shop."""

import shlex
import subprocess
from collections.abc import Callable
from typing import Final, NamedTuple

from cosign.records.groups.registered import RegisteredGroup
from cosign.relay.owners import registrar_address
from cosign.secret import Secret
from cosign.stores.vault_file import VaultFile
from tests.support.cli_fixture import invite, vouchers
from tests.support.commands import BETWEEN, CLOSES, SIGNING, Done, Shop
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
