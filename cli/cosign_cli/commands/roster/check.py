"""``cosign-letter roster check``: check a roster and its evidence."""

from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_record


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
    """Check the signature of a roster, each of its keys, and the evidence for it."""
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.groups.evidence import RosterEvidence
    from cosign.records.groups.group import group_fingerprint
    from cosign.records.groups.roster import Roster, load_ring

    roster = read_record(roster_file, Roster)
    with naming(roster_file):
        roster.verify()
        load_ring(roster.terms.keys)
    shown = group_fingerprint(roster)
    left_out = sum(roster.left_out.values())
    lines = [
        f"{counted(roster.size, 'key')}, all valid; {left_out} left out",
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
            f"certified    {counted(certified, 'key')}, by {record.group.name!r}",
            fingerprint_beside("             ", registrars),
        ]
    console.result(
        "\n".join(lines),
        {
            "keys": roster.size,
            "left_out": roster.left_out,
            "certified": certified,
            "certified_by": registrars,
            "fingerprint": shown,
        },
    )
