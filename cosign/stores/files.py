"""Files that appear whole or not at all, and are erased (docs/spec.md, "Files").

A file is written under a temporary name in the same folder, synced to the disk, and
moved to its name in one step. Its time says nothing (:mod:`cosign.stores.times`), so a
file that is passed on does not show when it was made. Erasing overwrites a file before its
name is removed.

Not protected: directory entries, journals and backups of a file system have times of
their own, and may keep what was overwritten.
"""

import contextlib
import os
import stat
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from cosign.errors import ExistsError, UnconfirmedError
from cosign.randomness import SYSTEM
from cosign.stores import changes
from cosign.stores.system import (
    CANNOT_SET_TIME,
    CANNOT_SYNC,
    create_file,
    others_can,
    set_time,
    sync_folder,
)
from cosign.stores.system_errors import storage_errors
from cosign.stores.times import draw_time

_ZEROS: Final = bytes(2**20)

PUBLIC_MODE: Final = 0o644
"""Permissions of files for others; the umask may take some away."""
SECRET_MODE: Final = 0o600

TEMPORARY: Final = ".cosign-"
"""The first characters of the names of unfinished files."""

_NAME_BYTES: Final = 8
"""Random bytes in the name of an unfinished file."""


class ExposedFileWarning(UserWarning):
    """Other users can read a file with secrets, because the disk keeps no permissions."""


class ShownTimeWarning(UserWarning):
    """A private file shows when it was written, because its disk lets nobody set times."""


def check_place(path: Path, *, force: bool, own: bool = False) -> None:
    """Check that a file can be written there, before its content is computed.

    Args:
        path: of the file.
        force: whether it may replace an existing one.
        own: whether the file is the program's, which reads it and writes it again.

    Raises:
        ExistsError: the file exists and ``force`` is not set; it is a link, a folder or a
            device; or it was read before, while changes are recorded.
    """
    with storage_errors(path):
        if path.is_symlink():
            raise ExistsError(
                f"{path}: a link to {path.readlink()}",
                hint="name the file itself, or another one; - is stdout",
            )
        if not path.exists():
            return
        if not path.is_file():
            raise ExistsError(f"{path}: not a file", hint="choose another name; - is stdout")
        if not force:
            raise _exists(path)
        if changes.was_read(path) and not own:
            raise ExistsError(
                f"{path}: this command reads the file, and would write over it",
                hint="choose another name",
            )


