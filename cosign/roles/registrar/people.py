"""Lists of people who get a voucher (docs/spec.md, "Reading text").

Anyone who has the file can use a voucher too many, and a missing one leaves a person without
a vote. So a list is read strictly, and the registrar is shown how it was read: the separator,
the heading, what is left out, and what is not certain.

Not protected: two people with one name, and one person under two names.
"""

import re
from collections import Counter
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.roles.registrar.other_lines import LeftOut, name_in, take_others
from cosign.text.names import name_key
from cosign.text.tables import SEPARATORS, Row, Table, check_characters, read_table
from cosign.text.typed import is_blank

_HEADINGS: Final = frozenset({"person", "name"})
"""First cells that are never people: our own heading, and the commonest."""

_LIST_MARK: Final = re.compile(
    r"(?:\d{1,6}[.):]|\(\d{1,6}\)|[-*+\u2022\u2013\u2014\u25aa\u25cf]) +(?=\S)"
)
"""A number or bullet before a name in a list that was written as text."""


class People(NamedTuple):
    """A list of people, as it was understood.

    Attributes:
        names: at least one, no two the same to people.
        separator: between columns; empty if there is one column.
        left_out: lines that are not people, in their order.
        guesses: those of left_out that may be people; empty if the caller said what they are.
        first_line: the line that may be a heading, if the caller did not say and no known
            word shows it.
        doubts: what else is uncertain, in words; empty if nothing is.
    """

    names: tuple[str, ...]
    separator: str
    left_out: tuple[LeftOut, ...]
    guesses: tuple[LeftOut, ...]
    first_line: str
    doubts: tuple[str, ...]


def read_people(
    text: str,
    *,
    separator: str = "",
    heading: bool | None = None,
    footer: bool | None = None,
    columns: tuple[int, ...] = (),
) -> People:
    """Read a list of people, one on each line.

    Lines of blanks and comments (``#``) are passed over; so is what stands above a heading.

    Args:
        text: of the file, from :func:`cosign.text.files.read_text`.
        separator: one of :data:`~cosign.text.tables.SEPARATORS`; found if it is empty.
        heading: whether the first line is a heading; if not, it is a person. None to find
            out: then the list says what is uncertain.
        footer: whether lines that look like sums, notes at the end and placeholders are that;
            if not, they are people. None to leave them out, and say so.
        columns: which make up the name, from 1; empty for the first one.

    Raises:
        MalformedError: the list is damaged, a line has no name, or a name is in it twice.
    """
    table, named = read_table(text, separator), bool(columns)
    columns = columns or (1,)
    left_out = [LeftOut(row.line, row.text, "comment") for row in table.comments]
    rows = list(table.rows)
    if heading is not False:
        left_out += _take_titles(rows) + _take_heading(rows, wanted=heading)
    rows = _without_marks(rows, columns[0])
    filled = {row.line for row in (*table.rows, *table.comments)}
    others = [] if footer is False else take_others(rows, columns, filled)
    guesses = [line for line in left_out if line.why == "title"] + ([] if footer else others)
    left_out += others
    if not rows:
        raise MalformedError("there is no name in the list", hint="write one person per line")
    names = [_name(row, columns) for row in rows]
    _check_distinct(names, rows)
    told = heading is not None or any(line.why == "heading" for line in left_out)
    return People(
        tuple(names),
        table.separator,
        tuple(sorted(left_out)),
        tuple(sorted(guesses)),
        "" if told else rows[0].text,
        tuple(_doubts(table, rows, left_out, None if named else names)),
    )


def _take_titles(rows: list[Row]) -> list[LeftOut]:
    """Take lines of one cell from above a table of several columns, or above an empty line."""
    taken = []
    while len(rows) > 1 and _is_title(rows):
        row = rows.pop(0)
        taken.append(LeftOut(row.line, row.text, "title"))
    return taken


def _is_title(rows: list[Row]) -> bool:
    first, second = rows[0], rows[1]
    if len(first.cells) > 1 or name_key(first.cells[0]) in _HEADINGS:
        return False
    return len(second.cells) > 1 or second.line > first.line + 1


