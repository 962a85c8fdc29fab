"""Vouchers on slips of paper, and one more for one person."""

import re
import shlex

import pytest

from tests.support.cli_fixture import vouchers
from tests.support.commands import CLOSES, ENROLMENT, Shop

PAGE = "https://council.example/member.html"
CODE = re.compile(r"<code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){7})</code>")


def test_each_person_gets_a_slip(shop: Shop) -> None:
    """A slip has name, group, code and a link that is scanned; each code enrols one person."""
    (shop / "people.csv").write_text("Anna Adler\n<b>Bo</b>\n")
    line = "registrar vouch open.group --people people.csv --no-header --no-footer --yes"
    told = shop.call(f"{line} --slips slips.html --page {PAGE} --json", "clerk").json
    assert told["output"] == "slips.html"
    assert (shop / "slips.html").stat().st_mode & 0o777 == 0o600
    page = (shop / "slips.html").read_text()
    codes = CODE.findall(page)
    assert len(codes) == 2
    assert page.count("data:image/svg+xml;base64,") == 2
    assert f"open {PAGE} and type" in page
    assert "For <bdi>Anna Adler</bdi>" in page
    assert "For <bdi>&lt;b&gt;Bo&lt;/b&gt;</bdi>" in page
    assert shop.call("fingerprint open.group").out.strip().splitlines()[-1] in page
    for number, code in enumerate(codes):
        enrol = f"member enrol open.group --voucher {code} -o slip-{number}.request"
        shop.call(enrol, f"slip-{number}", now=ENROLMENT)


def test_vouchers_without_names(shop: Shop) -> None:
    shop.call("registrar vouch open.group --count 3 --slips slips.html", "clerk")
    page = (shop / "slips.html").read_text()
    assert len(CODE.findall(page)) == 3
    assert "For " not in page


@pytest.mark.parametrize(
    "page",
    [
        "member.html",
        "https://a.example/m#x",
        "javascript:alert(1)",
        "https://a b",
        "https://",
        f"https://a.example/{'m' * 3_000}",
    ],
)
def test_other_pages_are_refused(shop: Shop, page: str) -> None:
    """A link that no phone opens or no QR code holds, or whose fragment is taken, is refused."""
    with shop.unchanged():
        line = f"registrar vouch open.group --slips new.html --page '{page}'"
        assert "--page" in shop.call(line, "clerk", code=2).problem()[0]


def test_one_more_for_one_person(shop: Shop) -> None:
    """A latecomer gets a voucher by name, and nobody gets a second one."""
    shop.call("registrar vouch open.group --for 'Anna Adler' -o one.csv", "clerk")
    assert len(vouchers(shop, "one.csv")) == 1
    with shop.unchanged():
        done = shop.call("registrar vouch open.group --for 'anna  adler' -o new", "clerk", code=8)
    assert "existed before" not in done.err  # nothing was added to them
    assert "has a voucher already" in done.err
    shop.call("registrar revoke open.group --person 'Anna Adler' --yes", "clerk")
    shop.call("registrar vouch open.group --for 'Anna Adler' --slips new.html", "clerk")
    assert "For <bdi>Anna Adler</bdi>" in (shop / "new.html").read_text()


def test_slips_that_cannot_be_written_leave_no_vouchers(shop: Shop) -> None:
    (shop / "taken.html").write_text("mine")
    with shop.unchanged():
        shop.call("registrar vouch open.group --slips taken.html", "clerk", code=15)
        shop.call("registrar vouch open.group --slips no/slips.html", "clerk", code=16)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("", "nothing to read"),
        (" \u200b", "nothing to read"),
        ("Anna\x1b[2J", "U+001B"),
        ("Anna\nBo", "several lines"),
        ("Anna\u2028Bo", "U+2028"),
    ],
)
def test_a_name_that_no_list_could_have(shop: Shop, name: str, what: str) -> None:
    """An option names a person as a list does: the voucher's table is printed and opened."""
    with shop.unchanged():
        done = shop.call(
            f"registrar vouch open.group --for {shlex.quote(name)} -o new", "clerk", code=2
        )
    message, hint = done.problem()
    assert what in message
    assert (message[:5], hint) == ("--for", "change --for")


def test_vouchers_that_nobody_can_use_are_told(shop: Shop) -> None:
    """After the end; a registrar who admits nobody begins its ledger with them all the same."""
    done = shop.call("registrar vouch open.group --slips new.html", "clerk", now=CLOSES)
    assert "warning: vouchers for 'Open' could be used until 2030-03-18T00:00Z" in done.err
    done = shop.call("registrar vouch open.group --slips newer.html", "clerk", now=ENROLMENT)
    assert "could be used until" not in done.err
    with shop.unchanged():
        done = shop.call("registrar vouch staff.group --count 2 -o newest", "council", code=7)
    assert "warning" not in done.err  # it was closed: nothing is told or asked before
