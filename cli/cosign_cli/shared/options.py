"""Puts the options that commands share behind each command's own.

A command is a function whose first parameter is a :class:`~cosign_cli.shared.console.Console`;
the rest are its own arguments and options, in typer's way.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cosign_cli.shared.console import HOME_VARIABLE, PASSPHRASE_VARIABLE, Console
from cosign_cli.shared.relay_client import HTTP_HELP, PROXY_HELP

_SHARED: Final = "Shared options"

_JSON: Final = {
    "json": Annotated[
        bool, typer.Option("--json", help="One JSON object on stdout.", rich_help_panel=_SHARED)
    ]
}
_SECRETS: Final = {
    "home_folder": Annotated[
        Path | None,
        typer.Option(
            "--home",
            help=f"Folder of secrets; {HOME_VARIABLE} or the platform's application folder.",
            rich_help_panel=_SHARED,
        ),
    ],
    "passphrase_file": Annotated[
        Path | None,
        typer.Option(
            help=f"File whose first line is the passphrase; or {PASSPHRASE_VARIABLE}.",
            rich_help_panel=_SHARED,
        ),
    ],
    "no_passphrase": Annotated[
        bool,
        typer.Option(
            "--no-passphrase",
            help="Keep and read secrets without a passphrase.",
            rich_help_panel=_SHARED,
        ),
    ],
}
_OUTPUT: Final = {
    "output": Annotated[
        str, typer.Option("--output", "-o", help="File to write; - is stdout.", show_default=False)
    ],
    "armor": Annotated[
        bool,
        typer.Option("--armor", help="Write text instead of bytes.", rich_help_panel=_SHARED),
    ],
}
_FORCE: Final = {
    "force": Annotated[
        bool,
        typer.Option("--force", help="Overwrite an existing file.", rich_help_panel=_SHARED),
    ],
}
_RELAY: Final = {
    "relay": Annotated[
        str,
        typer.Option(
            "--relay",
            metavar="URL",
            help="A relay to use, such as https://relay.example.",
            rich_help_panel=_SHARED,
        ),
    ],
    "proxy": Annotated[
        str, typer.Option("--proxy", metavar="URL", help=PROXY_HELP, rich_help_panel=_SHARED)
    ],
    "delay": Annotated[
        int,
        typer.Option(
            "--delay",
            min=0,
            metavar="SECONDS",
            help="Before posting, wait a random time of at most so long.",
            rich_help_panel=_SHARED,
        ),
    ],
    "allow_http": Annotated[
        bool, typer.Option("--allow-http", help=HTTP_HELP, rich_help_panel=_SHARED)
    ],
}
_MAILBOX: Final = {
    "mailbox": Annotated[
        str,
        typer.Option(
            "--mailbox",
            metavar="FILE",
            help="The mailbox's key, from relay register.",
            rich_help_panel=_SHARED,
        ),
    ]
}
_YES: Final = {
    "yes": Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.", rich_help_panel=_SHARED)]
}
_DEFAULTS: Final = Console()

Command = Callable[..., None]


def command(
    *,
    secrets: bool = False,
    output: bool = False,
    force: bool = False,
    asks: bool = False,
    relay: bool = False,
    posts: bool = False,
    mailbox: bool = False,
) -> Callable[[Command], Command]:
    """Give a command the options that it shares with others; typer reads what comes of it.

    Args:
        secrets: whether it reads or writes a home.
        output: whether it writes a file.
        force: whether it writes a file only if asked to, by an option of its own.
        asks: whether it asks for confirmation.
        relay: whether it can use a relay.
        posts: whether it can post what it would write, so that it need not be told where.
        mailbox: whether the relay wants a mailbox's key.
    """
    groups = [
        (output, _OUTPUT),
        (output or force, _FORCE),
        (relay, _RELAY),
        (mailbox, _MAILBOX),
        (secrets, _SECRETS),
        (asks, _YES),
        (True, _JSON),
    ]
    shared = {key: option for wanted, group in groups if wanted for key, option in group.items()}

    def extend(function: Command) -> Command:
        own = list(inspect.signature(function).parameters.values())[1:]

        def run(**given: Any) -> None:
            settings = {key: given.pop(key) for key in shared}
            function(Console(**settings), **given)

        extra = [
            inspect.Parameter(
                key,
                inspect.Parameter.KEYWORD_ONLY,
                annotation=option,
                default=inspect.Parameter.empty
                if key == "output" and not posts  # it has to be told where
                else getattr(_DEFAULTS, key),
            )
            for key, option in shared.items()
        ]
        own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        run.__signature__ = inspect.Signature(own + extra)  # type: ignore[attr-defined]  # what typer reads
        run.__annotations__ = {p.name: p.annotation for p in own + extra}
        run.__doc__ = function.__doc__
        return run

    return extend
