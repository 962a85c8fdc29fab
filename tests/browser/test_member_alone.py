"""The member's page keeps to itself: what it loads, sends, stores, and leaves on the disk."""

import contextlib
import re
import shutil
import socket
from pathlib import Path
from typing import Final

import pytest

from tests.support.browsers.attempts import ATTEMPTS, TRY, received
from tests.support.browsers.chromium import ChromiumTab, chromium
from tests.support.browsers.profile import written
from tests.support.browsers.tab import Tab
from tests.support.cli_fixture import invite
from tests.support.commands import ENROLMENT, SIGNING, Shop
from tests.support.member_tabs import MEMBER, MemberPage, hosted

ADDRESS: Final = "5a" * 32


def test_the_policy_stands_first() -> None:
    """A policy in a page binds only what comes after it."""
    text = MEMBER.read_text(encoding="ascii")
    begin = '<!doctype html>\n<html lang="en" translate="no">\n<head>\n<meta http-equiv="Content-'
    assert text.startswith(begin)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert re.fullmatch(r"'sha256-[^' ]+' 'wasm-unsafe-eval'", rules.pop("script-src"))
    assert re.fullmatch(r"'sha256-[^' ]+'", rules.pop("style-src"))
    assert rules == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "https: http://*.onion:* http://localhost:* http://127.0.0.1:*",
        "worker-src": "blob:",
    }


def test_the_page_asks_for_nothing_and_stores_nothing(tab: Tab) -> None:
    """Loaded, and at work, it has asked for itself alone."""
    page = MemberPage(tab)
    page.open(SIGNING)
    page.tap("#do-enrol")
    asked = {address for address in tab.asked if not address.startswith(("data:", "blob:"))}
    assert asked <= {MEMBER.as_uri()}
    assert tab.told == []
    kept = "async () => [localStorage.length, sessionStorage.length, document.cookie]"
    assert tab.call(kept) == [0, 0, ""]


def test_nothing_can_be_loaded_or_sent_but_forms(tab: Tab, listener: socket.socket) -> None:
    """Whatever ran in the page, its policy would keep it from the network."""
    tab.open(MEMBER)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    for name, attempt in ATTEMPTS.items():
        if name != "form":
            tab.call(TRY.format(attempt=attempt), url)
    assert received(listener) == b""
    assert re.search("Content.Security.Policy", " ".join(tab.told))


@pytest.mark.parametrize("url", ["http://relay.example/", "http://127.0.0.1.example/"])
def test_forms_go_where_the_command_line_would_go(tab: Tab, url: str) -> None:
    """Without TLS only to onion services and to this machine."""
    tab.open(MEMBER)
    submit = """url => new Promise(resolve => {
        addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective))
        const form = document.createElement("form")
        form.action = url
        document.body.append(form)
        try { form.submit() } catch { /* Firefox says it in this way, too */ }
    })"""
    assert tab.call(submit, url) == "form-action"


def test_what_a_link_holds_leaves_the_address_bar(tab: Tab) -> None:
    """And the page says that the browser's history may still have it."""
    page = MemberPage(tab)
    tab.open("about:blank")
    tab.open(f"{page.address}#voucher=7EYW&drop=https://relay.example/drop/{ADDRESS}")
    assert tab.call("() => location.href") == page.address
    assert "your voucher" in page.read("#link")
    assert "history" in page.read("#link")
    page.tap("#begin")
    assert page.read("#fetch") == "Get the group"
    link = tab.call("link => [link.href, link.target, link.rel]", tab.find("#fetch"))
    drop = f"https://relay.example/drop/{ADDRESS}/notice"
    assert link == [drop, "_blank", "noopener noreferrer"]


def test_a_link_can_be_opened_where_the_page_is_open(tab: Tab) -> None:
    """It begins anew, with what the link holds."""
    page = MemberPage(tab)
    page.open(SIGNING)
    page.tap("#do-enrol")
    tab.run("location.hash = '#secret=cosign-invite-VPD8'")
    assert "secret of an invitation" in page.read("#link")
    assert tab.call("() => location.hash") == ""


@pytest.mark.parametrize("drop", ["javascript:alert(1)", "http://relay.example/drop/x", "https://"])
def test_a_link_to_elsewhere_leads_nowhere(tab: Tab, drop: str) -> None:
    page = MemberPage(tab)
    page.open(ENROLMENT, f"#voucher=7EYW&drop={drop}")
    page.wait("#ask-group")
    assert tab.call("root => root.querySelector('#fetch')", tab.root()) is None


def test_keys_are_closed_when_the_page_was_left(tab: Tab, tmp_path: Path) -> None:
    """A browser may keep a page that is left, and show it again as it was."""
    if not isinstance(tab, ChromiumTab):
        pytest.skip("left out: Firefox's driver does not say when a page is back")
    (tmp_path / "www").mkdir()
    with hosted(tmp_path / "www") as address:
        page = MemberPage(tab, address)
        page.open(ENROLMENT)
        page.tap("#do-key")
        page.begin_keys()
        held = "root => !root.querySelector('#held').hidden"
        page.wait("#make-key")
        assert tab.call(held, tab.root())
        tab.open(f"{address}.other")
        tab.back()
        page.wait("#begin")
        assert not tab.call(held, tab.root())


