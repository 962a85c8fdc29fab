"""Which characters text may have is the same for every version of Python."""

import json
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.records.cosignature import STATEMENT
from cosign.records.letter import Letter
from cosign.wire.unicode14 import MARKS, RANGES, piled, unassigned
from tests.support import places

TABLES = {RANGES: "unicode14.json", MARKS: "unicode14_marks.json"}

YOUNGER = {
    "LAO YAMAKKAN, a mark of 2022": "\u0ece",
    "SHAKING FACE, an emoji of 2022": "\U0001fae8",
    "a mark of 2024": "\u0897",
    "a letter of 2024 that decomposes": "\U000105c9",
    "never assigned": "\u0378",
    "never a character": "\uffff",
}
"""What a version after 14 knows, or none does."""


def test_the_table_is_unicode_s() -> None:
    """Every code point, where this Python has version 14 itself."""
    if unicodedata.unidata_version != "14.0.0":
        pytest.skip(f"this Python has Unicode {unicodedata.unidata_version}")
    for code in range(sys.maxunicode + 1):
        known = unicodedata.category(chr(code)) not in {"Cn", "Cs"}
        assert (unassigned(chr(code)) is None) == known, hex(code)
        mark = unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"}
        assert (piled(chr(code) * 31) is not None) == mark, hex(code)


@pytest.mark.parametrize(("ranges", "vector"), TABLES.items(), ids=TABLES.values())
def test_other_implementations_have_the_tables_as_vectors(ranges: str, vector: str) -> None:
    """First and last code points, in decimal."""
    spans = [span.partition("-") for span in ranges.split()]
    ours = [[int(first, 16), int(last or first, 16)] for first, _, last in spans]
    assert json.loads((places.VECTORS / vector).read_text()) == ours
    assert ours == sorted(ours)
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(ours))


@pytest.mark.parametrize("char", YOUNGER.values(), ids=YOUNGER)
def test_younger_characters_are_refused(char: str) -> None:
    """Programs of different ages would disagree on the form of text with them."""
    assert unassigned(f"ab{char}") == 2
    with pytest.raises(MalformedError, match="not in Unicode 14"):
        STATEMENT.read(f"ab{char}", "statement")
    with pytest.raises(MalformedError, match="not in Unicode 14"):
        Letter.from_draft(f"ab{char}".encode())


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cn"])))
def test_assigned_characters_are_taken(text: str) -> None:
    """Whatever this Python knows and version 14 too."""
    known = [c for c in text if unicodedata.ucd_3_2_0.category(c) != "Cn"]
    assert unassigned("".join(known)) is None


@pytest.mark.parametrize("mark", ["\u0301", "\u0489", "\u200d", "\ufe0f", "\u0301\u200d\u0489"])
def test_marks_do_not_pile_up(mark: str) -> None:
    """Thirty in a row are more than any language needs; one more is refused in every text."""
    few, many = (f"abx{(mark * count)[:count]}y" for count in (30, 31))
    assert (piled(few), piled(many)) == (None, 3)
    assert STATEMENT.read(few, "statement") == Letter.from_draft(few.encode()).text == few
    said = "more than 30 marks in a row, the first of them U"
    with pytest.raises(MalformedError, match=said):
        STATEMENT.read(many, "statement")
    with pytest.raises(MalformedError, match=said):
        Letter.from_draft(many.encode())
