"""A hostile letter as HTML (docs/spec.md, "Verifying"; reasons in docs/adr/0020).

Markdown is parsed by markdown-it; every element is made here, from a short list. No
element loads anything or leads anywhere: raw HTML is text, images are their
descriptions, links show where they would lead.

A letter must not hide from its reader what its signers read, so what Markdown keeps
to itself is shown too: targets and titles of links, what stands behind a code fence,
definitions of references, entities. What is too long or too deep for all of this is
shown as it was written.
"""

from collections.abc import Iterable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cosign.reports.markup import Markup, element, escape, join, start

MARKDOWN_LIMIT: Final = 2**17
"""Longest letter in bytes that is rendered: some Markdown takes seconds beyond."""

DEPTH_LIMIT: Final = 20
"""Levels of nesting; markdown-it drops what would stand deeper, without a sign."""

_HIGHEST: Final = 3
"""Level of a letter's first heading: under the page's own."""
_LOWEST: Final = 6

_BLOCKS: Final = {"p", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol"}
_PHRASES: Final = {"em", "strong"}


def letter_markup(text: str) -> Markup:
    """Render a letter."""
    if len(text.encode()) <= MARKDOWN_LIMIT:
        parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEPTH_LIMIT})
        tokens = parser.disable(["entity", "reference"]).parse(text)
        # Inside a token of the last level something may have been dropped.
        if max(map(_depth, tokens), default=0) < DEPTH_LIMIT - 1:
            _lower_headings(tokens)
            return _build(leaf for token in tokens for leaf in token.children or [token])
    return element("pre", text, dir="auto")


def _depth(token: Token) -> int:
    return max(token.level, *(child.level for child in token.children or ()), 0)


def _lower_headings(tokens: list[Token]) -> None:
    """Put a letter's headings under the page's, none more than one level below the one before."""
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
        # The number as it was written: Markdown counts by itself.
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
    """Show a link that leads nowhere, and where it would lead."""
    said = " ".join(str(part) for part in (target, title) if part)
    aside = element("span", f" \u27e8{said}\u27e9", class_="aside") if escape(said) != inner else ""
    return join(element("span", inner, class_="link"), aside if said else "")
