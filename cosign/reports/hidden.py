"""Characters of a text that readers do not see, in sentences (docs/spec.md, "Letter").

Scripts and emoji need some of them, so they are reported and not refused. One sentence for
each character says what it is usually for; a text of a script that needs it has many.
"""

from collections.abc import Iterator
from typing import Final

from cosign.records.letter import Watermark, watermarks

_USES: Final = {
    "00A0 202F": "usual in French before ; : ! ? and in numbers",
    "00AD": "usual where a long word may be divided",
    "034F 061C 200E 200F": "usual where a text is written from right to left",
    "200C": "usual in Persian and in scripts of India",
    "200D": "usual in emoji, and in scripts of India",
    "2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 200A 205F": "usual in printed text",
    "3000": "usual in Chinese and Japanese",
    "FE00 FE01 FE02": "usual beside mathematical signs",
    "FE0E FE0F": "usual beside emoji and signs",
    "180B 180C 180D 180E 180F": "usual in Mongolian",
    "17B4 17B5": "usual in old Khmer",
    "115F 1160 3164 FFA0": "usual in old Korean",
}
_USED: Final = {f"U+{code}": use for codes, use in _USES.items() for code in codes.split()}

_AT_LINE_ENDS: Final = "two blanks break a line in Markdown, others do nothing"
_RANGES: Final = (
    ("E0020", "E007F", "usual in emoji of flags"),
    ("E0100", "E01EF", "usual in Japanese names"),
)
_NO_USE: Final = "NO TEXT NEEDS IT, and it can tell your copy from the copies of others"
"""Said of U+200B, U+2060 and U+FEFF, above all, and of all that no script is known to need."""


def hidden_characters(text: str) -> Iterator[str]:
    """Yield a sentence for each kind of character in a text that readers do not see.

    Those that no text needs come first.
    """
    kinds: dict[str, list[Watermark]] = {}
    for mark in watermarks(text):
        kinds.setdefault(mark.what, []).append(mark)
    for what, marks in sorted(kinds.items(), key=lambda kind: _use(kind[0]) != _NO_USE):
        first = marks[0]
        times = f"{len(marks)} times, first in" if len(marks) > 1 else "once, in"
        yield f"{what}, {times} line {first.line}, column {first.column}: {_use(what)}"


def _use(what: str) -> str:
    code = what.split(" ", 1)[0]
    if not code.startswith("U+"):
        return _AT_LINE_ENDS
    number = int(code.removeprefix("U+"), 16)
    for first, last, use in _RANGES:
        if int(first, 16) <= number <= int(last, 16):
            return use
    return _USED.get(code, _NO_USE)
