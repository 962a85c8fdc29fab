"""A letter that has the reader's page inside: opened, it checks itself."""

import io
import re
from pathlib import Path
from typing import Final

import pytest

from cosign.letter_files import open_stream, verify_letter, write_page
from tests.browser.conftest import READER
from tests.support import hostile
from tests.support.browsers.chromium import ChromiumTab
from tests.support.browsers.letters import cases, check, report_of
from tests.support.browsers.tab import Tab


def _page(folder: Path, name: str) -> Path:
    """Write a case as a page."""
    path = folder / "letter.html"
    write_page(path, io.BytesIO(cases()[name].raw))
    return path


@pytest.fixture
def letter(tab: Tab, tmp_path: Path) -> Tab:
    """A tab in which such a letter was just opened from the disk, and has checked itself."""
    tab.open(_page(tmp_path, "pinned"))
    tab.wait_for("#verdict")
    return tab


def test_it_shows_letter_and_verdict(letter: Tab) -> None:
    """Nobody has to do anything; whose group it is nobody has checked."""
    assert letter.text("h1") == "A co-signed letter"
    assert letter.text("#verdict") == "Valid, but nobody checked whose group this is"
    assert letter.text("article").startswith("# To the board")
    assert letter.told == []
    assert letter.axe()["violations"] == []


def test_it_says_how_far_it_can_be_trusted(letter: Tab) -> None:
    """Where it says that the letter is valid."""
    assert letter.text("#report > header > .trust").startswith(
        "The person who made this file could have changed its check. To be sure, save the letter"
    )


def test_with_digits_it_checks_again(letter: Tab) -> None:
    """With the group that the reader expects."""
    letter.type("#pin", report_of("pinned").round.group_fingerprint)
    letter.click("#check")
    letter.wait_for("header.good #verdict")
    assert letter.text("#verdict") == "Valid"
    letter.type("#pin", report_of("rostered").round.group_fingerprint)
    letter.click("#check")
    letter.wait_for("header.bad #verdict")
    assert letter.text("#verdict") == "NOT VALID"


def test_a_verdict_goes_when_the_digits_change(letter: Tab) -> None:
    """The letter stays, under words that nothing is verified."""
    letter.type("#pin", "1")
    assert letter.call("root => root.querySelector('#verdict')", letter.root()) is None
    assert letter.text("article").startswith("# To the board")
    assert letter.text("#report .note").startswith("The fields have changed")


def test_the_published_file_comes_out_again(letter: Tab) -> None:
    """Under a name that says nothing of who saved it, and armored."""
    saved = letter.download(letter.find("#save"))
    assert letter.call("link => link.download", letter.find("#save")) == "published.letter"
    with saved.open("rb") as file:
        assert verify_letter(file) == report_of("not pinned")


def test_a_changed_letter_is_not_valid(tab: Tab, tmp_path: Path) -> None:
    """One character of the armor."""
    page = _page(tmp_path, "pinned")
    text = page.read_text("ascii")
    place = text.index("-----END COSIGN") - 200
    changed = "A" if text[place] != "A" else "B"
    page.write_text(text[:place] + changed + text[place + 1 :], encoding="ascii")
    tab.open(page)
    tab.wait_for("#verdict")
    assert tab.text("#verdict") == "NOT VALID"


@pytest.mark.parametrize("name", ["hostile", "hostile roster"])
def test_a_hostile_letter_stays_in_its_block(tab: Tab, tmp_path: Path, name: str) -> None:
    """Nothing in it ends the block or runs."""
    tab.open(_page(tmp_path, name))
    tab.wait_for("#verdict")
    assert tab.text("#verdict") == "Valid, but nobody checked whose group this is"
    assert tab.call("article => article.textContent", tab.find("article")) == hostile.LETTER
    assert tab.call("() => document.title") == "Check a co-signed letter"
    assert tab.call("() => document.body.childElementCount") == 3
    assert tab.told == []


def test_it_differs_from_the_readers_page_in_one_block(tmp_path: Path) -> None:
    whole = _page(tmp_path, "pinned").read_text("ascii")
    block = re.compile(r'(<script type="text/plain" id="letter">)[^<]*(</script>)')
    assert block.sub(r"\1\2", whole) == READER.read_text("ascii")


def test_a_saved_copy_checks_itself_again(letter: Tab, tmp_path: Path) -> None:
    """What a browser saves has program and letter, and no verdict; the command reads it, too.

    The markup is written anew, so the page around the letter is no longer the shipped one.
    """
    markup = letter.call("() => '<!doctype html>' + document.documentElement.outerHTML")
    assert letter.text("#verdict") not in re.sub(r"(?s)<script>.*?</script>", "", markup)
    saved = tmp_path / "saved.html"
    saved.write_text(markup, encoding="utf-8", newline="")
    letter.open(saved)
    letter.wait_for("#verdict")
    assert letter.text("#verdict") == "Valid, but nobody checked whose group this is"
    with open_stream(saved) as inside:
        assert inside.read() == cases()["pinned"].raw
    assert verify_letter(saved).page == "changed"


def test_a_web_archive_says_not_verified(letter: Tab, tmp_path: Path) -> None:
    """There no program runs."""
    if not isinstance(letter, ChromiumTab):
        pytest.skip("left out: only Chromium saves MHTML")
    archive = tmp_path / "saved.mhtml"
    archive.write_text(letter.send("Page.captureSnapshot", format="mhtml")["data"], newline="")
    letter.open(archive)
    said = letter.call("() => document.body.innerText")
    assert said.startswith("Not verified\n\nNo letter was checked here.")
    assert "distinct members" not in said


def test_the_readers_page_reads_such_a_letter(reader: Tab, tmp_path: Path) -> None:
    """And says that it looked at the letter and not at the page around it."""
    page = _page(tmp_path, "pinned")
    check(reader, page, report_of("pinned").round.group_fingerprint)
    assert reader.text("#verdict") == "Valid"
    assert reader.text(".caveat").startswith("This letter was taken out of a web page.")


def test_what_is_dropped_on_it_is_seen(letter: Tab) -> None:
    """It is taken for the group's file, whose field is folded away at first."""
    letter.call(_DROP, letter.find("#about"))
    letter.wait_for("#group-wrong:not(:empty)")
    assert letter.text("#group-wrong").startswith("not a group: this is plain text")


_DROP: Final = """
place => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(["Dear all"], "letter.md"))
    const how = {bubbles: true, cancelable: true, composed: true}
    place.dispatchEvent(new DragEvent("drop", {dataTransfer, ...how}))
}
"""
