"""The report for a terminal."""

from dataclasses import replace

import pytest

from cosign.records.groups.roster import LeftOut
from cosign.reports import wording
from cosign.reports.text import report_text
from cosign.roles.verifier.letter import Report
from tests.support import hostile, pages
from tests.support.world import World


@pytest.fixture(scope="module")
def registered() -> Report:
    """A registered letter that its verifier pinned."""
    return pages.report(pages.registered(pages.people(), quorum=3))


@pytest.fixture(scope="module")
def rostered() -> Report:
    """A rostered letter that nobody pinned."""
    return pages.report(pages.rostered(), pinned=False)


def rows(report: Report) -> dict[str, str]:
    """Give the named lines; lines without a name go on with the one above."""
    found: dict[str, str] = {}
    name = ""
    for line in report_text(report).split("\n\n")[1].splitlines():
        name = line[:13].strip() or name
        found[name] = f"{found[name]} {line[13:]}" if name in found else line[13:]
    return found


def test_an_ordinary_letter_fills_a_screen(registered: Report, rostered: Report) -> None:
    """The first line is the verdict, the last ones are what was not checked."""
    for report in (registered, rostered):
        lines = report_text(report).splitlines()
        assert 24 <= len(lines) <= 40
        assert lines[0].startswith("VALID: 5 distinct members signed, out of at most ")
        assert lines[-1] == "  - who signed: that is the point"
        assert max(map(len, lines)) <= 110


def test_doubts_stand_right_under_the_verdict(registered: Report, rostered: Report) -> None:
    """No pin, no quorum; nothing where there is no doubt."""
    assert report_text(registered).splitlines()[1] == ""
    assert report_text(rostered).splitlines()[1].startswith("BUT the group is not pinned")
    below = replace(registered, cosigners=2, keys=2, pinned=False)
    said = [line for line in report_text(below).splitlines() if line.startswith("BUT ")]
    assert [line[:21] for line in said] == ["BUT the group is not ", "BUT the quorum is not"]


def test_who_vouches_and_who_is_left_out(registered: Report, rostered: Report) -> None:
    """Names, how many of them it takes, their words, and the publisher's omissions."""
    names = "'Staff council', 'Staff council'"
    assert rows(registered)["vouched for"] == f"by 2 of 2 registrars {names} 'people in a test'"
    assert "left out" not in rows(registered)
    said = rows(rostered)
    assert said["vouched for"].startswith("by the publisher '")
    assert said["left out"] == "1, as they say: 1 of another type"
    assert said["group"].endswith("'Engineers', NOT PINNED")
    assert rows(registered)["group"].endswith("'Staff council', pinned by you")


def test_counts_are_marked_as_whose_word_they_are(registered: Report) -> None:
    """The organizer's by a star."""
    said = rows(replace(registered, withdrawn=4, duplicates=2))
    assert said["quorum"] == "3: met"
    assert said["withdrawn"] == "4 in the file, 1 before publication*"
    assert said["duplicates"] == "2 in the file, 1 among envelopes*, counted once"
    assert said["envelopes"] == "8 received, 1 unreadable, 0 invalid*"
    assert said["open"].endswith("*")
    assert said["trustees"].endswith("* * the organizer's word")
    assert rows(replace(registered, cosigners=2, keys=2))["quorum"] == "3: NOT MET"


def test_a_split_crowd_is_shown(committee: World) -> None:
    """More keys than people, and a line for each choice of registrars."""
    report = committee.verify(committee.published)
    said = rows(report)
    assert report_text(report).startswith("VALID: at least 3 distinct members signed, out of at")
    assert said["keys"].startswith("5: ")
    assert said["split"].startswith("1 keys by 'R1', 'R3', out of at most 3 members")
    unknown = replace(report, combinations=(replace(report.combinations[0], at_most=None),))
    assert rows(unknown)["split"].endswith("out of an unknown number of members")


def test_no_line_is_a_stranger_s() -> None:
    """Names, titles and statements stand in quotes, on one line, without control characters."""
    for words in hostile.LINES:
        name = words[:60]
        report = pages.report(pages.rostered(name, hostile.LETTER, (words,)))
        shown = report_text(report)
        assert all(char == "\n" or char.isprintable() for char in shown)
        assert f"  {words!r}" in shown.splitlines()


def test_every_reason_has_words() -> None:
    """Each field of the omissions that a publisher counts."""
    assert tuple(wording.LEFT_OUT) == LeftOut._fields
