"""Questions on the terminal; without a terminal, each answer has to be an option."""

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import typer

from cosign.quoting import sentence
from cosign_cli.shared import terminal
from cosign_cli.shared.progress import progress_paused

_TERMINAL: Final = "/dev/tty"
"""The terminal of a process, whatever its standard streams are."""


TRIES: Final = 3
"""How often a passphrase or a code is asked for."""


def can_ask() -> bool:
    """Return whether a person can read a question and answer it.

    The answer may come from the terminal although stdin is a pipe or file, from which a
    command reads its input. A closed stdin, or /dev/null, means that nobody is there.
    """
    if not sys.stderr.isatty():
        return False
    return sys.stdin.isatty() or (_is_input() and _has_terminal())


def _is_input() -> bool:
    with contextlib.suppress(OSError):
        mode = os.fstat(sys.stdin.fileno()).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)
    return False


def _has_terminal() -> bool:
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR))
    except OSError:
        return False
    return True


def confirm(question: str) -> None:
    """Ask a question and go on only if the person says yes.

    Raises:
        UsageError: there is no terminal.
        typer.Abort: the person said no.
    """
    from cosign.errors import UsageError

    if not can_ask():
        raise UsageError(
            "this needs a confirmation, and there is no terminal to ask on",
            hint="add --yes if you are sure",
        )
    with _asking():
        typer.confirm(terminal.question(question), abort=True, err=True)


def ask_whether(question: str) -> bool:
    """Ask a question on the terminal and return whether the person says yes."""
    with _asking():
        return bool(typer.confirm(terminal.question(question), err=True))


def ask_code(what: str, check: Callable[[str], object]) -> str:
    """Ask for a code that is also an option, such as a voucher; once more if it is mistyped.

    Args:
        what: the option.
        check: called with the code; raises UsageError if it is mistyped.

    Raises:
        UsageError: there is no terminal.
    """
    from cosign.errors import UsageError

    if not can_ask():
        raise UsageError(f"no {what} was given", hint=f"add --{what} CODE")
    for _ in range(TRIES - 1):
        code = _ask(what)
        try:
            check(code)
        except UsageError as e:
            terminal.say(f"{e.message}; try again")
        else:
            return code
    return _ask(what)


def ask_secret() -> str:
    """Ask for the secret of an invitation; see :func:`ask_code`."""
    from cosign.roles.organizer.invitations import decode_secret

    return ask_code("secret", decode_secret)


def _ask(what: str) -> str:
    with _asking():
        return str(typer.prompt(terminal.question(what), err=True))


def ask_passphrase(name: str, *, new: bool = False) -> bytes:
    """Ask for the passphrase of something without showing it; a new one twice; it may be empty."""
    what = f"{'new ' if new else ''}passphrase for {name}"
    with _asking():
        given: str = typer.prompt(
            sentence(what),
            default="",
            show_default=False,
            hide_input=True,
            confirmation_prompt=new,
            err=True,
        )
    return given.encode(errors="surrogateescape")


@contextlib.contextmanager
def _asking() -> Iterator[None]:
    """Ask on stderr, because stdout may be a file, and read from the terminal."""
    try:
        with progress_paused(), contextlib.redirect_stdout(sys.stderr), _terminal_as_stdin():
            yield
    except typer.Abort as e:
        if isinstance(e.__context__, KeyboardInterrupt):  # Ctrl-C is not an answer
            raise KeyboardInterrupt from e
        raise


@contextlib.contextmanager
def _terminal_as_stdin() -> Iterator[None]:
    if sys.stdin.isatty():
        yield
        return
    before = sys.stdin
    with Path(_TERMINAL).open(encoding="utf-8", errors="surrogateescape") as opened:
        sys.stdin = opened
        try:
            yield
        finally:
            sys.stdin = before
