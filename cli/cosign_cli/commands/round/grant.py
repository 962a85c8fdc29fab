"""``cosign-letter round grant``: add the registrars' slot grants to a round."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.options import RoundFile
from cosign_cli.shared.rounds import read_draft


@command(output=True)
def run(
    console: Console,
    round_file: RoundFile,
    grant: Annotated[
        list[str],
        typer.Option("--grant", metavar="FILE", help="A registrar's slot grant; may be repeated."),
    ],
) -> None:
    """Add slot grants to a round of a registered group, which members can then sign."""
    from cosign.records.groups.grants import SlotGrant
    from cosign.roles.organizer.rounds import complete_round
    from cosign.words import counted

    console.check_output()
    draft = read_draft(round_file)
    round_ = complete_round(draft, tuple(read_record(path, SlotGrant) for path in grant))
    console.write_record(round_.round)
    granted = len(round_.round.grants)
    console.result(
        f"{console.output}: round {quoted(round_.terms.title)} is ready; "
        f"{counted(granted, 'registrar')} granted slot {round_.terms.slot}",
        {"output": console.output, "round": round_.fingerprint, "granted": granted},
    )
