"""QR codes: another library reads what was drawn."""

import io
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cosign.records.comparable import Comparable, ComparableKind
from cosign.reports.qr import qr_png, qr_svg, qr_text
from tests.support.scanner import scan_file, scan_text

KINDS: tuple[ComparableKind, ...] = ("round", "group")
IDENTIFIERS = st.binary(min_size=32, max_size=32)
CODE = Comparable("round", bytes(range(32))).code


@settings(max_examples=15)
@given(st.sampled_from(KINDS), IDENTIFIERS)
def test_a_scanner_reads_all_bits(kind: ComparableKind, identifier: bytes) -> None:
    """From characters, with colors or without, and from a PNG."""
    code = Comparable(kind, identifier).code
    assert scan_text(qr_text(code, colored=False)) == code
    assert scan_text(qr_text(code, colored=True)) == code
    assert scan_file(qr_png(code)) == code


@given(st.sampled_from(KINDS), IDENTIFIERS)
def test_a_code_fits_a_small_terminal(kind: ComparableKind, identifier: bytes) -> None:
    """Every identifier has a symbol of 33 modules and a margin of 4: 41 columns, 21 lines."""
    lines = qr_text(Comparable(kind, identifier).code, colored=False).splitlines()
    assert {len(line) for line in lines} == {41}
    assert len(lines) == 21
    assert not lines[0].strip() + lines[1].strip() + lines[-1].strip()
    assert all(line[:4] == line[-4:] == "    " for line in lines)


def test_colors_are_set_and_reset_on_each_line() -> None:
    """Black on white, so that a dark terminal shows no negative; the rest of it stays as it was."""
    plain = qr_text(CODE, colored=False).splitlines()
    colored = qr_text(CODE, colored=True).splitlines()
    assert colored == [f"\x1b[30;107m{line}\x1b[0m" for line in plain]


def test_pictures_tell_nothing_but_the_code() -> None:
    """The same code gives the same bytes; a PNG has no time and no comment."""
    assert qr_png(CODE) == qr_png(CODE)
    assert qr_svg(CODE) == qr_svg(CODE)
    image = Image.open(io.BytesIO(qr_png(CODE)))
    assert (image.size, image.info) == ((328, 328), {})


def test_an_svg_runs_and_loads_nothing() -> None:
    """Shapes only, no script, no style sheet and no address but the name of the format."""
    root = ET.fromstring(qr_svg(CODE))  # noqa: S314  # our own
    assert {element.tag.rsplit("}", 1)[1] for element in root.iter()} == {"svg", "g", "path"}
    assert re.findall(rb"https?://[^\"]*", qr_svg(CODE)) == [b"http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("wrong", ["▀", "█"])
def test_the_scanner_scans(wrong: str) -> None:
    """A drawing that is covered in the middle has no code; so the tests above can fail."""
    lines = qr_text(CODE, colored=False).splitlines()
    middle = [f"{line[:8]}{wrong * 25}{line[33:]}" for line in lines[6:16]]
    with pytest.raises(ValueError, match="not enough values to unpack"):
        scan_text("\n".join([*lines[:6], *middle, *lines[16:]]))
