"""``cosign-letter group create``: create a group from the keys of its registrars."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted, some_of
from cosign_cli.shared.clock import current_minute, parse_end, parse_time
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.files import read_record
from cosign_cli.shared.options import as_typed

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup


@command(output=True)
def run(
    console: Console,
    name: Annotated[
        str, typer.Option(callback=as_typed, help="The group's name, as people know it.")
    ],
    registrar: Annotated[
        list[str], typer.Option(metavar="FILE", help="A registrar's public keys; may be repeated.")
    ],
    enrol_opens: Annotated[str, typer.Option(metavar="TIME", help="When enrolment begins.")],
    enrol_closes: Annotated[str, typer.Option(metavar="TIME", help="When enrolment ends.")],
    threshold: Annotated[
        int | None,
        typer.Option(min=1, help="Registrars who must certify each member; default: all."),
    ] = None,
    purpose: Annotated[
        str, typer.Option(callback=as_typed, help="Who belongs to the group, in plain words.")
    ] = "",
) -> None:
    """Create a registered group, to which registrars admit people; then compare it with them."""
    from cosign.records.groups.registrar import Registrar
    from cosign.roles.organizer.rounds import make_group

    registrars = tuple(read_record(path, Registrar) for path in registrar)
    window = parse_time(enrol_opens), parse_end(enrol_closes)
    with usage_errors():
        group = make_group(name, purpose, registrars, threshold or len(registrars), window)
    _warn(console, group)
    console.write_record(group)
    _tell(console, group)


def _warn(console: Console, group: "RegisteredGroup") -> None:
    """Warn of a group that cannot count its members exactly, or whose enrolment is over."""
    if group.splits:
        console.note(
            "warning: a member needs only some of the registrars, so one person can get several "
            "keys; reports will count only as many people as the proofs can tell apart"
        )
    if current_minute() >= group.enrol_closes:
        console.note("warning: enrolment is over already at this time")


def _tell(console: Console, group: "RegisteredGroup") -> None:
    """Show what a group says, and the fingerprint to compare."""
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.groups.group import group_fingerprint
    from cosign.records.limits import show_minute

    opens, closes = show_minute(group.enrol_opens), show_minute(group.enrol_closes)
    shown = group_fingerprint(group)
    console.result(
        f"{console.output}: group {quoted(group.name)}, {counted(group.slots, 'slot')}; "
        f"certified by {some_of(group.threshold, len(group.registrars), 'registrar')}\n"
        f"enrolment    {opens} to {closes}\n"
        f"{fingerprint_beside('fingerprint  ', shown)}",
        {
            "output": console.output,
            "name": group.name,
            "fingerprint": shown,
            "threshold": group.threshold,
            "registrars": [r.name for r in group.registrars],
            "slots": group.slots,
            "enrol_opens": opens,
            "enrol_closes": closes,
        },
    )
