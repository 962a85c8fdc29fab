"""Tables as spreadsheets save them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.text.characters import to_nfc
from cosign.text.files import read_text
from cosign.text.tables import SEPARATORS, read_table, write_table

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8).filter(
    lambda cell: cell and "\ufffd" not in cell and to_nfc(cell) == cell
)


def cells(text: str, separator: str = "") -> list[tuple[str, ...]]:
    """Return what stands in a table."""
    return [row.cells for row in read_table(text, separator).rows]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_is_found(separator: str) -> None:
    """Commas, semicolons and tabs, also behind quotation marks."""
    text = f'"Adler, A;\u00e9"{separator}1\n\nDietz{separator}2{separator}{separator}\n'
    found = read_table(text)
    assert (found.separator, found.certain, found.told) == (separator, True, False)
    assert [row.cells for row in found.rows] == [("Adler, A;\u00e9", "1"), ("Dietz", "2")]
    assert [row.line for row in found.rows] == [1, 3]


def test_one_column_has_no_separator() -> None:
    assert read_table("Anna\nDora\n").separator == ""


EMPTY_COLUMNS = {
    "commas": ("Anna,,\nBob,,\n,,\n", ","),
    "semicolons": ("Anna;;\nBob;;\n;;\n", ";"),
    "tabs": ("Anna\t\t\nBob\t\t\n\t\t\n", "\t"),
    "some lines only": ("Anna\nBob,\n", ","),
    "blanks between": ("Anna, , \nBob, , \n , , \n", ","),
    "quotation marks": ('"Anna",""\n"Bob",""\n"",""\n', ","),
    "no line end": ("Anna,,\n,,\nBob,,", ","),
}


@pytest.mark.parametrize("name", EMPTY_COLUMNS)
def test_empty_columns_at_the_end_are_none(name: str) -> None:
    """Spreadsheets save as many separators on each line as the longest one ever had."""
    text, separator = EMPTY_COLUMNS[name]
    assert cells(text) == [("Anna",), ("Bob",)]
    assert read_table(text).separator == separator


@pytest.mark.parametrize("line", [",,", ";;", "\t\t", " , ; ", "\u00a0"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_line_of_separators_is_empty(line: str, separator: str) -> None:
    """Whichever separates the columns of the others."""
    assert [row[0] for row in cells(f"Anna{separator}1\n{line}\nBob{separator}2\n")] == [
        "Anna",
        "Bob",
    ]


def test_the_line_of_excel() -> None:
    """It names the separator, and is no row."""
    found = read_table("sep=;\nAdler, Anna;1\n")
    assert (found.separator, found.told, found.certain) == (";", True, True)
    assert found.rows[0].cells == ("Adler, Anna", "1")


def test_two_separators_that_do_as_well() -> None:
    """Then it is said that another one may be meant."""
    assert not read_table("Adler, Anna;1\nDietz, Dora;2\n").certain
    assert read_table("Adler, Anna;1\nDietz, Dora;2\n", ";").certain
    assert read_table("Adler, Anna;1\nDietz;2\nEder;3\n").certain


def test_comments_are_no_rows() -> None:
    found = read_table("# staff\nAnna\n  # and\n")
    assert [row.text for row in found.comments] == ["# staff"]
    assert [row.cells for row in found.rows] == [("Anna",), ("# and",)]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('name\n"Anna Adler\nDora Dietz\nEmil Eder\n', "line 2"),
        ('name\nAnna\n"Dora\n', "line 3"),
        ('"Anna" Adler\n', "line 1"),
        ('"Anna\nAdler"\nDora\n', "line 1"),
        ("Anna\nDo\x00ra\n", r"U\+0000 at line 2, column 3"),
        ("Anna\rDora\nEmil\n", r"U\+000D at line 1, column 5"),
        ("Anna\nJ\ufffdrg\n", r"U\+FFFD at line 2, column 2"),
        ("Anna\x1b[1m\n", r"U\+001B at line 1"),
        ("Anna\nDo\u2028ra\n", r"U\+2028 at line 2, column 3: a line break in a name"),
        ("Anna\u2029\n", r"U\+2029 at line 1, column 5"),
        ("a\n" + '"' + "x" * 200_000, "line 2"),
    ],
    ids=ascii,
)
def test_damage_is_refused_with_its_line(text: str, where: str) -> None:
    """Open quotation marks, control characters and what a conversion lost."""
    with pytest.raises(MalformedError, match=where) as caught:
        read_table(text)
    assert caught.value.hint


FORMULAS = ["=1+1", "+49", "-1", "@sum", "'=1", "''-x", "'s Gravenhage", "Anna"]


@pytest.mark.parametrize("separator", [";", ","])
def test_what_was_written_reads_back(separator: str) -> None:
    """With a mark, for Excel; and no cell is a formula."""
    raw = write_table([["person", "code"], *([name, "A"] for name in FORMULAS)], separator)
    assert raw.startswith(b"\xef\xbb\xbfperson")
    found = read_table(read_text(raw))
    assert found.separator == separator
    assert [row.cells[0] for row in found.rows[1:]] == FORMULAS
    written = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=separator)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in written for cell in row)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.sampled_from([*SEPARATORS]))
def test_any_table_reads_back(rows: list[tuple[str, str]], separator: str) -> None:
    """Quotation marks, separators and formulas in cells come back as they were."""
    text = read_text(write_table([["a", "b"], *rows], separator))
    assert cells(text, separator)[1:] == rows
