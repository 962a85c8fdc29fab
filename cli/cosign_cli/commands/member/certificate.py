"""``cosign-letter member certificate``: write the certificate of one slot, for a roster."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_group
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import GroupFile

if TYPE_CHECKING:
    from cosign.roles.member import Member


@command(secrets=True, output=True, asks=True)
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
    _ask(console, Member(find_membership(home, group.group_id)), slot)
    with home.lock():
        record = Member(find_membership(home, group.group_id)).export_certificate(slot)
    console.write_record(record)
    console.result(
        f"{console.output}: the certificate of slot {slot}",
        {"output": console.output, "slot": slot},
    )


def _ask(console: Console, member: "Member", slot: int) -> None:
    """Say what is lost, and ask, unless the slot was used up in this way before.

    Raises:
        SlotError, MissingError, ThresholdError: the slot has no certificate to write.
    """
    from cosign.records.credential import EXPORTED
    from cosign.roles.member import export_certificate

    state = member.membership
    export_certificate(state, slot)
    if any(use.slot == slot and use.round_id == EXPORTED for use in state.uses):
        return
    console.note(
        f"warning: this uses up slot {slot} of {quoted(state.group.name)} for good: no letter of "
        "that group can be signed with it any more, because the certificate shows your key"
    )
    console.confirm("do you want to use up this slot for a roster?")
