"""A letter that verifies itself: opened, and saved again, in both browsers."""

from pathlib import Path
from typing import Final

import pytest

import cosign
from cosign.letter_files import open_stream
from tests.support.browsers.letters import cases, report_of
from tests.support.browsers.tab import Tab

_SAVED: Final = """
() => "<!DOCTYPE html>\\n<!-- saved from url=(0014)about:internet -->\\n"
    + document.documentElement.outerHTML
"""
"""What "Save as" writes: the markup, with a remark of Chromium's."""


@pytest.fixture(params=["pinned", "hostile roster"])
def raw(request: pytest.FixtureRequest) -> bytes:
    """A published letter of either kind."""
    return cases()[request.param].raw


@pytest.fixture
def letter(raw: bytes, tmp_path: Path) -> Path:
    """A page with it."""
    (tmp_path / "published.letter").write_bytes(raw)
    page = tmp_path / "letter.html"
    cosign.write_page(page, tmp_path / "published.letter")
    return page


def _inside(page: Path) -> bytes:
    with open_stream(page) as stream:
        return stream.read()


def test_it_shows_and_checks_its_letter_at_once(tab: Tab, letter: Path) -> None:
    """Also with the line ends of Windows."""
    expected = cosign.verify_letter(letter)
    letter.write_bytes(letter.read_bytes().replace(b"\n", b"\r\n"))
    tab.open(letter)
    tab.wait_for("#verdict")
    assert tab.text("#verdict") == "Valid, but nobody checked whose group this is"
    assert f"{expected.cosigners} distinct members" in tab.text("#report > header")
    assert tab.call("one => one.textContent", tab.find("article")) == expected.round.letter.text


def test_a_copy_that_a_browser_saved_still_holds_the_letter(
    tab: Tab, letter: Path, raw: bytes, tmp_path: Path
) -> None:
    """Browsers write the markup anew; what is around the letter is another page then."""
    assert cosign.verify_letter(letter).page == "genuine"
    tab.open(letter)
    tab.wait_for("#verdict")
    for name, newline in (("saved.html", "\n"), ("windows.html", "\r\n")):
        saved = tmp_path / name
        saved.write_text(tab.call(_SAVED), encoding="utf-8", newline=newline)
        assert _inside(saved) == raw
        assert cosign.verify_letter(saved).page == "changed"
    tab.open(tmp_path / "saved.html")
    tab.wait_for("#verdict")


def test_the_report_of_a_pinned_letter_is_the_library_s(tab: Tab, tmp_path: Path) -> None:
    """With the fingerprint typed."""
    report = report_of("pinned")
    page, file = tmp_path / "letter.html", tmp_path / "published.letter"
    file.write_bytes(cases()["pinned"].raw)
    cosign.write_page(page, file)
    tab.open(page)
    tab.wait_for("#verdict")
    tab.type("#pin", report.round.group_fingerprint)
    tab.click("#check")
    tab.wait_for("#verdict")
    assert tab.text("#verdict") == "Valid"
