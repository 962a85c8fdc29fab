"""A title from a letter's own words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.roles.organizer.titles import front_matter, suggest_title

YAML = '---\ntitle: "Open letter about the contract"\nlayout: letter\n---\n'
BARE = "---\nlayout: letter\nlang: en\n---\n"
TOML = "+++\ntitle = 'Open letter about the contract'\ndraft = false\n+++\n"
HEADING = "# Open letter about the contract\n\nWe ask.\n"


@pytest.mark.parametrize(
    "text",
    [
        YAML + "# Other\n",
        BARE + HEADING,
        TOML + "We ask.\n",
        "<!-- do not edit, sign in _data -->\n" + HEADING,
        "<!--\ndo not edit\n-->\n" + HEADING,
        "![build](https://x.example/b.svg)\n" + HEADING,
        "[![build](b.svg)](https://x.example)\n\n" + HEADING,
        '<p align="center"><img src="x.png"></p>\n' + HEADING,
        "*2030-02-19*\n\n" + HEADING,
        "19 February 2030\n\n" + HEADING,
        "> Silence is consent.\n\n" + HEADING,
        "***\n\n" + HEADING,
        "# Open letter about the contract {#top .class}\n",
        "# Open letter about the contract #\n",
        "# **Open _letter_ about** the contract\n",
        "# [Open letter](https://x.example) about the contract\n",
        "Open letter about the contract\n==============================\n",
        "\n\n  Open letter about   the contract  \nWe ask.\n",
        "% Open letter about the contract\n% The staff\n% 2030\n\nDear board\n",
        "% Open letter about\n  the contract\n\n# Other\n",
        "%\n% The staff\n\n" + HEADING,
        "[1]: https://x.example\n[^1]: See there.\n[//]: # (draft)\n" + HEADING,
        "\\newpage\n\\vspace{1cm}\n\\begin{center}\n\nOpen letter about the contract\n",
        "| Name | Role |\n|---|---|\n| Ann | cook |\n\nOpen letter about the contract\n",
        "Name | Role\n---|:--:\nAnn | cook\n\nOpen letter about the contract\n",
        "+---+---+\n| a | b |\n+---+---+\n\nOpen letter about the contract\n",
        "{{ page.title }}\n===\n\n" + HEADING,
        "# {{ page.title }}\n\n{% include head.html %}\nOpen letter about the contract\n",
        "{{< toc >}}\n[[_TOC_]]\n[TOC]\n" + HEADING,
        "~~~\n# a comment in a program\nprint(1)\n~~~\n" + HEADING,
        "```sh\n# a comment\n~~~\n````\n\n" + HEADING,
        "   ~~~~ text\n~~~\nnot this\n~~~~~\nOpen letter about the contract\n",
        "::: {.box}\nOpen letter about the contract\n:::\n",
        "https://x.example/letter\n\n<https://x.example>\nOpen letter about the contract\n",
        "Dear board,\n\nOpen letter about the contract\n====\n",
        "1. Open letter about the contract\n2. More\n",
        "- Open letter about the contract\n- More\n",
        "= Open letter about the contract\n\nWe ask.\n",
        "# Open letter about the contract[^1]\n",
        "# Open&nbsp;letter about\\ the contract\n".replace("\\ ", " "),
        "# Open letter about the contract \\#\n".replace(" \\#", ""),
        *(
            f"{before}{date}{after}\n\nOpen letter about the contract\n"
            for before, after in [("", ""), ("*", "*"), ("**", "**"), ("_", "_"), ("## ", "")]
            for date in [
                *("19 February 2030", "February 19, 2030", "19. Februar 2030", "Feb. 19 2030"),
                *(
                    "Berlin, den 19. Februar 2030",
                    "Paris, le 19 f\u00e9vrier 2030",
                    "1er mars 2030",
                ),
                *("Monday, 19 February 2030", "New York, February 19th, 2030", "19.02.2030"),
                *(
                    "Madrid, 19 de febrero de 2030",
                    "the 19th of February 2030",
                    "2030\u5e742\u670819\u65e5",
                ),
            ]
        ),
    ],
)
def test_what_is_no_words_is_passed_over(text: str) -> None:
    """Front matter, comments, badges, dates, quotations, rules and marks."""
    assert suggest_title(text) == "Open letter about the contract"


@pytest.mark.parametrize(
    "text",
    [
        *("---\n", "![a](b)\n", "<!-- x", "2030\n***\n", BARE, "> quoted\n", "%\n%\n%\n"),
        *(
            "# {{ page.title }}\n",
            "[1]: x\n",
            "\\newpage\n",
            "~~~\ncode\n",
            "| a |\n",
            "*1 May 2030*\n",
        ),
    ],
)
def test_a_letter_without_words_of_its_own_has_no_title(text: str) -> None:
    assert suggest_title(text) is None


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Appeal of 19 February 2030",
            "19 February 2030: what we ask",
            "May we ask?",
            "C# is no C",
        ),
        *(
            "Why 2 + 2 = 4",
            "To {all} of you",
            "A & B",
            "The [brackets] stay",
            "5 May 2030, a day of rest",
        ),
        *("What https://x.example says", "\\o/ for all", "50 % of us", "Open letter, part 2"),
    ],
)
def test_words_stay_as_they_are(title: str) -> None:
    """What only looks like marks or a date is part of the title."""
    assert suggest_title(f"# {title}\n") == suggest_title(f"\n{title}\n\nWe.\n") == title


def test_front_matter_is_counted() -> None:
    """Its lines are signed, so people are told how many there are."""
    texts = (YAML + HEADING, TOML, HEADING, "---\n", "% T\n  u\n% A\n\n% x\n")
    assert [front_matter(text) for text in texts] == [4, 4, 0, 0, 3]


@pytest.mark.parametrize(
    "part",
    [
        "![",
        "[",
        "<!--",
        "{{",
        "{%",
        "<a",
        "*_",
        "| a |\n|-\n",
        "# [\n",
        "\\a[",
        "a ",
        "&#",
        "% \n ",
    ],
)
def test_the_longest_letters_take_a_moment(part: str) -> None:
    """A mebibyte of what may be a mark; steps grow with the square within a line only."""
    started = time.process_time()
    suggest_title(part * (2**20 // len(part)))
    assert time.process_time() - started < 10


def test_a_long_title_ends_behind_a_word() -> None:
    text = "We, the undersigned employees of Example Corporation, ask the board to publish it all\n"
    assert suggest_title(text) == "We, the undersigned employees of Example Corporation, ask\u2026"
    assert suggest_title("\u5b57" * 100) == "\u5b57" * 59 + "\u2026"
    assert suggest_title("a" * 60) == "a" * 60
    assert suggest_title("\U00010400" * 60) == "\U00010400" * 49 + "\u2026"


@given(st.text(max_size=300))
def test_any_text_has_a_short_title_or_none(text: str) -> None:
    """It fits into a round, and is one line with a letter in it."""
    found = suggest_title(text)
    assert found is None or (
        0 < len(found) <= 60 and len(found.encode("utf-8", "replace")) <= 200 and "\n" not in found
    )
