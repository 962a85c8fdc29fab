"""Lists of people who get a voucher."""

import pytest

from cosign.errors import MalformedError
from cosign.roles.registrar import People, read_people


def why(found: People) -> list[tuple[int, str]]:
    """Return the lines that were left out, and why."""
    return [(line.line, line.why) for line in found.left_out]


HEADED = [(1, "heading")]
TITLED = [(1, "title"), (3, "heading")]

LISTS = {
    "German Excel": ("Nachname;Vorname;Nr\nAdler;Anna;00123\nDietz;Dora;00124\n", ";", HEADED),
    "Excel's line": ("sep=;\nNachname;Vorname\nAdler;A\nDietz;D\n", ";", [(2, "heading")]),
    "other words": ("Full name,Department\nAdler,Sales\nDietz,IT\n", ",", HEADED),
    "one column": ("Nachname\nAdler\nDietz\n", "", HEADED),
    "capitals": ("NAME,x\nAdler,1\nDietz,2\n", ",", HEADED),
    "tabs": ("Name\tRoom\nAdler\t1\nDietz\t2\n", "\t", HEADED),
    "title": ("Liste 2030/31\n\nName;Vorname\nAdler;A\nDietz;D\n", ";", TITLED),
    "title, one column": ("Klasse 7b\n\nNachname\nAdler\nDietz\n", "", TITLED),
    "sum": ("Name,Votes\nAdler,1\nDietz,1\nTotal,2\n", ",", [*HEADED, (4, "sum")]),
    "sum, one column": ("Name\nAdler\nDietz\n\nSumme: 2\n", "", [*HEADED, (5, "sum")]),
    "comment": ("# staff\nname\nAdler\nDietz\n", "", [(1, "comment"), (2, "heading")]),
    "ours": ("person;voucher\nAdler;X7SP\nDietz;AAAA\n", ";", HEADED),
    "blank rows": ("name,x\nAdler,,\n,,\n\nDietz,,\n", ",", HEADED),
}

UNKNOWN = {"German Excel", "Excel's line", "other words", "one column", "title, one column"}
"""Lists whose headings are in words that this program does not know."""


@pytest.mark.parametrize("name", LISTS)
def test_two_people_are_two(name: str) -> None:
    """Whatever stands around them: a heading in any words is one if its owner says so."""
    text, separator, left_out = LISTS[name]
    found = read_people(text, heading=True)
    assert found.names == ("Adler", "Dietz")
    assert (found.separator, why(found)) == (separator, left_out)
    assert found.first_line == ""


@pytest.mark.parametrize("name", LISTS)
def test_what_is_uncertain_is_said(name: str) -> None:
    """Without a word on the heading, one in unknown words is asked for; titles and sums always."""
    found = read_people(LISTS[name][0])
    assert bool(found.first_line) is (name in UNKNOWN)
    guessed = [line.why for line in found.guesses]
    assert guessed == [kind for kind in ("title", "sum") if name.startswith(kind)]
    assert found.doubts == ()


def test_every_line_can_be_a_person() -> None:
    """If its owner says so, a heading and a sum are names."""
    found = read_people("Name\nTotal\n\n# note\n", heading=False, footer=False)
    assert found.names == ("Name", "Total")
    assert (found.first_line, found.guesses, found.doubts) == ("", (), ())


