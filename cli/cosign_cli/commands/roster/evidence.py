"""``cosign-letter roster evidence``: show that a roster's keys were certified."""

from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_record
from cosign_cli.shared.roster_certificates import read_certificates


@command(output=True)
def run(
    console: Console,
    roster_file: Annotated[str, typer.Argument(metavar="ROSTER", help="The roster's file.")],
    group_file: Annotated[
        str,
        typer.Option(
            "--group", metavar="FILE", help="The group whose registrars signed the certificates."
        ),
    ],
    certificate: Annotated[
        list[str], typer.Option(metavar="FILE", help="A membership certificate; may be repeated.")
    ],
) -> None:
    """Write the certificates of a roster's keys, verified, for people who check the roster."""
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.groups.roster import Roster
    from cosign.roles.roster_publisher import make_evidence

    console.check_output()
    roster = read_record(roster_file, Roster)
    with naming(roster_file):
        roster.verify()
    group = read_record(group_file, RegisteredGroup)
    record = make_evidence(roster, group, read_certificates(certificate, group_file))
    console.write_record(record)
    certified = len(record.certificates)
    console.result(
        f"{console.output}: certificates for {certified} of {roster.size} keys",
        {"output": console.output, "certified": certified, "keys": roster.size},
    )
