"""Words of strangers among ours: quoted, escaped, or in a frame.

Letters, names, statements, file names and a relay's answers are written by people whom a
reader does not trust. On a terminal they must not move the cursor and must not pass for
the program's own words. So, for every row of a terminal:

- a row that begins with ``|``, after blanks or not, holds strangers' words or continues
  the row above; the program writes no other row that begins so;
- all other rows begin with the program's own words, because a line that is too long is
  wrapped here, and not by the terminal at a place that a stranger chose.

Within a line, strangers' words stand in quotes. Control and format characters are shown
as escapes, and so are blanks after a blank: enough of them would push words to another row.

Not protected: words in quotes can still be lies, and similar letters still look alike.
"""

import re
from itertools import accumulate
from typing import Final
from unicodedata import east_asian_width

FRAME: Final = "| "
"""Begins each row that holds strangers' words alone, or that continues the row above."""

_LEAST: Final = 8
"""Columns that a row has in any case, on a terminal however narrow."""

_TAB_COLUMNS: Final = 4
_WIDEST_LABEL: Final = 24

_BLANKS: Final = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that are drawn as blanks."""

_RUN: Final = re.compile("(?<= ) ")
_LONE: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that stand for no byte."""
_LABEL: Final = re.compile(r" *[^ '\"][^'\"]*?  +(?=[^ ])")
"""What a line begins with before its value: words, then at least two blanks."""


def decoded(text: str) -> str:
    r"""Return text whose bytes that Python could not decode are UTF-8 or escapes.

    Names of files and arguments are bytes. Python keeps those that are not text in the
    encoding of the system as lone surrogates (PEP 383), which no UTF-8 and no JSON may have.

    >>> print(decoded("f\udcc3\udcbcr \udcff"))
    für \xff
    """
    if text.isascii():
        return text
    text = _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")


def escaped(text: str) -> str:
    r"""Return text whose characters all print in one place each; others become escapes.

    >>> print(escaped("a\x1b[2Jb\n"))
    a\x1b[2Jb\n
    """
    return "".join(_shown(char) for char in decoded(text))


def _shown(char: str) -> str:
    if char in _BLANKS:
        return f"\\u{ord(char):04x}"
    return char if char.isprintable() else repr(char)[1:-1]


def sentence(text: str) -> str:
    r"""Return one line of words, escaped, with blanks after a blank escaped, too.

    >>> print(sentence("no:   such file"))
    no: \x20\x20such file
    """
    return _RUN.sub(r"\\x20", escaped(text))


def quoted(text: str) -> str:
    r"""Return a stranger's words in quotes, escaped, for use inside a line.

    >>> print(quoted("a\n   b"))
    'a\n \x20\x20b'
    """
    return sentence(repr(text))


def columns(text: str) -> int:
    """Return the most columns in which a terminal shows printable text; it may need fewer."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    return 1 if east_asian_width(char) in {"N", "Na", "H"} else 2


def rows(line: str, width: int | None, indent: int | None = None) -> list[str]:
    """Return a line of the program as rows of a terminal.

    Args:
        line: words of the program, with strangers' words in quotes; is escaped.
        width: of the terminal in columns; None if the line goes to a file.
        indent: blanks before rows that continue it; None to align them with the line's value,
            or with the line itself if it has no label. Fewer where the terminal is narrow.

    >>> rows("group  'a long name'", 18)
    ["group  'a long", "       | name'"]
    """
    line = escaped(line)
    if width is None or columns(line) <= width:
        return [line]
    value = _value_at(line)
    first, rest = _take(line, width, value)
    wanted = (value or len(line) - len(line.lstrip(" "))) if indent is None else indent
    mark = " " * max(0, min(wanted, width - len(FRAME) - _LEAST)) + FRAME
    return [first, *(f"{mark}{row}" for row in _fill(rest, width - len(mark)))]


def _value_at(line: str) -> int:
    """Return how many characters a line has before its value, or its frame."""
    bare = line.lstrip(" ")
    if bare.startswith(FRAME):
        return len(line) - len(bare)
    label = _LABEL.match(line)
    return label.end() if label and label.end() <= _WIDEST_LABEL else 0


def framed(text: str, width: int | None) -> list[str]:
    r"""Return strangers' lines, each of whose rows begins with :data:`FRAME`.

    Args:
        text: of any number of lines.
        width: of the terminal in columns; None if the rows go to a file.

    >>> framed("Dear all,\nwe ask", 8)
    ['| Dear', '| all,', '| we ask']
    """
    lines = (escaped(line.expandtabs(_TAB_COLUMNS)) for line in text.split("\n"))
    room = None if width is None else width - len(FRAME)
    found = (row for line in lines for row in (_fill(line, room) if room else [line]))
    return [f"{FRAME}{row}".rstrip() for row in found]


def _fill(text: str, room: int) -> list[str]:
    """Cut text into rows of at most ``room`` columns, at blanks if there are any."""
    found: list[str] = []
    while text or not found:
        row, text = _take(text, room, 0)
        found.append(row)
    return found


def _take(text: str, room: int, least: int) -> tuple[str, str]:
    """Cut off the first row; a blank at which it is cut must come after ``least`` characters."""
    room = max(room, _LEAST)
    if columns(text) <= room:
        return text, ""
    used = accumulate(map(_columns, text))
    end = next(place for place, taken in enumerate(used) if taken > room)
    blank = text.rfind(" ", least + 1, end + 1)
    if blank < 0 or not text[:blank].strip():
        return text[:end], text[end:]
    return text[:blank], text[blank + 1 :]
