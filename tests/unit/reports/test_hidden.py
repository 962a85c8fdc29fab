"""Characters that readers do not see, told by kind: before signing, in the report and its page."""

import pytest

from cosign.reports.hidden import hidden_characters
from cosign.reports.html import report_page
from cosign.reports.text import report_text
from tests.support import pages
from tests.support.hostile import parse, text_of

FRENCH = "Pourquoi\u00a0? Parce que\u00a0! C\u2019est\u202f: tout\n" * 40


def test_typography_is_one_line_for_each_character() -> None:
    """However often it stands in a letter."""
    use = "usual in French before ; : ! ? and in numbers"
    assert list(hidden_characters(FRENCH)) == [
        f"U+00A0 NO-BREAK SPACE, 80 times, first in line 1, column 9: {use}",
        f"U+202F NARROW NO-BREAK SPACE, 40 times, first in line 1, column 29: {use}",
    ]


@pytest.mark.parametrize("char", ["\u200b", "\u2060", "\ufeff", "\u2800"])
def test_what_no_text_needs_stands_first(char: str) -> None:
    """One among hundreds of others: it can tell a copy from the copies of others."""
    first, *_ = hidden_characters(f"{FRENCH}here{char}it is  \n")
    assert first.startswith(f"U+{ord(char):04X} ")
    assert ", once, in line 41, column 5: NO TEXT NEEDS IT" in first


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("\u0645\u06cc\u200c\u062e", "Persian"),
        ("\U0001f468\u200d\U0001f4bb", "emoji"),
        ("\u2764\ufe0f", "emoji"),
        ("\U0001f3f4\U000e0067\U000e007f", "flags"),
        ("\u845b\U000e0100", "Japanese"),
        ("\u05d0\u200f", "right to left"),
        ("a  ", "break a line"),
    ],
)
def test_each_is_told_with_its_use(text: str, use: str) -> None:
    """Scripts and emoji need them."""
    [*told] = hidden_characters(text)
    assert all(use in sentence for sentence in told)
    assert told


def test_reports_tell_of_them() -> None:
    """In the text and on the page; nothing where there are none."""
    for letter, told in (("Dear\u200b all\n", True), ("Dear all\n", False)):
        report = pages.report(pages.rostered(letter=letter))
        text, page = report_text(report), text_of(parse(b"".join(report_page(report))))
        for shown in (text, page):
            words = " ".join(shown.split())
            assert ("not to be seen" in words) == ("U+200B ZERO WIDTH SPACE, once" in words) == told
