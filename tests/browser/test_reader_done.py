"""An editor who has a browser and nothing else verifies the demo's letter in under a minute."""

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.browser.conftest import READER
from tests.support.browsers.tab import Tab
from tests.support.commands import Shop

MINUTE: Final = 60.0


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Play a demo of a kind, once, and return its folder: an editor gets some of its files."""

    @cache
    def played(kind: str) -> Path:
        shop = Shop(tmp_path_factory.mktemp("demo"))
        shop.run(f"demo --kind {kind} --members 2 --signers 2 --keep here --json")
        return shop.folder / "here"

    return played


@pytest.fixture(params=["registered", "rostered"])
def played(play: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    """The folder of a demo of each kind."""
    return play(request.param)


def test_an_editor_verifies_a_letter_from_the_disk(tab: Tab, played: Path) -> None:
    """Open the page, choose two files, press one button, and read the report."""
    began = time.monotonic()
    tab.open(READER)
    tab.choose(tab.find("#file"), [played / "published.letter"])
    tab.choose(tab.find("#group"), [played / "staff.group"])
    tab.click("#check")
    tab.wait_for("#verdict")
    assert time.monotonic() - began < MINUTE
    assert tab.text("#verdict") == "Valid"
    assert tab.text(".lead").startswith("2 distinct members of the group “")
    assert tab.text("article").startswith("# To the board")
    assert "that nobody was put under pressure to sign" in tab.text("#report")


def test_a_letter_that_was_changed_is_refused(tab: Tab, played: Path) -> None:
    tab.open(READER)
    tab.choose(tab.find("#file"), [played / "tampered.letter"])
    tab.click("#check")
    tab.wait_for("#verdict")
    assert tab.text("#verdict") == "NOT VALID"
