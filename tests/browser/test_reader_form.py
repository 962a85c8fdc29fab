"""What a reader gives to the page: files, text and digits, in every way that people have them."""

import os
from pathlib import Path
from typing import Final

import pytest

from cosign.records.comparable import Comparable
from cosign.records.published import OpeningSummary, PublishedHeader, write_published
from cosign.roles.organizer import check_organizer
from cosign.wire.armor import armor
from tests.bench.letters import cosignature, make_round
from tests.support.browsers.chromium import ChromiumTab
from tests.support.browsers.letters import cases, check, report_of
from tests.support.browsers.tab import Tab

_DROP: Final = """
(place, name, text) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([text], name))
    for (const kind of ["dragenter", "dragover", "drop"]) {
        const how = {bubbles: true, cancelable: true, composed: true}
        place.dispatchEvent(new DragEvent(kind, {dataTransfer, ...how}))
    }
}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An armored letter."""
    made = tmp_path / "published.letter"
    made.write_bytes(armor("published letter", cases()["pinned"].raw))
    return made


def _drop(tab: Tab, css: str, file: Path) -> None:
    place = tab.find(css)
    if isinstance(tab, ChromiumTab):
        tab.drop(place, file)
    else:
        tab.call(_DROP, place, file.name, file.read_text("ascii"))


def _digits() -> str:
    return report_of("pinned").round.group_fingerprint


def _group_forms() -> dict[str, bytes]:
    """Return the forms in which people have a group."""
    group = report_of("pinned").round.group
    return {
        "the group": group.to_bytes(),
        "the group, armored": armor("group", group.to_bytes()),
        "digits": f"\ufeff{_digits()}\r\n".encode(),
        "digits with dashes": _digits().replace(" ", "\u2013").encode(),
        "the code in a QR code": Comparable("group", group.group_id).code.encode(),
    }


@pytest.mark.parametrize(
    "form",
    ["the group", "the group, armored", "digits", "digits with dashes", "the code in a QR code"],
)
def test_the_groups_file_becomes_its_digits(
    reader: Tab, file: Path, tmp_path: Path, form: str
) -> None:
    """The reader sees which fingerprint the file has, and the letter is checked against it."""
    group = tmp_path / "staff.group"
    group.write_bytes(_group_forms()[form])
    reader.choose(reader.find("#group"), [group])
    reader.call(_UNTIL_FILLED, reader.find("#pin"))
    assert reader.call("field => field.value", reader.find("#pin")) == _digits()
    reader.choose(reader.find("#file"), [file])
    reader.click("#check")
    reader.wait_for("#verdict")
    assert reader.text("#verdict") == "Valid"


_UNTIL_FILLED: Final = """
field => new Promise(resolve => {
    const look = () => field.value ? resolve() : requestAnimationFrame(look)
    look()
})
"""


def test_a_file_that_is_no_group_is_named_at_its_field(reader: Tab, file: Path) -> None:
    """The letter, for example; digits that were there go, too."""
    reader.type("#pin", "1")
    reader.choose(reader.find("#group"), [file])
    reader.wait_for("#group-wrong:not(:empty)")
    assert reader.text("#group-wrong").startswith("not a group: ")
    assert reader.call("field => field.value", reader.find("#pin")) == ""
    assert reader.call("field => field.ariaInvalid", reader.find("#group")) == "true"


def test_a_file_that_is_no_group_is_no_missing_pin(reader: Tab, file: Path) -> None:
    """As by the command: the reader named a group, so "valid" without one is no answer."""
    reader.choose(reader.find("#group"), [file])
    reader.choose(reader.find("#file"), [file])
    reader.click("#check")
    reader.wait_for("#verdict")
    assert reader.text("#verdict") == "Nothing was checked"
    assert reader.text("#report .error").startswith("not a group: ")


def _no_groups() -> dict[str, tuple[bytes, str]]:
    """Return files that are no group, and what is said about them."""
    round_ = report_of("pinned").round
    return {
        "letter": (
            cases()["pinned"].raw,
            "this is a published letter; choose the group\u2019s file",
        ),
        "round": (round_.round.to_bytes(), "this is a round; choose the group\u2019s file"),
        "damaged": (round_.group.to_bytes()[:-1], "registered group: ends in the middle"),
        "PDF": (b"%PDF-1.7", "this is a PDF"),
        "text": (b"Dear all", "this is plain text"),
    }


