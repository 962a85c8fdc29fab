"""Every command, fed what it must not take: one clear line, a hint, nothing written."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from cosign import labels
from cosign.wire.armor import armor
from cosign.wire.encoding import encode
from tests.support.commands import (
    AFTERWARDS,
    BETWEEN,
    CLOSES,
    OPENS,
    SIGNING,
    Shop,
    measure,
)

MEMORY_LIMIT: Final = 200 * 2**20
"""Least that a command may not reach; Python with its libraries takes 50 MiB of it."""

_ROUND: Final = f"--opens {BETWEEN} --closes {CLOSES} -o new"
_PUBLISH: Final = "publish letter.round --envelopes envelopes"


@dataclass(frozen=True)
class Input:
    """One place where a command takes a file.

    Attributes:
        line: the command; ``{}`` stands for the file.
        file: a file that is accepted there.
        home: whose secrets are used.
        now: when.
        ok: exit code for the accepted file.
        other_kind: exit code for a record of another kind.
    """

    line: str
    file: str
    home: str | None = None
    now: str = SIGNING
    ok: int = 0
    other_kind: int = 5


INPUTS: Final = {
    "group create --registrar": Input(
        "group create --name New --registrar {} "
        f"--enrol-opens {OPENS} --enrol-closes {BETWEEN} -o new",
        "council.registrar",
    ),
    "registrar revoke": Input("registrar revoke {} --batch 1 --yes", "open.group", "clerk"),
    "registrar vouch": Input("registrar vouch {} -o new", "open.group", "clerk"),
    "registrar issue": Input("registrar issue {} -o new", "early.request", "clerk"),
    "registrar close": Input("registrar close {} -o new", "staff.group", "council"),
    "registrar status": Input("registrar status {}", "staff.group", "council"),
    "roster status": Input("roster status {}", "keys.collection", "union"),
    "member enrol": Input(
        "member enrol {} --voucher 0000-0000-0000-0000-0000-0000-00MT -o new",
        "open.group",
        "fresh",
        ok=2,  # the group is taken; the voucher is none
    ),
    "member finish": Input("member finish {}", "late.response", "late"),
    "round create --group": Input(
        f"round create letter.md --group {{}} {_ROUND}", "staff.group", "organizer"
    ),
    "round create --trustee": Input(
        f"round create letter.md --group staff.group --trustee {{}} {_ROUND}",
        "1.trustee",
        "organizer",
    ),
    "round create --enrolment": Input(
        f"round create letter.md --group staff.group --enrolment {{}} {_ROUND}",
        "council.statement",
        "organizer",
    ),
    "sign": Input("sign {} --min-set 2 --yes -o new", "letter.round", "member-3"),
    "sign --enrolment": Input(
        "sign letter.round --enrolment {} --min-set 2 --yes -o new", "council.statement", "member-3"
    ),
    "withdraw": Input("withdraw {} --yes -o new", "letter.round", "member-1"),
    "trustee open": Input(
        "trustee open {} --envelopes envelopes -o new", "letter.round", "trustee-2", AFTERWARDS
    ),
    "publish": Input(
        "publish {} --envelopes envelopes --opening 1.opening --opening 3.opening -o new",
        "letter.round",
        "organizer",
        AFTERWARDS,
    ),
    "publish --opening": Input(
        f"{_PUBLISH} --opening {{}} --opening 3.opening -o new",
        "1.opening",
        "organizer",
        AFTERWARDS,
    ),
    "publish --enrolment": Input(
        f"{_PUBLISH} --opening 1.opening --opening 3.opening --enrolment {{}} -o new",
        "council.statement",
        "organizer",
        AFTERWARDS,
    ),
    "check": Input("check {}", "published.letter", "member-1", other_kind=1),
    "inspect": Input("inspect {}", "letter.round", ok=0, other_kind=0),
}

DAMAGES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "nothing in it": lambda _raw: b"",
    "the last byte missing": lambda raw: raw[:-1],
    "the second half missing": lambda raw: raw[: len(raw) // 2],
    "a byte after its end": lambda raw: raw + b"\0",
    "itself once more after its end": lambda raw: raw + raw,
    "text instead": lambda _raw: b"Dear board,\n",
    "another version": lambda raw: raw.replace(b"/1", b"/2", 1),
    "an armor without its end": lambda raw: armor("record", raw).rsplit(b"-----END", 1)[0],
    # Behind the first letter of the content: space before a line is not damage.
    "an armor with a hole": lambda raw: re.sub(rb"(?<=-\n.)", b" ", armor("record", raw), count=1),
}


@pytest.mark.parametrize("name", INPUTS)
def test_intact_files_are_taken(shop: Shop, name: str) -> None:
    """Each file of the matrix is accepted before it is spoilt; so is its armor."""
    given = INPUTS[name]
    whole = shop / given.file
    shop.copy(shop.folder.parent / "again").call(
        given.line.format(given.file), given.home, now=given.now, code=given.ok
    )
    whole.write_bytes(armor("record", whole.read_bytes()))
    shop.call(given.line.format(given.file), given.home, now=given.now, code=given.ok)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", INPUTS)
def test_damaged_files_are_refused(shop: Shop, name: str, damage: str) -> None:
    """A file that is cut, extended or of another version is named, and nothing is written."""
    given = INPUTS[name]
    (shop / "bad").write_bytes(DAMAGES[damage]((shop / given.file).read_bytes()))
    with shop.unchanged():
        done = shop.call(given.line.format("bad"), given.home, now=given.now, code=1)
    message, _hint = done.problem()
    assert message.startswith("bad: ")
    assert done.out == ""
    if damage == "another version":
        assert "version" in message


@pytest.mark.parametrize("name", [name for name in INPUTS if INPUTS[name].other_kind])
def test_records_of_another_kind_are_refused(shop: Shop, name: str) -> None:
    """Each command tells one kind of record from another."""
    given = INPUTS[name]
    (shop / "other").write_bytes(encode([labels.COSIGNATURE]))
    with shop.unchanged():
        done = shop.call(
            given.line.format("other"), given.home, now=given.now, code=given.other_kind
        )
    assert done.problem()[0].startswith("other: ")


@pytest.mark.parametrize("damage", sorted(set(DAMAGES) - {"nothing in it", "text instead"}))
def test_a_damaged_letter_is_not_valid(shop: Shop, damage: str) -> None:
    """What verify refuses, it calls not valid, with exit code 1."""
    (shop / "bad").write_bytes(DAMAGES[damage]((shop / "published.letter").read_bytes()))
    with shop.unchanged():
        done = shop.call("verify bad --group staff.group", code=1)
    message, _hint = done.problem()
    assert message.startswith("bad: ")
    assert done.out == "NOT VALID\n"
    told = shop.call("verify bad --group staff.group --json", code=1)
    assert told.json["valid"] is False
    assert told.json["exit_code"] == 1


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_pin_is_a_usage_error(shop: Shop, damage: str) -> None:
    """A group's file that cannot be read says nothing about the letter."""
    (shop / "bad").write_bytes(DAMAGES[damage]((shop / "staff.group").read_bytes()))
    done = shop.call("verify published.letter --group bad", code=2)
    assert done.problem()[0].startswith("bad: ")
    assert done.out == ""


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_envelope_is_left_out(shop: Shop, damage: str) -> None:
    """An envelope that is no envelope is named and left out; the others are opened."""
    whole = (shop / "envelopes/1.sealed").read_bytes()
    (shop / "envelopes/bad").write_bytes(DAMAGES[damage](whole))
    line = "trustee open letter.round --envelopes envelopes --json -o new"
    done = shop.call(line, "trustee-2", now=AFTERWARDS)
    assert done.json == {"output": "new", "envelopes": 2, "left_out": 1, "posted": False}
    assert done.problem()[0].startswith("envelopes/bad: ")


