"""Characters that readers do not see, told by kind: before signing, in the report and its page."""

import pytest

from cosign.reports.hidden import hidden_characters
from cosign.reports.html import report_page
from cosign.reports.json import report_json
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


Place = tuple[int | None, str | None, int, int, int, bool]

TEXTS: dict[str, tuple[str, tuple[str, ...], list[Place]]] = {
    "nothing": ("Dear all\n", ("yes", "no"), []),
    "in the letter": ("Dear\u200b all\n", ("yes",), [(None, "U+200B", 1, 1, 5, False)]),
    "in statements": (
        "Dear all\n",
        ("a\u2060b\u2060", "b\u200fc", "plain"),
        [(0, "U+2060", 2, 1, 2, False), (1, "U+200F", 1, 1, 2, True)],
    ),
    "in both": (
        f"{FRENCH}\ufeff",
        ("fin\u202f!",),
        [
            (None, "U+00A0", 80, 1, 9, True),
            (None, "U+202F", 40, 1, 29, True),
            (None, "U+FEFF", 1, 41, 1, False),
            (0, "U+202F", 1, 1, 4, True),
        ],
    ),
    "at the ends of lines": (
        "Dear  \nall\t",
        ("yes ",),
        [
            (None, None, 2, 1, 5, True),
            (0, None, 1, 1, 4, True),
        ],
    ),
    "beyond the first plane": (
        "flag \U0001f3f4\U000e0067\U000e007f\n",
        ("\u3164",),
        [
            (None, "U+E0067", 1, 1, 7, True),
            (None, "U+E007F", 1, 1, 8, True),
            (0, "U+3164", 1, 1, 1, True),
        ],
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_programs_are_told_of_them(name: str) -> None:
    """Of the letter and of each statement, by the same figures as people."""
    letter, statements, expected = TEXTS[name]
    report = pages.report(pages.rostered(letter=letter, statements=statements))
    shown = report_json(report)
    order = [statements.index(text) for text in report.statements]
    found = [
        (
            None if entry["statement"] is None else order[entry["statement"]],
            *(entry[key] for key in ("character", "times", "line", "column")),
            entry["use"] is not None,
        )
        for entry in shown["hidden"]  # type: ignore[attr-defined]  # a list
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert found[: len(found)] == sorted(found, key=lambda f: (f[0] is not None, 0))
    told = [*hidden_characters(letter)]
    assert len(told) == sum(place[0] is None for place in expected)
