"""Lines in a list of people that are probably none (docs/spec.md, "Reading text"; docs/adr/0040).

Sums, notes at the end and placeholders are guesses, for a person to confirm: a line that
is taken for a person is a voucher that anyone can take from the file, and one that is left
out takes a voice away.

Not protected: notes without a number or a colon in lists of one column, such as
``end of the list``.
"""

import re
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

_MARK: Final = re.compile(r"\b\d|:")
"""What notes have in them and names have not: ``2 people``, ``As of: March``."""

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


def take_others(rows: list[Row], columns: tuple[int, ...]) -> list[LeftOut]:
    """Take the lines from a list that are probably no people.

    Args:
        rows: the list without its heading; what is taken is missing there afterwards.
        columns: which make up the name, from 1.
    """
    reasons = [_why(row, name_in(row, columns)) for row in rows]
    taken = [(row, why) for row, why in zip(rows, reasons, strict=True) if why]
    rows[:] = [row for row, why in zip(rows, reasons, strict=True) if not why]
    first = _first_note(rows, columns)
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


def _first_note(rows: list[Row], columns: tuple[int, ...]) -> int:
    """Return where lines begin, at the end, that differ in kind from most above them."""
    marked = [_is_marked(name_in(row, columns)) for row in rows]
    narrow = next((at for at, row in enumerate(rows) if len(row.cells) == 1), 0) or len(rows)
    first = len(rows)
    while first and (marked[first - 1] or first > narrow):
        first -= 1
    few = len(rows) - first <= _MOST_NOTES
    return first if few and 2 * sum(marked[:first]) < first else len(rows)


def _is_marked(name: str) -> bool:
    return "@" not in name and _MARK.search(name) is not None
