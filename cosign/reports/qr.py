"""QR codes on a terminal, as PNG and as SVG (docs/spec.md, "Comparing").

A symbol holds capitals, digits and dashes in its alphanumeric mode, which makes the
smallest one: 33 modules a side for the code of an identifier.

Not protected: a camera app may offer to search the web for a text that it does not know.
"""

import io
from itertools import zip_longest
from typing import Final

import segno

_CORRECTION: Final = "m"
"""Least level of error correction: 15 % of a symbol may be unreadable (ISO/IEC 18004)."""

_QUIET_MODULES: Final = 4
"""Width of the light margin that scanners need (ISO/IEC 18004)."""

_PIXELS: Final = 8
"""Side of a module in a PNG; a millimetre or more on paper."""

_BLOCKS: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""Two modules above each other, dark ones drawn."""

_BLACK_ON_WHITE, _RESET = "\x1b[30;107m", "\x1b[0m"


def qr_text(text: str, *, colored: bool) -> str:
    """Draw a QR code in characters, two modules above each other in each.

    Args:
        text: of the symbol; ASCII.
        colored: draw black on white whatever colors the terminal has. Without, dark modules
            have the color of text, which is right on paper and on light terminals.

    Returns:
        21 lines of 41 characters for the code of an identifier, margin included.
    """
    rows = [bytes(row) for row in _symbol(text).matrix_iter(border=_QUIET_MODULES)]
    light = bytes(len(rows[0]))
    lines = [
        "".join(_BLOCKS[bool(above), bool(below)] for above, below in zip(*pair, strict=True))
        for pair in zip_longest(rows[::2], rows[1::2], fillvalue=light)
    ]
    if colored:
        lines = [f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in lines]
    return "\n".join(lines)


def qr_png(text: str) -> bytes:
    """Draw a QR code as a PNG in black and white, 328 pixels a side for an identifier."""
    return _saved(text, "png", scale=_PIXELS)


def qr_svg(text: str) -> bytes:
    """Draw a QR code as an SVG with one path on white; it runs and loads nothing."""
    return _saved(text, "svg", scale=_PIXELS, light="white")


def _symbol(text: str) -> segno.QRCode:
    return segno.make_qr(text, error=_CORRECTION)


def _saved(text: str, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    _symbol(text).save(written, kind=kind, border=_QUIET_MODULES, **options)
    return written.getvalue()
