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
from cosign.roles.shared.counting import NamedSigner
from cosign.roles.verifier.letter import Report
from cosign.words import phrase, some_of

WIDTH: Final = 80
"""Columns: as wide as the table of counts, and as most terminals."""

_NAME, _FILE, _ORGANIZER = 13, 47, 20
"""Widths of the columns; together as wide as a line."""


def report_text(report: Report) -> str:
    """Return the report for a terminal, with the same facts as the JSON object.

    All statements are shown. If only the first ones were, their authors could have arranged
    to come first in the file.
    """
    signed, members = wording.signed(report), wording.members(report.anonymity_set)
    lines = [phrase("text.valid", signed=signed, members=members)]
    but = phrase("text.but")
    lines += [line for caveat in wording.caveats(report) for line in wrap(but, caveat)]
    lines += ["", *(line for name, value in _facts(report) for line in _fact(name, value))]
    lines += ["", *_counts(report)]
    if hidden := tuple(hidden_characters(report.round.letter.text)):
        lines += ["", phrase("text.hidden")]
        lines += [line for sentence in hidden for line in wrap("  - ", sentence)]
    if report.names:
        lines += ["", phrase("text.names"), *wrap("  ", wording.whose_names(report))]
        lines += [row for one in report.names for row in rows(f"  {_signer(one)}", WIDTH, 2)]
    if report.statements:
        lines += ["", phrase("text.statements")]
        lines += [row for text in report.statements for row in rows(f"  {quoted(text)}", WIDTH, 2)]
    lines += ["", phrase("text.not_checked")]
    lines += [line for sentence in report.not_checked for line in wrap("  - ", sentence)]
    return "\n".join(lines)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    """Yield facts with their names; a name of "" continues the fact above."""
    round_, terms = report.round, report.round.terms
    size = phrase("count.byte", count=len(round_.letter.raw))
    yield phrase("text.letter"), phrase("text.letter_is", title=quoted(terms.title), bytes=size)
    yield phrase("text.sha_256"), sha256(round_.letter.raw).hex()
    if report.page:
        yield phrase("text.page"), wording.page_state(report.page)
    yield from _digits(phrase("text.round"), round_.fingerprint)
    yield from _digits(phrase("text.organizer"), fingerprint(terms.organizer_key))
    yield from _digits(phrase("text.group"), round_.group_fingerprint)
    pinned = "pinned" if report.pinned else "not_pinned"
    yield "", phrase(f"text.group.{pinned}", name=quoted(round_.group.name))
    yield "", phrase(f"kind.{round_.group.kind}")
    yield from _vouching(report)
    yield from _terms(report)
    yield from _crowd(report)
    yield "", phrase("text.organizer_says")
    yield from _stamps(report)


def _terms(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what the organizer signed about times, trustees and quorum."""
    terms = report.round.terms
    opens, closes = show_minute(terms.opens), show_minute(terms.closes)
    yield phrase("text.open"), phrase("text.window", opens=opens, closes=closes)
    trustees = some_of(terms.threshold, len(terms.trustees), "trustee")
    names = _names(t.name for t in terms.trustees)
    yield phrase("text.envelopes"), phrase("text.opened_by", trustees=trustees, names=names)
    met = "met" if report.quorum_met else "not_met"
    yield phrase("text.quorum"), phrase(f"text.quorum_{met}", count=terms.quorum)


def _crowd(report: Report) -> Iterator[tuple[str, str]]:
    """Yield among whom the signers hide, and from whom."""
    yield phrase("text.anonymity"), wording.anonymity(report.round.group)
    if others := wording.others(report):
        yield "", others
    for c in report.combinations:
        yield "", wording.combination(c, _names(c.registrars), named=report.named > 0)


def _stamps(report: Report) -> Iterator[tuple[str, str]]:
    for number, found in enumerate(report.time_stamps):
        date, time = wording.stamp_time(found)
        authority = quoted(found.authority) if found.authority else phrase("stamp.nobody")
        said = phrase(
            f"stamp.{wording.stamp_state(found)}",
            authority=authority,
            date=date,
            time=time,
            problem=found.problem,
        )
        yield "" if number else phrase("text.stamps"), said


def _vouching(report: Report) -> Iterator[tuple[str, str]]:
    vouching = report.round.group.vouching
    vouchers, names = wording.vouchers(vouching), _names(vouching.who)
    yield phrase("text.vouching"), phrase("text.vouched_by", vouchers=vouchers, names=names)
    if vouching.basis:
        words = quoted(vouching.basis)
        yield "", phrase("text.basis", basis=wording.basis(vouching), words=words)
    for number, (name, admitted) in enumerate(report.round.membership.admissions):
        kinds = [phrase("admitted", count=n, kind=quoted(kind)) for kind, n in admitted]
        said = ", ".join(kinds) or phrase("admitted.none")
        line = phrase("admitted.by", registrar=quoted(name), admitted=said)
        yield "" if number else phrase("text.admitted"), line
    if left_out := wording.left_out(report):
        yield phrase("text.left_out"), left_out


def _digits(name: str, shown: str) -> Iterator[tuple[str, str]]:
    first, *more = fingerprint_beside("", shown).splitlines()
    yield name, first
    yield from (("", line) for line in more)


def _counts(report: Report) -> Iterator[str]:
    head = phrase("text.counts"), "", SOURCES["file"], SOURCES["organizer"]
    for name, meaning, file, organizer in (head, *figures(report)):
        counted_there = f"{file:>{_FILE - len(meaning)}}"
        line = f"{name:<{_NAME}}{meaning}{counted_there}{organizer:>{_ORGANIZER}}"
        yield line.rstrip()


def _signer(signer: NamedSigner) -> str:
    who = quoted(signer.name)
    if signer.role:
        who = phrase("named.entry", name=who, role=quoted(signer.role))
    if signer.key:
        who = phrase("named.key", who=who, key=signer.key.hex())
    if not signer.statement:
        return who
    return phrase("text.names.says", who=who, statement=quoted(signer.statement))


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))


def _fact(name: str, value: str) -> list[str]:
    mark = f"{name:<{_NAME}}"
    by_stranger = "'" in value or '"' in value
    return rows(f"{mark}{value}", WIDTH, _NAME) if by_stranger else wrap(mark, value)


def wrap(mark: str, words: str) -> list[str]:
    """Return a sentence of ours as lines, the first after a mark, the others indented by it."""
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_on_hyphens=False,
    )
