"""A scanner of QR codes: zxing-cpp, which shares no code with what draws them."""

import io
import re
from typing import Final

import zxingcpp
from PIL import Image

_HALVES: Final = {" ": (255, 255), "▀": (0, 255), "▄": (255, 0), "█": (0, 0)}
"""What the upper and the lower half of a character show, where text is black on white."""

_COLOR: Final = re.compile(r"\x1b\[[0-9;]*m")
_MODULE_PIXELS: Final = 6


def scan(image: Image.Image) -> str:
    """Return the text of the one QR code in a picture."""
    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    [found] = zxingcpp.read_barcodes(image.convert("L"), formats=only)
    return found.text


def scan_file(raw: bytes) -> str:
    """Return the text of the one QR code in the bytes of a picture, such as a PNG."""
    return scan(Image.open(io.BytesIO(raw)))


def scan_text(drawn: str) -> str:
    """Return the text of a QR code that is drawn in characters."""
    lines = _COLOR.sub("", drawn).splitlines()
    rows = [bytes(_HALVES[c][half] for c in line) for line in lines for half in (0, 1)]
    size = len(rows[0]), len(rows)
    image = Image.frombytes("L", size, b"".join(rows))
    return scan(image.resize((size[0] * _MODULE_PIXELS, size[1] * _MODULE_PIXELS), 0))
