"""``cosign-letter registrar close``: end enrolment and sign the counts."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import GroupFile
from cosign_cli.shared.registrar_session import open_session
from cosign_cli.shared.vouching import warn_of_small_kinds


@command(secrets=True, output=True)
def run(
    console: Console,
    group: GroupFile,
    early: Annotated[
        bool, typer.Option("--early", help="Close before the enrolment period ends.")
    ] = False,
) -> None:
    """End enrolment for good and sign how many people enrolled, on which evidence."""
    session = open_session(console, group)
    console.check_output()
    statement = session.end_enrolment(current_minute(), early=early)
    console.write_record(statement)
    warn_of_small_kinds(console, dict(statement.admitted))
    kinds = ", ".join(f"{one.people} {quoted(one.kind)}" for one in statement.admitted)
    used = counted(statement.issued, "voucher")
    console.result(
        f"{console.output}: enrolment is closed, with {used} used{kinds and ': '}{kinds}",
        {
            "output": console.output,
            "issued": statement.issued,
            "admitted": [one._asdict() for one in statement.admitted],
            "registrar": session.number + 1,
        },
    )
