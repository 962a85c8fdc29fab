"""What a command has read and changed so far, so that an error can tell the truth about it.

While :func:`recording` runs, the functions that open, write and erase files note what they
did. So no file is written over that was read, and an error names what it leaves behind.
Outside of it nothing is noted, and every function works as usual.

Not protected: files that are not opened by :mod:`cosign.stores`.
"""

import contextlib
import os
from array import array
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Final

_current: Final[ContextVar["Changes | None"]] = ContextVar("changes", default=None)


class Changes:
    """What was read and changed.

    Attributes:
        changed: the files that were made, replaced or erased, in this order, and whether
            each is new.
    """

    def __init__(self) -> None:
        self.changed: dict[Path, bool] = {}
        self._read: dict[int, array[int]] = {}
        """Numbers of files by device, 8 bytes each: a folder may have a million files."""

    def has_read(self, path: Path) -> bool:
        """Return whether a file was read, under this name or another one."""
        if not self._read:
            return False
        found = path.stat()
        return found.st_ino in self._read.get(found.st_dev, ())

    def note_read(self, found: os.stat_result) -> None:
        """Note that an open file is read."""
        self._read.setdefault(found.st_dev, array("Q")).append(found.st_ino)


@contextlib.contextmanager
def recording() -> Iterator[Changes]:
    """Note what is read and changed in the block."""
    changes = Changes()
    token = _current.set(changes)
    try:
        yield changes
    finally:
        _current.reset(token)


def note_read(found: os.stat_result) -> None:
    """Note that a file is read, by what the system says of it."""
    if changes := _current.get():
        changes.note_read(found)


def note_file(path: Path) -> None:
    """Note that a file is read by another library, if it exists."""
    changes = _current.get()
    if changes and path.exists():
        changes.note_read(path.stat())


def note_stream(stream: object) -> None:
    """Note that a stream is read, if it is one of a file."""
    with contextlib.suppress(AttributeError, OSError):
        note_read(os.fstat(stream.fileno()))  # type: ignore[attr-defined]  # or else it is suppressed


def note_change(path: Path, *, new: bool = False) -> None:
    """Note that a file was made, replaced or erased.

    Args:
        path: of the file.
        new: whether there was none before.
    """
    if changes := _current.get():
        changes.changed.setdefault(path, new)


def note_undone(path: Path) -> None:
    """Note that a file is again as it was, or gone again if it was new."""
    if changes := _current.get():
        changes.changed.pop(path, None)


def was_made(path: Path) -> bool:
    """Return whether a file was made, and not only replaced."""
    changes = _current.get()
    return bool(changes and changes.changed.get(path))


def changed_files() -> list[Path]:
    """Return the files that were made, replaced or erased, in this order."""
    changes = _current.get()
    return list(changes.changed) if changes else []


def new_files(folder: Path) -> list[Path]:
    """Return the files that were made in a folder."""
    changes = _current.get()
    made = changes.changed.items() if changes else ()
    return [path for path, new in made if new and path.parent == folder]


def was_read(path: Path) -> bool:
    """Return whether a file that exists was read."""
    changes = _current.get()
    return bool(changes and changes.has_read(path))
