"""Errors of the operating system as those of the error tree (docs/spec.md, "Files").

Each has a hint that says what to do.
"""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cosign.errors import MissingError, StorageError

_HINTS: Final = {
    errno.ENOSPC: "the disk is full; free some space and repeat the command",
    errno.EDQUOT: "your quota is used up; free some space and repeat the command",
    errno.EROFS: "the disk is read-only; choose another place",
    errno.EACCES: "you have no permission to write there; change it or choose another place",
    errno.EPERM: "this file system does not allow what is needed; choose another place",
    errno.EFBIG: "a limit of your account or file system is lower than the file's size; raise it",
    errno.ENOENT: "the folder does not exist; create it first",
    errno.ENOLCK: "this file system has no locks; keep the home on another disk",
}
_HINT: Final = "check the disk, then repeat the command"


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raise errors of the operating system as :class:`StorageError`, with a hint."""
    try:
        yield
    except OSError as e:
        reason = (e.strerror or str(e)).lower()
        raise StorageError(f"{path}: {reason}", hint=system_hint(e.errno or 0)) from e


def system_hint(number: int) -> str:
    """Return what helps against an error of the operating system.

    Args:
        number: as the module ``errno`` names them.
    """
    return _HINTS.get(number, _HINT)


@contextlib.contextmanager
def reading_errors(path: str | Path) -> Iterator[None]:
    """Raise errors of opening and reading a file as errors of the error tree.

    Raises:
        MissingError: there is no such file.
        StorageError: the system cannot read it.
    """
    try:
        yield
    except OSError as e:
        raise reading_error(path, e) from e


def reading_error(path: str | Path, error: OSError) -> StorageError:
    """Return the error of the error tree for one of opening or reading a file."""
    if isinstance(error, FileNotFoundError):
        return MissingError(f"{path}: there is no such file", hint="check the name")
    return StorageError(
        f"{path}: {(error.strerror or str(error)).lower()}",
        hint="check the disk and your permission to read",
    )