LETTERS: Final = {
    "nothing in it": b"",
    "no UTF-8": b"Dear board,\xff\n",
    "a control character": b"Dear board,\x1b[2J\n",
    "a line that reads backwards": "Dear board,\u202e\n".encode(),
    "a record": b"\x92\xaecosign/round/1\xc4\x00",
    "more than a mebibyte": b"a" * (2**20 + 1),
}


@pytest.mark.parametrize("name", LETTERS)
def test_letters_that_break_the_rules_are_refused(shop: Shop, name: str) -> None:
    """A text that nobody should sign opens no round."""
    (shop / "bad").write_bytes(LETTERS[name])
    with shop.unchanged():
        done = shop.call(
            f"round create bad --group staff.group {_ROUND}", "organizer", now=BETWEEN, code=1
        )
    done.problem()


PEOPLE: Final = {
    "no UTF-8": b"Anna\nJos\xe9\n",
    "somebody twice": b"Anna\nBo\nAnna \n",
    "an open quote": b'"Anna\nBo' + b"x" * 200_000,
}


@pytest.mark.parametrize("name", PEOPLE)
def test_lists_of_people_that_break_the_rules_are_refused(shop: Shop, name: str) -> None:
    """Nobody gets a voucher from a list that is not clear, and the ledger stays as it is."""
    (shop / "bad").write_bytes(PEOPLE[name])
    with shop.unchanged():
        done = shop.call("registrar vouch open.group --people bad --yes -o new", "clerk", code=1)
    assert done.problem()[0].startswith("bad: ")


