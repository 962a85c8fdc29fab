"""A hostile letter as HTML (docs/spec.md, "Verifying"; reasons in docs/adr/0020).

markdown-it parses the Markdown; every HTML element is made here, and only a few kinds
are. No element loads anything or leads anywhere: raw HTML is shown as text, images as
their descriptions, and links with the address to which they would lead.

Readers must see everything that signers saw in the source, so the parts of Markdown that
are usually not displayed are shown too: targets and titles of links, text after a code
fence, definitions of references, entities. Line breaks are kept. Tables are drawn, but
those that would lose cells are shown as they were written, and so is a letter that is too
long or nested too deeply.
"""

from collections.abc import Iterable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cosign.reports.markup import (
    Markup,
    element,
    escape,
    foreign_lines,
    join,
    phrase_markup,
    start,
)

MARKDOWN_LIMIT: Final = 2**17
"""Greatest length in bytes of a letter that is rendered: longer Markdown can take seconds."""

DEPTH_LIMIT: Final = 20
"""Levels of nesting that are rendered: markdown-it silently drops what is deeper."""

_HIGHEST: Final = 3
"""Level of the first heading in a letter, below the headings of the page."""
_LOWEST: Final = 6

_MOST_COLUMNS: Final = 12
"""Columns of a table that fit the screen of a telephone."""

_BLOCKS: Final = {"p", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol"}
_TAKEN_OFF: Final = dict.fromkeys(map(ord, " \t|\\"))
_TABLES: Final = {"table", "thead", "tbody", "tr"}
_CELLS: Final = {"th", "td"}
_PHRASES: Final = {"em", "strong"}


def letter_markup(text: str) -> Markup:
    """Return a letter as HTML."""
    if len(text.encode()) <= MARKDOWN_LIMIT:
        tokens = _parse(text, tables=True)
        # In a token of the last level something may have been dropped.
        if max(map(_depth, tokens), default=0) < DEPTH_LIMIT - 1:
            _lower_headings(tokens)
            return _build(leaf for token in tokens for leaf in token.children or [token])
    return element("pre", foreign_lines(text), dir="auto")


def _parse(text: str, *, tables: bool) -> list[Token]:
    """Parse a letter; without tables if it has one that would not show every cell."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEPTH_LIMIT})
    parser.disable(["entity", "reference"])
    tokens = parser.enable("table").parse(text) if tables else parser.parse(text)
    if tables and not _keeps_cells(tokens, text.split("\n")):
        return _parse(text, tables=False)
    return tokens


def _keeps_cells(tokens: list[Token], lines: list[str]) -> bool:
    """Return whether all that stands in the rows of tables is in cells, and these fit a page.

    Cells beyond the columns of a table's head are dropped by Markdown.
    """
    cells: list[str] = []
    source = ""
    for token in tokens:
        if token.type == "tr_open" and token.map:
            cells, source = [], lines[token.map[0]]
        elif token.type == "inline":
            cells.append(token.content)
        elif token.type == "th_open":
            source = ""  # the head has as many columns as cells
        elif token.type == "tr_close" and (
            len(cells) > _MOST_COLUMNS or (source and _bare(source) != _bare("".join(cells)))
        ):
            return False
    return True


def _bare(text: str) -> str:
    """Return text without what Markdown takes off the cells of a table, quoted or not."""
    return text.translate(_TAKEN_OFF).lstrip(">")


def _depth(token: Token) -> int:
    return max(token.level, *(child.level for child in token.children or ()), 0)


def _lower_headings(tokens: list[Token]) -> None:
    """Set the levels of headings: below the page's, and each at most one below the last one."""
    level = _HIGHEST - 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(level + 1, int(token.tag[1:]) + _HIGHEST - 1, _LOWEST)
            token.tag = f"h{level}"


def _build(tokens: Iterable[Token]) -> Markup:
    opened: list[Token] = []
    parts: list[list[Markup]] = [[]]
    for token in tokens:
        if token.nesting > 0:
            opened.append(token)
            parts.append([])
        elif token.nesting < 0:
            inner = join(*parts.pop())
            parts[-1].append(_container(opened.pop(), inner))
        else:
            parts[-1].append(_leaf(token))
    return join(*parts[0])


def _container(token: Token, inner: Markup) -> Markup:
    if token.type == "link_open":
        return _link(inner, token.attrs.get("href"), token.attrs.get("title"))
    if token.type == "list_item_open":
        # The number as it is in the source: Markdown would count by itself.
        number = {"value": token.info} if token.info else {}
        return element("li", inner, dir="auto", **number)
    if token.tag in _PHRASES:
        return element(token.tag, inner)
    if token.tag in _TABLES:
        return element(token.tag, inner)
    if token.tag in _CELLS:
        head = token.tag == "th" and inner
        return (
            element("th", inner, dir="auto", scope="col")
            if head
            else element("td", inner, dir="auto")
        )
    shown = token.tag in _BLOCKS and not token.hidden
    return element(token.tag, inner, dir="auto") if shown else inner


def _leaf(token: Token) -> Markup:
    if token.type == "image":
        shown = phrase_markup("letter.image", description=token.content)
        return _link(shown, token.attrs.get("src"), token.attrs.get("title"))
    if token.type == "code_inline":
        return element("code", token.content)
    if token.type in {"code_block", "fence"}:
        info = element("p", token.info, class_="aside") if token.info.strip() else ""
        return join(info, element("pre", token.content, dir="auto"))
    if token.type in {"hardbreak", "softbreak"}:
        return join(start("br"), "\n")
    return start("hr") if token.type == "hr" else escape(token.content)


def _link(inner: Markup, target: object, title: object) -> Markup:
    """Return the text of a link with its address; it does not lead there."""
    said = " ".join(str(part) for part in (target, title) if part)
    told = phrase_markup("letter.target", target=said)
    aside = element("span", told, class_="aside") if escape(said) != inner else ""
    return join(element("span", inner, class_="link"), aside if said else "")
