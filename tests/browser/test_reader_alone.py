"""The reader's page keeps to itself: it loads, stores and lets out nothing, and no copy vouches.

What the browsers really do, from ``file://`` and without a driver's own settings
(docs/adr/0053); each test is a trap that a page like this one can fall into.
"""

import re
import socket
from pathlib import Path
from typing import Final

import pytest

from tests.browser.conftest import READER
from tests.support.browsers.attempts import ATTEMPTS, TRY, received
from tests.support.browsers.chromium import ChromiumTab
from tests.support.browsers.tab import Tab


def test_the_page_asks_for_nothing(reader: Tab) -> None:
    """Loaded, it has asked for itself alone; data: is in Firefox's own style sheets."""
    asked = [address for address in reader.asked if not address.startswith("data:")]
    assert asked in ([READER.as_uri()], [])
    assert reader.told == []


def test_nothing_can_be_loaded_or_sent(reader: Tab, listener: socket.socket) -> None:
    """Whatever ran in the page, its policy would keep it from the network."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    for attempt in ATTEMPTS.values():
        reader.call(TRY.format(attempt=attempt), url)
    assert received(listener) == b""
    assert re.search("Content.Security.Policy", " ".join(reader.told))


@pytest.mark.parametrize("attempt", ["fetch", "img", "iframe"])
def test_without_its_policy_something_is_sent(
    tab: Tab, listener: socket.socket, tmp_path: Path, attempt: str
) -> None:
    """So the test above tests the policy."""
    loose = tmp_path / "loose.html"
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    text, found = policy.subn("", READER.read_text(encoding="ascii"))
    assert found == 1
    loose.write_text(text, encoding="ascii")
    tab.open(loose)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    tab.call(TRY.format(attempt=ATTEMPTS[attempt]), url)
    assert received(listener).startswith(b"GET / ")


def test_the_policy_stands_first() -> None:
    """A policy in a page binds only what comes after it."""
    text = READER.read_text(encoding="ascii")
    assert text.startswith(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta http-equiv="Content-Security-Policy"'
    )
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert {name: words for name, words in rules.items() if "sha256" not in words} == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "worker-src": "blob:",
    }
    assert {name for name, words in rules.items() if "sha256" in words} == {
        "script-src",
        "style-src",
    }


def test_a_file_with_other_line_ends_still_runs(tab: Tab, tmp_path: Path) -> None:
    """Browsers hash a script after parsing it, where CRLF is LF."""
    copied = tmp_path / "windows.html"
    copied.write_bytes(READER.read_bytes().replace(b"\n", b"\r\n"))
    tab.open(copied)
    assert tab.text("h1") == "Check a co-signed letter"
    assert tab.told == []


def _checked(reader: Tab, letter: Path) -> str:
    """Check a letter and return the headline of the verdict."""
    reader.choose(reader.find("#file"), [letter])
    reader.click("#check")
    reader.wait_for("#verdict")
    return reader.text("#verdict")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A file that is given to the page."""
    made = tmp_path / "some.letter"
    made.write_bytes(b"no letter")
    return made


def test_nothing_is_stored(reader: Tab, letter: Path) -> None:
    """In Chromium all files of a disk share one storage, so another page could read it."""
    _checked(reader, letter)
    kept = """async () => [
        localStorage.length, sessionStorage.length, document.cookie,
        (await indexedDB.databases()).length, history.state, location.hash, window.name,
    ]"""
    assert reader.call(kept) == [0, 0, "", 0, None, "", ""]


def test_nothing_is_left_after_a_reload(reader: Tab, letter: Path) -> None:
    """Browsers fill in again what stood in fields; here they do not."""
    reader.type("#pin", "12345")
    reader.type("#text", "words")
    _checked(reader, letter)
    reader.reload()
    left = """root => [root.querySelector("#file").files.length, root.querySelector("#pin").value,
        root.querySelector("#text").value, root.querySelector("#report").childElementCount]"""
    assert reader.call(left, reader.root()) == [0, "", "", 0]


def test_the_markup_never_has_the_verdict(reader: Tab, letter: Path) -> None:
    """Browsers save the markup, and so the copy says what was there without the program."""
    headline = _checked(reader, letter)
    markup = reader.call(
        """() => [document.documentElement.outerHTML, document.title,
        new XMLSerializer().serializeToString(document),
        document.documentElement.getHTML({serializableShadowRoots: true})].join()"""
    )
    body = re.sub(r"(?s)<script>.*?</script>", "", markup.replace("&lt;", "<"))
    assert "Not verified" in body
    assert headline not in body
    assert "some.letter" not in body


def test_without_its_program_the_page_says_not_verified(tab: Tab, tmp_path: Path) -> None:
    """As in a reader of mail, or where scripts are switched off."""
    bare = tmp_path / "bare.html"
    text = re.sub(r"(?s)<script>.*?</script>", "", READER.read_text(encoding="ascii"))
    bare.write_text(text, encoding="ascii")
    tab.open(bare)
    said = tab.call("() => document.body.innerText")
    assert said.startswith("Not verified\n\nNo letter was checked here.")


def test_a_web_archive_does_not_keep_the_verdict(reader: Tab, letter: Path, tmp_path: Path) -> None:
    """Chromium's MHTML keeps closed shadow roots, too, but nothing that is hidden."""
    if not isinstance(reader, ChromiumTab):
        pytest.skip("left out: only Chromium saves MHTML")
    headline = _checked(reader, letter)
    archive = tmp_path / "saved.mhtml"
    archive.write_text(reader.send("Page.captureSnapshot", format="mhtml")["data"], newline="")
    assert 'shadowmode=3D"closed"' in archive.read_text()
    assert headline not in archive.read_text()
    reader.open(archive)
    said = reader.call("() => document.body.innerText")
    assert said.startswith("Not verified\n\nNo letter was checked here.")


_FRAMED: Final = """
text => new Promise(resolve => {
    const frame = document.createElement("iframe")
    frame.srcdoc = text
    frame.onload = () => {
        const { body } = frame.contentDocument
        resolve([body.innerText, body.querySelector("cosign-reader").matches(":state(live)")])
    }
    document.body.append(frame)
})
"""


def test_in_a_frame_the_page_says_not_verified(tab: Tab, tmp_path: Path) -> None:
    """What is around a frame can lie over it; and no policy in a page forbids to frame it."""
    outer = tmp_path / "outer.html"
    outer.write_text("<!doctype html><title>Another page</title>", encoding="ascii")
    tab.open(outer)
    said, is_live = tab.call(_FRAMED, READER.read_text(encoding="ascii"))
    assert said.startswith("Not verified\n\nNo letter was checked here.")
    assert not is_live