def write_file(
    path: Path,
    chunks: Iterable[bytes],
    *,
    mode: int = PUBLIC_MODE,
    force: bool = False,
    must_stay: bool = False,
) -> None:
    """Write a file whole or not at all.

    Args:
        path: of the file.
        chunks: the content; may be computed while it is written.
        mode: permissions, of which the umask may take some away.
        force: whether to replace an existing file.
        must_stay: whether this is a file of a home, which a loss of power may not undo; file
            systems that cannot promise that are refused.

    Raises:
        ExistsError: the file exists and ``force`` is not set.
        StorageError: the disk is full or read-only, or we have no permission. There is no
            new file, and an old one is unchanged.
        UnconfirmedError: the file is in its place, but may vanish with a loss of power.
    """
    check_place(path, force=force, own=must_stay)
    temporary = path.parent / f"{TEMPORARY}{SYSTEM(_NAME_BYTES).hex()}"
    with storage_errors(path), contextlib.ExitStack() as stack:
        number = create_file(temporary, mode)
        stack.callback(_discard, temporary)
        new = not path.exists()
        old_time = None if new else int(path.stat().st_mtime)
        private = mode == SECRET_MODE
        with open(number, "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
            stream.writelines(chunks)
            stream.flush()
            hidden = hide_time(number, temporary, private=private, old=old_time)
            os.fsync(number)
            found = os.fstat(number)
        _place(temporary, path, force=force)
        changes.note_change(path, new=new)
    if private:
        warn_if_exposed(path, found)
    if private and not hidden:
        warnings.warn(
            f"{path}: this file shows when it was written: its disk does not let the program set "
            "the time; keep it where nobody else looks, or use another disk",
            ShownTimeWarning,
            stacklevel=2,
        )
    _confirm(path, must_stay=must_stay)


def warn_if_exposed(path: Path, found: os.stat_result) -> None:
    """Warn if other users can read a secret file in spite of the mode that it was given.

    Args:
        path: of the file.
        found: what the system says about it.
    """
    if others_can(found, stat.S_IRWXG | stat.S_IRWXO):
        kept = stat.S_IMODE(found.st_mode)
        warnings.warn(
            f"{path}: other users can read this file: its disk keeps no modes (it shows {kept:o}); "
            "mount the disk with umask=077, or use another one",
            ExposedFileWarning,
            stacklevel=3,
        )


def hide_time(number: int, path: Path, *, private: bool, old: int | None = None) -> bool:
    """Set the time of an open file to one that reveals nothing; return whether that is allowed.

    Args:
        number: descriptor of the file.
        path: of the file.
        private: as for ``draw_time``.
        old: as for ``draw_time``.

    Raises:
        OSError: the disk failed.
    """
    now = datetime.now(UTC)  # noqa: TID251  # of the files, not of the protocol
    try:
        set_time(number, path, draw_time(now, private=private, old=old))
    except OSError as e:
        if e.errno not in CANNOT_SET_TIME:
            raise
        return False
    return True


def _discard(temporary: Path) -> None:
    """Remove an unfinished file; what cannot be removed must not hide how the writing ended."""
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def _place(temporary: Path, path: Path, *, force: bool) -> None:
    """Move a finished file to its name, by a link, which unlike a rename never replaces a file."""
    if force:
        temporary.replace(path)
        return
    try:
        path.hardlink_to(temporary)
    except FileExistsError as e:
        raise _exists(path) from e
    except (OSError, NotImplementedError):  # FAT, Android, a policy: there are many numbers for it
        _take_name(temporary, path)


def _take_name(temporary: Path, path: Path) -> None:
    """Move a finished file where no hard links are: an empty file takes the name before."""
    try:
        os.close(create_file(path, SECRET_MODE))
    except FileExistsError as e:
        raise _exists(path) from e
    try:
        temporary.replace(path)
    except BaseException:
        _discard(path)
        raise


def _exists(path: Path) -> ExistsError:
    return ExistsError(f"{path}: the file exists", hint="choose another name or use --force")


def _confirm(path: Path, *, must_stay: bool) -> None:
    """Wait until a file's name is on the disk.

    Raises:
        UnconfirmedError: the disk failed; or the file system never confirms names, and the
            file must stay.
    """
    try:
        sync_folder(path.parent)
    except OSError as e:
        if e.errno in CANNOT_SYNC and not must_stay:
            return
        reason = (e.strerror or str(e)).lower()
        raise UnconfirmedError(
            f"{path}: the file is in its place, but its folder cannot be synced ({reason}), so it "
            "may be lost if the power fails",
            hint="check the disk, or use one of this machine instead of a network or shared one",
        ) from e


def erase_file(path: Path, *, missing_ok: bool = False) -> None:
    """Overwrite a file with zeros and remove it; of a link, remove only the link.

    Raises:
        StorageError: the system refuses, or there is no such file and ``missing_ok`` is not set.
    """
    if missing_ok and not os.path.lexists(path):
        return
    with storage_errors(path):
        if stat.S_ISREG(path.lstat().st_mode):
            with path.open("r+b") as stream:
                if not path.name.startswith(TEMPORARY):
                    changes.note_change(path)
                overwrite(stream)
        path.unlink()


def undo_file(path: Path) -> None:
    """Erase a file if it is new, while changes are recorded; else leave it.

    Raises:
        StorageError: the system refuses.
    """
    if path in changes.new_files(path.parent):
        erase_file(path)
        changes.note_undone(path)


def overwrite(stream: BinaryIO) -> None:
    """Overwrite an open file with zeros, unless it has another name as well.

    The other name may be someone's copy, or the file in its place, which is still needed.
    """
    found = os.fstat(stream.fileno())
    if found.st_nlink > 1:
        return
    starts = range(0, found.st_size, len(_ZEROS))
    stream.writelines(_ZEROS[: found.st_size - start] for start in starts)
    stream.flush()
    os.fsync(stream.fileno())
