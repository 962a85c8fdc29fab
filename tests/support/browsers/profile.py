"""What a browser has written to its disk: a search of its profile for words.

Firefox writes its session file as mozLz4: 8 bytes, the length, and one block of LZ4
(https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md).
"""

from collections.abc import Iterator
from typing import Final

from tests.support.browsers.tab import Tab
from tests.support.browsers.wire import DOWNLOADS, PATIENCE

_MOZ_LZ4: Final = b"mozLz40\0"
_CONTROL: Final = """words => {
    const field = document.querySelector("#control") ?? document.createElement("input")
    field.id = "control"
    document.body.append(field)
    field.value = ""
    field.focus()
}"""
_WAIT: Final = "() => new Promise(resolve => setTimeout(resolve, 100))"


def written(tab: Tab, control: str, *wanted: str | bytes) -> list[tuple[str, str | bytes]]:
    """Return which words a browser has written to its disk by now, each with its file.

    Args:
        tab: in which a page is open.
        control: typed into a plain field of that page, and awaited on the disk: so the browser
            has written what was typed before.
        wanted: looked for as bytes, or as text in the encodings that browsers use.
    """
    tab.call(_CONTROL)
    tab.press(*control)
    for _try in range(int(10 * PATIENCE)):
        if _found(tab, control):
            return [(name, words) for words in wanted for name in _found(tab, words)]
        tab.call(_WAIT)
    raise TimeoutError("the browser did not write its session")


def _found(tab: Tab, words: str | bytes) -> list[str]:
    forms = (
        [words]
        if isinstance(words, bytes)
        else [words.encode(), words.encode("utf-16-le"), words.encode("utf-16-be")]
    )
    return [name for name, raw in _files(tab) if any(form in raw for form in forms)]


def _files(tab: Tab) -> Iterator[tuple[str, bytes]]:
    """Yield what the profile has, but for files that were saved on purpose."""
    for path in tab.profile.rglob("*"):
        try:
            raw = path.read_bytes() if path.is_file() and DOWNLOADS not in path.parts else b""
        except OSError:
            continue  # the browser has erased it meanwhile
        yield path.name, _expanded(raw) if raw.startswith(_MOZ_LZ4) else raw


def _expanded(raw: bytes) -> bytes:
    made, at = bytearray(), len(_MOZ_LZ4) + 4

    def length(start: int) -> int:
        nonlocal at
        found = start
        while start == 0xF and raw[at] == 0xFF:  # as the format has it
            found += raw[at]
            at += 1
        if start == 0xF:  # the same
            found += raw[at]
            at += 1
        return found

    while at < len(raw):
        token = raw[at]
        at += 1
        literals = length(token >> 4)
        made += raw[at : at + literals]
        at += literals
        if at < len(raw):
            offset = int.from_bytes(raw[at : at + 2], "little")
            at += 2
            for _byte in range(length(token & 0xF) + 4):
                made.append(made[-offset])
    return bytes(made)
