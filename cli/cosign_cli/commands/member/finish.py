"""``cosign-letter member finish``: turn the registrars' answers into certificates."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home, openable
from cosign_cli.shared.relay_client import connect, warn_of_address

if TYPE_CHECKING:
    from cosign.records.enrolment import EnrolmentResponse
    from cosign.stores.home import Home


@command(secrets=True, relay=True)
def run(
    console: Console,
    responses: Annotated[
        list[str] | None, typer.Argument(metavar="RESPONSE", help="The registrars' answers.")
    ] = None,
) -> None:
    """Make certificates from the registrars' answers, and keep them; --relay fetches answers."""
    from cosign.errors import CosignError, UsageError
    from cosign.homes import finish_enrolment

    if not responses and not console.relay:
        raise UsageError("no answers were named", hint="name their files or add --relay URL")
    home = open_home(console)
    lines: list[str] = []
    data: list[dict[str, object]] = []
    try:
        for path, response in _responses(console, home, responses or []):
            with naming(path):
                state = finish_enrolment(home, response)
            group = state.group
            held = len(state.endorsements[0])
            missing = group.threshold - held
            ready = missing <= 0
            lines.append(
                f"{quoted(group.name)}: certified by {counted(held, 'registrar')}; "
                + ("ready to sign" if ready else f"enrol with {missing} more")
            )
            data.append({"group": group.name, "registrars": held, "ready": ready})
    except CosignError:
        for line in lines:  # the answers before the bad one are kept
            console.note(f"kept: {line}")
        raise
    console.result("\n".join(lines), {"finished": data})


def _responses(
    console: Console, home: "Home", paths: list[str]
) -> "Iterator[tuple[str, EnrolmentResponse]]":
    """Yield responses with their sources: first the files, then those on the relay."""
    from cosign.records.enrolment import EnrolmentResponse

    for path in paths:
        yield path, read_record(path, EnrolmentResponse)
    if console.relay:
        yield from _fetch(console, home)


def _fetch(console: Console, home: "Home") -> "Iterator[tuple[str, EnrolmentResponse]]":
    """Fetch the answer to each request that waits, over a connection of its own.

    The relay should not see which requests are from one home.

    Raises:
        MissingError: no request waits, or a registrar has not answered yet.
    """
    from cosign.homes import waiting_requests
    from cosign.stores.keys import MEMBER

    with needs_extra("client"):
        from cosign.relay.client.enrolment import fetch_response

    warn_of_address(console.proxy)
    for group, registrar, request_id in waiting_requests(home, openable(console, home, MEMBER)):
        source = f"registrar {registrar + 1} of {group.name!r}"
        with naming(source), connect(console) as client:
            response = fetch_response(client, group, registrar, request_id)
        yield console.relay, response
