"""Plain browsers: Chromium and Firefox as people have them, driven over a web socket.

Puppeteer, Playwright, geckodriver and Firefox's own recommended settings for automation
loosen what a browser allows a page from the disk, so tests of the reader's page start the
browsers themselves. :class:`~tests.support.browsers.tab.Tab` says what a test can do.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final

import pytest

from tests.support.browsers.chromium import chromium
from tests.support.browsers.firefox import firefox
from tests.support.browsers.tab import Tab

_DRIVERS: Final[dict[str, Callable[[str], AbstractContextManager[Tab]]]] = {
    "chromium": chromium,
    "firefox-esr": firefox,
}
BROWSERS: Final = tuple(_DRIVERS)


@contextlib.contextmanager
def tab_of(name: str) -> Iterator[Tab]:
    """Start a browser with a fresh profile, and yield its tab; skip where it is missing."""
    program = shutil.which(name)
    if not program:
        pytest.skip(f"{name} is not installed: tests of the reader's page in it are left out")
    with _DRIVERS[name](program) as tab:
        yield tab
