"""What the rules of a group or round do not allow: each has its own error and exit code."""

import shutil
from dataclasses import dataclass
from typing import Final

import pytest

from tests.support.commands import AFTERWARDS, BETWEEN, CLOSES, ENROLMENT, OPENS, SIGNING, Shop

_SIGN: Final = "--min-set 2 --yes -o new"
_ROUND: Final = f"--group staff.group --opens {BETWEEN} --closes {CLOSES} -o new"
_PUBLISH: Final = "publish letter.round --envelopes envelopes"
_OPENINGS: Final = "--opening 1.opening --opening 3.opening"


@dataclass(frozen=True)
class Refusal:
    """A command that has to fail.

    Attributes:
        code: its exit code.
        says: a part of its message.
        line: the command.
        home: whose secrets.
        now: when.
    """

    code: int
    says: str
    line: str
    home: str | None = None
    now: str = SIGNING


REFUSALS: Final = {
    # Files of another group.
    "vouchers for another group": Refusal(
        16,
        "no keys of a registrar of this group",
        "registrar vouch other/open.group -o new",
        "clerk",
    ),
    "closing another group": Refusal(
        16, "no keys of a registrar", "registrar close other/staff.group -o new", "council"
    ),
    "counting another group": Refusal(
        16, "no keys of a registrar", "registrar status other/staff.group", "council"
    ),
    "a request to another group": Refusal(
        16, "serves no such group", "registrar issue other/early.request -o new", "clerk"
    ),
    "a response from another group": Refusal(
        16, "no membership in the group", "member finish other/late.response", "late"
    ),
    "another group's statement in a round": Refusal(
        5,
        "belongs to another group",
        f"round create letter.md --enrolment other/council.statement {_ROUND}",
        "organizer",
        BETWEEN,
    ),
    "another group's statement while signing": Refusal(
        5,
        "belongs to another group",
        f"sign letter.round --enrolment other/council.statement {_SIGN}",
        "member-3",
    ),
    "another group's statement in a publication": Refusal(
        5,
        "belongs to another group",
        f"{_PUBLISH} {_OPENINGS} --enrolment other/council.statement -o new",
        "organizer",
        AFTERWARDS,
    ),
    "signing another group's round": Refusal(
        16, "no membership in the round's group", f"sign other/letter.round {_SIGN}", "member-3"
    ),
    "withdrawing from another group's round": Refusal(
        16,
        "no membership in the round's group",
        "withdraw other/letter.round --yes -o new",
        "member-1",
    ),
    "checking another group's letter": Refusal(
        16, "has no record of a signature in the round", "check other/published.letter", "member-1"
    ),
    # Files of another round, request or person.
    "opening another trustee's round": Refusal(
        16,
        "no key of a trustee of this round",
        "trustee open second.round --envelopes second-envelopes -o new",
        "trustee-2",
        AFTERWARDS,
    ),
    "publishing another organizer's round": Refusal(
        5,
        "did not open the round",
        f"publish other/letter.round --envelopes envelopes {_OPENINGS} -o new",
        "organizer",
        AFTERWARDS,
    ),
    "an opening of another round": Refusal(
        5,
        "belongs to another round",
        f"{_PUBLISH} --opening second.opening --opening 3.opening -o new",
        "organizer",
        AFTERWARDS,
    ),
    "one trustee twice": Refusal(
        5,
        "one trustee gave two openings",
        f"{_PUBLISH} --opening 1.opening --opening 1.opening -o new",
        "organizer",
        AFTERWARDS,
    ),
    "another round than the one agreed on": Refusal(
        5,
        "not the one you expected",
        f"sign letter.round --expect-round {'12345' * 12} {_SIGN}",
        "member-3",
    ),
    "another member's response": Refusal(
        5, "answers another request", "member finish late.response", "early"
    ),
    "a response without a request": Refusal(
        6, "no request of this home waits", "member finish 1.response", "member-1"
    ),
    "a registrar whom the group lacks": Refusal(
        5,
        "registrars 1 to 1, not 2",
        "member enrol open.group --registrar 2 --voucher UNKNOWN-VOUCHER -o new",
        "fresh",
    ),
    # Too early or too late.
    "enrolling too early": Refusal(
        7,
        "enrolment is open from",
        "member enrol open.group --voucher UNKNOWN-VOUCHER -o new",
        "fresh",
        "2030-02-28T23:59Z",
    ),
    "enrolling too late": Refusal(
        7,
        "enrolment is open from",
        "member enrol open.group --voucher UNKNOWN-VOUCHER -o new",
        "fresh",
        CLOSES,
    ),
    "a new request after the window": Refusal(
        7,
        "enrolment in this group is not open",
        "registrar issue early.request -o new",
        "clerk",
        CLOSES,
    ),
    "vouchers after the end": Refusal(
        7, "is not open", "registrar vouch staff.group -o new", "council"
    ),
    "ending enrolment early": Refusal(
        7, "enrolment is open until", "registrar close open.group -o new", "clerk"
    ),
    "signing too early": Refusal(
        7, "the round is open from", f"sign letter.round {_SIGN}", "member-3", ENROLMENT
    ),
    "signing too late": Refusal(
        7, "the round is open from", f"sign letter.round {_SIGN}", "member-3", CLOSES
    ),
    "withdrawing too early": Refusal(
        7, "the round is open from", "withdraw letter.round --yes -o new", "member-1", ENROLMENT
    ),
    "opening too early": Refusal(
        7,
        "envelopes stay closed until",
        "trustee open letter.round --envelopes envelopes -o new",
        "trustee-2",
    ),
    "publishing too early": Refusal(
        7, "envelopes stay closed until", f"{_PUBLISH} {_OPENINGS} -o new", "organizer"
    ),
    # Too few.
    "a small crowd": Refusal(
        10,
        "at most 3 people, fewer than 4",
        "sign letter.round --min-set 4 --yes -o new",
        "member-3",
    ),
    "the usual least crowd": Refusal(
        10, "at most 3 people, fewer than 16", "sign letter.round --yes -o new", "member-3"
    ),
    "too few openings": Refusal(
        12,
        "1 trustee has opened, and 2 have to",
        f"{_PUBLISH} --opening 1.opening -o new",
        "organizer",
        AFTERWARDS,
    ),
    # What this home does not hold.
    "organizing without keys": Refusal(
        16, "no such file in this home", f"{_PUBLISH} {_OPENINGS} -o new", "fresh", AFTERWARDS
    ),
    "signing without enrolment": Refusal(
        16, "no membership in the round's group", f"sign letter.round {_SIGN}", "fresh"
    ),
    "forgetting what is not there": Refusal(
        16, "holds nothing of 'member-x'", "member forget member-x --yes", "member-1"
    ),
    "forgetting what is elsewhere": Refusal(
        16, "holds nothing of '../", "member forget ../member-2/member-x --yes", "member-1"
    ),
    "counting before any voucher": Refusal(
        16, "no vouchers yet", "registrar status open.group", "idle"
    ),
    # Nobody to ask.
    "signing without confirmation": Refusal(
        2, "this needs a confirmation", "sign letter.round --min-set 2 -o new", "member-3"
    ),
    "withdrawing without confirmation": Refusal(
        2, "this needs a confirmation", "withdraw letter.round -o new", "member-1"
    ),
    "enrolling without a voucher": Refusal(
        2, "no voucher was given", "member enrol open.group -o new", "fresh"
    ),
    # Slips in typing.
    "a mistyped voucher": Refusal(
        2,
        "the code is mistyped",
        "member enrol open.group --voucher 0000-0000-0000-0000-0000-0000-00MU -o new",
        "fresh",
    ),
    "a long statement": Refusal(
        2,
        "statement: not within 0 to 280 bytes",
        f"sign letter.round --statement {'x' * 281} {_SIGN}",
        "member-3",
    ),
    "a fingerprint of the wrong length": Refusal(
        2, "60 digits", f"sign letter.round --expect-round 12345 {_SIGN}", "member-3"
    ),
    "a pin that is nothing": Refusal(
        2, "neither a file nor a fingerprint", "verify published.letter --group 12345"
    ),
    "a name that is empty": Refusal(2, "name: not within", "trustee key --name '' -o new", "fresh"),
    "a name with a control character": Refusal(
        2,
        "control character U+0007",
        f"group create --name 'a\x07' --registrar clerk.registrar --enrol-opens {OPENS} "
        f"--enrol-closes {CLOSES} -o new",
    ),
    "a window that ends before it begins": Refusal(
        2,
        "closes before it opens",
        f"group create --name New --registrar clerk.registrar --enrol-opens {CLOSES} "
        f"--enrol-closes {OPENS} -o new",
    ),
    "more registrars than there are": Refusal(
        2,
        "fewer registrars than the 2 who have to sign",
        "group create --name New --registrar clerk.registrar --threshold 2 "
        f"--enrol-opens {OPENS} --enrol-closes {CLOSES} -o new",
    ),
    "one registrar twice": Refusal(
        2,
        "two registrars share a key",
        "group create --name New --registrar clerk.registrar --registrar clerk.registrar "
        f"--enrol-opens {OPENS} --enrol-closes {CLOSES} -o new",
    ),
    "a round during enrolment": Refusal(
        2,
        "opens before enrolment",
        f"round create letter.md --group open.group --opens {BETWEEN} --closes {CLOSES} -o new",
        "organizer",
    ),
    "a slot that the group lacks": Refusal(
        2,
        "slots 1 to 2, not 3",
        f"round create letter.md --slot 3 {_ROUND}",
        "fresh",
    ),
    "more trustees than there are": Refusal(
        2,
        "fewer trustees than the 2 who have to open",
        f"round create letter.md --threshold 2 {_ROUND}",
        "fresh",
    ),
    "no time": Refusal(
        2,
        "'noon' is not a time in ISO 8601",
        f"round create letter.md --group staff.group --opens noon --closes {CLOSES} -o new",
        "organizer",
    ),
    "half a minute": Refusal(
        2,
        "not a whole minute",
        "round create letter.md --group staff.group --opens 2030-03-08T00:00:30Z "
        f"--closes {CLOSES} -o new",
        "organizer",
    ),
    "keys that are too short": Refusal(
        2, "3072 or 4096 bits, not 2048", "registrar keys --name X --bits 2048 -o new", "fresh"
    ),
    "an unknown option": Refusal(2, "no such option", "verify published.letter --nonsense"),
    "a missing option": Refusal(2, "missing option", "registrar keys -o new", "fresh"),
    "a missing argument": Refusal(2, "missing argument", "inspect"),
    "an unknown command": Refusal(2, "no such command 'frobnicate'", "frobnicate"),
    "a number that is none": Refusal(
        2, "invalid value for '--min-set'", "sign letter.round --min-set x"
    ),
    "more signers than members": Refusal(2, "more signers", "demo --members 2 --signers 3"),
}


