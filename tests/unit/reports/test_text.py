"""The report for a terminal."""

from dataclasses import replace
from unicodedata import east_asian_width

import pytest

from cosign.records.groups.roster_terms import LeftOut
from cosign.records.limits import NAME_LIMIT
from cosign.reports.text import report_text
from cosign.roles.verifier.letter import Report
from cosign.words import table
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
    """Return the named lines; lines without a name go on with the one above."""
    found: dict[str, str] = {}
    name = ""
    facts, counts = report_text(report).split("\n\n")[1:3]
    for line in [*facts.splitlines(), *counts.splitlines()]:
        name = line[:13].strip() or name
        found[name] = f"{found[name]} {line[13:]}" if name in found else line[13:]
    return found


def test_an_ordinary_letter_fills_a_screen(registered: Report, rostered: Report) -> None:
    """The first line is the verdict, the last ones are what was not checked."""
    for report in (registered, rostered):
        lines = report_text(report).splitlines()
        assert 30 <= len(lines) <= 60
        assert lines[0].startswith("VALID: 5 distinct members signed, out of at most ")
        assert lines[-1] == "  - who signed: the letter is anonymous by design"
        assert max(map(len, lines)) <= 80


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
    assert rows(registered)["vouched for"] == (
        f"by both registrars, {names} "
        "who belongs to the group, in its own words: 'people in a test'"
    )
    assert "left out" not in rows(registered)
    said = rows(rostered)
    assert said["vouched for"].startswith(
        "by the publisher, 'the organizer' where the keys come from, in the publisher's words"
    )
    assert said["left out"] == "1 key, as the publisher says (1 of another type)"
    assert "'Engineers', NOT PINNED: you named no group a rostered group," in said["group"]
    assert "'Staff council', pinned by you: you named it a reg" in rows(registered)["group"]


def test_counts_are_marked_as_whose_word_they_are(registered: Report) -> None:
    """Numbers of the file and of the organizer have columns; other words of the latter a star."""
    said = rows(replace(registered, withdrawn=4, duplicates=2))
    assert said["quorum"] == "at least 3 members: met"
    assert said["counts"].split() == ["in", "the", "file", "the", "organizer", "says"]
    assert said["withdrawn"].split()[-2:] == ["4", "1"]
    assert said["duplicates"].split()[-2:] == ["2", "1"]
    assert said["received"].split()[-1] == "8"
    assert said["open"].endswith("*")
    assert said["envelopes"] == "opened by any 2 of the 3 trustees, 'T1', 'T2', 'T3'*"
    assert said["anonymity"].endswith("* as the organizer says")
    assert rows(replace(registered, cosigners=2, keys=2))["quorum"] == "at least 3 members: NOT MET"


def test_a_split_crowd_is_shown(committee: World) -> None:
    """More keys than people, and words on each choice of registrars."""
    report = committee.verify(committee.published)
    said = rows(report)
    assert report_text(report).startswith("VALID: at least 3 distinct members signed, out of at")
    assert said["cosigners"].startswith("distinct members who signed, at least ")
    assert said["keys"].endswith(" 5")
    assert "1 key certified by 'R1', 'R3', out of at most 3 members 2 keys" in said["anonymity"]
    unknown = replace(report, combinations=(replace(report.combinations[0], at_most=None),))
    assert "'R3', out of an unknown number of members *" in rows(unknown)["anonymity"]


def terminal_rows(text: str) -> list[str]:
    """Break lines where a terminal of 80 columns does; wide characters fill two."""
    found = []
    for line in text.splitlines():
        row, columns = "", 0
        for char in line:
            width = 2 if east_asian_width(char) in {"F", "W"} else 1
            if columns + width > 80:
                found.append(row)
                row, columns = "", 0
            row, columns = row + char, columns + width
        found.append(row)
    return found


FALSE_VERDICT = "VALID: 900 distinct members signed"


@pytest.mark.parametrize(
    "words",
    [
        *hostile.LINES,
        " " * 59 + FALSE_VERDICT,
        "x " * 30 + FALSE_VERDICT,
        "x" * 70 + FALSE_VERDICT,
        "\u4e00" * 36 + FALSE_VERDICT,
    ],
)
def test_no_row_is_a_stranger_s(words: str) -> None:
    """Names, titles and statements stand in quotes, indented, without control characters.

    However long they are and whatever blanks they hold, no row of a terminal begins with them.
    """
    name = words.encode()[:NAME_LIMIT].decode(errors="ignore")
    shown = report_text(pages.report(pages.rostered(name, hostile.LETTER, (words,))))
    assert all(char == "\n" or char.isprintable() for char in shown)
    harmless = report_text(pages.report(pages.rostered("x", hostile.LETTER, ("x",))))
    begins = [
        {row[:13] for row in terminal_rows(text) if row[:2] != "  "} for text in (shown, harmless)
    ]
    assert begins[0] == begins[1]


def test_blanks_cannot_hide_words() -> None:
    """The second of two blanks, and all that follow, are escaped; words stay whole."""
    shown = report_text(pages.report(pages.rostered(statements=("a b  c   d",))))
    assert r"  'a b \x20c \x20\x20d'" in shown.splitlines()


def test_every_reason_has_words() -> None:
    """Each field of the omissions that a publisher counts."""
    named = {name.rpartition(".")[2] for name in table() if name.startswith("left_out.reason.")}
    assert named == set(LeftOut._fields)
