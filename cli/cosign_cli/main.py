"""The program: finds the command, runs it, and turns every error into an exit code."""

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from types import ModuleType
from typing import Annotated, Final, NoReturn

import typer

from cosign import __version__
from cosign.stores.changes import changed_files, recording
from cosign_cli import commands
from cosign_cli.shared.command import description
from cosign_cli.shared.ending import undoing_first
from cosign_cli.shared.environment import APP_NAME, COMPLETE_VARIABLE
from cosign_cli.shared.errors import show_error
from cosign_cli.shared.help import name_values
from cosign_cli.shared.streams import drop_unwritten, print_json, replace_closed, write_text
from cosign_cli.shared.terminal import say, show
from cosign_cli.shared.values import read_values

_DEFECT = 70
"""A defect of the program: EX_SOFTWARE of sysexits.h; 1 is taken, it means "not valid"."""
_INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""
_CLOSED_PIPE = 141
"""128 + SIGPIPE."""
_NAME_WORDS: Final = 2
"""The most words in a command's name. Those that follow are not looked at: some are secrets."""


def _version(wanted: bool) -> None:
    if wanted:
        from cosign.primitives.curve import choice

        show(f"{APP_NAME} {__version__} ({choice.NAME})")
        raise typer.Exit


def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Cosign a letter anonymously; anyone can check offline how many distinct members signed."""


def build(words: Sequence[str] = ()) -> typer.Typer:
    """Return the program.

    Args:
        words: the first words of the command line. If they name a command, only its module
            is loaded; if they name a group, only the modules of that group; with any other
            words, groups stay empty. Without words the program is complete.
    """
    app = typer.Typer(
        name=APP_NAME,
        callback=_program,
        help=description(_program),
        add_completion=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
    )
    if words[:1] != ["--version"]:
        _add_commands(app, commands, words)
    return app


def _add_commands(app: typer.Typer, group: ModuleType, words: Sequence[str]) -> None:
    """Add the commands and groups of a package, or the one that the first word names."""
    named = words[:1] if words and words[0] in group.COMMANDS else group.COMMANDS
    for name in named:
        file = name.replace("-", "_") + ("_" if iskeyword(name) else "")
        module = import_module(f"{group.__name__}.{file}")
        if hasattr(module, "COMMANDS"):
            inner = typer.Typer(help=module.HELP)
            if name in words[:1] or not words:
                _add_commands(inner, module, words[1:])
            app.add_typer(inner, name=name)
        else:
            app.command(name)(module.run)


def main() -> NoReturn:
    """Run the command line and exit."""
    replace_closed()
    debug = "--debug" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    if isinstance(sys.stdout, io.TextIOWrapper):  # pragma: no branch  # not under pytest
        # A name that the terminal cannot show must not fail a command whose work is done.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments, debug=debug))


def run(arguments: list[str], *, debug: bool = False) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: the words after the program's name.
        debug: print a traceback if the command fails.
    """
    with undoing_first(), recording(), warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _show_warning
        try:
            return _run(arguments, debug=debug)
        finally:
            drop_unwritten()


def _show_warning(message: Warning | str, *_where: object, **_more: object) -> None:
    """Print a warning of the library as the program's own are printed, without its place."""
    say(f"warning: {message}")


def _run(arguments: list[str], *, debug: bool) -> int:
    try:
        words = arguments or ["--help"]
        completing = COMPLETE_VARIABLE in os.environ
        program = typer.main.get_command(build([] if completing else words[:_NAME_WORDS]))
        name_values(program)
        read_values(program)
        code = program.main(words, APP_NAME, standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as e:
        return _usage(e, as_json="--json" in arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (BrokenPipeError, SystemExit) as e:
        if COMPLETE_VARIABLE in os.environ and isinstance(e, SystemExit):
            return int(e.code or 0)
        return _CLOSED_PIPE  # typer exits on a closed pipe
    except Exception as e:  # noqa: BLE001  # every error becomes an exit code here
        if debug:
            import traceback

            write_text(sys.stderr, traceback.format_exc(), lost=True)
        return _fail(e, as_json="--json" in arguments)
    return code


def _usage(error: typer.TyperException, *, as_json: bool) -> int:
    from cosign.errors import UsageError

    message = error.format_message().rstrip(".").replace("Value error, ", "")  # typer's words
    return _fail(
        UsageError(
            message[:1].lower() + message[1:], hint="add --help to see what the command takes"
        ),
        as_json=as_json,
    )


def _fail(error: Exception, *, as_json: bool) -> int:
    from cosign.errors import CosignError, StorageError
    from cosign.stores.system_errors import system_hint

    code = None
    if isinstance(error, typer.Abort):
        error = CosignError("nothing was done", hint="run the command again and answer y to do it")
    elif isinstance(error, OSError):
        reason, cause = (error.strerror or str(error)).lower(), error
        error = StorageError(
            f"{error.filename or 'stdout'}: {reason}", hint=system_hint(error.errno or 0)
        )
        error.__cause__ = cause
    elif not isinstance(error, CosignError):
        code = _DEFECT
        error = CosignError(
            f"unexpected {type(error).__name__}: this is a defect of the program",
            hint="run the command again with --debug and report what it prints",
        )
    code = code or error.exit_code
    error.hint = "; ".join(filter(None, [error.hint, _left(error)]))
    if as_json:
        # Where stdout takes nothing, the same words follow on stderr.
        with contextlib.suppress(OSError):
            print_json({"error": error.message, "hint": error.hint, "exit_code": code})
    show_error(error)
    return code


def _left(error: Exception) -> str:
    """Return what a command that failed has changed, in words; of other than disks if anything."""
    from cosign.errors import MissingError, StorageError

    if left := ", ".join(map(str, changed_files())):
        return f"changed before the error: {left}"
    of_system = isinstance(error, StorageError) and error.__cause__ is not None
    return "nothing changed" if of_system and not isinstance(error, MissingError) else ""
