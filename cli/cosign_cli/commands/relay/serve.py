"""``cosign-letter relay serve``: a mailbox that learns nothing and loses nothing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.environment import CLOCK_VARIABLE
from cosign_cli.shared.relay_client import relay_extra
from cosign_cli.shared.relay_database import DEFAULT_DATABASE, DatabaseUrl, open_database
from cosign_cli.shared.relay_token import make_token


@command()
def run(
    console: Console,
    database: DatabaseUrl = DEFAULT_DATABASE,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to listen; port 0 is any free one.")
    ] = "127.0.0.1:8463",
    token_file: Annotated[
        str | None,
        typer.Option(
            "--register-token-file",
            metavar="FILE",
            help="Whoever has it registers mailboxes, else nobody; made if it is not there.",
        ),
    ] = None,
) -> None:
    """Run a relay until it is stopped; behind a proxy with TLS, or as an onion service."""
    with relay_extra():
        from cosign.relay.server import app

    token = make_token(Path(token_file)) if token_file else None
    today = _calendar()
    with open_database(database) as opened, app.bind(listen) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        console.result(f"listening on {shown}", {"listening": shown})
        app.make_server(app.Relay(opened, token, today)).run(sockets=[listener])


def _calendar() -> Callable[[], int]:
    """Give a function that tells the day: the clock's, or always the one that is set."""
    from cosign.records.mailbox import DAY_MINUTES

    if CLOCK_VARIABLE not in os.environ:
        return lambda: current_minute() // DAY_MINUTES
    day = current_minute() // DAY_MINUTES
    return lambda: day
