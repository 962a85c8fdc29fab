"""``cosign-letter registrar close``: end enrolment and sign the count."""

from typing import Annotated

import typer

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console, counted
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
    from cosign.errors import WindowError
    from cosign.records.limits import show_minute
    from cosign.roles.registrar import end_enrolment

    console.check_output()
    session = open_session(console, group)
    if current_minute() < session.group.enrol_closes and not early:
        raise WindowError(
            f"enrolment is open until {show_minute(session.group.enrol_closes)}",
            hint="wait, or close it now with --early: vouchers not used yet become worthless",
        )
    with session.ledger() as ledger:
        statement = end_enrolment(session.keys, ledger)
    console.write_record(statement)
    console.result(
        f"{console.output}: enrolment is closed, with {counted(statement.issued, 'voucher')} used",
        {"output": console.output, "issued": statement.issued, "registrar": session.number + 1},
    )