@pytest.mark.parametrize("armored", [False, True], ids=["binary", "armored"])
@pytest.mark.parametrize("name", ["letter", "round", "damaged", "PDF", "text"])
def test_what_is_chosen_instead_of_a_group_is_named(
    reader: Tab, tmp_path: Path, name: str, *, armored: bool
) -> None:
    """At its field, whichever form it is in."""
    content, said = _no_groups()[name]
    chosen = tmp_path / "chosen"
    chosen.write_bytes(armor("x", content) if armored else content)
    reader.choose(reader.find("#group"), [chosen])
    reader.wait_for("#group-wrong:not(:empty)")
    assert reader.text("#group-wrong").startswith(f"not a group: {said}")


@pytest.mark.parametrize("given", ["#file", "#group"])
def test_a_browser_without_workers_is_said_to_be_the_reason(
    reader: Tab, file: Path, given: str
) -> None:
    """Also where a group's file is to be read first: no check waits for ever."""
    reader.call("() => { window.Worker = class { constructor() { throw Error('no workers') } } }")
    for css in {"#file", given}:
        reader.choose(reader.find(css), [file])
    reader.click("#check")
    reader.wait_for("#verdict")
    assert reader.text("#verdict") == "Nothing was checked"
    assert reader.text("#report .error") == "this page failed: Error: no workers"


def test_of_several_files_none_is_taken(reader: Tab, file: Path) -> None:
    """The reader would not know which one was checked."""
    reader.call(_DROP_TWO, reader.find("#file"), file.read_text("ascii"))
    reader.click("#check")
    assert reader.text("#file-wrong") == "Choose the published file first, or paste the letter."
    reader.call(_DROP_TWO, reader.find("#pin"), file.read_text("ascii"))
    assert reader.text("#group-wrong").startswith("Drop one file at a time")


_DROP_TWO: Final = """
(place, text) => {
    const dataTransfer = new DataTransfer()
    for (const name of ["one", "two"]) dataTransfer.items.add(new File([text], name))
    const how = {bubbles: true, cancelable: true, composed: true}
    place.dispatchEvent(new DragEvent("drop", {dataTransfer, ...how}))
}
"""


def test_the_group_that_was_given_last_counts(reader: Tab, file: Path) -> None:
    """Typed digits take the place of a file, right or wrong, and what was said about it goes."""
    reader.choose(reader.find("#group"), [file])
    reader.wait_for("#group-wrong:not(:empty)")
    check(reader, file, _digits())
    assert reader.text("#verdict") == "Valid"
    left = """root => [root.querySelector("#group").files.length,
        root.querySelector("#group").ariaInvalid, root.querySelector("#group-wrong").innerText]"""
    assert reader.call(left, reader.root()) == [0, "false", ""]


def test_a_letter_is_pasted(reader: Tab, file: Path) -> None:
    """As it stands in a mail."""
    reader.type("#text", file.read_text("ascii"))
    reader.type("#pin", _digits())
    reader.click("#check")
    reader.wait_for("#verdict")
    assert reader.text("#verdict") == "Valid"


@pytest.mark.parametrize("place", ["#about", "#file"])
def test_a_letter_is_dropped(reader: Tab, file: Path, place: str) -> None:
    """Anywhere on the page, which stays open."""
    _drop(reader, place, file)
    reader.click("#check")
    reader.wait_for("#verdict")
    assert reader.text("#verdict") == "Valid, but nobody checked whose group this is"


def test_a_groups_file_is_dropped_at_its_field(reader: Tab, tmp_path: Path) -> None:
    saved = tmp_path / "staff.fingerprint"
    saved.write_text(_digits(), encoding="ascii")
    _drop(reader, "#pin", saved)
    reader.call(_UNTIL_FILLED, reader.find("#pin"))
    assert reader.call("field => field.value", reader.find("#pin")) == _digits()


def test_another_check_replaces_the_first(reader: Tab, file: Path) -> None:
    """No old verdict stays beside a new one."""
    check(reader, file, _digits())
    assert reader.text("#verdict") == "Valid"
    reader.type("#pin", _digits().replace("1", "2"))
    reader.click("#check")
    reader.wait_for("header.bad #verdict")
    assert reader.text("#verdict") == "NOT VALID"
    assert reader.call("root => root.querySelectorAll('h1').length", reader.root()) == 2


