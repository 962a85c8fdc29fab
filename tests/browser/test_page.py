"""The report's page in a real browser: it fits, it is readable by all, and nothing runs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from cosign.reports.html import refusal_page, report_page
from cosign.roles.verifier.letter import Report
from tests.support import hostile, pages, world
from tests.support.browser import browser, visit

SCREENS: Final[dict[str, dict[str, Any]]] = {
    f"{device} {scheme}": {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    for device, width, height in (("phone", 360, 740), ("desktop", 1280, 800))
    for scheme in ("light", "dark")
}
NAMES: Final = ("pinned", "not pinned", "below quorum", "rostered", "split", "hostile", "refused")


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    """A browser."""
    with browser() as started:
        yield started


def reports() -> Iterator[tuple[str, Report]]:
    """Yield a valid letter of each kind and verdict."""
    several = pages.people()
    ordinary = pages.registered(several, quorum=3)
    yield "pinned", pages.report(ordinary)
    yield "not pinned", pages.report(ordinary, pinned=False)
    yield "below quorum", pages.report(pages.registered(several, quorum=9))
    yield "rostered", pages.report(pages.rostered())
    yield "split", world.committee().verify(world.committee().published)
    raw = pages.rostered(hostile.LINES[4], hostile.LETTER, hostile.LINES)
    yield "hostile", pages.report(raw, pinned=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages, each under its name."""
    made = tmp_path_factory.mktemp("pages")
    for name, report in reports():
        (made / name).with_suffix(".html").write_bytes(b"".join(report_page(report)))
    message = f"registrar {'W' * 200!r}: {hostile.LINES[0]}"
    (made / "refused.html").write_bytes(b"".join(refusal_page(message, "do not trust it")))
    return made


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_and_is_accessible(
    running: Browser, folder: Path, name: str, screen: str
) -> None:
    """Nothing to scroll sideways, nothing to complain of, nothing asked for but the page."""
    path = folder / f"{name}.html"
    with visit(running, path, **SCREENS[screen]) as opened:
        width = SCREENS[screen]["viewport"]["width"]
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        opened.page.locator("summary").evaluate_all("all => all.forEach(one => one.click())")
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert (opened.told, opened.asked) == ([], [path.as_uri()])
        found = Axe().run(opened.page).response
    assert found["violations"] == []
    assert len(found["passes"]) > 10


POLICIES: Final[dict[str, dict[str, Any]]] = {"in force": {}, "ignored": {"bypass_csp": True}}


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_runs_and_nothing_is_loaded(running: Browser, folder: Path, policy: str) -> None:
    """Neither where the policy holds, nor where only the escaping stands."""
    path = folder / "hostile.html"
    with visit(running, path, **POLICIES[policy]) as opened:
        title = opened.page.title()
        opened.page.locator("body").click(position={"x": 5, "y": 5})
        assert opened.page.title() == title
        assert title.startswith("Valid, but nobody checked whose group this is: </style><script>")
        assert (opened.told, opened.asked) == ([], [path.as_uri()])


HARM: Final = {
    "script": "script.textContent = 'document.title = 1'",
    "img": "img.src = 'https://evil.example/p.png'",
    "style": "style.textContent = 'body { display: none }'",
    "iframe": "iframe.src = 'https://evil.example/'",
}


@pytest.mark.parametrize("name", HARM)
def test_the_policy_is_in_force(running: Browser, folder: Path, name: str) -> None:
    """Even an element that somehow got in would do nothing."""
    make = f"const {name} = document.createElement('{name}')"
    with visit(running, folder / "pinned.html") as opened:
        title = opened.page.title()
        with opened.page.expect_console_message(lambda m: "Content Security Policy" in m.text):
            opened.page.evaluate(f"() => {{ {make}; {HARM[name]}; document.body.append({name}) }}")
        assert opened.page.title() == title
        assert opened.page.locator("h1").is_visible()


def test_the_letter_is_saved_to_the_last_byte(running: Browser, folder: Path) -> None:
    """The link at the end gives a file, under a name that the page's steps use."""
    with visit(running, folder / "hostile.html") as opened:
        opened.page.locator("summary").click()
        with opened.page.expect_download() as waiting:
            opened.page.locator("details a").click()
        saved = waiting.value
        assert saved.suggested_filename == "letter.md"
        assert saved.path().read_bytes() == hostile.LETTER.encode()


@pytest.mark.parametrize(("name", "least", "most"), [("pinned", 2, 5), ("refused", 1, 2)])
def test_a_page_prints(running: Browser, folder: Path, name: str, least: int, most: int) -> None:
    """On a few sheets, black on white, without the source, which no paper can be hashed for."""
    with visit(running, folder / f"{name}.html", color_scheme="dark") as opened:
        printed = opened.page.pdf(format="A4")
        assert least <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= most
        opened.page.emulate_media(media="print", color_scheme="dark")
        style = "getComputedStyle(document.body)"
        assert opened.page.evaluate(f"{style}.backgroundColor") == "rgb(255, 255, 255)"
        assert opened.page.evaluate(f"{style}.color") == "rgb(28, 29, 31)"
        assert not any(box.is_visible() for box in opened.page.locator("details").all())


_UNCUT: Final = """
[...document.querySelectorAll("bdi, article *, details pre, .lines, .error")].filter(words => {
  let block = words
  while (getComputedStyle(block).display === "inline") block = block.parentElement
  return getComputedStyle(block).overflowY !== "clip"
}).map(words => words.outerHTML)
"""


@pytest.mark.parametrize("name", NAMES)
def test_marks_are_not_drawn_over_the_verdict(running: Browser, folder: Path, name: str) -> None:
    """Whatever strangers wrote is cut off where it leaves its own block.

    Which marks pile up depends on the fonts of a machine, so no picture is compared here.
    """
    with visit(running, folder / f"{name}.html") as opened:
        assert opened.page.locator("bdi, article").count() > 0
        assert opened.page.evaluate(_UNCUT) == []
