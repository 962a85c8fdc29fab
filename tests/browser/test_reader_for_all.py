"""The reader's page for everybody: on a phone, by keyboard, by screen reader, dark and printed."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.browser.conftest import READER
from tests.support.browsers.chromium import ChromiumTab
from tests.support.browsers.firefox import firefox
from tests.support.browsers.letters import NAMES, cases, check
from tests.support.browsers.tab import Tab

_ACTIVE: Final = "root => root.activeElement?.id || root.activeElement?.localName || ''"


def _has_no_barrier(tab: Tab) -> None:
    found = tab.axe()
    assert found["violations"] == []
    assert len(found["passes"]) > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_empty_page_is_accessible(reader: Tab, scheme: str) -> None:
    if isinstance(reader, ChromiumTab):
        reader.prefer(scheme)
    _has_no_barrier(reader)


@pytest.mark.parametrize("drawn", NAMES, indirect=True)
def test_a_report_fits_and_is_accessible(drawn: Tab) -> None:
    """Nothing to scroll sideways, nothing to complain of."""
    drawn.call(
        "root => root.querySelectorAll('details').forEach(one => { one.open = true })",
        drawn.root(),
    )
    for width in (1280, 320):
        drawn.resize(width, 800)
        assert drawn.call("() => document.documentElement.scrollWidth") <= width
    for scheme in ("dark", "light") if isinstance(drawn, ChromiumTab) else ("light",):
        if isinstance(drawn, ChromiumTab):
            drawn.prefer(scheme)
        _has_no_barrier(drawn)


def test_firefox_is_dark_where_its_system_is(tmp_path: Path) -> None:
    """In colours with enough contrast; Chromium is told in between what its system likes."""
    program = shutil.which("firefox-esr")
    if not program:
        pytest.skip("left out: there is no Firefox")
    file = tmp_path / "published.letter"
    file.write_bytes(cases()["not pinned"].raw)
    with firefox(program, dark=True) as tab:
        tab.open(READER)
        check(tab, file)
        color = "() => getComputedStyle(document.body).backgroundColor"
        assert tab.call(color) == "rgb(22, 24, 27)"
        _has_no_barrier(tab)


def test_keys_are_enough(reader: Tab, tmp_path: Path) -> None:
    """Tab goes through the page as it stands there; the verdict is where the reader is next."""
    reached = []
    for _stop in range(5):
        reader.press("Tab")
        reached.append(reader.call(_ACTIVE, reader.root()))
    assert reached == ["file", "summary", "pin", "group", "check"]
    file = tmp_path / "published.letter"
    file.write_bytes(cases()["pinned"].raw)
    reader.choose(reader.find("#file"), [file])
    reader.press("Enter")
    reader.wait_for("#verdict")
    assert reader.call(_ACTIVE, reader.root()) == "verdict"


@pytest.mark.parametrize("drawn", ["pinned"], indirect=True)
def test_the_focus_is_seen(drawn: Tab) -> None:
    """Nothing around a field, a button or a link cuts its outline off."""
    cut = drawn.call(
        """root => [...root.querySelectorAll("a, button, input, textarea, summary")].filter(one => {
            for (let box = one.parentElement; box; box = box.parentElement)
                if (getComputedStyle(box).overflowX !== "visible") return true
            return false
        }).map(one => one.outerHTML)""",
        drawn.root(),
    )
    assert cut == []


def test_what_happens_is_said_aloud(reader: Tab, tmp_path: Path) -> None:
    """A live region that is there from the start says how far the check is, and how it ended."""
    live = "root => root.querySelector('#status').getAttribute('role')"
    assert reader.call(live, reader.root()) == "status"
    file = tmp_path / "published.letter"
    file.write_bytes(cases()["not pinned"].raw)
    said = """root => new Promise(resolve => {
        const heard = [], status = root.querySelector("#status")
        new MutationObserver(() => {
            heard.push(status.textContent)
            if (root.querySelector("#verdict")) resolve(heard)
        }).observe(status, {childList: true, characterData: true, subtree: true})
        root.querySelector("#check").click()
    })"""
    reader.choose(reader.find("#file"), [file])
    assert reader.call(said, reader.root()) == [
        "Reading the letter …",
        "Checking the signatures …",
        "Valid, but nobody checked whose group this is",
    ]


def test_a_missing_letter_is_named_at_its_field(reader: Tab) -> None:
    reader.click("#check")
    assert reader.text("#file-wrong") == "Choose the published file first, or paste the letter."
    assert reader.call(_ACTIVE, reader.root()) == "file"
    assert reader.call("file => file.ariaInvalid", reader.find("#file")) == "true"
    _has_no_barrier(reader)


@pytest.mark.parametrize("drawn", ["pinned"], indirect=True)
def test_a_report_prints(drawn: Tab) -> None:
    """On a few sheets, black on white, without the form."""
    printed = drawn.printed()
    assert printed.startswith(b"%PDF-")
    if isinstance(drawn, ChromiumTab):  # Firefox compresses what tells the pages
        assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 5
        drawn.prefer("dark", media="print")
        style = "getComputedStyle(document.body)"
        assert drawn.call(f"() => {style}.backgroundColor") == "rgb(255, 255, 255)"
        assert drawn.call(f"() => {style}.color") == "rgb(28, 29, 31)"
        assert drawn.call("form => getComputedStyle(form).display", drawn.find("form")) == "none"
        drawn.prefer("light")
