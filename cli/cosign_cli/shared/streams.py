"""Standard streams: what a command prints for programs, and streams that were closed.

A parent process may close any of the three (``>&-`` in a shell). Then the null device takes
the place, so that no file that is opened later becomes stdout by accident, and commands that
need the stream say that it is closed.
"""

import json
import os
import sys
from typing import Any, BinaryIO, Final

_NAMES: Final = ("stdin", "stdout", "stderr")
_MODES: Final = ("r", "w", "w")

_closed: Final[set[str]] = set()


def replace_closed() -> None:
    """Put the null device in the place of each standard stream that is closed."""
    for number, (name, mode) in enumerate(zip(_NAMES, _MODES, strict=True)):
        try:
            os.fstat(number)
        except OSError:
            _closed.add(name)
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  # a descriptor, open to the end
            setattr(sys, name, stream)


def stdin_bytes() -> BinaryIO:
    """Return stdin as a binary stream.

    Raises:
        UsageError: it is closed.
    """
    from cosign.errors import UsageError
    from cosign.stores.changes import note_stream

    if "stdin" in _closed:
        raise UsageError("stdin is closed", hint="name a file instead of -")
    note_stream(sys.stdin.buffer)
    return sys.stdin.buffer


def check_open(name: str) -> None:
    """Check that somebody can get what is printed.

    Args:
        name: ``stdout`` or ``stderr``.

    Raises:
        UsageError: this stream is closed.
    """
    from cosign.errors import UsageError

    if name in _closed:
        raise UsageError(f"{name} is closed", hint="leave it open: the result is printed there")


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object in UTF-8, whatever the encoding of the terminal."""
    sys.stdout.flush()
    sys.stdout.buffer.write(_utf_8(json.dumps(data, ensure_ascii=False)) + b"\n")
    sys.stdout.buffer.flush()


def _utf_8(text: str) -> bytes:
    """Encode text; bytes of arguments that Python could not decode are put back if they fit."""
    try:
        raw = text.encode(errors="surrogateescape")
        raw.decode()
    except UnicodeError:  # a name that is no UTF-8; JSON has these escapes
        return text.encode(errors="backslashreplace")
    return raw
