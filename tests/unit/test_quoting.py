"""Rows of a terminal, and the one form of what cannot be shown."""

import json
import os
from itertools import product
from typing import Final

import pytest

from cosign.quoting import columns, decoded, escaped, framed, quoted, rows

LINES: Final = {
    "label": "group      'a long name that goes on and on and on and on'",
    "field": "    purpose: 'a long purpose that goes on and on and on and on'",
    "deep field": "            deep: 'words that go on and on and on and on and on'",
    "frame": "      | words of strangers that go on and on and on and on and on",
    "one word": f"  name: '{'x' * 90}'",
    "wide": f"  name: '{'漢' * 45}'",
}


@pytest.mark.parametrize(("name", "width"), list(product(LINES, (12, 16, 20, 30, 40, 80))))
def test_rows_are_aligned_and_no_wider_than_the_terminal(name: str, width: int) -> None:
    """Those that continue a line stand under its value, or under the line, where there is room."""
    line = LINES[name]
    first, *more = rows(line, width)
    assert all(columns(row) <= width for row in (first, *more))
    assert more or len(line) <= width
    places = {len(row) - len(row.lstrip(" ")) for row in more}
    assert all(row.lstrip(" ").startswith("| ") for row in more)
    wanted = len("group      ") if name == "label" else len(line) - len(line.lstrip(" "))
    assert places <= {min(wanted, max(0, width - 10))}
    words = "".join(row.lstrip("| ") for row in (first, *more))
    assert words.replace(" ", "") == line.lstrip(" ").removeprefix("| ").replace(" ", "")


NAMES: Final = {
    b"plain": "plain",
    "für".encode(): "für",
    b"\xff": r"\xff",
    b"f\xc3\xbcr\xff.round": r"für\xff.round",
    b"\xed\xa0\x80": r"\xed\xa0\x80",  # UTF-8 has no surrogates
    b"\xc3": r"\xc3",
    b"\\xff": r"\xff",
    b"\xf0\x9f\x98\x80\x80": r"😀\x80",
}


@pytest.mark.parametrize("raw", NAMES)
def test_a_name_that_is_no_text_has_one_form(raw: bytes) -> None:
    """In JSON and on a terminal, and whichever encoding the system has."""
    name = os.fsdecode(raw)
    assert decoded(name) == NAMES[raw]
    assert escaped(name) == NAMES[raw]
    assert json.loads(json.dumps(decoded(name), ensure_ascii=False).encode()) == NAMES[raw]
    assert decoded(raw.decode("ascii", errors="surrogateescape")) == NAMES[raw]


@pytest.mark.parametrize("text", ["a\udcff", "\ud800b", "\udfff"])
def test_no_lone_surrogate_is_left(text: str) -> None:
    for shown in (decoded(text), escaped(text), quoted(text), *framed(text, 20)):
        shown.encode()
