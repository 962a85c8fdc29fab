"""A real browser for pages: Debian's Chromium, headless, without a network."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = shutil.which("chromium") or ""
if not CHROMIUM:
    pytest.skip(
        "chromium is not installed: tests of the report's page in a browser are left out",
        allow_module_level=True,
    )

_OPTIONS: Final = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Start a browser with a fresh profile, which goes when it ends."""
    with sync_playwright() as playwright:
        # Its sandbox does not start for root, as whom CI runs; the pages are ours.
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=_OPTIONS, chromium_sandbox=False
        )
        with contextlib.closing(started):
            yield started


class Visit:
    """A page that is open, and what it did.

    Attributes:
        page: the tab.
        told: what its console said, errors and refusals by its policy included.
        asked: addresses that it asked for, its own first.
    """

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.told: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.told.append(message.text))
        page.on("pageerror", lambda error: self.told.append(str(error)))
        page.on("dialog", lambda dialog: self.told.append(dialog.message))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(path.as_uri())


@contextlib.contextmanager
def visit(running: Browser, path: Path, **context: Any) -> Iterator[Visit]:
    """Open a page in a profile of its own; ``context`` is Playwright's."""
    with contextlib.closing(running.new_context(offline=True, **context)) as profile:
        yield Visit(profile.new_page(), path)
