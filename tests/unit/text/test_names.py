"""Whether two names are one to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.text.names import name_key

ANNA = [
    "Anna Adler",
    "anna adler",
    "Anna  Adler",
    " Anna\tAdler ",
    "Anna\u00a0Adler",
    "Anna Adler\u200b",
    "\ufeffAnna Adler",
    "An\u00adna Adler",
    "\uff21\uff4e\uff4e\uff41 Adler",
]


@pytest.mark.parametrize("name", ANNA, ids=ascii)
def test_what_people_do_not_see_makes_no_other_person(name: str) -> None:
    """Blanks, case, width and invisible characters do not count."""
    assert name_key(name) == name_key("Anna Adler")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J\u00f6rg M", "Jo\u0308rg M"),
        ("STRASSE", "Stra\u00dfe"),
        ("Anna@Example.org", "anna@example.org"),
        ("\u0130pek", "i\u0307pek"),
        ("\ufb01nn", "Finn"),
        ("\u01c5", "\u01c6"),
    ],
    ids=ascii,
)
def test_case_and_normal_forms(one: str, other: str) -> None:
    """Full case folding, and both normal forms."""
    assert name_key(one) == name_key(other)


DASHES = [*map(chr, range(0x2010, 0x2016)), "\u2212", "\ufe58", "\ufe63", "\uff0d"]
APOSTROPHES = "\u2019\u02bc\u2018`\u00b4\u2032\u201b\u02bb\uff07\uff40"


@pytest.mark.parametrize("dash", DASHES, ids=ascii)
def test_dashes_are_one(dash: str) -> None:
    """Word processors put other dashes than the keyboard, with blanks or without."""
    assert name_key(f"Ann{dash}Kathrin M") == name_key("Ann-Kathrin M")
    assert name_key(f"Ann {dash} Kathrin M") == name_key("Ann - Kathrin M")


@pytest.mark.parametrize("mark", APOSTROPHES, ids=ascii)
def test_apostrophes_are_one(mark: str) -> None:
    """So are those of other keyboards, and the accents that are typed for them."""
    assert name_key(f"Sin\u00e9ad O{mark}Neill") == name_key("Sin\u00e9ad O'Neill")
    assert name_key(f"Sin\u00e9ad O{mark}Neill") != name_key("Sin\u00e9ad ONeill")


@pytest.mark.parametrize(
    "name", ["Ann Kathrin M", "AnnKathrin M", "Ann_Kathrin M", "Ann'Kathrin M"]
)
def test_a_dash_is_no_blank_and_no_other_mark(name: str) -> None:
    assert name_key(name) != name_key("Ann-Kathrin M")


@pytest.mark.parametrize("name", ["Adler, Anna", "Anne Adler", "AnnaAdler", "\u0410nna Adler"])
def test_other_names_stay_other(name: str) -> None:
    """Order, letters, blanks that are missing and letters of other scripts do count."""
    assert name_key(name) != name_key("Anna Adler")


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_ascii_takes_a_short_way_to_the_same_form(name: str) -> None:
    """A character that is not drawn makes it take the long one."""
    assert name_key(name) == name_key(f"{name}\u200b")


@given(st.text(max_size=40))
def test_the_form_is_its_own_form(name: str) -> None:
    """Comparing what was brought into form changes nothing."""
    assert name_key(name_key(name)) == name_key(name)


def test_names_under_more_marks_than_any_has_stay_as_they_are() -> None:
    """Sorting the marks would take time that grows with their square."""
    piled = "A" + "\u0301\u0316" * 20
    assert name_key(piled) == piled
    assert name_key(piled) != name_key("A" + "\u0316\u0301" * 20)