ENDS = {
    "a sum": ("Anna Adler\nBob Bauer\nSumme: 2\n", [(3, "sum")]),
    "a number": ("Anna Adler\nBob Bauer\n2 Personen\n", [(3, "note")]),
    "a number in brackets": ("Anna Adler\nBob Bauer\n(2 people)\n", [(3, "note")]),
    "a day": ("Anna Adler\nBob Bauer\nStand: 1.3.2030\n", [(3, "note")]),
    "a day in words": ("Anna Adler\nBob Bauer\nAs of: March\n", [(3, "note")]),
    "a page": ("Anna Adler\nBob Bauer\nSeite 1 von 1\n", [(3, "note")]),
    "pages between": (
        "Anna Adler\nPage 1 of 2\nBob Bauer\nPage 2 of 2\n",
        [(2, "note"), (4, "note")],
    ),
    "all of these": (
        "Anna Adler\nBob Bauer\n\nSumme: 2\n2 Personen\nStand: 1.3.2030\nSeite 1/1\n",
        [(4, "sum"), (5, "note"), (6, "note"), (7, "note")],
    ),
    **{
        words: (f"Anna Adler\nBob Bauer\n{words}\n", [(3, "note")])
        for words in [
            *("end of the list", "Ende der Liste", "Fin de la liste", "FINE", "*** Ende ***"),
            *("(Ende)", "[end]", "--- end ---", "This list is complete.", "That is all!"),
            *("exported by the office", "Exported By Cy For The Council Of All Works", "Ende."),
        ]
    },
    "an empty line": ("Anna Adler\nBob Bauer\n\nExported by Cy\n", [(4, "note")]),
    "empty lines": ("Anna Adler\nBob Bauer\n\n\nThe Office\n\n", [(5, "note")]),
    "a placeholder and an empty line": (
        "Anna Adler\n-\nBob Bauer\n\nThe Office\n",
        [(2, "placeholder"), (5, "note")],
    ),
    "one cell below two": ("Anna Adler;1\nBob Bauer;2\nmade by Cy\n", [(3, "note")]),
    "two cells below two": ("Anna Adler;x\nBob Bauer;y\nStand:;1.3.2030\n", [(3, "note")]),
    "a dash": ("Anna Adler\n-\nBob Bauer\n", [(2, "placeholder")]),
    "a long dash": ("Anna Adler\nBob Bauer\n\u2014\n", [(3, "placeholder")]),
    "a dot": ("Anna Adler\nBob Bauer\n.\n", [(3, "placeholder")]),
    "n/a": ("Anna Adler\nn/a\nBob Bauer\nN/A\n", [(2, "placeholder"), (4, "placeholder")]),
    "null": ("Anna Adler\nBob Bauer\nNULL\n", [(3, "placeholder")]),
    "a dash beside cells": ("Anna Adler;1\n-;2\nBob Bauer;3\n", [(2, "placeholder")]),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_is_below_people_is_left_out_and_told(name: str) -> None:
    """Also where the first line is a person: this says nothing about the last one."""
    text, left_out = ENDS[name]
    found = read_people(text, heading=False)
    assert found.names == ("Anna Adler", "Bob Bauer")
    assert why(found) == left_out
    assert found.guesses == found.left_out


@pytest.mark.parametrize("name", ENDS)
def test_the_owner_of_a_list_says_what_is_below(name: str) -> None:
    """Then nothing is guessed any more."""
    text, left_out = ENDS[name]
    told = read_people(text.replace("n/a\n", ""), heading=False, footer=False)
    assert len(told.names) > 2
    assert (told.left_out, told.guesses) == ((), ())
    told = read_people(text, heading=False, footer=True)
    assert (told.names, told.guesses) == (("Anna Adler", "Bob Bauer"), ())
    assert why(told) == left_out


@pytest.mark.parametrize(
    "names",
    [
        ["Anna", "Bo"],
        ["anna", "bo", "cy"],
        ["Anna", "", "Bo"],
        ["Anna", "Bo", "", "Cy", "Di", "", "Ed"],
        ["Anna", "Bo", "", "Cy", "Di", "Ed"],
        ["Anna", "# office", "Bo", "# home", "Cy"],
        ["Anna", "Bo", "# home", "Cy"],
        ["Anna B.", "Bo Adler Jr.", "Dr. Cy Dee M.D.", "maria lópez", "M. L. de la Cruz y Soto"],
        ["Anna", "Bo (Bobby)", "Fina Ende"],
        ["00123", "00124"],
        ["Anna 1", "Anna 2", "Bo"],
        ["Anna 1", "Bo 1", "Bo 2"],
        ["anna@example.org", "bo-7@example.org"],
        ["Anna", "Bo2"],
        ["Anna", "Bo Null"],
        ["Anna", "Summer Total"],
        ["Anna", "Seite Page"],
        ["Anna", *(f"Bo {n}" for n in range(9))],
        ["\u674e\u660e", "\u0410\u043d\u043d\u0430", "\u0905\u0928\u094d\u0928\u093e"],
    ],
    ids=ascii,
)
def test_names_are_no_notes(names: list[str]) -> None:
    """Numbers that others have too, words that are part of a name, and any script."""
    found = read_people("\n".join(names), heading=False)
    assert found.names == tuple(name for name in names if name and name[0] != "#")
    assert found.guesses == ()
    assert {line.why for line in found.left_out} <= {"comment"}


@pytest.mark.parametrize(
    "mark", ["{}. ", "{}) ", "({}) ", "{}: ", "- ", "* ", "\u2022 ", "\u2013  ", "00{}. ", "+ "]
)
@pytest.mark.parametrize("columns", [(), (1,), (2, 1)])
def test_numbers_and_bullets_are_no_part_of_a_name(mark: str, columns: tuple[int, ...]) -> None:
    """Of a list that was written as text; one person under two numbers is one."""
    cells = "x;{}" if len(columns) > 1 else "{};x"
    wanted = (*(f"{name} x" if len(columns) > 1 else name for name in ("Anna", "Bo", "Cy")),)
    lines = [cells.format(mark.format(n) + name) for n, name in enumerate(("Anna", "Bo", "Cy"), 1)]
    found = read_people("\n".join([*lines, "2 people;;"]), heading=False, columns=columns)
    assert found.names == wanted
    assert why(found) == [(4, "note")]
    again = cells.format(mark.format(9) + "anna")
    with pytest.raises(MalformedError, match="is in the list twice: lines 1 and 4"):
        read_people("\n".join([*lines, again]), heading=False, columns=columns)


@pytest.mark.parametrize(
    "names", [["1. Anna", "Bo", "Cy"], ["1. Anna"], ["-Anna", "-Bo"], ["1.a", "2.b"]]
)
def test_marks_that_few_names_have_are_part_of_them(names: list[str]) -> None:
    assert read_people("\n".join(names), heading=False, footer=False).names == tuple(names)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("1;Anna\n2;Bo\n", "column 1 has no letters"),
        ("00123,Adler,Anna\n00124,Bauer,Bo\n", "column 1 has no letters"),
        ("Anna <a@x.org>, Bo <b@x.org>, Cy <c@x.org>\n", "line 1 has several mail addresses"),
        ("a@x.org; b@x.org\n", "line 1 has several mail addresses"),
        ("a@x.org;1\nb@x.org; c@x.org\n", "line 2 has several mail addresses"),
    ],
)
def test_names_in_another_column_are_told(text: str, doubt: str) -> None:
    """Until somebody says which column they are in."""
    assert any(doubt in said for said in read_people(text, heading=False).doubts)
    told = read_people(text, heading=False, columns=(1,), separator=";" if ";" in text else ",")
    assert told.doubts == ()


