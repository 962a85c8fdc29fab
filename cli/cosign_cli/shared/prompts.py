"""Questions on the terminal; without a terminal, each answer has to be an option."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer

from cosign.quoting import sentence
from cosign_cli.shared import terminal

_TERMINAL: Final = "/dev/tty"
"""The terminal of a process, whatever its standard streams are."""


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


def ask_whether(question: str, hint: str) -> bool:
    """Ask a question and return whether the person says yes.

    Args:
        question: with its mark.
        hint: what to do where there is no terminal.

    Raises:
        UsageError: there is no terminal.
    """
    from cosign.errors import UsageError

    if not can_ask():
        raise UsageError(question.removesuffix("?"), hint=hint)
    with _asking():
        return bool(typer.confirm(question, err=True))


def ask_code(what: str) -> str:
    """Ask for a code that is also an option, such as a voucher.

    Raises:
        UsageError: there is no terminal.
    """
    from cosign.errors import UsageError

    if not can_ask():
        raise UsageError(f"no {what} was given", hint=f"add --{what} CODE")
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
        with contextlib.redirect_stdout(sys.stderr), _terminal_as_stdin():
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
