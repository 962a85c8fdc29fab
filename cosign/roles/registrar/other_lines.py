"""Lines that probably name no person (docs/spec.md, "Reading text"; docs/adr/0040).

Sums, notes at the end and placeholders are only guessed, and a person confirms them. Taking
a note for a person makes a voucher that anyone who has the file can use; taking a person for
a note leaves that person without a vote.

Not protected: a note that looks like a name and is directly below one.
"""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Final, NamedTuple

from cosign.text.names import name_key
from cosign.text.tables import Row

_SUMS: Final = frozenset(
    {"total", "sum", "subtotal", "count", "summe", "gesamt", "anzahl", "zwischensumme", "somme"}
    | {"suma", "totale", "totaal", "summa"}
)
"""First words of lines that spreadsheets put below a column, in some languages."""

_PLACEHOLDERS: Final = frozenset({"n/a", "n.a.", "k.a.", "k. a.", "null", "(null)", "none"})
"""What programs and people write into a cell that has no content; dashes and dots, too."""

_PAGE: Final = re.compile(
    r"(seite|blatt|page|p\u00e1gina|pagina) \d+( ?(von|of|de|di|sur|/) ?\d+)?"
)
"""The number of a page, which printed lists have between people, too."""

_MARK: Final = re.compile(r"\b\d|:|^[*=~#_<>(\[-].*[*=~#_<>)\]-]$|[^\s.]{3,}[.!?]$")
"""What notes have and names have not: ``2 people``, ``As of: March``, ``(end)``, ``That's all.``"""

_MOST_WORDS: Final = 7
_MOST_SMALL: Final = 2
"""Most words of a name, so that a sentence is none; and of one without a capital letter."""

_LAST_WORDS: Final = frozenset(
    {"end", "end of list", "end of the list", "end of file", "eof", "ende", "ende der liste"}
    | {"listenende", "fin", "fin de la liste", "fin de liste", "fin de la lista", "fine"}
    | {"fine elenco", "fine della lista", "einde", "einde lijst", "einde van de lijst"}
)
"""What people write below a list, in some languages."""

_MOST_NOTES: Final = 5
"""Most lines of notes at the end. If more of them have numbers, these are part of the names."""


class LeftOut(NamedTuple):
    """A line that is not a person.

    Attributes:
        line: its number, from 1.
        text: as it stands in the file.
        why: ``comment``, ``title``, ``heading``, ``sum``, ``note`` or ``placeholder``.
    """

    line: int
    text: str
    why: str


def name_in(row: Row, columns: tuple[int, ...]) -> str:
    """Return the name in a line, whose parts stand in these columns, from 1; empty if none."""
    parts = [row.cells[n - 1] for n in columns if n <= len(row.cells)]
    return " ".join(part for part in parts if part)


def take_others(
    rows: list[Row], columns: tuple[int, ...], filled: Collection[int]
) -> list[LeftOut]:
    """Take the lines from a list that are probably no people.

    Args:
        rows: the list without its heading; what is taken is missing there afterwards.
        columns: which make up the name, from 1.
        filled: the numbers of all lines of the file that are not empty.
    """
    apart = _last_apart(rows, filled)
    reasons = [_why(row, name_in(row, columns)) for row in rows]
    taken = [(row, why) for row, why in zip(rows, reasons, strict=True) if why]
    rows[:] = [row for row, why in zip(rows, reasons, strict=True) if not why]
    first = _first_note(rows, columns, apart)
    taken += [(row, "note") for row in rows[first:]]
    del rows[first:]
    return [LeftOut(row.line, row.text, why) for row, why in taken]


def _why(row: Row, name: str) -> str:
    """Return what a line is by its words alone, or nothing."""
    if _is_sum(row):
        return "sum"
    folded = name_key(name)
    if name and (folded in _PLACEHOLDERS or not any(char.isalnum() for char in folded)):
        return "placeholder"
    return "note" if _PAGE.fullmatch(folded) else ""


def _is_sum(row: Row) -> bool:
    """Return whether a line is a sum: one of the words, alone or with numbers."""
    words = [word.strip(":.") for cell in row.cells for word in name_key(cell).split()]
    return (
        bool(words)
        and words[0] in _SUMS
        and all(w in _SUMS or not w or w.isdecimal() for w in words)
    )


def _last_apart(rows: list[Row], filled: Collection[int]) -> int:
    """Return the number of the last line above an empty one, if no other one is between people.

    It is 0 if there is none, or if fewer lines stand above it than below.
    """
    gaps = [
        row.line
        for row, below in pairwise(rows)
        if not {*range(row.line, below.line)} <= set(filled)
    ]
    if len(gaps) != 1:
        return 0
    above = sum(row.line <= gaps[0] for row in rows)
    return gaps[0] if above > len(rows) - above and above > 1 else 0


def _first_note(rows: list[Row], columns: tuple[int, ...], apart: int) -> int:
    """Return where lines begin, at the end, that differ in kind from most above them.

    Args:
        rows: the lines.
        columns: which make up the name.
        apart: lines with greater numbers stand apart from the others; 0 if none do. Those
            that have several cells, as people in a table have, are people nevertheless.
    """
    marked = [_is_marked(name_in(row, columns)) for row in rows]
    narrow = next((at for at, row in enumerate(rows) if len(row.cells) == 1), 0) or len(rows)
    alone = [0 < apart < row.line and len(row.cells) == 1 for row in rows]
    first = len(rows)
    while first and (marked[first - 1] or first > narrow or alone[first - 1]):
        first -= 1
    few = len(rows) - first <= _MOST_NOTES
    return first if few and 2 * sum(marked[:first]) < first else len(rows)


def _is_marked(name: str) -> bool:
    """Return whether a line has what names have not."""
    if "@" in name:
        return False
    small = name == name.lower() != name.upper()
    many = len(name.split()) > (_MOST_SMALL if small else _MOST_WORDS)
    return many or name_key(name) in _LAST_WORDS or bool(_MARK.search(name))
