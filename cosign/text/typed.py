r"""What people type, paste and dictate to a program (docs/spec.md, "Reading text").

Word processors, chats and PDF files replace the keyboard's blanks, dashes and quotation
marks by others, and add invisible characters. In digits, codes, days and addresses these
have no meaning, and they are skipped in the same way everywhere.

Not protected: letters and digits of other scripts are not taken for Latin ones.
"""

import unicodedata
from typing import Final

from cosign.text.characters import is_invisible
from cosign.text.files import normal_text

_QUOTES: Final = "\"'`\N{ACUTE ACCENT}\N{PRIME}\N{DOUBLE PRIME}"
"""Quotation marks that Unicode does not file under Pi and Pf, and what is typed for them."""

_LOW_QUOTES: Final = "\N{SINGLE LOW-9 QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_MINUS: Final = "\N{MINUS SIGN}"


def typed_text(text: str) -> str:
    """Return free text, such as a statement or a name, as it goes into a record.

    Byte order mark, line ends and normal form are those of :func:`~cosign.text.files.read_text`.
    Nothing that a reader sees is changed.
    """
    return normal_text(text)


def typed_line(text: str) -> str:
    r"""Return one word or line, such as an address or a time, as its owner meant it.

    Invisible characters, and white space and quotation marks around it, are dropped;
    dashes become ``-`` and blanks become spaces.

    >>> typed_line(" \u201c2030\N{EN DASH}03\N{EN DASH}18\u201d\n")
    '2030-03-18'
    """
    shown = (c for c in normal_text(text) if not is_invisible(c))
    plain = "".join("-" if is_dash(c) else " " if c.isspace() else c for c in shown)
    while plain and (plain[0] == " " or _is_quote(plain[0])):
        plain = plain[1:]
    while plain and (plain[-1] == " " or _is_quote(plain[-1])):
        plain = plain[:-1]
    return plain


def compact(text: str) -> str:
    r"""Return a code or digits without all that people put between and around them.

    Dropped are blanks and line ends of every kind, dashes of every kind, invisible
    characters, and quotation marks around the whole.

    >>> compact("\u00ab12\N{NO-BREAK SPACE}34\N{EN DASH}5\u00bb")
    '12345'
    """
    return typed_line(text).replace(" ", "").replace("-", "")


def is_blank(text: str) -> bool:
    r"""Return whether nothing of a text is drawn.

    >>> is_blank(" \N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"), is_blank("?")
    (True, False)
    """
    return all(c.isspace() or is_invisible(c) for c in text)


def is_dash(char: str) -> bool:
    """Return whether a character is a dash, a hyphen or a minus sign."""
    return char in {"-", _MINUS} or unicodedata.category(char) == "Pd"


def _is_quote(char: str) -> bool:
    return char in _QUOTES or char in _LOW_QUOTES or unicodedata.category(char) in {"Pi", "Pf"}
