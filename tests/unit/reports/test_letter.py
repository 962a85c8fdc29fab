"""A hostile letter as HTML: harmless, and nothing of it hidden."""

import re
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.reports.letter import DEPTH_LIMIT, MARKDOWN_LIMIT, letter_markup
from cosign.reports.markup import element
from tests.support import hostile, pages

MARKS = [
    "*",
    "**",
    "_",
    "`",
    "```",
    "~~~",
    "\n",
    "\n\n",
    " ",
    "  ",
    "    ",
    "\t",
    "> ",
    "- ",
    "1. ",
]
MARKS += ["7) ", "# ", "###### ", "[", "]", "(", ")", "![", "](", '"', "'", "<", ">", "</", "<!--"]
MARKS += ["-->", "---\n", "===\n", "\\", "&", ";", ":", "://", "|", "|-|\n", "@", "{", "$", "word"]


def rendered(text: str) -> Element:
    """Parse a rendered letter."""
    article = element("article", letter_markup(text))
    page = element("html", element("head", element("title", "x")), element("body", article))
    root = hostile.parse(f"<!doctype html>{page}".encode())
    hostile.check_elements(root)
    [found] = root.iter("article")
    return found


def tags(text: str) -> list[str]:
    """Return the elements of a rendered letter, in their order."""
    return [str(found.tag) for found in rendered(text).iter()][1:]


def test_an_ordinary_letter() -> None:
    """Headings, emphasis, lists and quotations are what they are elsewhere."""
    found = rendered(pages.LETTER)
    assert [e.tag for e in found] == ["h3", "p", "ol", "blockquote", "p"]
    assert hostile.text_of(found[0]) == "To the board"
    assert [e.tag for e in found[1]] == ["em", "strong", "br", "br"]
    assert [e.attrib["value"] for e in found[2]] == ["1", "2"]


def test_links_lead_nowhere_and_show_where_they_would() -> None:
    """The target stands beside the text, with the title; an address stands once."""
    text = '[us](https://example.org/a "b") and <https://example.org> and ![pic](/p.png)'
    shown = "us \u27e8https://example.org/a b\u27e9 and https://example.org"
    assert hostile.text_of(rendered(text)) == f"{shown} and image: pic \u27e8/p.png\u27e9"
    assert set(tags(text)) == {"p", "span"}


def test_raw_html_is_text() -> None:
    """In a block, in a line, as a comment."""
    for text in ("<b>x</b>", "a <b>x</b>", "<script>\nx\n</script>", "<!-- x -->"):
        assert hostile.text_of(rendered(text)) == text
        assert set(tags(text)) <= {"p", "br"}


def test_what_markdown_hides_is_shown() -> None:
    """Definitions, entities, what stands behind a fence, numbers of a list."""
    assert "[a]: b 'c'" in hostile.text_of(rendered("[a]: b 'c'"))
    assert hostile.text_of(rendered("&#x202e;&amp;")) == "&#x202e;&amp;"
    assert "secret words" in hostile.text_of(rendered("``` secret words\nx\n```"))
    items = rendered("3. a\n9. b\n9. c").iter("li")
    assert [item.attrib["value"] for item in items] == ["3", "9", "9"]


def test_a_title_brings_back_no_override() -> None:
    """Markdown's own escapes stand for characters that a letter may not have."""
    shown = hostile.text_of(rendered("[a](b '&#x202e;&#0;')"))
    assert "\u202e" not in shown
    assert "\ufffd" in shown


def test_line_breaks_are_kept() -> None:
    """An address or a poem is shown as it was typed."""
    assert tags("Dear all,\nwe ask\\\nyou  \nto stop") == ["p", "br", "br", "br"]


def test_tables_are_drawn() -> None:
    """With a head, in quotations and lists too; an empty cell at the end may be left out."""
    for before, between in (("", ""), ("> ", "> "), ("- ", "  ")):
        lines = ["| a | *b* |", "|---|:-:|", "| 1 \\| 2 | `3` |", "| 4 |"]
        found = rendered(before + f"\n{between}".join(lines))
        [table] = found.iter("table")
        cells = [[hostile.text_of(cell) for cell in row] for row in table.iter("tr")]
        assert cells == [["a", "b"], ["1 | 2", "3"], ["4", ""]]
        assert [cell.tag for cell in next(table.iter("tr"))] == ["th", "th"]


@pytest.mark.parametrize(
    "text",
    [
        "a | b\n--|--\n1 | 2 | 3 | and words",
        "| a |\n|---|\n| a | a |",
        "> | a |\n> |---|\n> | > x | > x |",
        "|".join("a" * 13) + "\n" + "|".join(["-"] * 13),
    ],
)
def test_a_table_that_would_lose_cells_is_shown_as_it_was_written(text: str) -> None:
    """Markdown drops what stands beyond the columns of the head; a page has room for twelve."""
    assert "table" not in tags(text)
    shown = hostile.text_of(rendered(text))
    assert shown.count("|") == text.count("|")


def test_headings_never_skip_a_level() -> None:
    """They stand under the page's own, in order."""
    assert tags("###### a\n# b\n### c\n###### d\n# e") == ["h3", "h3", "h4", "h5", "h3"]
    assert tags("# a\n## b\n### c\n#### d\n##### e") == ["h3", "h4", "h5", "h6", "h6"]


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_what_is_nested_deeply_is_shown_as_it_was_written(mark: str) -> None:
    """Markdown would drop it without a word."""
    depths = [depth for depth in range(60) if tags(mark * depth + "word") != ["pre"]]
    assert depths == list(range(len(depths)))
    assert len(depths) > DEPTH_LIMIT // 4
    for depth in range(60):
        assert hostile.text_of(rendered(mark * depth + "word")).strip().endswith("word")


def test_what_is_emphasized_deeply_is_shown_as_it_was_written() -> None:
    """However deep, no recursion is exhausted."""
    text = "*a " * 30_000 + "b*" * 10_000
    assert len(text) < MARKDOWN_LIMIT
    assert set(tags(text)) == {"pre", "span"}  # in pieces
    assert hostile.text_of(rendered(text)) == text


def test_what_is_long_is_shown_as_it_was_written() -> None:
    """Bytes count, not characters."""
    assert tags("*a* " * (MARKDOWN_LIMIT // 4))[0] == "p"
    assert set(tags("*\u00e4* " * (MARKDOWN_LIMIT // 4))) == {"pre", "span"}


@given(st.lists(st.sampled_from(MARKS), max_size=40))
def test_no_word_is_hidden(parts: list[str]) -> None:
    """Every word of the source stands in what is shown, in its order."""
    text = "".join(f"{part}w{place}x" for place, part in enumerate(parts))
    shown = iter(re.findall(r"w\d+x", hostile.text_of(rendered(text))))
    assert all(word in shown for word in re.findall(r"w\d+x", text))


def test_nothing_gets_out() -> None:
    """Each line alone, at the start of each kind of block, and all together."""
    for line in hostile.LINES:
        for block in ("", "> ", "- ", "# ", "    ", "```\n", "[x](", '[x](y "', "*", "`"):
            rendered(block + line)
    rendered(hostile.LETTER)
