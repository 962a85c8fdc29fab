"""``cosign-letter member enrol`` and ``finish``: become an anonymous member."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.commands import command
from cosign_cli.console import Console, naming
from cosign_cli.credentials import openable
from cosign_cli.relays import connect, deliver, relay_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.secrets import MemberState
    from cosign.secret import Secret
    from cosign.stores.home import Home

app: Final = typer.Typer(help="Become an anonymous member of a group.")


def load_member(home: "Home", group_id: bytes) -> "MemberState":
    """Open what this home holds for a group.

    Raises:
        MissingError: nothing.
    """
    from cosign.errors import MissingError
    from cosign.records.secrets import MemberState
    from cosign.stores.keys import MEMBER, member_name

    name = member_name(group_id)
    if name not in home.names(MEMBER):
        raise MissingError(
            "this home is no member of the group",
            hint="enrol with member enrol first, or name the right folder with --home",
        )
    return home.read(name, MemberState)


@command(app, "enrol", secrets=True, output=True, relay=True, posts=True)
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
    from cosign.primitives.codes import decode_code
    from cosign.primitives.hashing import fingerprint
    from cosign.records.enrolment import VOUCHER_BYTES
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.secret import Secret

    group = console.read_record(group_file, RegisteredGroup)
    code = Secret(decode_code(voucher or console.ask("voucher"), VOUCHER_BYTES))
    console.check_output()
    request = _request(console, group, registrar - 1, code)
    posted = _deliver(console, group, request)
    name = group.registrars[registrar - 1].name
    console.result(
        f"{console.output or console.relay}: a request to registrar {name!r}\n"
        f"group {group.name!r}  {fingerprint(group.group_id)}",
        {
            "output": console.output,
            "registrar": registrar,
            "group": fingerprint(group.group_id),
            "posted": posted,
        },
    )


def _request(
    console: Console, group: "RegisteredGroup", registrar: int, voucher: "Secret"
) -> "EnrolmentRequest":
    """Make a request, after what answers it was written down."""
    from cosign.errors import MissingError
    from cosign.roles import member
    from cosign.stores.keys import member_name

    home = console.home()
    with home.lock():
        try:
            earlier = load_member(home, group.group_id)
        except MissingError:
            earlier = member.join(group)
        state, request = member.enrol(earlier, registrar, voucher, console.minute())
        if any(old not in state.pending for old in earlier.pending):
            console.note(
                "warning: another voucher than before; only an answer to this request can be used"
            )
        # Written before the request leaves: without the blinding factors its answer is useless.
        home.write(member_name(group.group_id), state)
    return request


def _deliver(console: Console, group: "RegisteredGroup", request: "EnrolmentRequest") -> bool:
    """Write the request, post it, or both; tell whether it was posted."""
    if not console.relay:
        console.write_record(request)
        return False
    with relay_extra():
        from cosign.relay.owners import registrar_address
        from cosign.relay.shelves import REQUESTS
    deliver(console, registrar_address(group, request.registrar), REQUESTS, request)
    return True


@command(app, "finish", secrets=True, relay=True)
def finish(
    console: Console,
    responses: Annotated[
        list[str] | None, typer.Argument(metavar="[RESPONSE...]", help="The registrars' answers.")
    ] = None,
) -> None:
    """Unblind, verify and keep certificates; with --relay, fetch what registrars answered."""
    from cosign.errors import CosignError, UsageError
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.roles import member
    from cosign.stores.keys import member_name

    if not responses and not console.relay:
        raise UsageError("no answers were named", hint="name files or add --relay URL")
    home = console.home()
    lines: list[str] = []
    data: list[dict[str, object]] = []
    try:
        for path, response in _responses(console, home, responses or []):
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
    except CosignError:
        for line in lines:  # what came before the culprit is done
            console.note(f"kept: {line}")
        raise
    console.result("\n".join(lines), {"finished": data})


def _responses(
    console: Console, home: "Home", paths: list[str]
) -> "Iterator[tuple[str, EnrolmentResponse]]":
    """Give responses with where they are from: files, then what the relay has for this home."""
    from cosign.records.enrolment import EnrolmentResponse

    for path in paths:
        yield path, console.read_record(path, EnrolmentResponse)
    if console.relay:
        yield from _fetch(console, home)


def _fetch(console: Console, home: "Home") -> "Iterator[tuple[str, EnrolmentResponse]]":
    """Fetch the answer to each request that waits; for each a connection of its own.

    Raises:
        MissingError: nothing waits, or a registrar has not answered yet.
    """
    from cosign.errors import MissingError
    from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.secrets import MemberState
    from cosign.stores.keys import MEMBER

    with relay_extra():
        from cosign.relay.owners import registrar_address
        from cosign.relay.shelves import RESPONSES

    states = [home.read(name, MemberState) for name in openable(console, home, MEMBER)]
    waiting = [(state, pending) for state in states for pending in state.pending]
    if not waiting:
        raise MissingError("no request of this home waits for an answer", hint="enrol first")
    for state, pending in waiting:
        group = RegisteredGroup.from_bytes(state.group)
        request_id = EnrolmentRequest.from_bytes(pending.request).request_id
        with (
            naming(f"registrar {pending.registrar + 1} of {group.name!r}"),
            connect(console) as client,
        ):
            terms = client.mailbox(registrar_address(group, pending.registrar))
            raw = client.fetch(terms, RESPONSES, request_id)
        yield console.relay, EnrolmentResponse.from_bytes(raw)
