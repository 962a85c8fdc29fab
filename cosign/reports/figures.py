"""What the counts of a report are called: one table for JSON, text and page.

A count has one of two sources. Either the verifier counted it in the file, or the
organizer wrote it into the file's header when the envelopes were opened; nobody else
can check the latter. So no rendering adds the two up or shows one in place of the
other (docs/spec.md, "Verifying").
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from cosign.roles.verifier.letter import Report
from cosign.words import phrase

Source = Literal["file", "organizer"]

SOURCES: Final[dict[Source, str]] = {
    "file": phrase("source.file"),
    "organizer": phrase("source.organizer"),
}
"""What the two sources are called."""


class Figure(NamedTuple):
    """One count.

    Attributes:
        meaning: what is counted.
        sources: where the number comes from; two numbers if from both.
    """

    meaning: str
    sources: tuple[Source, ...]


_SOURCES_OF: Final[dict[str, tuple[Source, ...]]] = {
    "cosigners": ("file",),
    "keys": ("file",),
    "named": ("file",),
    "withdrawn": ("file", "organizer"),
    "duplicates": ("file", "organizer"),
    "conflicts": ("file",),
    "invalid": ("file", "organizer"),
    "received": ("organizer",),
    "unreadable": ("organizer",),
}

FIGURES: Final[dict[str, Figure]] = {
    name: Figure(phrase(f"figure.{name}"), sources) for name, sources in _SOURCES_OF.items()
}
"""All counts, in the order in which they are shown. A name is the count's key in JSON, its
name in text and page, and the attribute of the report, or of its ``opening``, that has it."""


def more_may_have_signed(report: Report) -> bool:
    """Return whether the number of cosigners is only a lower bound (docs/spec.md, "Counting")."""
    return report.keys > report.cosigners


class Row(NamedTuple):
    """A figure in one report, as text and page show it.

    Attributes:
        name: a key of :data:`FIGURES`.
        meaning: what is counted.
        file: what the verifier counted in the file, "" where it counts no such thing.
        organizer: what the organizer says, or "".
    """

    name: str
    meaning: str
    file: str
    organizer: str


def numbers(report: Report, source: Source) -> dict[str, int]:
    """Return all numbers from one source, by the names of their figures."""
    place = report if source == "file" else report.opening
    return {name: getattr(place, name) for name, f in FIGURES.items() if source in f.sources}


def figures(report: Report) -> Iterator[Row]:
    """Yield all figures of a report, in the order of :data:`FIGURES`."""
    file, organizer = numbers(report, "file"), numbers(report, "organizer")
    for name, (meaning, _sources) in FIGURES.items():
        if name == "cosigners" and more_may_have_signed(report):
            meaning = phrase("figure_at_least", meaning=meaning)  # noqa: PLW2901  # the words of this one report
        yield Row(name, meaning, str(file.get(name, "")), str(organizer.get(name, "")))
