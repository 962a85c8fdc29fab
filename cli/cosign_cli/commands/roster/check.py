"""``cosign-letter roster check``: check a roster and its evidence."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_record
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.rosters import (
    keys_line,
    missing_signatures,
    progress_line,
    publisher_lines,
    publishers_json,
    source_line,
)
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.groups.roster import Roster


@command()
def run(
    console: Console,
    roster_file: Annotated[str, typer.Argument(metavar="ROSTER", help="The roster's file.")],
    evidence_file: Annotated[
        str | None,
        typer.Option(
            "--evidence", metavar="FILE", help="The evidence for it, from roster evidence."
        ),
    ] = None,
) -> None:
    """Check the signatures of a roster, each of its keys, and the evidence for it."""
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.groups.group import group_fingerprint
    from cosign.records.groups.roster import Roster

    roster = read_record(roster_file, Roster)
    _verify(console, roster, roster_file)
    lines = _roster_lines(roster)
    certified = registrars = None
    if evidence_file:
        certified, group = _verify_evidence(roster, evidence_file)
        # Anyone can be a registrar, so the count means nothing without the group's fingerprint.
        registrars = group_fingerprint(group)
        lines += [
            f"certified    {counted(certified, 'key')}, by {quoted(group.name)}",
            fingerprint_beside("             ", registrars),
        ]
    console.result(
        "\n".join(lines),
        {
            "keys": roster.size,
            "source": roster.terms.source,
            "key_kinds": roster.key_kinds._asdict(),
            "publishers": publishers_json(roster),
            "threshold": roster.terms.threshold,
            "left_out": roster.left_out,
            "certified": certified,
            "certified_by": registrars,
            "fingerprint": group_fingerprint(roster),
        },
    )


def _verify(console: Console, roster: "Roster", roster_file: str) -> None:
    """Verify signatures and keys; print who signed where signatures are missing."""
    from cosign.records.groups.roster import load_ring

    with naming(roster_file):
        roster.verify_signatures()
        with process_pool() as executor, show_progress("checking keys") as progress:
            load_ring(roster.terms.keys, executor=executor, progress=progress)
        if missing_signatures(roster):
            for line in publisher_lines(roster):
                console.facts(line)
        roster.verify()


def _roster_lines(roster: "Roster") -> list[str]:
    """Return what a valid roster says of itself."""
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.groups.group import group_fingerprint
    from cosign.reports.wording import anonymity

    return [
        f"{keys_line(roster)}; all valid",
        f"anonymity    {anonymity(roster)}",
        source_line(roster),
        *publisher_lines(roster),
        f"             {progress_line(roster)}",
        fingerprint_beside("fingerprint  ", group_fingerprint(roster)),
    ]


def _verify_evidence(roster: "Roster", evidence_file: str) -> "tuple[int, RegisteredGroup]":
    """Return how many of a roster's keys the evidence certifies, and by whose registrars."""
    from cosign.records.groups.evidence import RosterEvidence

    record = read_record(evidence_file, RosterEvidence)
    with naming(evidence_file):
        return record.verify(roster), record.group
