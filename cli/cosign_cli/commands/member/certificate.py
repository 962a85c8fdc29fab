"""``cosign-letter member certificate``: write the certificate of one slot, for a roster."""

from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_group
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import GroupFile


@command(secrets=True, output=True)
def run(
    console: Console,
    group_file: GroupFile,
    slot: Annotated[
        int,
        typer.Option(
            metavar="J",
            min=1,
            help="The slot whose certificate is written; one letter uses one slot.",
        ),
    ] = 1,
) -> None:
    """Write the certificate of one slot's key, so that the key can go on a roster.

    A slot is what one letter uses of an enrolment: a key of its own, and certificates. It
    is used up then: once others know that the key is yours, it must sign no registered
    round.
    """
    from cosign.roles.member import Member
    from cosign.stores.keys import find_membership

    group = read_group(group_file)
    console.check_output()
    home = open_home(console)
    with home.lock():
        record = Member(find_membership(home, group.group_id)).export_certificate(slot)
    console.write_record(record)
    console.result(
        f"{console.output}: the certificate of slot {slot}",
        {"output": console.output, "slot": slot},
    )
