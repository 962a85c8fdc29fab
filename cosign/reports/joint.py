"""The report on a joint letter, as text and as JSON (docs/spec.md, "Verifying a joint letter").

The groups stand side by side first; then follows the whole report on each, as for a single
letter. Names of groups are strangers' words and stand in quotes.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from cosign.primitives.hashing import fingerprint, sha256
from cosign.quoting import quoted, rows
from cosign.records.campaign import AskedGroup, CampaignTerms
from cosign.reports import wording
from cosign.reports.figures import more_may_have_signed
from cosign.reports.json import report_json
from cosign.reports.text import WIDTH, report_text, wrap
from cosign.roles.verifier.joint import InSeveral, JointReport
from cosign.roles.verifier.letter import Report
from cosign.words import phrase

COLUMNS: Final = ("number", "signed", "members", "quorum", "pinned", "name")
"""The columns in which groups stand side by side, by the names of their heads."""

_CELL: Final = (7, 14, 17, 8, 8)
"""Widths of all columns but the last."""


def joint_json(report: JointReport) -> dict[str, object]:
    """Return the documented object about a valid joint letter."""
    here = {r.round.round_id for r in report.letters}
    return {
        "joint": True,
        "valid": True,
        "exit_code": report.exit_code,
        "letter_sha256": sha256(report.letter.raw).hex(),
        "total": report.total,
        "named": report.named,
        "groups": [report_json(letter) for letter in report.letters],
        "campaigns": [
            {
                "title": terms.title,
                "organizer": fingerprint(terms.organizer_key),
                "asked": [{**_asked(a), "here": a.round_id in here} for a in terms.rounds],
            }
            for terms in report.campaigns
        ],
        "asked_not_here": [_asked(asked) for asked in report.asked_not_here],
        "same_names": [_same(found) for found in report.same_names],
        "same_keys": [_same(found) for found in report.same_keys],
        "not_checked": list(report.not_checked),
        "page": report.page,
    }


def _asked(asked: AskedGroup) -> dict[str, object]:
    round_, group = fingerprint(asked.round_id), fingerprint(asked.group_id)
    return {"name": asked.name, "group": group, "round": round_}


def _same(found: InSeveral) -> dict[str, object]:
    return {"name": found.name, "letters": list(found.letters)}


def joint_text(report: JointReport) -> str:
    """Return the report for a terminal, with the same facts as the JSON object."""
    lines = wrap("", phrase("joint.valid", signed=signed(report)))
    but = phrase("text.but")
    lines += [line for caveat in caveats(report) for line in wrap(but, caveat)]
    size = phrase("count.byte", count=len(report.letter.raw))
    lines += ["", f"{phrase('text.sha_256')}: {sha256(report.letter.raw).hex()}, {size}"]
    lines += ["", *_table(report)]
    if same := tuple(in_several(report)):
        lines += ["", phrase("joint.same")]
    for what, found in same:
        said = phrase(f"joint.same.{what}", name=quoted(found.name), which=groups_of(found.letters))
        lines += rows(f"  - {said}", WIDTH, 4)
    for terms in report.campaigns:
        lines += ["", *wrap("", phrase("joint.asked_by", which=organized(report, terms)))]
        for asked, which in asked_groups(report, terms):
            said = _whether_here(quoted(asked.name), which)
            lines += rows(f"  - {said}", WIDTH, 4)
    lines += ["", phrase("joint.not_checked")]
    lines += [line for sentence in report.not_checked for line in wrap("  - ", sentence)]
    for number, letter in enumerate(report.letters, 1):
        name, count = quoted(letter.round.group.name), len(report.letters)
        heading = phrase("joint.group_of", number=number, count=count, name=name)
        lines += ["", *rows(heading, WIDTH, 0), "", report_text(letter)]
    return "\n".join(lines)


def _table(report: JointReport) -> Iterator[str]:
    heads = (phrase(f"joint.head.{name}") for name in COLUMNS)
    for *cells, name in (tuple(heads), *cells_of(report, quoted)):
        line = "".join(f"{cell:<{width}}" for cell, width in zip(cells, _CELL, strict=True))
        yield from rows(f"{line}{name}", WIDTH, sum(_CELL))


def cells_of(report: JointReport, show: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    """Yield what the table says about each group, in the order of ``COLUMNS``.

    Args:
        report: the report.
        show: returns a stranger's name as it is shown.
    """
    for number, letter in enumerate(report.letters, 1):
        yield (
            str(number),
            _signed(letter),
            _members(letter.anonymity_set),
            str(letter.round.terms.quorum),
            phrase(f"joint.pinned.{'yes' if letter.pinned else 'no'}"),
            show(letter.round.group.name),
        )


def _signed(letter: Report) -> str:
    if more_may_have_signed(letter):
        return phrase("joint.at_least", count=letter.cosigners)
    return str(letter.cosigners)


def _members(most: int | None) -> str:
    return phrase("joint.unknown") if most is None else phrase("joint.at_most", count=most)


def signed(report: JointReport) -> str:
    """Return how many signed in all groups, how many by name, and the limit of these numbers."""
    least = ".at_least" if any(map(more_may_have_signed, report.letters)) else ""
    names = ".named" if report.named else ""
    total, groups = report.total, len(report.letters)
    return phrase(f"joint{names}.signed{least}", total=total, groups=groups, count=report.named)


def caveats(report: JointReport) -> Iterator[str]:
    """Yield why a valid joint letter may not be what it seems."""
    for name, holds in (
        ("not_pinned", [letter.pinned for letter in report.letters]),
        ("below_quorum", [letter.quorum_met for letter in report.letters]),
    ):
        which = [number for number, good in enumerate(holds, 1) if not good]
        if which:
            yield phrase(f"joint.caveat.{name}", count=len(which), which=groups_of(which))
    if report.page == "changed":
        yield phrase("caveat.page", state=wording.page_state(report.page))


def organized(report: JointReport, terms: CampaignTerms) -> str:
    """Return the groups whose rounds the organizer of a campaign opened: "group 1, group 3"."""
    return groups_of(
        number
        for number, letter in enumerate(report.letters, 1)
        if letter.round.terms.organizer_key == terms.organizer_key
    )


def asked_groups(report: JointReport, terms: CampaignTerms) -> Iterator[tuple[AskedGroup, str]]:
    """Yield each group that a campaign names, and which group of the file it is, "" for none."""
    numbers = {letter.round.round_id: n for n, letter in enumerate(report.letters, 1)}
    for asked in terms.rounds:
        number = numbers.get(asked.round_id)
        yield asked, groups_of([number]) if number else ""


def in_several(report: JointReport) -> Iterator[tuple[str, InSeveral]]:
    """Yield who signed openly in several groups, or may have, after what is the same."""
    yield from (("key", found) for found in report.same_keys)
    yield from (("name", found) for found in report.same_names)


def _whether_here(name: str, which: str) -> str:
    return phrase(f"joint.asked.{'here' if which else 'absent'}", name=name, which=which)


def groups_of(numbers: Iterable[int]) -> str:
    """Return groups by their numbers: "group 1, group 3"."""
    return ", ".join(phrase("joint.group", number=number) for number in numbers)
