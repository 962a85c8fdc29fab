"""``verify --html``: the page is a file like any other, and says what the exit code says."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from cosign.roles.verifier.letter import Report
from tests.support import hostile, pages
from tests.support.commands import AFTERWARDS, PROGRAM, Shop
from tests.support.hostile import parse, text_of

PINNED: Final = "verify published.letter --group staff.group"


def headline(page: bytes) -> str:
    """Return the first words of a page that has nothing but harmless elements."""
    root = parse(page)
    hostile.check_elements(root)
    return text_of(next(root.iter("h1")))


def kept_letter(folder: Path, raw: bytes) -> tuple[Shop, Report]:
    """Put a published letter and its group into a folder."""
    report = pages.report(raw)
    (folder / "published.letter").write_bytes(raw)
    (folder / "staff.group").write_bytes(report.round.round.group)
    return Shop(folder), report


KINDS: Final[dict[str, Callable[[], bytes]]] = {
    "registered": lambda: pages.registered(pages.people(), hostile.LETTER, quorum=3),
    "rostered": lambda: pages.rostered(letter=hostile.LETTER),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_either_kind(tmp_path: Path, kind: str) -> None:
    """It says what the text says; the letter can be taken from it and hashed."""
    shop, report = kept_letter(tmp_path, KINDS[kind]())
    alone = shop.run(PINNED)
    done = shop.run(f"{PINNED} --html page.html")
    assert done == alone
    page = (shop / "page.html").read_bytes()
    assert headline(page) == "Valid"
    assert f"“{report.round.group.name}”, a {kind} group, whose members are" in text_of(parse(page))
    assert hostile.saved_bytes(parse(page)) == report.round.letter.raw
    assert (shop / "page.html").stat().st_mode & 0o777 == 0o644
    assert shop.run("verify published.letter --html page.html --force", code=3).out
    assert headline((shop / "page.html").read_bytes()).startswith("Valid, but nobody checked")


def test_the_page_of_the_staff_council(shop: Shop) -> None:
    """A letter that the real commands made; the page is the same wherever it is made."""
    shop.run(f"{PINNED} --html 1.html")
    shop.run(f"{PINNED} --html 2.html --workers 1", now=AFTERWARDS)
    letter = (shop / "published.letter").read_bytes()
    piped = shop.run("verify - --group staff.group --html -", stdin=letter)
    page = (shop / "1.html").read_bytes()
    assert page == (shop / "2.html").read_bytes() == piped.raw
    assert "2 distinct members of the group “Staff” signed" in text_of(parse(page))
    assert (
        "any 2 of the 3 trustees opened them after the close:Trustee-1Trustee-2Trustee-3"
        in text_of(parse(page))
    )


def test_a_letter_below_quorum(tmp_path: Path) -> None:
    """Exit code 4 and a headline that says why."""
    shop, _report = kept_letter(tmp_path, pages.registered(pages.people(), quorum=9))
    shop.run(f"{PINNED} --html page.html", code=4)
    assert headline((shop / "page.html").read_bytes()).startswith("Valid, but fewer signed")


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_that_is_not_valid(tmp_path: Path, kind: str) -> None:
    """Exit code 1, and a page that shows nothing of the file, nor where it lay."""
    shop, report = kept_letter(tmp_path, KINDS[kind]())
    raw = bytearray((shop / "published.letter").read_bytes())
    raw[-400] ^= 1
    (shop / "changed.letter").write_bytes(raw)
    another = " ".join(["00000"] * 12)
    for line in (
        "changed.letter --group staff.group",
        f"published.letter --group '{another}'",
    ):
        done = shop.run(f"verify {line} --html page.html --force", code=1)
        assert done.out == "NOT VALID\n"
        page = (shop / "page.html").read_bytes()
        assert headline(page) == "NOT VALID"
        shown = text_of(next(parse(page).iter("body")))
        strangers = (report.round.group.name, report.round.terms.title, *report.statements)
        for words in (*strangers, "members signed", ".letter:", str(tmp_path)):
            assert words not in shown
        assert done.problem()[0].partition(": ")[2] in shown


def test_the_page_on_stdout(shop: Shop) -> None:
    """It is all that stdout holds; the result moves to stderr, and JSON has no place."""
    done = shop.run(f"{PINNED} --html -")
    assert headline(done.raw) == "Valid"
    assert done.err == shop.run(PINNED).out
    assert not (shop / "-").exists()
    done = shop.run(f"{PINNED} --html - --json", code=2)
    assert done.json["error"] == "--json and the file cannot both go to stdout"
    (shop / "bad").write_bytes((shop / "published.letter").read_bytes()[:-1])
    done = shop.run("verify bad --html -", code=1)
    assert headline(done.raw) == "NOT VALID"
    assert done.err.endswith("NOT VALID\n")


def test_page_and_letter_take_two_places(shop: Shop) -> None:
    """One would replace the other, whatever the file is called."""
    for page, letter in (("-", "-"), ("new", "new"), ("new", "./new"), ("new", "envelopes/../new")):
        with shop.unchanged():
            done = shop.call(f"{PINNED} --html {page} --letter {letter} --force", code=2)
        assert "cannot go to one place" in done.problem()[0]


def test_json_and_a_page_go_together(shop: Shop) -> None:
    """The object on stdout is the one without a page."""
    assert shop.run(f"{PINNED} --html page.html --json") == shop.run(f"{PINNED} --json")
    assert (shop / "page.html").exists()


def test_no_file_is_replaced_unless_asked(shop: Shop) -> None:
    """Valid or not, before anything is verified; with --force it is."""
    (shop / "page.html").write_text("mine")
    with shop.unchanged():
        for letter in ("published.letter", "staff.group"):
            done = shop.run(f"verify {letter} --html page.html", code=15)
            assert done.problem()[0] == "page.html: the file exists"
            assert done.out == ""
    shop.run(f"{PINNED} --html page.html --force")
    assert headline((shop / "page.html").read_bytes()) == "Valid"


def test_no_page_where_nothing_was_judged(shop: Shop) -> None:
    """A missing letter, a wrong pin, a missing folder."""
    with shop.unchanged():
        shop.run("verify absent --html page.html", code=2)
        shop.run("verify published.letter --group 12345 --html page.html", code=2)
        shop.run(f"{PINNED} --html absent/page.html", code=16)
        shop.run(f"{PINNED} --html envelopes", code=15)


def test_a_full_disk_leaves_no_page(shop: Shop) -> None:
    """The page appears whole or not at all."""
    with shop.unchanged():
        ended = subprocess.run(
            ["sh", "-c", f"ulimit -f 8; exec {PROGRAM} {PINNED} --html page.html"],
            cwd=shop.folder,
            capture_output=True,
            check=False,
        )
    assert ended.returncode == 14
    assert ended.stdout == b""


LOADS_MARKDOWN: Final = """
import sys
from cosign_cli.main import run
run(sys.argv[1:])
print("markdown_it" in sys.modules, file=sys.stderr)
"""


LINES: Final = {
    "--help": False,
    "verify --help": False,
    PINNED: False,
    f"{PINNED} --json": False,
    f"{PINNED} --html page.html": True,
}
"""Command lines, and whether they need Markdown."""


@pytest.mark.parametrize("line", LINES)
def test_markdown_is_loaded_for_a_page_only(shop: Shop, line: str) -> None:
    """Without --html, no time is spent on the page."""
    command = [sys.executable, "-c", LOADS_MARKDOWN, *line.split()]
    ended = subprocess.run(command, cwd=shop.folder, capture_output=True, check=True, text=True)
    assert ended.stderr == f"{LINES[line]}\n"


def test_the_letter_is_written_to_the_last_byte(shop: Shop) -> None:
    """Into a file, or to stdout, and then the report goes to stderr; not of a false file."""
    text = (shop / "letter.md").read_bytes()
    done = shop.run(f"{PINNED} --letter text.md")
    assert (shop / "text.md").read_bytes() == text
    other = shop.run(f"{PINNED} --letter -")
    assert (other.raw, other.err) == (text, done.out)
    assert shop.run(f"{PINNED} --letter text.md", code=15).out == ""
    assert shop.run(f"{PINNED} --letter - --html -", code=2).out == ""
    (shop / "cut.letter").write_bytes((shop / "published.letter").read_bytes()[:-9])
    shop.run("verify cut.letter --letter cut.md", code=1)
    assert not (shop / "cut.md").exists()
