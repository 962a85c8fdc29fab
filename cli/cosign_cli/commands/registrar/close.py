"""``cosign-letter registrar close``: end enrolment and sign the count."""

from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import GroupFile
from cosign_cli.shared.registrar_session import open_session


@command(secrets=True, output=True)
def run(
    console: Console,
    group: GroupFile,
    early: Annotated[
        bool, typer.Option("--early", help="Close before the enrolment period ends.")
    ] = False,
) -> None:
    """End enrolment for good and sign how many certificates were issued."""
    session = open_session(console, group)
    console.check_output()
    statement = session.end_enrolment(current_minute(), early=early)
    console.write_record(statement)
    console.result(
        f"{console.output}: enrolment is closed, with {counted(statement.issued, 'voucher')} used",
        {"output": console.output, "issued": statement.issued, "registrar": session.number + 1},
    )
