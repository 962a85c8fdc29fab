"""How commands reach a relay: the options, and the client behind them."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.console import Console

if TYPE_CHECKING:
    from cosign.relay.client import RelayClient

RelayUrl = Annotated[
    str, typer.Option("--relay", metavar="URL", help="The relay, such as https://relay.example.")
]
Proxy = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="SOCKS proxy that everything goes through, such as socks5h://127.0.0.1:9050 for Tor.",
    ),
]
AllowHttp = Annotated[
    bool, typer.Option("--allow-http", help="Without TLS, where anybody on the way reads along.")
]
Delay = Annotated[
    int,
    typer.Option(
        min=0, metavar="SECONDS", help="Before posting, wait a random time of at most so long."
    ),
]


@contextlib.contextmanager
def relay_extra() -> Iterator[None]:
    """Say what to install where the libraries of the relay are missing."""
    from cosign.errors import UsageError

    try:
        yield
    except ModuleNotFoundError as e:
        name = str(e.name).partition(".")[0]
        raise UsageError(
            f"relays need {name}, which is not installed",
            hint="pip install 'cosign-letter[relay]'",
        ) from e


@contextlib.contextmanager
def reach(url: str, proxy: str, *, allow_http: bool) -> Iterator["RelayClient"]:
    """Give a client of the relay that the options name; nothing is sent yet."""
    with relay_extra():
        from cosign.relay.client import RelayClient
        from cosign.relay.way import Way
    with Way(url, proxy=proxy, allow_http=allow_http) as way:
        yield RelayClient(way)


def delay(console: Console, seconds: int) -> None:
    """Wait a random time, with progress."""
    from cosign.relay.client import wait_a_while

    with console.progress("waiting") as progress:
        wait_a_while(seconds, progress)
