"""``cosign-letter fingerprint``: print a fingerprint, and draw it as a QR code.

Nothing that the author of the file wrote is printed, so the output cannot imitate another one.
"""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.comparing import COMMITS, ComparableFile, read_compared
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import InvitationSecret
from cosign_cli.shared.terminal import show_drawing


@command(force=True, anywhere=True)
def run(
    console: Console,
    path: ComparableFile,
    qr: Annotated[bool, typer.Option("--qr", help="Draw a QR code of all 256 bits, too.")] = False,
    image: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write the QR code into FILE.png or FILE.svg."
        ),
    ] = "",
    secret: InvitationSecret = None,
) -> None:
    """Print the fingerprint of a round, group or campaign: sixty digits, and nothing else.

    The QR code's text can be given instead of the digits wherever a fingerprint is
    expected.
    """
    from cosign.primitives.hashing import fingerprint_beside

    console = replace(console, output=image)
    draw = _drawer(image) if image else None
    if draw:
        console.check_output()
    found = read_compared(path, secret)
    drawn = _drawn(found.code) if qr and not console.json else ""
    if draw:
        console.write(draw(found.code), "qr code")
    console.note(f"this is the fingerprint of {COMMITS[found.kind]}")
    data = {"kind": found.kind, "fingerprint": found.fingerprint, "code": found.code}
    console.result(fingerprint_beside("", found.fingerprint), data | {"output": image})
    if drawn:
        show_drawing(f"\n{drawn}\n\n{found.code}")


def _drawer(image: str) -> Callable[[str], bytes]:
    """Return the function that draws an image of the format that a file's name ends in."""
    from cosign.errors import UsageError
    from cosign.reports.qr import qr_png, qr_svg

    drawers = {".png": qr_png, ".svg": qr_svg}
    suffix = Path(image).suffix.lower()
    if suffix not in drawers:
        raise UsageError(
            f"{image}: neither a PNG nor an SVG by its name",
            hint="name a file that ends in .png or .svg",
        )
    return drawers[suffix]


def _drawn(code: str) -> str:
    """Draw a QR code for the terminal or file that stdout is.

    Raises:
        UsageError: it has no characters for that, or too few columns.
    """
    from cosign.errors import UsageError
    from cosign.reports.qr import qr_text

    terminal = sys.stdout.isatty()
    colored = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    drawn, plain = qr_text(code, colored=colored), qr_text(code, colored=False)
    hint = "write it as a picture with -o FILE.png"
    try:
        plain.encode(sys.stdout.encoding)
    except UnicodeEncodeError as e:
        raise UsageError("the QR code has characters that cannot be shown here", hint=hint) from e
    if terminal and shutil.get_terminal_size().columns < len(plain.split("\n", 1)[0]):
        raise UsageError("the terminal is too narrow for the QR code", hint=hint)
    return drawn
