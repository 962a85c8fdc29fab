"""On what evidence people were admitted: from the voucher to the published letter."""

from collections.abc import Iterable

import pytest

from tests.support.cli_fixture import vouchers
from tests.support.commands import ENROLMENT, SIGNING, Shop


def admit(shop: Shop, codes: Iterable[str], names: Iterable[str]) -> None:
    """Let people enrol with these vouchers."""
    for code, name in zip(codes, names, strict=True):
        shop.call(f"member enrol open.group --voucher {code} -o {name}.request", name)
        shop.call(f"registrar issue {name}.request -o {name}.response", "clerk", now=ENROLMENT)


def test_kinds_are_counted_and_stated(shop: Shop) -> None:
    """Tables, slips and single vouchers; status and the statement have the totals."""
    (shop / "people.csv").write_text("Anna\nBen\n")
    line = "registrar vouch open.group --people people.csv --no-header --yes -o seen.csv"
    told = shop.call(f"{line} --evidence 'in person' --json", "clerk").json
    assert told["evidence"] == "in person"
    line = "registrar vouch open.group --for Carla --evidence 'company mail' --slips carla.html"
    done = shop.call(line, "clerk")
    assert "evidence 'company mail'; give each" in done.out
    assert "warning: evidence 'company mail' stands for 1 person" in done.err
    admit(shop, vouchers(shop, "seen.csv"), ("anna", "ben"))
    shop.call("registrar revoke open.group --person Carla --yes", "clerk")
    done = shop.call("registrar status open.group", "clerk")
    assert done.out.splitlines()[1:] == [
        "evidence 'company mail': 0 used, 0 unused; 1 revoked",
        "evidence 'in person': 2 used, 0 unused; 0 revoked",
        "evidence 'not stated': 1 used, 2 unused; 0 revoked",
    ]
    kinds = shop.call("registrar status open.group --json", "clerk").json["kinds"]
    assert kinds[1] == {"kind": "in person", "unused": 0, "used": 2, "revoked": 0}
    done = shop.call("registrar close open.group --early -o open.statement", "clerk")
    assert "with 3 vouchers used: 2 'in person', 1 'not stated'" in done.out
    assert done.err.count("stands for") == 2
    shown = shop.call("inspect open.statement --json").json["admitted"]
    assert shown == [{"kind": "in person", "people": 2}, {"kind": "not stated", "people": 1}]


def test_a_published_letter_says_what_registrars_said(shop: Shop) -> None:
    """In text, in the page and in JSON, as the registrar's word."""
    told = shop.call("verify published.letter --json", code=3).json
    three = [{"kind": "not stated", "people": 3}]
    assert told["admissions"] == [{"registrar": "council", "admitted": three}]
    done = shop.call("verify published.letter --html report.html", code=3)
    assert "admitted     'council' says: 3 'not stated'" in done.out
    assert "says: 3 \u201c<bdi>not stated</bdi>\u201d" in (shop / "report.html").read_text()


@pytest.mark.parametrize("words", ["x" * 41, "a\x1b[2J", "\u202enosrep ni", " "])
def test_words_that_no_statement_has(shop: Shop, words: str) -> None:
    """They are refused before a voucher is made."""
    with shop.unchanged():
        line = f"registrar vouch open.group --evidence '{words}' -o new"
        message, hint = shop.call(line, "clerk", code=2).problem()
    assert message.startswith("--evidence: ")
    assert hint == "change --evidence"


def test_kinds_are_few(shop: Shop) -> None:
    """A ninth one is refused, and its hint lists those that there are, quoted."""
    for number in range(7):
        line = f"registrar vouch open.group --evidence 'kind {number}: <b>' -o {number}.csv"
        shop.call(line, "clerk", now=SIGNING)
    with shop.unchanged():
        done = shop.call("registrar vouch open.group --evidence ninth -o new", "clerk", code=8)
    assert "8 kinds of evidence already" in done.err
    assert "hint: name one of 'kind 0: <b>', 'kind 1: <b>'" in done.err
    shop.call("registrar vouch open.group --evidence 'KIND 0: <B>' -o new", "clerk")
