"""A line of every command that succeeds in the staff council's shop."""

from collections.abc import Iterator
from typing import Any, Final

import typer

from cosign_cli.main import build
from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, ENROLMENT, OPENS, SIGNING, Shop

ROUND: Final = f"round create letter.md --group staff.group --opens {BETWEEN} --closes {CLOSES}"
OPENINGS: Final = "--opening 1.opening --opening 3.opening"
COMMANDS: Final = {
    "registrar keys": ("registrar keys --name New --slots 1 -o new", "new", SIGNING),
    "registrar vouch": ("registrar vouch open.group -o new", "clerk", SIGNING),
    "registrar issue": ("registrar issue early.request late.request -o .", "clerk", SIGNING),
    "registrar close": ("registrar close staff.group -o new", "council", BETWEEN),
    "registrar revoke": ("registrar revoke open.group --batch 1 --yes", "clerk", SIGNING),
    "registrar status": ("registrar status staff.group", "council", SIGNING),
    "group create": (
        f"group create --name New --registrar clerk.registrar --enrol-opens {OPENS} "  # noqa: ISC004  # one line
        f"--enrol-closes {CLOSES} -o new",
        None,
        SIGNING,
    ),
    "member enrol": (
        "member enrol open.group --voucher UNKNOWN-VOUCHER -o new",
        "new",
        ENROLMENT,
    ),
    "member finish": ("member finish late.response", "late", SIGNING),
    "member keys": ("member keys", "member-1", SIGNING),
    "member forget": ("member forget NAME --yes", "member-1", SIGNING),
    "member export": (
        "member export --key-passphrase-file key.md -o new",
        "member-3",
        SIGNING,
    ),
    "member import": (
        "member import 3.keys --key-passphrase-file key.md",
        "member-3",
        SIGNING,
    ),
    "member key": ("member key -o new", "new", SIGNING),
    "member name": (
        "member name letter.round Ada --registrar 1 --challenge Hello --yes -o new",
        "member-2",
        SIGNING,
    ),
    "member certificate": (
        "member certificate staff.group --yes --slot 2 -o new",
        "exporter",
        SIGNING,
    ),
    "roster create": (
        "roster create --name New --source them --member 1.member --member 2.member -o new",
        "organizer",
        SIGNING,
    ),
    "roster collection": (
        f"roster collection --name New --publisher-name Me --closes {CLOSES} -o new",
        "new",
        SIGNING,
    ),
    "roster vouch": ("roster vouch keys.collection -o new", "union", SIGNING),
    "roster revoke": ("roster revoke keys.collection --batch 1 --yes", "union", SIGNING),
    "roster status": ("roster status keys.collection 1.delivery", "union", SIGNING),
    "roster collect": ("roster collect keys.collection 1.delivery -o new", "union", SIGNING),
    "roster publisher": ("roster publisher --name New -o new", "new", SIGNING),
    "roster sign": ("roster sign draft.roster --yes -o new", "organizer", SIGNING),
    "roster evidence": (
        "roster evidence keys.roster --group staff.group --certificate 3.certificate -o new",
        None,
        SIGNING,
    ),
    "roster check": ("roster check keys.roster", None, SIGNING),
    "trustee key": ("trustee key --name New -o new", "new", SIGNING),
    "trustee open": (
        "trustee open letter.round --envelopes envelopes -o new",
        "trustee-2",
        AFTERWARDS,
    ),
    "trustee forget": ("trustee forget letter.round --yes", "trustee-2", AFTERWARDS),
    "round create": (f"{ROUND} -o new", "organizer", BETWEEN),
    "round grant": ("round grant letter.draft --grant letter.grant -o new", None, SIGNING),
    "registrar name": (
        "registrar name 1.name --challenge 'Daily Planet' --yes -o new",
        "council",
        SIGNING,
    ),
    "registrar grant": ("registrar grant letter.draft --yes -o new", "council", SIGNING),
    "round invite": ("round invite letter.round -o new", None, SIGNING),
    "sign": ("sign letter.round --min-set 2 --yes -o new", "member-3", SIGNING),
    "withdraw": ("withdraw letter.round --yes -o new", "member-1", SIGNING),
    "publish": (
        f"publish letter.round --envelopes envelopes {OPENINGS} -o new",
        "organizer",
        AFTERWARDS,
    ),
    "check": ("check published.letter", "member-1", SIGNING),
    "claim": ("claim published.letter --challenge Hello -o new", "member-1", SIGNING),
    "verify-claim": (
        "verify-claim 1.claim --letter published.letter --challenge 'Daily Planet'",
        None,
        SIGNING,
    ),
    "verify": ("verify published.letter --group staff.group", None, SIGNING),
    "page": ("page published.letter --output new", None, SIGNING),
    "pages": ("pages --digests", None, SIGNING),
    "guide": ("guide trustee", None, SIGNING),
    "inspect": ("inspect published.letter", None, SIGNING),
    "compare": ("compare letter.round", None, SIGNING),
    "fingerprint": ("fingerprint letter.round --qr -o new.png", None, SIGNING),
}

DEMO: Final = "demo"
RELAY: Final = [
    f"relay {name}"
    for name in ("serve", "register", "notice", "stamp", "check", "erase", "export", "import")
]
"""They need a relay, and are tested in test_relay."""

STAMPS: Final = ["timestamp request", "timestamp add"]
"""They need an authority, and are tested in test_time_stamps."""

JOINT: Final = ["campaign create", "joint create", "joint split"]
"""They need the letters of several groups, and are tested in test_joint."""


def _leaves(command: Any, name: str = "") -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name
        return
    for key, value in inner.items():
        yield from _leaves(value, f"{name} {key}".strip())


LEAVES: Final = sorted(_leaves(typer.main.get_command(build())))


def line_of(shop: Shop, name: str) -> tuple[str, str | None, str]:
    """Return a command that succeeds in the staff council's shop."""
    line, home, now = COMMANDS[name]
    [vault] = (shop / "homes/member-1").glob("*.vault")
    return line.replace("NAME", vault.stem), home, now
