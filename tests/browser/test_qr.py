"""A QR code as SVG in a real browser, and what a camera sees of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cosign.records.comparable import Comparable
from cosign.reports.qr import qr_png, qr_svg
from tests.support.browser import browser, visit
from tests.support.scanner import scan_file

CODES = [Comparable("round", bytes([seed] * 32)).code for seed in (0, 7, 255)]


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    """A browser for all tests here."""
    with browser() as started:
        yield started


@pytest.mark.parametrize("code", CODES, ids=("zeros", "sevens", "ones"))
@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_screenshot_is_scanned(running: Browser, tmp_path: Path, suffix: str, code: str) -> None:
    """The symbol is dark on white whatever the page behind it is."""
    picture = tmp_path / f"code.{suffix}"
    picture.write_bytes({"svg": qr_svg, "png": qr_png}[suffix](code))
    page = tmp_path / "page.html"
    page.write_text(f"<body style='background: black'><img src={picture.name}></body>")
    with visit(running, page) as there:
        assert scan_file(there.page.screenshot()) == code
        assert there.told == []
