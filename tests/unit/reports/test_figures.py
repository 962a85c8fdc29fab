"""JSON, text and page name the same figures and show the same numbers, each under its source."""

import json
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.records.published import RECORD_LIMIT, OpeningSummary
from cosign.reports.figures import FIGURES, SOURCES
from cosign.reports.html import report_page
from cosign.reports.json import report_json
from cosign.reports.text import report_text
from cosign.roles.verifier.letter import Report
from tests.support import pages, places
from tests.support.hostile import parse, text_of
from tests.support.world import World

Figures = dict[str, tuple[int | None, int | None]]
"""For each name the number that the verifier counted in the file, and the organizer's."""


@cache
def kinds() -> tuple[Report, ...]:
    """A registered and a rostered letter, pinned and not."""
    raws = pages.registered(pages.people(), quorum=3), pages.rostered(names=pages.NAMES)
    return tuple(pages.report(raw, pinned=pinned) for raw in raws for pinned in (True, False))


def expected(report: Report) -> Figures:
    """What a report has, by the names that readers rely on."""
    told = report.opening
    return {
        "cosigners": (report.cosigners, None),
        "keys": (report.keys, None),
        "named": (report.named, None),
        "withdrawn": (report.withdrawn, told.withdrawn),
        "duplicates": (report.duplicates, told.duplicates),
        "conflicts": (report.conflicts, None),
        "invalid": (0, told.invalid),
        "received": (None, told.received),
        "unreadable": (None, told.unreadable),
    }


def number(cell: str) -> int | None:
    """Read a number as it is shown."""
    return int(cell) if cell.strip() else None


def in_json(report: Report) -> Figures:
    """What the JSON object shows."""
    told = json.loads(json.dumps(report_json(report)))
    says = told["organizer_says"]
    assert set(says) == set(OpeningSummary._fields)
    return {name: (told.get(name), says.get(name)) for name in FIGURES}


def in_text(report: Report) -> Figures:
    """What the table of the text shows, read by the columns of its head."""
    head, *rows = next(
        part.splitlines() for part in report_text(report).split("\n\n") if part[:6] == "counts"
    )
    end = head.index(SOURCES["file"]) + len(SOURCES["file"])
    start = end - len(str(RECORD_LIMIT))
    assert head[end:].strip() == SOURCES["organizer"]
    return {row.split(" ", 1)[0]: (number(row[start:end]), number(row[end:])) for row in rows}


def in_page(report: Report) -> Figures:
    """What the first table of the page shows."""
    root = parse(b"".join(report_page(report)))
    head, *rows = next(root.iter("table")).iter("tr")
    assert [text_of(cell) for cell in head] == ["", *SOURCES.values()]
    return {
        text_of(name).partition(":")[0]: (number(text_of(file)), number(text_of(organizer)))
        for name, file, organizer in rows
    }


COUNT = st.integers(0, RECORD_LIMIT)


OPENINGS = st.builds(OpeningSummary, COUNT, COUNT, COUNT, COUNT, COUNT)


@given(st.integers(0, 3), st.lists(COUNT, min_size=5, max_size=5), OPENINGS)
def test_all_renderings_show_the_same_figures(
    kind: int, file: list[int], opening: OpeningSummary
) -> None:
    """Over many reports; a figure that one of them renames, drops, adds or moves is noticed."""
    cosigners, more, withdrawn, duplicates, conflicts = file
    report = replace(
        kinds()[kind],
        cosigners=cosigners,
        keys=min(cosigners + more, RECORD_LIMIT),
        withdrawn=withdrawn,
        duplicates=duplicates,
        conflicts=conflicts,
        opening=opening,
    )
    figures = expected(report)
    assert in_json(report) == in_text(report) == in_page(report) == figures


def test_real_reports_show_what_was_counted(committee: World) -> None:
    """Of a file with keys by several registrars, and of those above, unchanged."""
    for report in (committee.verify(committee.published), *kinds()):
        assert in_json(report) == in_text(report) == in_page(report) == expected(report)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_has_its_meaning_in_every_rendering(name: str) -> None:
    """The words of the table, also in the schema of the JSON object, after the source."""
    meaning, sources = FIGURES[name]
    report = kinds()[0]
    assert f"{name:<13}{meaning}" in report_text(report)
    assert f"<strong>{name}</strong>: {meaning}</th>" in b"".join(report_page(report)).decode()
    schema = json.loads((places.DOCS / "verify.schema.json").read_text(encoding="utf-8"))
    members = schema["$defs"]["valid"]["properties"]
    told = members["organizer_says"]["properties"]
    for source, words in SOURCES.items():
        where = members if source == "file" else told
        assert (name in where) == (source in sources)
        if name in where:
            said = where[name]["description"]
            assert said.lower().startswith(f"{words.lower()}: {meaning}")


def test_the_table_fits_a_terminal() -> None:
    """With the largest numbers, and where they are the least that there can be."""
    largest = OpeningSummary(*[RECORD_LIMIT] * 5)
    full = replace(kinds()[0], cosigners=10**6, keys=RECORD_LIMIT, opening=largest)
    shown = report_text(full)
    assert max(map(len, shown.splitlines())) <= 80
    assert "distinct members who signed, at least" in shown
    assert in_text(full) == expected(full)
