r"""A title from a letter's own words (docs/spec.md, "Letter").

Letters come from repositories and site generators, with front matter, comments, badges,
templates and dates above the first words. A title is in every report and cannot be changed,
so all of these are skipped, and a letter that has nothing else gets no title.

Not protected: the organizer can name a round as they like.
"""

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from cosign.records.limits import NAME_LIMIT

_LONGEST: Final = 60
"""Most characters of a title that is taken from a letter."""
_CUT: Final = "\u2026"
_LONGEST_LINE: Final = 1000
"""Most characters of a line that are looked at: searching takes steps that grow with the square."""

_MOST_LINES: Final = 10_000
"""Most lines that are looked at."""

_FRONT: Final = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_FRONT_TITLE: Final = re.compile(r"^title[ \t]*[:=][ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
_BLOCK: Final = re.compile(r"\A(?:%.*\n(?:[ \t].*\n)*){1,3}")
"""A title block of Pandoc: title, authors, date."""
_BLOCK_TITLE: Final = re.compile(r"%[ \t]*(\S.*(?:\n[ \t].*)*)\n")

# Lines without words of the letter.
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULER: Final = re.compile(r"[ |:+-]*-[ |:+-]*")
"""The line below the head of a table, if it has ``|``."""
_ASIDE: Final = re.compile(
    r"""
    \s*>.*                              # a quotation
    | \s*\|.*                           # a row of a table
    | \s{0,3}\[[^\]]*\]:.*              # where a reference or a footnote leads
    | \s*\\[a-zA-Z]+\*?\s*([\[{][^\]}]*[\]}])*\s*   # a command of TeX
    | :::.*                             # a mark of a container
    | \s*(\[+_*toc_*\]+|\[/?[a-z]+\])\s*            # a table of contents
    | \s*<?(https?://|www\.)\S*\s*      # an address
    | .*(\{\{.*\}\}|\{%.*%\}).*         # a template, whose words come later
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MONTH: Final = r"[^\W\d]+\.?"
_OF: Final = r"(?:(?:de|del|of|di|the|den|der|le|el|am|a)\s+)?"
_DATE: Final = re.compile(
    rf"""
    (?:[^\W\d]+(?:[ -][^\W\d]+)?,\s+)?    # a place or a day of the week
    (?:(?:the|den|der|le|el|am|a)\s+)?
    (?:
        \d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+{_OF}{_MONTH},?\s+{_OF}\d{{4}}\.?
        | {_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}
        | \d{{4}}\s*[年년]\s*\d{{1,2}}\s*[月월]\s*\d{{1,2}}\s*[日일]
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)

# Marks within a line.
_IMAGE: Final = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK: Final = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_NOTE: Final = re.compile(r"\[\^[^\]]*\]")
_TAG: Final = re.compile(r"</?[a-zA-Z][^>]*>")
_ATTRIBUTES: Final = re.compile(r"[ \t]*\{[:#.][^}]*\}[ \t]*$")
_MARKS: Final = " \t*_`~"
_EMPHASIS: Final = re.compile(r"\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|`+|~~")
_BEGINNING: Final = re.compile(r"\A(?:#{1,6}|={1,6}|[-+*\u2022]|\d{1,3}[.)])(?:[ \t]+|$)")
"""Of a heading, here or in AsciiDoc, or of an item in a list."""
_CLOSING: Final = re.compile(r"[ \t]+#+[ \t]*$")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


class _Line(NamedTuple):
    """A line of a letter that can have words, and whether it is a heading of level 1."""

    text: str
    heading: bool


def front_matter(text: str) -> int:
    """Return how many lines of front matter a letter begins with (YAML, TOML or Pandoc's)."""
    found = _FRONT.match(text) or _BLOCK.match(text)
    return found[0].count("\n") if found else 0


def suggest_title(text: str) -> str | None:
    r"""Return a title of a letter: that of its front matter, its first heading, or first words.

    Skipped are comments, images, code, tables, quotations, rules, templates, addresses,
    dates, and lines without a letter. A long title ends after a whole word.

    Returns:
        At most 60 characters and 200 bytes; None if no line has words.

    >>> suggest_title("---\nlayout: letter\n---\n\n# *Open letter* {#top}\n")
    'Open letter'
    """
    front, block = _FRONT.match(text), _BLOCK.match(text)
    named = _FRONT_TITLE.search(front[2]) if front else _BLOCK_TITLE.match(text) if block else None
    if named and (given := _plain(named[1].strip("\"'"))):
        return _shortened(given)
    begun = front or block
    lines = list(_lines(text[begun.end() :] if begun else text))
    headings = (_plain(line.text) for line in lines if line.heading)
    words = (_plain(line.text) for line in lines)
    title = next(filter(None, headings), "") or next(filter(None, words), "")
    return _shortened(title) if title else None


def _lines(body: str) -> Iterator[_Line]:
    """Yield the lines that are not in comments, code or tables."""
    fence, table = "", False
    lines = _without_comments(body).split("\n", _MOST_LINES)[:_MOST_LINES]
    cut = [line[:_LONGEST_LINE] for line in lines]
    for line, below in pairwise([*cut, ""]):
        found = _FENCE.match(line)
        if fence:
            closed = found and line.strip() == fence[0] * len(line.strip())
            fence = "" if closed and len(line.strip()) >= len(fence) else fence
        elif found:
            fence = found[1]
        elif table and "|" in line:
            pass
        else:
            table = "|" in line and "|" in below and bool(_RULER.fullmatch(below))
            if not table and not _ASIDE.fullmatch(line):
                underlined = below.startswith("=") and not below.strip("= \t")
                yield _Line(line, line.startswith("# ") or underlined)


def _without_comments(body: str) -> str:
    parts = []
    while body:
        before, _, rest = body.partition("<!--")
        parts.append(before)
        body = rest.partition("-->")[2]
    return "".join(parts)


def _plain(line: str) -> str:
    """Return the words of a line of Markdown; empty if it has no letter, or is a date."""
    bare = _TAG.sub("", _LINK.sub(r"\1", _NOTE.sub("", _IMAGE.sub("", line))))
    bare = _ATTRIBUTES.sub("", _CLOSING.sub("", bare))
    bare = bare.strip(_MARKS)
    if not _DATE.fullmatch(bare):  # "19. Februar 2030" is no item of a list
        bare = _BEGINNING.sub("", bare).strip(_MARKS)
    bare = html.unescape(_ESCAPE.sub(r"\1", _EMPHASIS.sub("", bare)))
    bare = " ".join(bare.split())
    return bare if any(map(str.isalpha, bare)) and not _DATE.fullmatch(bare) else ""


def _shortened(title: str) -> str:
    """Return a title that is short enough, cut behind a word if it has any blanks."""
    if len(title) <= _LONGEST and len(title.encode()) <= NAME_LIMIT:
        return title
    room = title[: _LONGEST - len(_CUT)]
    while len((room + _CUT).encode()) > NAME_LIMIT:
        room = room[:-1]
    whole = title[: len(room) + 1].rpartition(" ")[0]
    return (whole or room).rstrip(" ,;:.-") + _CUT
