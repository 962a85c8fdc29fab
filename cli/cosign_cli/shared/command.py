"""Puts the options that commands share behind each command's own.

A command is a function whose first parameter is a :class:`~cosign_cli.shared.console.Console`;
the others are its own arguments and options, declared as typer wants them.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final

from cosign_cli.shared.console import Console
from cosign_cli.shared.options import (
    ARMOR,
    FORCE,
    JSON,
    MAILBOX,
    OUTPUT,
    RELAY,
    SECRETS,
    YES,
    Group,
)

_DEFAULTS: Final = Console()

Command = Callable[..., None]


def command(
    *,
    secrets: bool = False,
    output: bool = False,
    armor: bool = True,
    force: bool = False,
    asks: bool = False,
    relay: bool = False,
    posts: bool = False,
    mailbox: bool = False,
    anywhere: bool = False,
) -> Callable[[Command], Command]:
    """Return a decorator that replaces a command's console by the options that make it.

    Args:
        secrets: the command reads or writes a home.
        output: it writes a file, named by ``--output``.
        armor: that file is a record, which may be text. What other programs read may not.
        force: it may write a file that an option of its own names.
        asks: it asks for confirmation.
        relay: it can use a relay; what this needs is checked first.
        posts: it can post what it would write, or has another place for it, so ``--output`` may
            be left out.
        mailbox: the relay wants the key of a mailbox.
        anywhere: it works on systems without locks, owners and modes of files, too.
    """
    groups = [
        (output, OUTPUT),
        (output and armor, ARMOR),
        (output or force, FORCE),
        (relay, RELAY),
        (mailbox, MAILBOX),
        (secrets, SECRETS),
        (asks, YES),
        (True, JSON),
    ]
    shared = {key: option for wanted, group in groups if wanted for key, option in group.items()}

    def extend(function: Command) -> Command:
        def run(**given: Any) -> None:
            if not anywhere:
                from cosign.stores.system import require_posix

                require_posix()
            settings = {key: given.pop(key) for key in shared}
            console = Console(**settings)
            if console.relay:
                from cosign_cli.shared.relay_client import check_relay

                check_relay(console.relay, console.proxy, allow_http=console.allow_http)
            function(console, **given)

        parameters = _parameters(function, shared, posts=posts)
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        run.__doc__ = description(function)
        return run

    return extend


def _parameters(function: Command, shared: Group, *, posts: bool) -> list[inspect.Parameter]:
    """Return the options of a command's own, and behind them those that it shares."""
    own = list(inspect.signature(function).parameters.values())[1:]
    extra = [
        inspect.Parameter(
            key,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=option,
            default=inspect.Parameter.empty
            if key == "output" and not posts
            else getattr(_DEFAULTS, key),
        )
        for key, option in shared.items()
    ]
    return [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + extra


def description(function: Callable[..., Any]) -> str | None:
    """Return a function's docstring; from its source where Python left docstrings out (-OO)."""
    if function.__doc__ is not None:
        return function.__doc__
    import ast
    from textwrap import dedent

    try:
        tree = ast.parse(dedent(inspect.getsource(function)))
    except OSError:  # the sources were not installed
        return None
    return ast.get_docstring(tree.body[0])  # type: ignore[arg-type]  # a function
