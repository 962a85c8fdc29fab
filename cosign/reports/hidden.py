"""Characters of a text that readers do not see, in sentences (docs/spec.md, "Letter").

Scripts and emoji need some of them, so they are reported and not refused. One sentence for
each character says what it is usually for; a text of a script that needs it has many.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from cosign.records.letter import Watermark, watermarks
from cosign.words import phrase, table

_USE: Final = "hidden.use."
"""Names of the texts about characters go on with their code points, or with a range of them."""

_NO_USE: Final = phrase("hidden.no_use")
"""Said of U+200B, U+2060 and U+FEFF, above all, and of all that no script is known to need."""


def hidden_characters(text: str) -> Iterator[str]:
    """Yield a sentence for each kind of character in a text that readers do not see.

    Those that no text needs come first.
    """
    kinds: dict[str, list[Watermark]] = {}
    for mark in watermarks(text):
        kinds.setdefault(mark.what, []).append(mark)
    for what, marks in sorted(kinds.items(), key=lambda kind: _use(kind[0]) != _NO_USE):
        (line, column, _), use = marks[0], _use(what)
        yield phrase(
            "hidden.character", what=what, count=len(marks), line=line, column=column, use=use
        )


def _use(what: str) -> str:
    code = what.split(" ", 1)[0]
    if not code.startswith("U+"):
        return phrase("hidden.line_end")
    number = int(code.removeprefix("U+"), 16)
    for first, last, use in _uses():
        if first <= number <= last:
            return use
    return _NO_USE


@cache
def _uses() -> list[tuple[int, int, str]]:
    """Return the first and the last code point of each range, and what its characters are for."""
    found = []
    for name in table():
        codes = name.partition(_USE)[2]
        for code in codes.split():
            first, _, last = code.partition("-")
            found.append((int(first, 16), int(last or first, 16), phrase(name)))
    return found
