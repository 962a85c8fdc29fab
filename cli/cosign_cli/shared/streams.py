"""Standard streams: what a command prints for programs, and streams that are closed or full.

A parent process may close any of the three (``>&-`` in a shell). Then the null device takes
the place, so that no file that is opened later becomes stdout by accident, and commands that
need the stream say that it is closed.

A stream that is open can still take nothing, such as a file on a full disk. A result that
cannot be written is an error (StorageError, as for files). Notes and messages that cannot be
written are lost, and change no exit code.
"""

import os
import sys
from typing import Any, BinaryIO, Final, TextIO

from cosign.quoting import decoded

STREAM: Final = "-"
"""The name of stdin and stdout, where a file may be named."""

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
    """Check that a standard stream is open.

    Args:
        name: ``stdout`` or ``stderr``.

    Raises:
        UsageError: this stream is closed.
    """
    from cosign.errors import UsageError

    if name in _closed:
        raise UsageError(f"{name} is closed", hint="leave it open: the result is printed there")


def write_text(stream: TextIO, text: str, *, lost: bool = False) -> None:
    """Write text to a standard stream at once.

    Args:
        stream: stdout or stderr.
        text: with its line ends.
        lost: whether text that cannot be written is lost; else this is an error.

    Raises:
        OSError: the stream takes nothing; it names the stream.
    """
    try:
        stream.write(text)
        stream.flush()
    except OSError as e:
        if not lost:
            name = "stderr" if stream is sys.stderr else "stdout"
            raise type(e)(e.errno, e.strerror, name) from e


def drop_unwritten() -> None:
    """Send what the streams did not take to the null device, or Python fails again as it exits."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a device, not a path of the person's
                os.dup2(nowhere.fileno(), stream.fileno())


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object in UTF-8, whatever the encoding of the terminal."""
    import json

    sys.stdout.flush()
    sys.stdout.buffer.write(json.dumps(_decoded(data), ensure_ascii=False).encode() + b"\n")
    sys.stdout.buffer.flush()


def _decoded(value: Any) -> Any:
    """Return a value for JSON whose text has no lone surrogates, as Python has for bytes."""
    if isinstance(value, str):
        return decoded(value)
    if isinstance(value, dict):
        return {_decoded(key): _decoded(inner) for key, inner in value.items()}
    return [_decoded(inner) for inner in value] if isinstance(value, list | tuple) else value
