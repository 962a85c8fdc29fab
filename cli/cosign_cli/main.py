"""The program: one module for each role, errors turned into exit codes in one place."""

import sys
from typing import Annotated, NoReturn

import typer

from cosign import __version__
from cosign_cli import (
    demo,
    group,
    inspecting,
    member,
    publishing,
    registrar,
    round_command,
    signing,
    trustee,
    verifying,
)  # named after the command
from cosign_cli.console import APP_NAME, warn

_INTERRUPTED = 130
_ABORTED = 1

app = typer.Typer(
    name=APP_NAME,
    help="Cosign a letter anonymously; anybody checks offline how many distinct members signed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"{APP_NAME} {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Cosign a letter anonymously; anybody checks offline how many distinct members signed."""


app.add_typer(registrar.app, name="registrar")
app.add_typer(group.app, name="group")
app.add_typer(trustee.app, name="trustee")
app.add_typer(member.app, name="member")
app.add_typer(round_command.app, name="round")
demo.register(app)
signing.register(app)
publishing.register(app)
verifying.register(app)
inspecting.register(app)


def main() -> NoReturn:
    """Run the command line and exit."""
    debug = "--debug" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    sys.exit(run(arguments, debug=debug))


def run(arguments: list[str], *, debug: bool = False) -> int:
    """Run one command and give its exit code.

    Args:
        arguments: as after the program's name.
        debug: show a traceback where a command fails.
    """
    try:
        return typer.main.get_command(app).main(arguments, APP_NAME, standalone_mode=False) or 0
    except typer.Abort:
        print(f"{APP_NAME}: nothing was done", file=sys.stderr)
        return _ABORTED
    except typer.TyperException as e:
        return _usage(e, as_json="--json" in arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as e:
        if debug:
            raise
        return _fail(e, as_json="--json" in arguments)


def _usage(error: typer.TyperException, *, as_json: bool) -> int:
    from cosign.errors import UsageError

    message = error.format_message().rstrip(".")
    return _fail(
        UsageError(message[:1].lower() + message[1:], hint="add --help to see how it is used"),
        as_json=as_json,
    )


def _fail(error: Exception, *, as_json: bool) -> int:
    from cosign.errors import CosignError

    if not isinstance(error, CosignError):
        error = CosignError(
            f"unexpected {type(error).__name__}", hint="repeat with --debug and report it"
        )
    if as_json:
        import json

        body = {"error": error.message, "hint": error.hint, "exit_code": error.exit_code}
        print(json.dumps(body, ensure_ascii=False))
    warn(error)
    return error.exit_code
