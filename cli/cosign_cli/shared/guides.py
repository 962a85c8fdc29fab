"""The guides that come with the program, as plain text."""

import re
from importlib import resources
from pathlib import Path
from typing import Final

from cosign_cli.shared.environment import APP_NAME

_DIRECTION: Final = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
"""A comment that no reader sees: who types what follows, for the test that plays the guides."""

_LINK: Final = re.compile(r"!?\[([^\]]+)\]\(([^)\s]+)\)")
_GUIDE: Final = re.compile(r"([a-z]+)\.md(?:#.*)?")
_EMPHASIS: Final = re.compile(r"\*+([^*]+)\*+")
_FENCE: Final = "```"
_WIDTH: Final = 76


def guide_text(name: str) -> str:
    """Return a guide as text for a terminal.

    Args:
        name: of the guide's file, without its ending.
    """
    return _plain(_DIRECTION.sub("", _source(name)))


def _source(name: str) -> str:
    """Return a guide's Markdown, from the wheel, or from the clone that this program runs in."""
    shipped = resources.files("cosign_cli").joinpath("guides", f"{name}.md")
    if shipped.is_file():
        return shipped.read_text("utf-8")
    clone = Path(__file__).parents[3] / "docs" / "guides" / f"{name}.md"
    return clone.read_text("utf-8")


def _plain(source: str) -> str:
    """Take off marks that help no reader of a terminal, and wrap paragraphs."""
    lines: list[str] = []
    inside = False
    for line in source.splitlines():
        if line.startswith(_FENCE):
            inside = not inside
        elif inside:
            lines.append(f"    {line}".rstrip())
        else:
            words = _EMPHASIS.sub(r"\1", _LINK.sub(_link, line).replace("`", ""))
            lines += _wrapped(words)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _link(found: re.Match[str]) -> str:
    """Return a link's words, with the address or the command where it leads out of the guide."""
    words, target = found.groups()
    if "://" in target:
        return f"{words} <{target}>"
    guide = _GUIDE.fullmatch(target)
    return f"{words} ({APP_NAME} guide {guide[1]})" if guide else words


def _wrapped(line: str) -> list[str]:
    import textwrap

    if not line.strip():
        return [""]
    if line.startswith("|"):
        return _row(line)
    mark = re.match(r" *(?:[-*] |\d+\. )?", line)
    indent = " " * (mark.end() if mark else 0)
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _row(line: str) -> list[str]:
    """Return a row of a table: its first cell, and the others below it, indented."""
    import textwrap

    first, *others = (cell.strip() for cell in line.strip("|").split("|"))
    if not first.strip("-: "):
        return []
    further = "; ".join(cell for cell in others if cell)
    return [first, *textwrap.wrap(further, _WIDTH, initial_indent="    ", subsequent_indent="    ")]
