"""``cosign-letter roster check``: check a roster and its evidence."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_record
from cosign_cli.shared.rosters import (
    keys_line,
    missing_signatures,
    progress_line,
    publisher_lines,
    publishers_json,
)


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
    from cosign.records.groups.evidence import RosterEvidence
    from cosign.records.groups.group import group_fingerprint
    from cosign.records.groups.roster import Roster, load_ring
    from cosign.reports.wording import anonymity

    roster = read_record(roster_file, Roster)
    with naming(roster_file):
        roster.verify_signatures()
        load_ring(roster.terms.keys)
        if missing_signatures(roster):
            for line in publisher_lines(roster):
                console.facts(line)
        roster.verify()
    shown = group_fingerprint(roster)
    lines = [
        f"{keys_line(roster)}; all valid",
        f"anonymity    {anonymity(roster)}",
        *publisher_lines(roster),
        f"             {progress_line(roster)}",
        fingerprint_beside("fingerprint  ", shown),
    ]
    certified = registrars = None
    if evidence_file:
        record = read_record(evidence_file, RosterEvidence)
        with naming(evidence_file):
            certified = record.verify(roster)
        # Anyone can be a registrar, so the count means nothing without the group's fingerprint.
        registrars = group_fingerprint(record.group)
        lines += [
            f"certified    {counted(certified, 'key')}, by {quoted(record.group.name)}",
            fingerprint_beside("             ", registrars),
        ]
    console.result(
        "\n".join(lines),
        {
            "keys": roster.size,
            "key_kinds": roster.key_kinds._asdict(),
            "publishers": publishers_json(roster),
            "threshold": roster.terms.threshold,
            "left_out": roster.left_out,
            "certified": certified,
            "certified_by": registrars,
            "fingerprint": shown,
        },
    )
