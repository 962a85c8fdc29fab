"""Slips of paper as a browser prints them, and what a phone's camera reads."""

from pathlib import Path

import pytest

from cosign.reports.slips import Place, Slip, enrolment_slips, slips_page, voucher_link
from tests.support.browser import browser, visit
from tests.support.scanner import scan_file
from tests.support.world import World

CODES = [f"{n:04d}-0000-0000-0000-0000-0000-0000-00MT" for n in range(9)]
PEOPLE = ["Anna Adler", "", "<script>alert(1)</script>", "\u202eevil", "W" * 200]
PAGE = "https://council.example/member.html"
DROP = f"https://relay.example/drop/{'5a' * 32}"


@pytest.mark.parametrize("place", [Place(PAGE, DROP), Place(PAGE), Place()])
def test_every_printed_code_is_scanned(tmp_path: Path, village: World, place: Place) -> None:
    """No slip is cut by the end of a sheet, and each code is its own."""
    slips = [Slip((PEOPLE * 2)[n], code) for n, code in enumerate(CODES)]
    file = tmp_path / "slips.html"
    file.write_bytes(b"".join(slips_page(enrolment_slips(village.group, 0), slips, place)))
    with browser() as running, visit(running, file) as there:
        there.page.emulate_media(media="print")
        images = there.page.locator(".slip img").all()
        read = [scan_file(image.screenshot()) for image in images]
        wanted = [voucher_link(place, code) if place.page else code for code in CODES]
        assert read == wanted
        assert there.page.pdf(format="A4").count(b"/Type /Page\n") > 1
        assert there.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert there.page.locator("script").count() == 0
        assert there.told == []
        assert len(there.asked) == 1
