"""The program: one module for each role, errors turned into exit codes in one place."""

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from types import ModuleType
from typing import Annotated, Final, NoReturn

import typer

from cosign import __version__
from cosign_cli import commands
from cosign_cli.shared.environment import APP_NAME
from cosign_cli.shared.errors import show_error

_DEFECT = 70
"""As sysexits.h says; of its own, because 1 is ``verify``'s word on a letter."""
_INTERRUPTED = 130
_NOBODY_READS = 141
"""As for a process that SIGPIPE ended."""
_NAME_WORDS: Final = 2
"""No command's name has more words; those after it may be secrets."""


def _version(wanted: bool) -> None:
    if wanted:
        print(f"{APP_NAME} {__version__}")
        raise typer.Exit


def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Cosign a letter anonymously; anybody checks offline how many distinct members signed."""


def build(words: Sequence[str] = ()) -> typer.Typer:
    """Put the program together.

    Args:
        words: of the command line. Where they name a command, only its module is loaded;
            otherwise whatever is below the group that they name.
    """
    app = typer.Typer(
        name=APP_NAME,
        callback=_program,
        add_completion=False,
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
    )
    if words[:1] != ["--version"]:
        _add_commands(app, commands, words)
    return app


def _add_commands(app: typer.Typer, group: ModuleType, words: Sequence[str]) -> None:
    """Add what a package under :mod:`cosign_cli.commands` names; a package in it is a group."""
    named = words[:1] if words and words[0] in group.COMMANDS else group.COMMANDS
    for name in named:
        file = name.replace("-", "_") + ("_" if iskeyword(name) else "")
        module = import_module(f"{group.__name__}.{file}")
        if hasattr(module, "COMMANDS"):
            inner = typer.Typer(help=module.HELP)
            _add_commands(inner, module, words[1:])
            app.add_typer(inner, name=name)
        else:
            app.command(name)(module.run)


def main() -> NoReturn:
    """Run the command line and exit."""
    debug = "--debug" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    if isinstance(sys.stdout, io.TextIOWrapper):  # pragma: no branch  # where a program begins
        # A name that this terminal cannot show is no reason to fail after the work is done.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments, debug=debug))


def run(arguments: list[str], *, debug: bool = False) -> int:
    """Run one command and give its exit code.

    Args:
        arguments: as after the program's name.
        debug: show a traceback where a command fails.
    """
    try:
        program = typer.main.get_command(build(arguments[:_NAME_WORDS]))
        code = program.main(arguments or ["--help"], APP_NAME, standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as e:
        return _usage(e, as_json="--json" in arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (BrokenPipeError, SystemExit):  # typer exits where nobody reads
        _drop_output()
        return _NOBODY_READS
    except Exception as e:  # noqa: BLE001  # the one place that turns errors into exit codes
        if debug:
            import traceback

            traceback.print_exc()
        if isinstance(e, OSError) and e.filename is None:
            _drop_output()
        return _fail(e, as_json="--json" in arguments)
    return code


def _drop_output() -> None:
    """Drop what stdout does not take, so that Python does not complain again as it exits."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # not a path that anybody gave
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _usage(error: typer.TyperException, *, as_json: bool) -> int:
    from cosign.errors import UsageError

    message = error.format_message().rstrip(".")
    return _fail(
        UsageError(message[:1].lower() + message[1:], hint="add --help to see how it is used"),
        as_json=as_json,
    )


def _fail(error: Exception, *, as_json: bool) -> int:
    from cosign.errors import CosignError, StorageError

    code = None
    if isinstance(error, typer.Abort):
        error = CosignError("nothing was done", hint="repeat the command if you want it done")
    elif isinstance(error, OSError):
        reason = (error.strerror or str(error)).lower()
        error = StorageError(f"{error.filename or 'stdout'}: {reason}", hint="repeat it elsewhere")
    elif not isinstance(error, CosignError):
        code = _DEFECT
        error = CosignError(
            f"unexpected {type(error).__name__}", hint="repeat with --debug and report it"
        )
    code = code or error.exit_code
    if as_json:
        import json

        body = {"error": error.message, "hint": error.hint, "exit_code": code}
        print(json.dumps(body, ensure_ascii=False))
    show_error(error)
    return code
