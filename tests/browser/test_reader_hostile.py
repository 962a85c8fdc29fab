"""Hostile letters, statements and names in the reader's page: words that stay where they are."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.browser.conftest import READER
from tests.interop.crooked import vector_file
from tests.support import hostile
from tests.support.browsers.letters import check
from tests.support.browsers.tab import Tab

hostile_cases = pytest.mark.parametrize("drawn", ["hostile", "hostile roster"], indirect=True)

_ELEMENTS: Final = """
root => Object.fromEntries([...root.querySelectorAll("#report *")].map(one =>
    [one.localName, one.getAttributeNames()]))
"""


@hostile_cases
def test_nothing_runs_and_nothing_is_loaded(drawn: Tab) -> None:
    """Words become text, in the page and in its title."""
    assert drawn.call("() => document.title") == "Check a co-signed letter"
    asked = [address for address in drawn.asked if not address.startswith("data:")]
    assert [address for address in asked if not address.startswith("blob:")] in (
        [READER.as_uri()],
        [],
    )
    assert drawn.told == []
    elements = drawn.call(_ELEMENTS, drawn.root())
    assert set(elements) <= {*hostile.ALLOWED, "button"}
    addresses = drawn.call(
        "root => [...root.querySelectorAll('[href], [src], [action], [data]')]"
        ".map(one => one.getAttribute('href') ?? '')",
        drawn.root(),
    )
    assert len(addresses) == 1
    assert addresses[0].startswith("blob:null/")


@hostile_cases
@pytest.mark.parametrize("width", [320, 1280])
def test_strangers_words_stay_inside_their_frames(drawn: Tab, width: int) -> None:
    """Long words wrap, marks are cut off, and nothing lies over the verdict."""
    drawn.resize(width, 800)
    assert drawn.call("() => document.documentElement.scrollWidth") <= width
    uncut = drawn.call(
        """root => [...root.querySelectorAll("bdi, article *, details pre, .lines, .error")]
        .filter(words => {
            let block = words
            while (getComputedStyle(block).display === "inline") block = block.parentElement
            return getComputedStyle(block).overflowY !== "clip"
        }).map(words => words.outerHTML)""",
        drawn.root(),
    )
    assert uncut == []
    outside = drawn.call(
        """(root, width) => [...root.querySelectorAll("#report *")]
        .map(one => [one.localName, one.getBoundingClientRect()])
        .filter(([, {left, right}]) => left < 0 || right > width + 1)
        .map(([name]) => name)""",
        drawn.root(),
        width,
    )
    assert set(outside) <= {"bdi"}
    assert drawn.call(
        """root => {
            const headline = root.querySelector("#verdict")
            headline.scrollIntoView()
            const {left, top, height} = headline.getBoundingClientRect()
            return root.elementFromPoint(left + 5, top + height / 2) === headline
        }""",
        drawn.root(),
    )


@hostile_cases
def test_no_stranger_writes_like_the_page(drawn: Tab) -> None:
    """Verdict, headings and counts are the page's; strangers have frames, quotes and lists."""
    headings = drawn.call(
        "root => [...root.querySelectorAll('#report :is(h1, h2, h3)')].map(one => one.textContent)",
        drawn.root(),
    )
    assert headings == [
        drawn.text("#verdict"),
        "What nobody checked",
        "Who vouches for the members",
        "The letter",
        "Signed by name: 15",
        "Statements by signers: 15",
        "Counts",
        "How anonymous the signers are",
        "The round",
        "Fingerprints",
        "How to check it yourself",
    ]
    foreign = drawn.call(
        """root => [...root.querySelectorAll("#report bdi, #report article")]
        .filter(words => words.closest("h1, h2, th strong, figure, .trust, .caveat"))
        .map(words => words.textContent)""",
        drawn.root(),
    )
    assert foreign == []


_LONGEST: Final = """
root => {
    const texts = document.createTreeWalker(root.querySelector("#report"), NodeFilter.SHOW_TEXT)
    let longest = 0
    while (texts.nextNode()) longest = Math.max(longest, texts.currentNode.length)
    return [longest, ...["article", "details > pre:last-child"].map(css =>
        root.querySelector(`#report ${css}`).textContent)]
}
"""


@pytest.mark.parametrize(
    "letter",
    ["\u05d0a " * 20_000, "W" * 60_000, "\U0001f600" * 20_000, "a\n" * 30_000, "\n" * 40_000 + "x"],
    ids=["directions", "word", "pairs", "lines", "empty lines"],
)
def test_long_text_is_laid_out_in_pieces(reader: Tab, tmp_path: Path, letter: str) -> None:
    """Of a megabyte in one piece, browsers need minutes; not a character is lost in between."""
    file = tmp_path / "long.letter"
    long = replace(vector_file(), records=[], letter=letter.encode())
    file.write_bytes(long.renamed().file())
    check(reader, file)
    assert reader.text("#verdict").startswith("Valid, but")
    longest, *shown = reader.call(_LONGEST, reader.root())
    assert longest <= 2**14
    assert shown == [letter, letter]
