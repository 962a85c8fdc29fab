"""Characters of a text that readers do not see, in sentences (docs/spec.md, "Letter").

Scripts and emoji need some of them, so they are reported and not refused. One sentence for
each character says what it is usually for; a text of a script that needs it has many.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from cosign.records.letter import Watermark, watermarks
from cosign.words import phrase, table

_USE: Final = "hidden.use."
"""Names of the texts about characters go on with their code points, or with a range of them."""

_NO_USE: Final = phrase("hidden.no_use")
"""Said of U+200B, U+2060 and U+FEFF, above all, and of all that no script is known to need."""


class Hidden(NamedTuple):
    """A kind of character in a text that readers do not see.

    Attributes:
        what: the character, with its code point first; or white space at the ends of lines.
        times: how often it stands there.
        line: of the first one, from 1.
        column: of the first one, in characters from 1.
        use: what it is usually for.
    """

    what: str
    times: int
    line: int
    column: int
    use: str

    @property
    def is_needed(self) -> bool:
        """Whether there are texts that need it."""
        return self.use != _NO_USE

    @property
    def character(self) -> str | None:
        """The code point, such as ``U+200B``; None for white space at the ends of lines."""
        code = self.what.split(" ", 1)[0]
        return code if code.startswith("U+") else None


def find_hidden(text: str) -> list[Hidden]:
    """Return each kind of character in a text that readers do not see, as they first come."""
    kinds: dict[str, list[Watermark]] = {}
    for mark in watermarks(text):
        kinds.setdefault(mark.what, []).append(mark)
    firsts = ((what, len(marks), marks[0]) for what, marks in kinds.items())
    return [Hidden(what, n, mark.line, mark.column, _use(what)) for what, n, mark in firsts]


def hidden_characters(text: str) -> Iterator[str]:
    """Yield a sentence for each kind of character in a text that readers do not see.

    Those that no text needs come first.
    """
    for what, times, line, column, use in sorted(find_hidden(text), key=lambda h: h.is_needed):
        yield phrase("hidden.character", what=what, count=times, line=line, column=column, use=use)


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
