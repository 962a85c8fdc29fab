"""The report for a terminal (docs/spec.md, "Verifying").

What strangers wrote is shown as Python writes a string: in quotes, on one line,
with every character that is not printable escaped, so it cannot pass for a line
of the report or move a cursor.
"""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from cosign.primitives.hashing import fingerprint, sha256
from cosign.records.limits import show_minute
from cosign.reports import wording
from cosign.roles.verifier.letter import Report

_WIDTH: Final = 84
"""Columns: as wide as the line of a fingerprint."""


def report_text(report: Report) -> str:
    """Write a report for a terminal: the facts of the JSON, an ordinary letter in a screenful.

    Statements are never cut off: whoever comes first in the file could have arranged that.
    """
    lines = [
        f"VALID: {wording.number(report)} distinct members signed, out of {wording.crowd(report)}"
    ]
    lines += [line for caveat in wording.caveats(report) for line in _wrap("BUT ", caveat)]
    lines += ["", *(f"{name:<13}{value}" for name, value in _facts(report))]
    if report.statements:
        lines += ["", "statements", *(f"  {text!r}" for text in report.statements)]
    lines += ["", "not checked"]
    lines += [line for sentence in report.not_checked for line in _wrap("  - ", sentence)]
    return "\n".join(lines)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    round_, terms = report.round, report.round.terms
    yield "letter", f"{terms.title!r}, {len(round_.letter.raw)} bytes"
    yield "sha-256", sha256(round_.letter.raw).hex()
    yield "round", round_.fingerprint
    yield "organizer", fingerprint(terms.organizer_key)
    yield "group", round_.group_fingerprint
    yield "", f"{round_.group.name!r}, {'pinned by you' if report.pinned else 'NOT PINNED'}"
    role, who, threshold, basis = round_.group.vouching
    yield "vouched for", f"by {wording.some_of(role, threshold, len(who))}"
    yield "", _names(who)
    if basis:
        yield "", repr(basis)
    if left_out := wording.left_out(report):
        yield "left out", left_out
    yield "open", f"{show_minute(terms.opens)} to {show_minute(terms.closes)}*"
    yield "quorum", f"{terms.quorum}: {'met' if report.quorum_met else 'NOT MET'}"
    yield from _figures(report)
    names = _names(t.name for t in terms.trustees)
    trustees = wording.some_of("trustee", terms.threshold, len(terms.trustees))
    yield "trustees", f"{trustees}: {names}*"
    yield "", "* the organizer's word"
    yield "anonymity", wording.ANONYMITY[report.anonymity]
    for c in report.combinations:
        size = "an unknown number of" if c.at_most is None else f"at most {c.at_most}"
        yield "split", f"{c.keys} keys by {_names(c.registrars)}, out of {size} members"


def _figures(report: Report) -> Iterator[tuple[str, str]]:
    opening = report.opening
    yield "withdrawn", f"{report.withdrawn} in the file, {opening.withdrawn} before publication*"
    yield (
        "duplicates",
        f"{report.duplicates} in the file, {opening.duplicate} among envelopes*, counted once",
    )
    yield "conflicts", f"{report.conflicts}, counted once, their statements left out"
    if report.keys > report.cosigners:
        yield "keys", f"{report.keys}: somebody may hold several, so fewer people are counted"
    yield (
        "envelopes",
        f"{opening.received} received, {opening.unreadable} unreadable, {opening.invalid} invalid*",
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _wrap(mark: str, sentence: str) -> list[str]:
    return textwrap.wrap(sentence, _WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))