_GIANTS: Final = INPUTS | {
    "round create": Input(
        f"round create {{}} --group staff.group {_ROUND}", "letter.md", "organizer"
    ),
    "registrar vouch --people": Input(
        "registrar vouch open.group --people {} -o new", "open.csv", "clerk"
    ),
    "verify": Input("verify {} --group staff.group", "published.letter"),
}


@pytest.mark.parametrize("name", _GIANTS)
def test_a_gibibyte_is_refused_in_bounded_memory(shop: Shop, name: str) -> None:
    """A file that goes on for 1 GiB is refused by the real program without being held."""
    given = _GIANTS[name]
    giant = shop / "giant"
    giant.write_bytes((shop / given.file).read_bytes())
    os.truncate(giant, 2**30)
    with shop.unchanged():
        done, peak = measure(shop, given.line.format("giant"), given.home, given.now)
    assert done.code == 1
    assert done.problem()[0].startswith("giant: ")
    assert peak < MEMORY_LIMIT


def test_a_gibibyte_on_stdin_is_refused_in_bounded_memory(shop: Shop) -> None:
    """Stdin has the limits that files have."""
    script = f"{{ cat 1.trustee; head -c {2**28} /dev/zero; }}"
    line = f"round create letter.md --group staff.group --trustee - {_ROUND}"
    done, peak = measure(shop, line, "organizer", BETWEEN, feed=script)
    assert done.code == 1
    assert done.problem()[0].startswith("stdin: ")
    assert peak < MEMORY_LIMIT


def test_a_giant_among_envelopes_is_left_out(shop: Shop) -> None:
    """One huge file in the folder does not keep the trustee from opening the others."""
    with (shop / "envelopes/giant").open("wb") as stream:
        stream.truncate(2**30)
    line = "trustee open letter.round --envelopes envelopes -o new"
    done, peak = measure(shop, line, "trustee-2", AFTERWARDS)
    assert done.code == 0
    assert done.problem()[0].startswith("envelopes/giant: ")
    assert peak < MEMORY_LIMIT


_PATHS: Final = {
    "there is no such file": ("absent", 16),
    "is a directory": ("envelopes", 14),
}


@pytest.mark.parametrize("what", _PATHS)
@pytest.mark.parametrize("name", _GIANTS)
def test_what_is_no_file_is_named(shop: Shop, name: str, what: str) -> None:
    """A file that is missing, or a folder in its place, is named."""
    given, (path, code) = _GIANTS[name], _PATHS[what]
    with shop.unchanged():
        wanted = 2 if name == "verify" else code
        done = shop.call(given.line.format(path), given.home, now=given.now, code=wanted)
    assert done.problem()[0] == f"{path}: {what}"
