"""The tables that page and library share, and what the sources of the page must do without."""

import ast
import json
import re
import unicodedata
from pathlib import Path
from typing import Final

import pytest

import cosign_cli
from cosign.records.letter import watermarks
from cosign.wire.text import text_fault
from cosign.words import table
from cosign_cli.shared.comparing import COMMITS

WEB: Final = Path(__file__).parents[2] / "web" / "src"
SOURCES: Final = {
    path.relative_to(WEB).as_posix(): path.read_text("utf-8") for path in sorted(WEB.rglob("*.ts"))
}


def test_every_text_of_the_page_is_used() -> None:
    """A name that no source has is a text that nobody reads."""
    whole = "\n".join(SOURCES.values())
    names = [name for name in table() if name.startswith("page.")]
    assert names
    assert [name for name in names if not re.search(rf"['`]{re.escape(name)}['`]", whole)] == [
        # Chosen by what is in the page.
        "page.check.lead",
        "page.inside.lead",
    ]


def test_every_text_of_the_members_page_is_used() -> None:
    """As names that stand in the sources, or are chosen by what a person does."""
    words = json.loads((WEB / "member/page/words.json").read_text())
    whole = "\n".join(text for name, text in SOURCES.items() if name.startswith("member/page"))
    chosen = set(re.findall(r"`([a-z_.]+\.)\$\{", whole))
    assert [
        name
        for name in words
        if not re.search(rf"'{re.escape(name)}'", whole)
        and not any(name.startswith(prefix) for prefix in chosen)
    ] == []


SAME: Final = {
    "compare.differ": "commands/compare.py",
    "keys.weak": "shared/homes.py",
}
"""Sentences of the member's page that a command says, too, with its module."""


@pytest.mark.parametrize("name", SAME)
def test_the_members_page_speaks_as_the_command_line(name: str) -> None:
    """But for the capital and the full stop, and the word "warning"."""
    words = json.loads((WEB / "member/page/words.json").read_text())[name].rstrip(".")
    source = (Path(cosign_cli.__file__).parent / SAME[name]).read_text("utf-8")
    texts = [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert any(f"{words[0].lower()}{words[1:]}" in text for text in texts)


def test_the_members_page_compares_as_the_command_line() -> None:
    words = json.loads((WEB / "member/page/words.json").read_text())
    for of in ("group", "round"):
        assert words[f"compare.{of}"] == f"This compares {COMMITS[of]}."


def test_invisible_characters_have_their_names() -> None:
    """All that a letter may have, as Unicode names them; 308 names follow a rule."""
    names = json.loads((Path(__file__).parents[2] / "web/src/page/invisible.json").read_text())
    expected = {
        f"{code:04X}": unicodedata.name(chr(code))
        for code in range(0x80, 0xE1000)
        if watermarks(f"a{chr(code)}b") and text_fault(f"a{chr(code)}b", multiline=True) is None
    }
    by_rule = re.compile("VARIATION SELECTOR-|TAG LATIN (CAPITAL|SMALL) LETTER ")
    ruled = {code: name for code, name in expected.items() if by_rule.match(name)}
    assert len(ruled) == 256 + 2 * 26
    assert {**names, **ruled} == expected


FORBIDDEN: Final = (
    r"innerHTML|outerHTML|insertAdjacentHTML|DOMParser|setHTML|document\.write|\beval\b|Function\(",
    r"localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\b|serviceWorker",
    r"fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeerConnection|importScripts",
    r"location\.|\bopen\(['\"]|history\.",
    r"\.text\(\)|\.arrayBuffer\(\)|FileReader",  # Chromium: "" for a file of 600 megabytes
    r"type: ['\"]module['\"]",  # Chromium starts no such worker from the disk
)


_ADDRESS_BAR: Final = "member/page/link.ts"
"""It reads what a link has behind its #, and takes it out of the address bar."""


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_sources_do_without(pattern: str) -> None:
    """What could run a stranger's words, keep something, reach a network, or lose a large file."""
    found = [name for name, text in SOURCES.items() if re.search(pattern, text)]
    assert found == ([_ADDRESS_BAR] if "history" in pattern else [])
