"""The web pages that this package ships (docs/spec.md, "Page with a letter").

``reader.html`` verifies published letters in a browser; with ``member.html`` members enrol and
sign. ``make pages`` builds them from the sources in ``web/``, byte for byte.
"""

from functools import cache
from importlib import resources
from typing import Final

from cosign.wire.container import page_digest

READER: Final = "reader.html"
"""The page into which a letter is put."""
MEMBER: Final = "member.html"
"""The page with which members enrol and sign."""

_PACKAGE: Final = "cosign"
_FOLDER: Final = "pages"


@cache
def shipped_pages() -> dict[str, bytes]:
    """Return the pages by their names."""
    folder = resources.files(_PACKAGE) / _FOLDER
    pages = {file.name: file for file in folder.iterdir() if file.name.endswith(".html")}
    return {name: pages[name].read_bytes() for name in sorted(pages)}


def page_digests() -> dict[str, bytes]:
    """Return the SHA-256 of each page, 32 bytes, by its name."""
    return {name: page_digest(page) for name, page in shipped_pages().items()}