def test_one_column_may_have_numbers() -> None:
    for text in ("00123\n00124\n", "Anna;a@x;a@y\nBo;b@x;b@y\n"):
        assert read_people(text, heading=False).doubts == ()


def test_a_name_of_several_columns() -> None:
    text = "Nachname;Vorname\nAdler;Anna\nAdler;Bert\n"
    assert read_people(text, heading=True, columns=(2, 1)).names == ("Anna Adler", "Bert Adler")
    with pytest.raises(MalformedError, match="'Adler' is in the list twice: lines 2 and 3"):
        read_people(text, heading=True)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Adler, Anna\nDietz, Dora\n", "may be one name"),
        ("Adler;Anna, Dr.\nDietz;Dora, Dr.\n", "several characters"),
        ("Adler,A\nDietz,D\nEder,E,x\n", "line 3"),
        ("name,room\nAdler, Anna,7\nDietz,8\n", "line 2"),
    ],
)
def test_separators_that_may_be_others(text: str, doubt: str) -> None:
    """They are told until somebody names the separator."""
    assert any(doubt in said for said in read_people(text).doubts)
    assert read_people(text, separator=",").doubts == ()


TWICE = [
    "Jo\u0308rg M",
    "j\u00f6rg m",
    "J\u00f6rg\u00a0M",
    "J\u00f6rg  M",
    "J\u00f6rg M\u200b",
]


@pytest.mark.parametrize("again", TWICE, ids=ascii)
def test_one_person_under_two_spellings(again: str) -> None:
    """Names are compared as people compare them."""
    with pytest.raises(MalformedError, match="is in the list twice: lines 1 and 3"):
        read_people(f"J\u00f6rg M\nAnna\n{again}\n")


def test_the_same_words_in_another_order_are_another_name() -> None:
    assert len(read_people('Anna Adler\n"Adler, Anna"\n').names) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no name in the list"),
        ("person\n", "no name in the list"),
        ("name,x\nAnna,1\n,2\n", "line 3 has no name"),
    ],
)
def test_lists_without_names(text: str, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        read_people(text)