def test_a_verdict_goes_when_a_field_changes(reader: Tab, file: Path) -> None:
    """It was about what stood there before."""
    check(reader, file, _digits())
    assert reader.text("#verdict") == "Valid"
    reader.type("#pin", "1")
    reader.wait_for("#report:empty")
    assert reader.text("#status").startswith("The fields have changed since the last check.")
    check(reader, file, _digits())
    reader.choose(reader.find("#file"), [Path(__file__)])
    reader.wait_for("#report:empty")


def test_the_letter_that_was_given_last_is_checked(reader: Tab, file: Path) -> None:
    """A file takes the place of a text, and a text that of a file."""
    reader.type("#text", "Dear all")
    check(reader, file)
    assert reader.text("#verdict").startswith("Valid")
    assert reader.call("text => text.value", reader.find("#text")) == ""
    reader.type("#text", "Dear all")
    reader.click("#check")
    reader.wait_for("#verdict")
    assert reader.text("#verdict") == "Nothing was checked"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"", "not a published letter"),
        (b"COSIGNED LETTER\n", "not a record of this tool, but an empty file"),
        (b"<html>", "not a published letter, but a web page"),
        (b"-----BEGIN COSIGN PUBLISHED LETTER-----\n", "a line of the armor is too long"),
    ],
)
def test_a_gigabyte_of_zeros_gets_a_sentence(
    reader: Tab, tmp_path: Path, start: bytes, said: str
) -> None:
    """At once: the file is read as a stream, and no further than it makes sense."""
    large = tmp_path / "large.letter"
    with large.open("wb") as writing:
        writing.write(start)
        writing.truncate(2**30)
    check(reader, large)
    assert reader.text("#report .error") == said


@pytest.fixture(scope="session")
def long_letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter with 1,100 statements."""
    organizer, round_, group = make_round()
    made = (
        cosignature(group.group_id, round_.round_id, os.urandom, f"statement {n}")
        for n in range(1100)
    )
    records = [record.to_bytes() for _tag, record in sorted(made, key=lambda pair: pair[0])]
    header = PublishedHeader(round_.round, OpeningSummary(1100, 0, 0, 0, 0))
    path = tmp_path_factory.mktemp("long") / "published.letter"
    path.write_bytes(b"".join(write_published(header, records, check_organizer(organizer, round_))))
    return path


_NOT_YET: Final = (
    "This is the letter in the file. Its signatures are being checked: nothing is verified yet."
)
_STATEMENTS: Final = "root => root.querySelectorAll('.statements li').length"


def test_many_statements_come_a_thousand_at_a_time(reader: Tab, long_letter: Path) -> None:
    """A reader sees how many are left, and gets all of them."""
    check(reader, long_letter)
    assert reader.call(_STATEMENTS, reader.root()) == 1000
    assert reader.text(".statements + button") == "Show 100 more of the 100 that follow"
    reader.click(".statements + button")
    assert reader.call(_STATEMENTS, reader.root()) == 1100
    assert reader.call("root => root.querySelector('.statements + button')", reader.root()) is None


def test_the_letter_is_shown_while_its_signatures_are_checked(
    reader: Tab, long_letter: Path
) -> None:
    """Under words that say that nothing is verified yet; and a reader can stop."""
    reader.choose(reader.find("#file"), [long_letter])
    seen = reader.call(
        """root => new Promise(resolve => {
            const look = () => {
                const note = root.querySelector("#report .note")
                if (!note) return
                watch.disconnect()
                const seen = [note.textContent, root.querySelector("#report article").textContent,
                    root.querySelector("#verdict"), root.querySelector("#stop").hidden]
                root.querySelector("#stop").click()
                resolve(seen)
            }
            const watch = new MutationObserver(look)
            watch.observe(root, {subtree: true, childList: true})
            root.querySelector("#check").click()
        })""",
        reader.root(),
    )
    assert seen == [
        _NOT_YET,
        "We ask the board to listen.\n",
        None,
        False,
    ]
    assert reader.text("#status") == "Stopped. Nothing was verified."
    assert (
        reader.call("root => root.querySelector('#report').childElementCount", reader.root()) == 0
    )
