r"""A title from a letter's own words (docs/spec.md, "Letter").

Letters come out of repositories and site generators: with front matter, comments, badges
and dates above the first words. A title stands in every report and cannot be changed, so
what is no words is passed over, and a letter without words of its own has no title.

Not protected: the organizer can name a round as they like.
"""

import re
from typing import Final

from cosign.records.limits import NAME_LIMIT

_LONGEST: Final = 60
"""Most characters of a title that is taken from a letter."""
_CUT: Final = "\u2026"

_FRONT: Final = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_FRONT_TITLE: Final = re.compile(r"^title[ \t]*[:=][ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_IMAGE: Final = re.compile(r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])?")
_LINK: Final = re.compile(r"\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_TAG: Final = re.compile(r"</?[a-zA-Z][^>\n]*>")
_ATTRIBUTES: Final = re.compile(r"[ \t]*\{[:#.][^}\n]*\}[ \t]*$")
_MARKS: Final = " \t*_`~"
_EMPHASIS: Final = re.compile(r"\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|`+|~~")
_HEADING: Final = re.compile(r"#{1,6}(?:[ \t]+|$)")
_CLOSING: Final = re.compile(r"[ \t]+#+[ \t]*$")


def front_matter(text: str) -> int:
    """Return how many lines of front matter (YAML or TOML) a letter begins with."""
    found = _FRONT.match(text)
    return found[0].count("\n") if found else 0


def suggest_title(text: str) -> str | None:
    r"""Return a title of a letter: that of its front matter, its first heading, or first words.

    Passed over are comments, images, rules, quotations, and lines without a letter, such as
    a date. A long title ends behind a whole word.

    Returns:
        At most 60 characters and 200 bytes; None if no line has words.

    >>> suggest_title("---\nlayout: letter\n---\n\n# *Open letter* {#top}\n")
    'Open letter'
    """
    front = _FRONT.match(text)
    named = _FRONT_TITLE.search(front[2]) if front else None
    if named and (given := _plain(named[1].strip("\"'"))):
        return _shortened(given)
    body = _IMAGE.sub("", _COMMENT.sub("", text[front.end() :] if front else text))
    lines = body.split("\n")
    headings = [_plain(line) for line in lines if line.startswith("# ")]
    words = [_plain(line) for line in lines if not line.lstrip().startswith(">")]
    title = next((line for line in [*headings, *words] if line), None)
    return _shortened(title) if title else None


def _plain(line: str) -> str:
    """Return the words of a line of Markdown; empty if there is no letter in it."""
    bare = _ATTRIBUTES.sub("", _CLOSING.sub("", _TAG.sub("", _LINK.sub(r"\1", line))))
    bare = _EMPHASIS.sub("", _HEADING.sub("", bare.strip(_MARKS)).strip(_MARKS))
    bare = " ".join(bare.split())
    return bare if any(char.isalpha() for char in bare) else ""


def _shortened(title: str) -> str:
    """Return a title that is short enough, cut behind a word if it has any blanks."""
    if len(title) <= _LONGEST and len(title.encode()) <= NAME_LIMIT:
        return title
    room = title[: _LONGEST - len(_CUT)]
    while len((room + _CUT).encode()) > NAME_LIMIT:
        room = room[:-1]
    whole = title[: len(room) + 1].rpartition(" ")[0]
    return (whole or room).rstrip(" ,;:.-") + _CUT
