"""Times and titles are shown as they were understood; files that are no letters are named."""

import io
import zipfile
from datetime import date, timedelta

import pytest

from cosign.wire.armor import armor
from tests.support.commands import BETWEEN, Shop

_ROUND = (
    "round create text.md --group staff.group --enrolment council.statement --trustee 1.trustee "
    "--json -o new"
)
ENROL = "member enrol open.group --voucher UNKNOWN-VOUCHER"
EARLY, LATE = "2030-02-01T00:00Z", "2031-02-01T00:00Z"
_GROUP = "group create --name New --registrar clerk.registrar -o new"


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("2030-03-18T18:00Z", "2030-03-18T18:00Z"),
        ("2030-03-18t18:00z", "2030-03-18T18:00Z"),
        ("2030-03-18 18:00", "2030-03-18T18:00Z"),
        ("2030-03-18T18:00+01:00", "2030-03-18T17:00Z"),
        ("2030-03-18T24:00Z", "2030-03-19T00:00Z"),
        ("20300318T2400Z", "2030-03-19T00:00Z"),
        ("2030-12-31T24:00:00+01:00", "2030-12-31T23:00Z"),
        ("2030\u201103\u201118T18:00Z", "2030-03-18T18:00Z"),
    ],
)
def test_times_are_printed_as_understood(shop: Shop, written: str, understood: str) -> None:
    (shop / "text.md").write_text("# Title\n")
    line = f"{_ROUND} --opens 2030-03-08 --closes '{written}'"
    told = shop.call(line, "organizer", now=BETWEEN).json
    assert (told["opens"], told["closes"]) == ("2030-03-08T00:00Z", understood)
    group = f"{_GROUP} --enrol-opens 2030-03-08 --enrol-closes '{written}' --force"
    done = shop.call(group)
    assert f"enrolment    2030-03-08T00:00Z to {understood}" in done.out.splitlines()
    told = shop.call(f"{group} --json").json
    assert (told["enrol_opens"], told["enrol_closes"]) == ("2030-03-08T00:00Z", understood)


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("2030-03-18", "2030-03-18"),
        ("20300318", "2030-03-18"),
        (" 2030\u201303\u201318", "2030-03-18"),
        ("2030-W12-1", "2030-03-18"),
        ("2030W121", "2030-03-18"),
        ("2030-w12-7", "2030-03-24"),
        ("2030-W12", "2030-03-24"),
        ("2030W12", "2030-03-24"),
    ],
)
def test_an_end_needs_an_hour(shop: Shop, written: str, end: str) -> None:
    """A day or week alone is refused, with what to write; that is read as its end."""
    (shop / "text.md").write_text("# Title\n")
    window = f"{_ROUND} --opens 2030-03-08 --closes"
    enrolment = f"{_GROUP} --json --enrol-opens 2030-03-08 --enrol-closes"
    with shop.unchanged():
        done = shop.call(f"{window} '{written}'", "organizer", code=2)
        more = shop.call(f"{enrolment} '{written}'", code=2)
    hint = done.json["hint"]
    assert hint == more.json["hint"]
    understood = (date.fromisoformat(end) + timedelta(days=1)).isoformat()
    for line, home in ((window, "organizer"), (enrolment, None)):
        told = shop.call(f"{line} {hint.split()[-1]}", home, now=BETWEEN).json
        assert {told.get("closes"), told.get("enrol_closes")} == {f"{understood}T00:00Z", None}
        (shop / "new").unlink()


def test_times_in_the_past_are_warned_of(shop: Shop) -> None:
    (shop / "text.md").write_text("# Title\n")
    done = shop.call(
        f"{_ROUND} --opens 2029-03-08 --closes 2029-03-18T00:00Z", "organizer", code=None
    )
    past = shop.call(f"{_GROUP} --force --enrol-opens 2029-03-08 --enrol-closes 2029-03-18T00:00Z")
    assert "enrolment is over already" in past.err
    assert done.code != 0 or "has closed already" in done.err


