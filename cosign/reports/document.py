"""A page in one file, which loads nothing and runs nothing (docs/spec.md, "Verifying").

A content security policy makes the browser enforce that: it names the one style sheet, by
its hash, and nothing else.

Not protected: a browser that knows no such policy. Its only guard is that strangers' words
are escaped (:mod:`cosign.reports.markup`).
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import chain
from typing import Final

from cosign.primitives.hashing import sha256
from cosign.reports.markup import Markup, element, end, start, stylesheet

_PACKAGE: Final = "cosign.reports"


@dataclass(frozen=True)
class Document:
    """What all pages of a kind have in common.

    Attributes:
        sheets: file names of the parts of the style sheet, in this package.
        images: which images the page may show, in the words of the policy.
        head: further elements of the head.
    """

    sheets: tuple[str, ...]
    images: str
    head: tuple[Markup, ...] = ()

    @cached_property
    def _css(self) -> str:
        folder = resources.files(_PACKAGE)
        return "\n".join(folder.joinpath(sheet).read_text("utf-8") for sheet in self.sheets)

    @cached_property
    def _policy(self) -> str:
        style_hash = base64.b64encode(sha256(self._css.encode())).decode()
        return (
            f"default-src 'none'; style-src 'sha256-{style_hash}'; img-src {self.images}; "
            "base-uri 'none'; form-action 'none'"
        )

    def chunks(self, title: str, body: Iterable[Markup]) -> Iterator[bytes]:
        """Yield the page with this title and body, a line for each part of the body."""
        head = element(
            "head",
            start("meta", charset="utf-8"),
            start("meta", http_equiv="Content-Security-Policy", content=self._policy),
            start("meta", name="referrer", content="no-referrer"),
            start("meta", name="viewport", content="width=device-width, initial-scale=1"),
            *self.head,
            element("title", title),
            stylesheet(self._css),
        )
        opening = start("html", lang="en"), head, start("body")
        yield b"<!doctype html>\n"
        for part in chain(opening, body, (end("body"), end("html"))):
            yield part.encode() + b"\n"
