"""``cosign-letter relay serve``: run a relay."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.environment import CLOCK_VARIABLE
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.relay_database import DEFAULT_DATABASE, DatabaseUrl, open_database
from cosign_cli.shared.relay_token import make_token


@command()
def run(
    console: Console,
    database: DatabaseUrl = DEFAULT_DATABASE,
    listen: Annotated[
        str,
        typer.Option(metavar="HOST:PORT", help="Address to listen on; port 0 is any free port."),
    ] = "127.0.0.1:8463",
    token_file: Annotated[
        str | None,
        typer.Option(
            "--register-token-file",
            metavar="FILE",
            help="Token that people need to register mailboxes; made if the file is missing.",
        ),
    ] = None,
) -> None:
    """Run a relay until it is stopped; put it behind a TLS proxy or an onion service."""
    with needs_extra("relay"):
        from cosign.relay.server.app import Relay
        from cosign.relay.server.listening import bind, make_server, stopping

    token = make_token(Path(token_file)) if token_file else None
    today = _calendar()
    with stopping() as stop, open_database(database) as opened, bind(listen) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        console.result(f"listening on {shown}", {"listening": shown})
        stop.server = make_server(Relay(opened, token, today))
        stop.server.run(sockets=[listener])


def _calendar() -> Callable[[], int]:
    """Return a function that returns the day since 1970, from the clock or its override."""
    from cosign.records.mailbox import DAY_MINUTES

    if CLOCK_VARIABLE not in os.environ:
        return lambda: current_minute() // DAY_MINUTES
    day = current_minute() // DAY_MINUTES
    return lambda: day