@pytest.fixture
def shops(shop: Shop, foreign: Shop) -> Shop:
    """The staff council's shop with another group's under ``other``, and an idle clerk."""
    shutil.copytree(foreign.folder, shop / "other")
    shutil.copytree(shop / "homes/clerk", shop / "homes/idle")
    for path in (shop / "homes/idle").glob("*.sqlite*"):
        path.unlink()
    return shop


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_why_and_writes_nothing(shops: Shop, name: str, as_json: bool) -> None:  # noqa: FBT001  # pytest names it
    """Each refusal has its exit code, one line that says why, a hint, and leaves no file."""
    given = REFUSALS[name]
    with shops.unchanged():
        line = given.line + (" --json" if as_json else "")
        done = shops.call(line, given.home, now=given.now, code=given.code)
    # Before a signature is asked for, the letter is shown.
    shown = done.err.splitlines()[-2:]
    message, hint = done._replace(err="\n".join(shown)).problem()
    assert given.says in message
    if as_json:
        assert done.json == {"error": message, "hint": hint, "exit_code": given.code}
    else:
        assert done.out == ""


def test_a_choice_that_is_none_is_refused_in_plain_words(shop: Shop) -> None:
    """Typer puts words for programmers in front."""
    told, _ = shop.call("guide membr", code=2).problem()
    assert told.startswith("invalid value for 'ROLE': 'membr' is not one of 'member'")
