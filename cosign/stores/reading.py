"""Reading files, and noting which were read (docs/spec.md, "Files").

Errors are those of the error tree.

Not protected: a file that another program changes while it is read.
"""

import errno
import io
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cosign.errors import MalformedError, StorageError
from cosign.stores import changes
from cosign.stores.system_errors import reading_error, reading_errors

_BINARY: Final = getattr(os, "O_BINARY", 0)


class _File(io.FileIO):
    """A file that raises errors of the error tree while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with reading_errors(path):
            super().__init__(_name(path))
            changes.note_read(os.fstat(self.fileno()))

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # the buffer io passes
        with reading_errors(self._path):
            return super().readinto(buffer)


def _name(path: str | Path) -> str:
    """Return a path as a string; a zero byte, which no file name can have, is a missing file."""
    if "\0" in (name := os.fspath(path)):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return name


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading, as a binary stream.

    Raises:
        MissingError: there is no such file.
        StorageError: the system cannot read it; also while the stream is read.
    """
    return io.BufferedReader(_File(path))


def read_file(path: Path, limit: int) -> bytes:
    """Read a whole file of at most ``limit`` bytes.

    Raises:
        MissingError: there is no such file.
        MalformedError: the file is larger; at most one byte more than the limit was read.
        StorageError: the system cannot read it.
    """
    with open_file(path) as stream:
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise MalformedError(
            f"{path}: larger than {limit} bytes", hint="this is not the file you meant"
        )
    return raw


def read_files(paths: Iterable[str | Path], limit: int) -> Iterator[tuple[str, bytes]]:
    """Read files one after another and yield the name and the bytes of each.

    Args:
        paths: of the files.
        limit: most bytes of one file. One byte more is returned of a longer file, so that
            the caller notices.

    Raises:
        MissingError: a file does not exist any more.
        StorageError: the system cannot read one, or it is no file any more.
    """
    for path in paths:
        try:  # without a context manager, which would cost a tenth of the time
            raw = _read_start(path, limit + 1)
        except OSError as e:
            raise reading_error(path, e) from e
        yield str(path), raw


def _read_start(path: str | Path, size: int) -> bytes:
    """Return at most so many bytes from the start of a file; a stream would take twice as long."""
    # Since the folder was listed, something could have come into its place. A named pipe
    # would make the program wait for ever.
    if not stat.S_ISREG(os.stat(_name(path)).st_mode):  # noqa: PTH116  # a Path would cost more
        raise StorageError(
            f"{path}: no longer a file",
            hint="change nothing in the folder while it is read, then repeat the command",
        )
    number = os.open(_name(path), os.O_RDONLY | _BINARY)
    try:
        found = os.fstat(number)
        changes.note_read(found)
        wanted = min(size, found.st_size + 1)
        raw = os.read(number, wanted)
        if len(raw) == found.st_size:
            return raw
        while len(raw) < size and (more := os.read(number, size - len(raw))):
            raw += more
    finally:
        os.close(number)
    return raw
