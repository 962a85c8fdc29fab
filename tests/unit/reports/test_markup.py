"""The one place that escapes."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cosign
from cosign.reports.markup import (
    Markup,
    element,
    escape,
    foreign_lines,
    join,
    start,
    stylesheet,
)
from tests.support.hostile import parse, text_of

UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@given(st.text(), st.text())
def test_text_stays_text(content: str, value: str) -> None:
    """Whatever is written into an element or attribute, a parser finds that and nothing else."""
    head = element("head", element("title", "x"))
    page = element("html", head, element("body", element("p", content, title=value)))
    [found] = parse(f"<!doctype html>{page}".encode()).iter("p")
    assert list(found) == []
    seen = [UNSEEN.sub("\ufffd", text) for text in (content, value)]
    assert [text_of(found), found.attrib["title"]] == seen


def test_what_no_record_may_hold_is_not_shown() -> None:
    """Controls, bidirectional overrides and lone surrogates; LF and TAB stay."""
    for char in "\0\x08\x0b\r\x1b\x7f\x9f\u2028\u202e\u2066\u2069\ud800":
        assert escape(char) == "\ufffd"
    assert escape("\n\t\u200f\u061c\ufeff") == "\n\t\u200f\u061c\ufeff"


def test_markup_is_not_escaped_twice_and_text_never_passes_for_it() -> None:
    """Only what this module made stays; formatting and joining make text of it again."""
    bold = element("b", "<")
    assert bold == "<b>&lt;</b>"
    assert escape(bold) is bold
    assert join(bold, "<") == "<b>&lt;</b>&lt;"
    for text in (f"{bold}", bold + "", bold.strip() + bold):
        assert escape(text).startswith("&lt;b&gt;")
    assert start("p", title=bold) == '<p title="&lt;b&gt;&amp;lt;&lt;/b&gt;">'


def test_a_pre_keeps_its_first_line_break() -> None:
    """Parsers drop one, so there is one more."""
    page = element("html", element("head", element("title", "x")), element("pre", "\n\nx"))
    [found] = parse(f"<!doctype html>{page}".encode()).iter("pre")
    assert text_of(found) == "\n\nx"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a\n" * 8192, []),
        ("W" * 40_000, [16_384, 16_384, 7_232]),
        ("a\n" * 8193, [16_384, 2]),
        ("\n" + "<" * 16_384, [1, 16_384]),
        ("b" * 10_000 + "\n" + "c" * 10_000 + "\n", [10_001, 10_001]),
    ],
    ids=["short", "line", "lines", "first line", "paragraphs"],
)
def test_long_text_is_in_pieces_that_end_with_lines(text: str, pieces: list[int]) -> None:
    """Not a character is lost; no piece has more than 16,384."""
    made = element("pre", foreign_lines(text))
    page = element("html", element("head", element("title", "x")), made)
    [found] = parse(f"<!doctype html>{page}".encode()).iter("pre")
    assert text_of(found) == text
    assert [len(text_of(piece)) for piece in found] == pieces


def test_a_style_sheet_cannot_end_its_element() -> None:
    """It is ours, and the only thing that is not escaped."""
    assert stylesheet("p > a {}") == "<style>p > a {}</style>"
    with pytest.raises(ValueError, match="cannot contain"):
        stylesheet("</style>")


def test_nobody_else_makes_markup() -> None:
    """Calls of the type stand in its own module alone."""
    calls = {
        path.name
        for path in Path(cosign.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == Markup.__name__
    }
    assert calls == {"markup.py"}
