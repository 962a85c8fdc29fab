"""HTML elements whose text is escaped, always in this module (docs/spec.md, "Verifying").

Markup is a type of its own, and only this module makes it. Everything else that is put
into an element or attribute is a plain ``str`` and is escaped. So markup that was not
made here appears on the page as text, and text can never become an element. Joining or
formatting markup in another way gives a plain ``str`` again, which is escaped.
"""

from collections.abc import Iterator
from html import escape as _escape
from string import Formatter
from typing import Final

from cosign.words import template

_UNSEEN: Final = (
    *range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0),
    0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000),
)  # fmt: skip
"""Characters that text in records must not have; escapes in Markdown could produce them."""

_CHARACTERS: Final[dict[int, str]] = {
    **dict.fromkeys(_UNSEEN, "\N{REPLACEMENT CHARACTER}"),
    **{ord(char): _escape(char) for char in "&<>\"'"},
}


class Markup(str):
    """A piece of HTML."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Return markup that shows ``text``; markup is returned as it is.

    >>> escape("<i>")
    '&lt;i&gt;'
    >>> escape(element("i", "&"))
    '<i>&amp;</i>'
    """
    return text if isinstance(text, Markup) else Markup(text.translate(_CHARACTERS))


def join(*parts: str) -> Markup:
    """Return the parts one after another, those that are not markup escaped."""
    return Markup("".join(map(escape, parts)))


def phrase_markup(name: str, /, **values: str | int) -> Markup:
    """Return a text of the table of words with its values, those that are not markup escaped.

    >>> phrase_markup("caveat", but=element("b", "But"), caveat="<i>")
    '<b>But</b> &lt;i&gt;.'

    Raises:
        KeyError: there is no such text, or a value is missing.
    """
    parts = Formatter().parse(template(name, values.get("count")))
    return join(
        *(
            part
            for words, value, _, _ in parts
            for part in (words, "" if value is None else _shown(values[value]))
        )
    )


def _shown(value: str | int) -> str:
    return value if isinstance(value, str) else str(value)


def start(name: str, /, **attributes: str | int) -> Markup:
    """Return the start tag of an element.

    Args:
        name: of the element; must be trusted.
        attributes: values may be by strangers, names must be trusted; ``class_`` is
            written ``class``, ``aria_label`` is written ``aria-label``.

    >>> start("td", class_="A & B", title='"')
    '<td class="A &amp; B" title="&quot;">'
    """
    values = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    # Parsers drop a line break directly after <pre>, so one is added for them to drop.
    return Markup(f"<{name}{values}>" + ("\n" if name == "pre" else ""))


def end(name: str) -> Markup:
    """Return the end tag of an element."""
    return Markup(f"</{name}>")


def element(name: str, /, *children: str, **attributes: str | int) -> Markup:
    """Return a whole element; ``children`` are markup, or text that may be by strangers."""
    return join(start(name, **attributes), *children, end(name))


_PIECE: Final = 2**14
"""The longest text that is laid out as one, in characters: more than pages of ordinary lines."""


def foreign_lines(text: str) -> Markup:
    """Return a stranger's text of any length, to be put into one element.

    Browsers need a time for a paragraph that grows with its square if it changes direction
    often: a letter of a megabyte keeps them for minutes. So long text is laid out in pieces,
    which end where a line does. Only a line that is longer than a piece is broken.
    """
    if len(text) <= _PIECE:
        return escape(text)
    return join(*(element("span", piece, class_="piece") for piece in _pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        most = at + _PIECE
        line_end = text.rfind("\n", at, most) + 1 if most < len(text) else len(text)
        piece = text[at : line_end or most]
        yield piece
        at += len(piece)


def stylesheet(css: str) -> Markup:
    """Return a style element with a trusted style sheet; HTML has no escapes inside it.

    Raises:
        ValueError: the style sheet contains the start of an end tag.
    """
    if "</" in css:
        raise ValueError("a style sheet inside a page cannot contain </")
    return Markup(f"<style>{css}</style>")
