"""Puts the options that commands share behind each command's own.

A command is a function whose first parameter is a :class:`~cosign_cli.console.Console`;
the rest are its own arguments and options, in typer's way.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cosign_cli.console import HOME_VARIABLE, PASSPHRASE_VARIABLE, Console

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
            "--no-passphrase", help="Keep secrets without a passphrase.", rich_help_panel=_SHARED
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
_YES: Final = {
    "yes": Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.", rich_help_panel=_SHARED)]
}
_DEFAULTS: Final = Console()

Command = Callable[..., None]


def command(
    app: typer.Typer,
    name: str,
    *,
    secrets: bool = False,
    output: bool = False,
    force: bool = False,
    asks: bool = False,
) -> Callable[[Command], Command]:
    """Register a command.

    Args:
        app: where.
        name: how it is called.
        secrets: whether it reads or writes a home.
        output: whether it writes a file.
        force: whether it writes a file only if asked to, by an option of its own.
        asks: whether it asks for confirmation.
    """
    groups = [
        (output, _OUTPUT),
        (output or force, _FORCE),
        (secrets, _SECRETS),
        (asks, _YES),
        (True, _JSON),
    ]
    shared = {key: option for wanted, group in groups if wanted for key, option in group.items()}

    def register(function: Command) -> Command:
        own = list(inspect.signature(function).parameters.values())[1:]

        def run(**given: Any) -> None:
            settings = {key: given.pop(key) for key in shared}
            function(Console(**settings), **given)

        extra = [
            inspect.Parameter(
                key,
                inspect.Parameter.KEYWORD_ONLY,
                annotation=option,
                # A command that writes a file has to be told where.
                default=inspect.Parameter.empty if key == "output" else getattr(_DEFAULTS, key),
            )
            for key, option in shared.items()
        ]
        own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        run.__signature__ = inspect.Signature(own + extra)  # type: ignore[attr-defined]  # what typer reads
        run.__annotations__ = {p.name: p.annotation for p in own + extra}
        run.__doc__ = function.__doc__
        app.command(name)(run)
        return function

    return register