def test_work_that_was_left_waits_for_nothing(tab: Tab) -> None:
    """A step whose task is left while it is at work is given up, and another one can be made."""
    page = MemberPage(tab)
    page.open(ENROLMENT)
    page.tap("#do-key")
    page.begin_keys()
    page.wait("#make-key")
    leave = "root => ['#make-key', '#back'].forEach(css => root.querySelector(css).click())"
    tab.call(leave, tab.root())
    page.tap("#do-key")
    page.tap("#make-key")
    page.save()
    page.wait("#armored")


def test_a_key_file_that_waits_is_not_opened_when_it_is_old(tab: Tab, shop: Shop) -> None:
    """A step that changes the keys makes every file that was chosen before it an old one."""
    page = MemberPage(tab)
    page.open(ENROLMENT)
    page.tap("#do-key")
    page.begin_keys()
    page.tap("#make-key")
    old = page.save()
    page.tap("#back")
    page.tap("#do-compare")
    page.choose("#compare-file", shop / "staff.group", old)
    page.wait("#draw")
    page.tap("#back")
    page.tap("#do-key")
    page.tap("#make-key")
    page.save()
    page.tap("#lock")
    page.tap("#do-finish")
    page.tap("#unlock")
    tab.wait_for(".wrong:not(:empty)")
    assert tab.text(".wrong") == "Choose your key file."


def test_files_that_are_chosen_together(tab: Tab, shop: Shop) -> None:
    """Two of one kind are refused, and none that no step asks for is taken."""
    page = MemberPage(tab)
    page.open(ENROLMENT)
    page.tap("#do-enrol")
    page.choose("#ask-group", shop / "staff.group", shop / "open.group")
    tab.wait_for(".wrong:not(:empty)")
    assert "two files of one kind among these: a group" in tab.text(".wrong")
    page.choose("#ask-group", shop / "staff.group", shop / "published.letter")
    tab.wait_for(".wrong:not(:empty)")
    assert "This file is a published letter" in tab.text(".wrong")
    tab.choose(tab.find("#ask-group"), [shop / "staff.group"])
    tab.wait_for("#compared")


def test_it_says_where_it_was_loaded_from(tab: Tab) -> None:
    """And what it cannot see, in three sentences, before the first step."""
    tab.open(MEMBER)
    page = MemberPage(tab)
    assert page.read("#where") == MEMBER.as_uri()
    unseen = page.read("#unseen p")
    assert unseen.count(".") == 3
    assert "device" in unseen
    assert "network" in unseen
    hidden = "root => root.querySelector('#menu').hidden && root.querySelector('#task').hidden"
    assert tab.call(hidden, tab.root())


def test_nothing_that_is_typed_is_on_the_disk(tab: Tab, shop: Shop) -> None:
    """What stands in a field is in no file of the profile, when a plain field's words are."""
    invite(shop)
    page = MemberPage(tab)
    page.open(ENROLMENT)
    page.tap("#do-enrol")
    page.choose("#ask-group", shop / "staff.group")
    page.type("#their-words", "first typed words")
    page.tap("#compared")
    page.choose("#keys-file", shop / "staff.group")
    page.type("#passphrase", "second typed words")
    page.begin_keys("third typed words of mine")
    page.type("#voucher", "fourth typed words")
    words = ["first", "second", "third", "fourth", "staff.group"]
    assert written(tab, "control of keys", *words_of(words)) == []
    page.tap("#back")
    page.tap("#do-sign")
    page.choose("#ask-round", shop / "letter.invite")
    page.type("#secret", "fifth typed words")
    page.tap("#back")
    page.tap("#do-sign")
    page.choose("#ask-round", shop / "letter.round")
    page.unfold("#statement")
    page.type("#statement", "sixth typed words")
    assert written(tab, "control of statement", *words_of(["fifth", "sixth"])) == []
    page.tap("#back")
    page.tap("#do-claim")
    page.choose("#ask-letter", shop / "published.letter")
    page.type("#challenge", "seventh typed words")
    page.tap("#lock")
    page.tap("#do-check")
    page.choose("#ask-letter", shop / "published.letter")
    page.type("#receipt-code", "eighth typed words")
    assert written(tab, "control of letter", *words_of(["seventh", "eighth"])) == []


def words_of(numbers: list[str]) -> list[str]:
    """Return the words that were typed, by their first, and names of files."""
    return [number if "." in number else f"{number} typed words" for number in numbers]


def test_without_javascript_it_says_what_to_do(tab: Tab) -> None:
    if not isinstance(tab, ChromiumTab):
        pytest.skip("left out: Firefox's driver cannot switch JavaScript off")
    with contextlib.ExitStack() as stack:
        stack.callback(tab.send, "Emulation.setScriptExecutionDisabled", value=False)
        tab.send("Emulation.setScriptExecutionDisabled", value=True)
        tab.open(MEMBER)
        found = tab.call("() => document.body.innerText")
    assert found.startswith("This page is not running")
    assert "Tor Browser" in found


def test_without_webassembly_it_says_what_does_not_work() -> None:
    """As in Tor Browser on its level Safer."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("chromium is not installed: the page without WebAssembly is left out")
    with chromium(program, "--js-flags=--jitless") as tab:
        tab.open(MEMBER)
        page = MemberPage(tab)
        page.wait("#limits.caution")
        told = page.read("#limits")
        assert "This browser runs no WebAssembly, so nothing can be made for rosters here." in told