def _take_heading(rows: list[Row], *, wanted: bool | None) -> list[LeftOut]:
    if rows and (wanted or name_key(rows[0].cells[0]) in _HEADINGS):
        row = rows.pop(0)
        return [LeftOut(row.line, row.text, "heading")]
    return []


def _without_marks(rows: list[Row], column: int) -> list[Row]:
    """Return the rows without the numbers or bullets that most of them begin with.

    Else one person under two numbers would be two.
    """
    cut = [_unmarked(row, column) for row in rows]
    changed = sum(row is not before for row, before in zip(cut, rows, strict=True))
    return cut if changed > 1 and 2 * changed > len(rows) else rows


def _unmarked(row: Row, column: int) -> Row:
    cell = row.cells[column - 1] if column <= len(row.cells) else ""
    found = _LIST_MARK.match(cell)
    if not found:
        return row
    cells = (*row.cells[: column - 1], cell[found.end() :], *row.cells[column:])
    return row._replace(cells=cells)


def read_person(text: str) -> str:
    r"""Return a single name as a list has it: on one line, without blanks around it.

    Args:
        text: as typed, in form NFC.

    Raises:
        MalformedError: control characters, several lines, or nothing to read.

    >>> read_person(" Anna  Adler ")
    'Anna Adler'
    """
    [first, *others] = text.strip().split("\n")
    check_characters([first])
    if others or is_blank(first):
        what = "a name of several lines" if others else "there is nothing to read in it"
        raise MalformedError(what, hint="write one name, on one line")
    return " ".join(first.split())


def _name(row: Row, columns: tuple[int, ...]) -> str:
    name = name_in(row, columns)
    if not name:
        raise MalformedError(
            f"line {row.line} has no name", hint="add the name there, or remove the line"
        )
    return name


def _check_distinct(names: list[str], rows: list[Row]) -> None:
    lines: dict[str, int] = {}
    for name, row in zip(names, rows, strict=True):
        before = lines.setdefault(name_key(name), row.line)
        if before != row.line:
            raise MalformedError(
                f"{name!r} is in the list twice: lines {before} and {row.line}",
                hint="each person gets one voucher; write two people of one name differently",
            )


def _doubts(
    table: Table, rows: list[Row], left_out: list[LeftOut], names: list[str] | None
) -> list[str]:
    """Return what a person has to decide, each with the option that decides it.

    ``names`` is None if the caller said in which columns they are.
    """
    doubts = []
    if names and not any(map(_has_letter, names)) and any(_has_letter(row.text) for row in rows):
        doubts.append("column 1 has no letters: add --column with the number of the names' column")
    if crowded := next((row for row in rows if _has_addresses(row)), None) if names else None:
        doubts.append(
            f"line {crowded.line} has several mail addresses, of which one counts: write each "
            "person on a line, or add --column 1"
        )
    if not table.certain:
        doubts.append("several characters may separate the columns: add --separator")
    if not table.told:
        heading = next((line.line for line in left_out if line.why == "heading"), 0)
        wide = _wider(table, rows, heading)
        if wide:
            doubts.append(f"line {wide.line}, {wide.text!r}, has more columns: add --separator")
        elif table.separator == "," and _is_last_first(rows):
            doubts.append(f"{rows[0].text!r} may be one name: add --separator")
    return doubts


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


def _has_addresses(row: Row) -> bool:
    """Return whether other people may stand behind the first, as in a mail's line of addresses."""
    return "@" in row.cells[0] and any("@" in cell for cell in row.cells[1:])


def _wider(table: Table, rows: list[Row], heading: int) -> Row | None:
    """Return a line with more columns than the heading, or than nearly all others, if any."""
    counts = Counter(len(row.cells) for row in rows)
    if heading:
        usual = next(len(row.cells) for row in table.rows if row.line == heading)
    else:
        usual = max(counts, key=lambda width: (counts[width], width))
    return next((row for row in rows if len(row.cells) > usual), None)


def _is_last_first(rows: list[Row]) -> bool:
    """Return whether each line reads like ``Adler, Anna`` without quotation marks."""
    return all(len(row.cells) == 2 and ", " in row.text for row in rows)  # noqa: PLR2004  # two names


def separator_name(separator: str) -> str:
    """Return what a separator is called, such as ``semicolons``."""
    return SEPARATORS.get(separator, "nothing")