OUTSIDE = {
    "sign, early": (
        "sign letter.round --min-set 2 --yes",
        "member-3",
        EARLY,
        "come back when it is",
    ),
    "withdraw, early": (
        "withdraw letter.round --yes",
        "member-1",
        EARLY,
        "come back when it is open",
    ),
    "sign, late": (
        "sign letter.round --min-set 2 --yes",
        "member-3",
        LATE,
        "it is over, and takes",
    ),
    "enrol, early": (ENROL, "new", EARLY, "come back when it is open"),
    "enrol, late": (ENROL, "new", LATE, "it is over: ask the registrar"),
    "open, early": (
        "trustee open letter.round --envelopes envelopes",
        "trustee-2",
        BETWEEN,
        "come back after the round has closed",
    ),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_hint_says_whether_a_window_is_still_to_come(kept: Shop, name: str) -> None:
    """Nobody is told to come back to what is over, and the clock is the second guess."""
    line, home, now, words = OUTSIDE[name]
    done = kept.call(f"{line} -o new", home, now=now, code=7)
    told = done.err.splitlines()[-1]
    assert f"hint: {words}" in told
    assert ("check the clock here" in told) == (name != "open, early")


def test_front_matter_is_warned_of(shop: Shop) -> None:
    (shop / "text.md").write_text("---\ntitle: Open letter\n---\nWe ask.\n")
    done = shop.call(
        f"{_ROUND} --opens {BETWEEN} --closes 2030-03-18T00:00Z", "organizer", now=BETWEEN
    )
    assert done.json["title"] == "Open letter"
    assert "lines 1 to 3 of the letter are front matter" in done.err


def test_a_letter_without_a_title_is_named_by_its_owner(shop: Shop) -> None:
    (shop / "text.md").write_text("2030\n")
    line = f"{_ROUND} --opens {BETWEEN} --closes 2030-03-18T00:00Z"
    with shop.unchanged():
        assert shop.call(line, "organizer", code=2).json["hint"] == "name it with --title"
    shop.call(f"{line} --title Year", "organizer", now=BETWEEN)


def zipped(name: str, picture: int = 0) -> bytes:
    """Return a ZIP file with one file in it, and one of so many bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "x")
        archive.writestr("media/image1.png", bytes(picture))
    return made.getvalue()


FILES = {
    "an RTF file": rb"{\rtf1\ansi Dear board",
    "a long RTF file": rb"{\rtf1\ansi Dear board" * 2**17,
    "a Word document": zipped("word/document.xml"),
    "a long Word document": zipped("word/document.xml", 3 * 2**20),
    "an Excel workbook": zipped("xl/workbook.xml"),
    "a ZIP file": zipped("a.txt"),
    "a web page": b"<!DOCTYPE html>\n<html><p>Dear board",
    "a PDF file": b"%PDF-1.7\n",
    "an old Office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a picture": b"\x89PNG\r\n\x1a\n",
    "a file of this program": armor("round", bytes(100)),
    "UTF-16": "Dear board".encode("utf-16"),
}
TEXT_ENTRIES = {
    "letter": (
        f"{_ROUND} --opens {BETWEEN} --closes 2030-03-18T00:00Z --title T",
        "organizer",
    ),
    "list of people": ("registrar vouch open.group --people text.md --yes -o new --json", "clerk"),
    "list of keys": (
        "roster create --name N --source s --ssh text.md -o new --json",
        "organizer",
    ),
}


@pytest.mark.parametrize("entry", TEXT_ENTRIES)
@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_text_is_named(shop: Shop, what: str, entry: str) -> None:
    """By what it is, however long, with what to do; the same wherever text is meant."""
    (shop / "text.md").write_bytes(FILES[what])
    line, home = TEXT_ENTRIES[entry]
    with shop.unchanged():
        told = shop.call(line, home, code=1).json
    assert what.replace("a long Word", "a Word").replace("a long RTF", "an RTF") in told["error"]
    assert told["error"].startswith(("text.md: ", "letter: "))
    assert "text" in told["hint"] or "UTF-8" in told["hint"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (b" \n\t\n \xc2\xa0\n---\n", "there are no words in it", "save the text"),
        (b"", "a letter has 1 to 1048576 bytes, this one 0", "the file is empty"),
        (b"We ask.\n" * 2**17 + b"x", "longer than a letter can be: 1048576 bytes", "shorten it"),
    ],
)
def test_a_letter_has_words_and_an_end(shop: Shop, text: bytes, message: str, hint: str) -> None:
    """The limit is told, from a file and from stdin."""
    (shop / "text.md").write_bytes(text)
    line = f"{_ROUND} --opens {BETWEEN} --closes 2030-03-18T00:00Z --title T"
    for given, stdin in ((line, b""), (line.replace("text.md", "-"), text)):
        with shop.unchanged():
            told = shop.call(given, "organizer", code=1, stdin=stdin).json
        assert message in told["error"]
        assert hint in told["hint"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We ask\nyou \U0001fae8 to\n", "U+1FAE8 at line 2, column 5, after 'you '"),
        ("We\u202b ask\n", "U+202B RIGHT-TO-LEFT EMBEDDING at line 1, column 3, after 'We'"),
        ("We\x1b[1m\n", "U+001B ESC at line 1, column 3"),
    ],
)
def test_a_character_is_named_with_its_place(shop: Shop, text: str, told: str) -> None:
    """By line and column, with the words before it: it may be one that nobody sees."""
    (shop / "text.md").write_text(text, encoding="utf-8")
    line = f"{_ROUND} --opens {BETWEEN} --closes 2030-03-18T00:00Z"
    assert told in " ".join(shop.call(line, "organizer", code=1).json["error"].split())


@pytest.mark.parametrize("title", ["   ", "---", "<!-- -->", "2030-03-01"])
def test_a_title_that_is_given_has_a_word(shop: Shop, title: str) -> None:
    (shop / "text.md").write_text("# Title\n")
    window = f"--opens 2030-03-08 --closes 2030-03-18T00:00Z --title '{title}'"
    done = shop.call(f"{_ROUND} {window}", "organizer", now=BETWEEN, code=2)
    assert ("nothing to read" if title.isspace() else "has no word") in done.problem()[0]
