"""Tables as spreadsheets save them: which character separates, what is damaged, formulas.

RFC 4180 with the separators that spreadsheets use. A table is read strictly: a quotation
mark that is not closed would hide all lines behind it.

Not protected: the separator is a guess. Where another one would fit as well, that is said,
and the person has to check how the table was read.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.text.files import BYTE_ORDER_MARK

SEPARATORS: Final = {"\t": "tabs", ";": "semicolons", ",": "commas"}
"""What separates columns, the likeliest first: commas stand in names, too."""

_EXCEL_LINE: Final = "sep="
"""How Excel's own line about the separator begins."""

_FORMULA: Final = ("=", "+", "-", "@", "#")
"""How text begins that spreadsheets compute; and a comment, for :func:`read_table`."""
_AS_TEXT: Final = "'"
"""What spreadsheets and people put before text that is no formula."""

_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_LINE_BREAKS: Final = frozenset({"Zl", "Zp"})
"""Categories of U+2028 and U+2029, at which some programs begin a line and others do not."""
_BLANKS: Final = "".join(SEPARATORS) + " "
"""What a line has in it that has no content: separators of any kind, and blanks."""
_SAMPLE_LINES: Final = 1000
"""Lines from whose start the separator is found."""


class Row(NamedTuple):
    """One line of a table.

    Attributes:
        line: its number in the file, from 1.
        text: the line as it stands there.
        cells: its columns, without blanks around them; empty ones at the end are left out.
    """

    line: int
    text: str
    cells: tuple[str, ...]


class Table(NamedTuple):
    """What was understood of a file.

    Attributes:
        rows: lines with something in them, in their order, but no comments.
        comments: lines that begin with ``#``.
        separator: between columns; empty if there is one column only.
        told: whether the caller or the file named the separator.
        certain: whether it was told, or no other one splits half as many lines.
    """

    rows: tuple[Row, ...]
    comments: tuple[Row, ...]
    separator: str
    told: bool
    certain: bool


def read_table(text: str, separator: str = "") -> Table:
    """Read a table.

    Args:
        text: of the file, from :func:`cosign.text.files.read_text`.
        separator: one of :data:`SEPARATORS`; found if it is empty.

    Raises:
        MalformedError: a quotation mark that is not closed, or control characters; the
            message has the line.
    """
    lines = text.split("\n")
    hint = lines[0].lower().startswith(_EXCEL_LINE) and lines[0][len(_EXCEL_LINE) :]
    if hint and hint in SEPARATORS:
        separator, lines[0] = separator or hint, ""
    check_characters(lines)
    told = bool(separator)
    others = 0
    if not told:
        separator, others = _find_separator(lines[:_SAMPLE_LINES])
    rows = _rows(lines, separator or ";")
    comments = tuple(row for row in rows if row.text.startswith("#"))
    kept = tuple(row for row in rows if not row.text.startswith("#"))
    return Table(kept, comments, separator, told, certain=not others)


def _find_separator(lines: list[str]) -> tuple[str, int]:
    """Return what splits most lines, or nothing, and how many others split half as many."""
    split = {mark: _count_split(lines, mark) for mark in SEPARATORS}
    best = max(split, key=lambda mark: split[mark])
    if split[best] == 0:  # one column, perhaps behind which a spreadsheet kept empty ones
        split = {mark: _count_split(lines, mark, empty=True) for mark in SEPARATORS}
        best = max(split, key=lambda mark: split[mark])
    if split[best] <= 0:
        return "", 0
    return best, sum(2 * count >= split[best] for count in split.values()) - 1


def check_characters(lines: list[str]) -> None:
    """Refuse characters that no program for lists writes.

    Raises:
        MalformedError: control characters, but for tabs, line breaks within a line, or what
            stands for a damaged character; the message has the place.
    """
    for number, line in enumerate(lines, 1):
        for column, char in enumerate(line, 1):
            category = unicodedata.category(char)
            if category in _LINE_BREAKS:
                raise MalformedError(
                    f"U+{ord(char):04X} at line {number}, column {column}: a line break in a name",
                    hint="write each person on one line, without this character",
                )
            if char != "\t" and (category in {"Cc", "Cs"} or char == _REPLACEMENT):
                raise MalformedError(
                    f"U+{ord(char):04X} at line {number}, column {column}: the list is damaged",
                    hint="export the list again as CSV in UTF-8",
                )


def _count_split(lines: list[str], separator: str, *, empty: bool = False) -> int:
    """Return how many lines have several columns; -1 if the quotation marks make no sense.

    Args:
        lines: of the table.
        separator: that may split them.
        empty: whether empty columns at the end of a line count.
    """
    try:
        if empty:
            return sum(len(cells) > 1 for _, cells in _records(lines, separator))
        return sum(len(row.cells) > 1 for row in _rows(lines, separator))
    except MalformedError:
        return -1


def _rows(lines: list[str], separator: str) -> list[Row]:
    rows: list[Row] = []
    for number, cells in _records(lines, separator):
        shown = [" ".join(cell.split()) for cell in cells]
        while shown and not shown[-1]:
            shown.pop()
        if any(cell.strip(_BLANKS) for cell in shown):
            rows.append(Row(number, lines[number - 1], tuple(map(without_escape, shown))))
    return rows


def _records(lines: list[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line, from 1, and its cells as they are."""
    reader = csv.reader(
        (f"{line}\n" for line in lines), delimiter=separator, strict=True, skipinitialspace=True
    )
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as e:
            raise MalformedError(
                f"line {before + 1}: a quotation mark is not closed, or not where it belongs",
                hint="write each quotation mark inside a name twice, or export the list again",
            ) from e
        if cells is None:
            return
        if any("\n" in cell for cell in cells):
            raise MalformedError(
                f"line {before + 1}: a cell goes over several lines",
                hint="write each person on one line, or close the quotation mark",
            )
        yield before + 1, cells
        before = reader.line_num


def write_table(rows: Iterable[Iterable[str]], separator: str = ";") -> bytes:
    r"""Return a table that spreadsheets open as text, in columns.

    UTF-8 with a byte order mark, without which Excel takes it for another encoding.

    Args:
        rows: the first one is the heading.
        separator: one of :data:`SEPARATORS`.

    >>> write_table([["person", "code"], ["=1+1", "A"]]).decode()
    "\ufeffperson;code\n'=1+1;A\n"
    """
    table = io.StringIO()
    writer = csv.writer(table, delimiter=separator, lineterminator="\n")
    writer.writerows([as_text(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + table.getvalue()).encode()


def as_text(cell: str) -> str:
    """Return a cell that is no formula and no comment; :func:`without_escape` undoes it."""
    return _AS_TEXT + cell if cell.lstrip(_AS_TEXT).startswith(_FORMULA) else cell


def without_escape(cell: str) -> str:
    """Return a cell without the apostrophe of :func:`as_text`.

    >>> without_escape("'=1+1"), without_escape("'s Gravenhage")
    ('=1+1', "'s Gravenhage")
    """
    bare = cell.removeprefix(_AS_TEXT)
    return bare if bare.lstrip(_AS_TEXT).startswith(_FORMULA) else cell
