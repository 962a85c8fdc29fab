"""A hostile letter as HTML (docs/spec.md, "Verifying"; reasons in docs/adr/0020).

markdown-it parses the Markdown; every HTML element is made here, and only a few kinds
are. No element loads anything or leads anywhere: raw HTML is shown as text, images as
their descriptions, and links with the address to which they would lead.

Readers must see everything that signers saw in the source, so the parts of Markdown that
are usually not displayed are shown too: targets and titles of links, text after a code
fence, definitions of references, entities. A letter that is too long or nested too deeply
is shown as its source.
"""

from collections.abc import Iterable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cosign.reports.markup import Markup, element, escape, join, start

MARKDOWN_LIMIT: Final = 2**17
"""Greatest length in bytes of a letter that is rendered: longer Markdown can take seconds."""

DEPTH_LIMIT: Final = 20
"""Levels of nesting that are rendered: markdown-it silently drops what is deeper."""

_HIGHEST: Final = 3
"""Level of the first heading in a letter, below the headings of the page."""
_LOWEST: Final = 6

_BLOCKS: Final = {"p", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol"}
_PHRASES: Final = {"em", "strong"}


def letter_markup(text: str) -> Markup:
    """Return a letter as HTML."""
    if len(text.encode()) <= MARKDOWN_LIMIT:
        parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEPTH_LIMIT})
        tokens = parser.disable(["entity", "reference"]).parse(text)
        # In a token of the last level something may have been dropped.
        if max(map(_depth, tokens), default=0) < DEPTH_LIMIT - 1:
            _lower_headings(tokens)
            return _build(leaf for token in tokens for leaf in token.children or [token])
    return element("pre", text, dir="auto")


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
    shown = token.tag in _BLOCKS and not token.hidden
    return element(token.tag, inner, dir="auto") if shown else inner


def _leaf(token: Token) -> Markup:
    if token.type == "image":
        shown = join("image: ", token.content)
        return _link(shown, token.attrs.get("src"), token.attrs.get("title"))
    if token.type == "code_inline":
        return element("code", token.content)
    if token.type in {"code_block", "fence"}:
        info = element("p", token.info, class_="aside") if token.info.strip() else ""
        return join(info, element("pre", token.content, dir="auto"))
    if token.type in {"hardbreak", "hr"}:
        return start(token.tag)
    return escape("\n" if token.type == "softbreak" else token.content)


def _link(inner: Markup, target: object, title: object) -> Markup:
    """Return the text of a link with its address; it does not lead there."""
    said = " ".join(str(part) for part in (target, title) if part)
    aside = element("span", f" \u27e8{said}\u27e9", class_="aside") if escape(said) != inner else ""
    return join(element("span", inner, class_="link"), aside if said else "")
