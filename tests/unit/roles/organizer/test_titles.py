"""A title from a letter's own words."""

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
    ],
)
def test_what_is_no_words_is_passed_over(text: str) -> None:
    """Front matter, comments, badges, dates, quotations, rules and marks."""
    assert suggest_title(text) == "Open letter about the contract"


@pytest.mark.parametrize(
    "text", ["---\n", "![a](b)\n", "<!-- x", "2030\n***\n", BARE, "> quoted\n"]
)
def test_a_letter_without_words_of_its_own_has_no_title(text: str) -> None:
    assert suggest_title(text) is None


def test_front_matter_is_counted() -> None:
    """Its lines are signed, so people are told how many there are."""
    assert [front_matter(text) for text in (YAML + HEADING, TOML, HEADING, "---\n")] == [4, 4, 0, 0]


def test_a_long_title_ends_behind_a_word() -> None:
    text = "We, the undersigned employees of Example Corporation, ask the board to publish it all\n"
    assert suggest_title(text) == "We, the undersigned employees of Example Corporation, ask\u2026"
    assert suggest_title("\u5b57" * 100) == "\u5b57" * 59 + "\u2026"
    assert suggest_title("a" * 60) == "a" * 60


@given(st.text(max_size=300))
def test_any_text_has_a_short_title_or_none(text: str) -> None:
    """It fits into a round, and is one line with a letter in it."""
    found = suggest_title(text)
    assert found is None or (
        0 < len(found) <= 60 and len(found.encode("utf-8", "replace")) <= 200 and "\n" not in found
    )
