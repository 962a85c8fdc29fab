"""Where text leaves the program for a person: the only module that prints.

What strangers wrote is escaped and wrapped on its way, by :mod:`cosign.quoting`.
"""

import os
import shutil
import sys
from typing import Final, TextIO

from cosign.quoting import framed, rows, sentence
from cosign_cli.shared.streams import write_text

_FALLBACK: Final = (80, 24)
"""Columns and lines of a terminal that does not know its size."""


def terminal_size(stream: TextIO) -> os.terminal_size | None:
    """Return the size of the terminal that a stream leads to; None if to none.

    The variables COLUMNS and LINES, if set, override it.
    """
    if not stream.isatty():
        return None
    columns, lines = (os.environ.get(name, "") for name in ("COLUMNS", "LINES"))
    try:
        found = os.get_terminal_size(stream.fileno())
    except OSError:
        found = os.terminal_size((0, 0))
    return os.terminal_size(
        (
            int(columns) if columns.isdecimal() else found.columns or _FALLBACK[0],
            int(lines) if lines.isdecimal() else found.lines or _FALLBACK[1],
        )
    )


def _width(stream: TextIO) -> int | None:
    size = terminal_size(stream)
    return size and size.columns


def show(text: str, stream: TextIO | None = None, *, lost: bool = False) -> None:
    """Print lines of the program as they are laid out; strangers' words in them are quoted.

    Args:
        text: one or more lines.
        stream: stdout if None.
        lost: whether text that cannot be written is lost; else this is an error.
    """
    stream = stream or sys.stdout
    width = _width(stream)
    found = (row for line in text.split("\n") for row in rows(line, width))
    write_text(stream, "".join(f"{row}\n" for row in found), lost=lost)


def _print(found: list[str]) -> None:
    """Print rows on stderr, if it takes any."""
    write_text(sys.stderr, "".join(f"{row}\n" for row in found), lost=True)


def say(text: str, *, label: str = "") -> None:
    """Print one sentence on stderr.

    Args:
        text: may hold a stranger's words that are not quoted, such as the name of a file.
        label: what it begins with; rows that continue it are indented as the label is.
    """
    indent = len(label) - len(label.lstrip())
    line = f"{label}{sentence(text)}"
    _print(rows(line, _width(sys.stderr), indent))


def question(text: str) -> str:
    """Print a question on stderr but for its last row, and return that row."""
    *before, last = rows(sentence(text), _width(sys.stderr), 0)
    _print(before)
    return last


def show_frame(text: str, *, paged: bool = False) -> None:
    """Print strangers' lines on stderr, in a frame.

    Args:
        text: one or more lines.
        paged: show them with a pager if they are more than the terminal has.
    """
    size = terminal_size(sys.stderr)
    found = framed(text.rstrip("\n"), size and size.columns)
    long = size and sys.stdin.isatty() and len(found) > size.lines
    if paged and long and page(found, sys.stderr):
        return
    _print(found)


def page(lines: list[str], stream: TextIO) -> bool:
    """Show lines with the person's pager on a terminal; return whether there is one."""
    import shlex
    import subprocess

    wanted = os.environ.get("PAGER")
    for command in [shlex.split(wanted)] if wanted else [["less"], ["more"]]:
        program = shutil.which(command[0]) if command else None
        if program is None:
            continue
        # Without LESSSECURE a key press in the pager could write the text to a file.
        env = {**os.environ, "LESSSECURE": "1", "LESSHISTFILE": "-", "LESSCHARSET": "utf-8"}
        stream.flush()
        subprocess.run(  # noqa: S603  # what the person named as the pager
            [program, *command[1:]],
            input="\n".join([*lines, ""]),
            stdout=stream,
            env=env,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
        )
        return True
    return False


def show_drawing(text: str) -> None:
    """Print what the program drew on stdout, with its control sequences."""
    write_text(sys.stdout, f"{text}\n")
