"""HTML in which text stays text: the one place that escapes (docs/spec.md, "Verifying").

Markup is a type of its own, and only this module makes it. Whatever else goes into an
element or attribute is a plain ``str`` and is escaped, so what somebody forgot to mark
shows on the page as ``&lt;`` and never becomes an element. Joining or formatting markup
by other means gives a plain ``str`` again, which is escaped in its turn.
"""

from html import escape as _escape
from typing import Final

_UNSEEN: Final = (
    *range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0),
    0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000),
)  # fmt: skip
"""What no record's text may hold, and Markdown can bring back by an escape of its own."""

_CHARACTERS: Final[dict[int, str]] = {
    **dict.fromkeys(_UNSEEN, "\N{REPLACEMENT CHARACTER}"),
    **{ord(char): _escape(char) for char in "&<>\"'"},
}


class Markup(str):
    """A piece of HTML."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Give markup that shows ``text``; markup stays what it is.

    >>> escape("<i>")
    '&lt;i&gt;'
    >>> escape(element("i", "&"))
    '<i>&amp;</i>'
    """
    return text if isinstance(text, Markup) else Markup(text.translate(_CHARACTERS))


def join(*parts: str) -> Markup:
    """Put parts one after another."""
    return Markup("".join(map(escape, parts)))


def start(name: str, /, **attributes: str | int) -> Markup:
    """Begin an element.

    Args:
        name: ours.
        attributes: values of whomever under names that are ours; ``class_`` is ``class``,
            ``aria_label`` is ``aria-label``.

    >>> start("td", class_="A & B", title='"')
    '<td class="A &amp; B" title="&quot;">'
    """
    values = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    # Behind <pre> parsers drop a line break, so there is one that they may drop.
    return Markup(f"<{name}{values}>" + ("\n" if name == "pre" else ""))


def end(name: str) -> Markup:
    """End an element."""
    return Markup(f"</{name}>")


def element(name: str, /, *children: str, **attributes: str | int) -> Markup:
    """Make a whole element; ``children`` are markup, or text of whomever."""
    return join(start(name, **attributes), *children, end(name))


def stylesheet(css: str) -> Markup:
    """Make a style element of a sheet of ours, which HTML does not let anybody escape.

    Raises:
        ValueError: the sheet would end the element.
    """
    if "</" in css:
        raise ValueError("a style sheet inside a page cannot contain </")
    return Markup(f"<style>{css}</style>")
