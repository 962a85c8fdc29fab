"""Plain browsers for the tests of the reader's page, one of each: they start slowly."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import cosign
from tests.support.browsers import BROWSERS, tab_of
from tests.support.browsers.letters import cases, check, report_of
from tests.support.browsers.tab import Tab

READER = Path(cosign.__file__).parent / "pages" / "reader.html"
"""The page that is shipped."""


@pytest.fixture(scope="session", params=BROWSERS)
def tab(request: pytest.FixtureRequest) -> Iterator[Tab]:
    """The tab of a plain browser, each in its turn."""
    with tab_of(request.param) as opened:
        yield opened


@pytest.fixture
def reader(tab: Tab) -> Tab:
    """A tab in which the reader's page was just opened from the disk."""
    tab.open(READER)
    return tab


@pytest.fixture
def drawn(reader: Tab, tmp_path: Path, request: pytest.FixtureRequest) -> Tab:
    """The page with the report on the case that the test names."""
    case, report = cases()[request.param], report_of(request.param)
    file = tmp_path / "published.letter"
    file.write_bytes(case.raw)
    check(reader, file, report.round.group_fingerprint if case.pinned else "")
    return reader


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that would accept connections."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.3)
        yield server
