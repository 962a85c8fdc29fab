"""The report for a terminal (docs/spec.md, "Verifying").

What strangers wrote stands in quotes or behind a frame's mark, and no row of a terminal
begins with it (:mod:`cosign.quoting`).
"""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from cosign.primitives.hashing import fingerprint, fingerprint_beside, sha256
from cosign.quoting import quoted, rows
from cosign.records.limits import show_minute
from cosign.reports import wording
from cosign.reports.figures import SOURCES, figures
from cosign.reports.hidden import hidden_characters
from cosign.roles.verifier.letter import Report
from cosign.words import counted, some_of

_WIDTH: Final = 80
"""Columns: as wide as the table of counts, and as most terminals."""

_NAME, _FILE, _ORGANIZER = 13, 47, 20
"""Widths of the columns; together as wide as a line."""


def report_text(report: Report) -> str:
    """Return the report for a terminal, with the same facts as the JSON object.

    All statements are shown. If only the first ones were, their authors could have arranged
    to come first in the file.
    """
    lines = [
        f"VALID: {wording.signed(report)} signed, out of {wording.members(report.anonymity_set)}"
    ]
    lines += [line for caveat in wording.caveats(report) for line in _wrap("BUT ", caveat)]
    lines += ["", *(line for name, value in _facts(report) for line in _fact(name, value))]
    lines += ["", *_counts(report)]
    if hidden := tuple(hidden_characters(report.round.letter.text)):
        lines += ["", "in the letter, but not to be seen"]
        lines += [line for sentence in hidden for line in _wrap("  - ", sentence)]
    if report.statements:
        lines += ["", "statements"]
        lines += [row for text in report.statements for row in rows(f"  {quoted(text)}", _WIDTH, 2)]
    lines += ["", "not checked"]
    lines += [line for sentence in report.not_checked for line in _wrap("  - ", sentence)]
    return "\n".join(lines)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """Yield facts with their names; a name of "" continues the fact above."""
    round_, terms = report.round, report.round.terms
    yield "letter", f"{quoted(terms.title)}, {counted(len(round_.letter.raw), 'byte')}"
    yield "sha-256", sha256(round_.letter.raw).hex()
    yield from _digits("round", round_.fingerprint)
    yield from _digits("organizer", fingerprint(terms.organizer_key))
    yield from _digits("group", round_.group_fingerprint)
    pinned = "pinned by you: you named it" if report.pinned else "NOT PINNED: you named no group"
    yield "", f"{quoted(round_.group.name)}, {pinned}"
    yield "", wording.KIND[round_.group.kind]
    vouching = round_.group.vouching
    yield "vouched for", f"by {wording.vouchers(vouching)}, {_names(vouching.who)}"
    if vouching.basis:
        yield "", f"{wording.basis(vouching)}: {quoted(vouching.basis)}"
    if left_out := wording.left_out(report):
        yield "left out", left_out
    yield "open", f"from {show_minute(terms.opens)} to {show_minute(terms.closes)}*"
    trustees = some_of(terms.threshold, len(terms.trustees), "trustee")
    yield "envelopes", f"opened by {trustees}, {_names(t.name for t in terms.trustees)}*"
    met = "met" if report.quorum_met else "NOT MET"
    yield "quorum", f"at least {counted(terms.quorum, 'member')}: {met}"
    yield "anonymity", wording.anonymity(round_.group)
    for c in report.combinations:
        keys, names = counted(c.keys, "key"), _names(c.registrars)
        yield "", f"{keys} certified by {names}, out of {wording.members(c.at_most)}"
    yield "", "* as the organizer says"


def _digits(name: str, shown: str) -> Iterator[tuple[str, str]]:
    first, *more = fingerprint_beside("", shown).splitlines()
    yield name, first
    yield from (("", line) for line in more)


def _counts(report: Report) -> Iterator[str]:
    head = "counts", "", SOURCES["file"], SOURCES["organizer"]
    for name, meaning, file, organizer in (head, *figures(report)):
        counted_there = f"{file:>{_FILE - len(meaning)}}"
        line = f"{name:<{_NAME}}{meaning}{counted_there}{organizer:>{_ORGANIZER}}"
        yield line.rstrip()


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))


def _fact(name: str, value: str) -> list[str]:
    mark = f"{name:<{_NAME}}"
    by_stranger = "'" in value or '"' in value
    return rows(f"{mark}{value}", _WIDTH, _NAME) if by_stranger else _wrap(mark, value)


def _wrap(mark: str, words: str) -> list[str]:
    """Return a sentence of ours as lines, the first after a mark, the others indented by it."""
    return textwrap.wrap(
        words,
        _WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_on_hyphens=False,
    )
