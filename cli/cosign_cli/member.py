"""``cosign-letter member enrol`` and ``finish``: become an anonymous member."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.commands import command
from cosign_cli.console import Console, naming

if TYPE_CHECKING:
    from cosign.records.secrets import MemberState
    from cosign.stores.home import Home

app: Final = typer.Typer(help="Become an anonymous member of a group.")


def load_member(home: "Home", group_id: bytes) -> "MemberState":
    """Open what this home holds for a group.

    Raises:
        MissingError: nothing.
    """
    from cosign.errors import MissingError
    from cosign.records.secrets import MemberState
    from cosign.stores.credentials import MEMBER, member_name

    name = member_name(group_id)
    if name not in home.names(MEMBER):
        raise MissingError(
            "this home is no member of the group",
            hint="enrol with member enrol first, or name the right folder with --home",
        )
    return home.read(name, MemberState)


@command(app, "enrol", secrets=True, output=True)
def enrol(
    console: Console,
    group_file: Annotated[str, typer.Argument(metavar="GROUP", help="The group's file.")],
    voucher: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="From the registrar; asked for if left out, since the process list shows it.",
        ),
    ] = None,
    registrar: Annotated[
        int, typer.Option(metavar="I", min=1, help="Which registrar gave it, from 1.")
    ] = 1,
) -> None:
    """Blind this member's keys and seal them, with the voucher, to a registrar."""
    from cosign.errors import MissingError
    from cosign.primitives.codes import decode_code
    from cosign.primitives.hashing import fingerprint
    from cosign.records.enrolment import VOUCHER_BYTES
    from cosign.records.group import RegisteredGroup
    from cosign.roles import member
    from cosign.secret import Secret
    from cosign.stores.credentials import member_name

    group = console.read_record(group_file, RegisteredGroup)
    code = Secret(decode_code(voucher or console.ask("voucher"), VOUCHER_BYTES))
    console.check_output()
    home = console.home()
    with home.lock():
        try:
            state = load_member(home, group.group_id)
        except MissingError:
            state = member.join(group)
        state, request = member.enrol(state, registrar - 1, code, console.minute())
        # Written before the request leaves: without the blinding factors its answer is useless.
        home.write(member_name(group.group_id), state)
    console.write_record(request)
    name = group.registrars[registrar - 1].name
    console.result(
        f"{console.output}: a request to registrar {name!r}\n"
        f"group {group.name!r}  {fingerprint(group.group_id)}",
        {
            "output": console.output,
            "registrar": registrar,
            "group": fingerprint(group.group_id),
        },
    )


@command(app, "finish", secrets=True)
def finish(
    console: Console,
    responses: Annotated[
        list[str], typer.Argument(metavar="RESPONSE...", help="The registrars' answers.")
    ],
) -> None:
    """Unblind, verify and keep certificates."""
    from cosign.records.enrolment import EnrolmentResponse
    from cosign.records.group import RegisteredGroup
    from cosign.roles import member
    from cosign.stores.credentials import member_name

    home = console.home()
    lines, data = [], []
    for path in responses:
        response = console.read_record(path, EnrolmentResponse)
        with naming(path), home.lock():
            state = member.finish(load_member(home, response.group_id), response)
            home.write(member_name(response.group_id), state)
        group = RegisteredGroup.from_bytes(state.group)
        held = len(state.endorsements[0])
        ready = held >= group.threshold
        lines.append(
            f"{group.name!r}: certified by {held} of {group.threshold} registrars"
            + ("; ready to sign" if ready else "; enrol with another one")
        )
        data.append({"group": group.name, "registrars": held, "ready": ready})
    console.result("\n".join(lines), {"finished": data})
