"""The member's page for everybody: on a phone, by keyboard, by screen reader, dark and light."""

from pathlib import Path
from typing import Final

import pytest

from tests.support import relays
from tests.support.browsers.chromium import ChromiumTab
from tests.support.browsers.tab import Tab
from tests.support.cli_fixture import invite, vouchers
from tests.support.commands import ENROLMENT, SIGNING, Shop
from tests.support.member_tabs import PASSPHRASE, MemberPage
from tests.support.world import World

_ACTIVE: Final = "root => root.activeElement?.id || root.activeElement?.localName || ''"


def fits(tab: Tab, width: int = 320) -> None:
    """Check that nothing is to be scrolled sideways, and that axe finds nothing."""
    assert tab.call("() => document.documentElement.scrollWidth") <= width
    for scheme in ("dark", "light") if isinstance(tab, ChromiumTab) else ("light",):
        if isinstance(tab, ChromiumTab):
            tab.prefer(scheme)
        found = tab.axe()
        assert found["violations"] == []
        assert len(found["passes"]) > 10


def test_every_step_fits_and_is_accessible(tab: Tab, shop: Shop) -> None:
    """From the first words to the request that is given out."""
    page = MemberPage(tab, width=320)
    page.open(ENROLMENT)
    fits(tab)
    page.tap("#do-enrol")
    page.choose("#ask-group", shop / "open.group")
    page.tap("#draw")
    page.wait("#digits")
    fits(tab)
    page.tap("#compared")
    page.unfold("#new-passphrase")
    fits(tab)
    page.begin_keys()
    page.fill("#voucher", vouchers(shop, "open.csv")[2])
    page.tap("#enrol")
    page.wait("#save-keys")
    fits(tab)
    page.save()
    page.fill("#drop", "http://localhost:1")
    page.wait("#fetch")
    fits(tab)


def test_keys_are_enough(tab: Tab, shop: Shop) -> None:
    """Tab goes through the page as it stands there, and each step is where the reader is next."""
    page = MemberPage(tab)
    tab.open("about:blank")
    tab.open(page.address)
    reached = []

    def go(*keys: str) -> None:
        for key in keys:
            tab.press(key)
            reached.append(tab.call(_ACTIVE, tab.root()))

    go("Tab", "Tab", "Enter", "Tab", "Enter")
    assert reached == ["summary", "begin", "do-compare", "do-enrol", "h2"]
    reached.clear()
    go("Tab", "Tab")
    assert reached == ["summary", "ask-group"]
    page.choose("#ask-group", shop / "staff.group")
    page.wait("#compared")
    assert tab.call(_ACTIVE, tab.root()) == "h3"
    reached.clear()
    go("Tab", "Enter", "Tab", "Tab", "Tab")
    assert reached == ["draw", "draw", "their-words", "compare", "compared"]


def test_what_happens_is_said_aloud(tab: Tab, shop: Shop) -> None:
    """Refusals are alerts, work and results are status."""
    page = MemberPage(tab)
    page.open(SIGNING)
    page.tap("#do-compare")
    roles = "root => [...root.querySelectorAll('.step [role]')].map(one => one.role)"
    assert tab.call(roles, tab.root()) == ["alert", "status"]
    page.choose("#compare-file", shop / "letter.md")
    tab.wait_for("[role=alert]:not(:empty)")
    assert tab.text("[role=alert]")


MUTANTS: Final = ("cut", "extended", "empty", "other first byte", "other last byte")


def mutant(raw: bytes, how: str) -> bytes:
    """Return what became of a file on its way."""
    return {
        "cut": raw[: len(raw) // 2],
        "extended": raw + b"x",
        "empty": b"",
        "other first byte": bytes([raw[0] ^ 1]) + raw[1:],
        "other last byte": raw[:-1] + bytes([raw[-1] ^ 1]),
    }[how]


FILES: Final = (
    "staff.group", "keys.roster", "letter.round", "letter.invite", "late.response", "mailbox",
    "keys", "published.letter",
)  # fmt: skip


@pytest.fixture
def every(shop: Shop, village: World) -> Shop:
    """A shop with a file of every kind that the page reads."""
    invite(shop)
    (shop / "mailbox").write_bytes(relays.box_of_round(village).to_bytes())
    (shop / "passphrase").write_text(PASSPHRASE)
    shop.call("member export -o keys --key-passphrase-file passphrase", "member-1")
    return shop


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_told_in_a_sentence(
    tab: Tab, every: Shop, tmp_path: Path, name: str
) -> None:
    """Or taken for what it still is, where it is of another kind than was asked for."""
    page = MemberPage(tab)
    page.open(SIGNING)
    page.tap("#do-check")
    raw = (every / name).read_bytes()
    for how in MUTANTS:
        file = tmp_path / how
        file.write_bytes(mutant(raw, how))
        tab.call("root => { root.querySelector('.wrong').textContent = '' }", tab.root())
        page.choose("#ask-letter", file)
        if name == "published.letter" and how not in {"empty", "other first byte"}:
            page.wait("#by-keys")
            page.tap("#back")
            page.tap("#do-check")
        else:
            tab.wait_for(".wrong:not(:empty)")
            check_sentence(tab.text(".wrong"))


def test_a_damaged_key_file_does_not_open(tab: Tab, every: Shop, tmp_path: Path) -> None:
    """Nor does one with another passphrase; then the right one opens."""
    page = MemberPage(tab)
    page.open(SIGNING)
    page.tap("#do-finish")
    raw = (every / "keys").read_bytes()
    for name, bad, passphrase in (
        ("extended", raw + b"x", PASSPHRASE),
        ("changed", mutant(raw, "other last byte"), PASSPHRASE),
        ("whole", raw, "another passphrase"),
    ):
        (tmp_path / name).write_bytes(bad)
        page.choose("#keys-file", tmp_path / name)
        page.tab.type("#passphrase", passphrase)
        page.tab.click("#unlock")
        tab.wait_for(".wrong:not(:empty)")
        check_sentence(tab.text(".wrong"))
    page.tab.type("#passphrase", PASSPHRASE)
    page.tab.click("#unlock")
    page.wait("#ask-answer")


def check_sentence(told: str) -> None:
    """Check that words are for a person."""
    assert told[0].isupper()
    assert told.endswith(".")
    assert "program failed" not in told
