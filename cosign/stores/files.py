"""Files that appear whole or not at all, and are erased (docs/spec.md, "Files").

A file is written under a temporary name in the same folder, synced to the disk, and
moved to its name in one step. All files get one fixed time, so that a file that is
passed on does not show when it was made. Erasing overwrites a file before its name
is removed.

Not protected: directory entries, journals and backups of a file system have times of
their own, and may keep what was overwritten.
"""

import contextlib
import errno
import io
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from cosign.errors import ExistsError, MalformedError, MissingError, StorageError

FILE_TIME: Final = 946_684_800
"""The time of every written file: 2000-01-01T00:00Z, in seconds since 1970."""
_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
"""What making a hard link fails with on a file system that has none."""

_ZEROS: Final = bytes(2**20)

PUBLIC_MODE: Final = 0o644
SECRET_MODE: Final = 0o600

FOLDER_FILE_LIMIT: Final = 2**20
"""Most bytes that are read of each file in a folder; an envelope has less than 2**16."""

TEMPORARY: Final = ".cosign-"
"""The first characters of the names of unfinished files."""

_HINTS: Final = {
    errno.ENOSPC: "the disk is full; free some space and repeat the command, nothing was lost",
    errno.EDQUOT: "your quota is used up; free some space and repeat the command",
    errno.EROFS: "the disk is read-only; choose another place",
    errno.EACCES: "you have no permission to write there; change it or choose another place",
    errno.EPERM: "this file system does not allow what is needed; choose another place",
    errno.EFBIG: "a limit of your account or file system is lower than the file's size; raise it",
    errno.ENOENT: "the folder does not exist; create it first",
}


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Raise errors of the operating system as :class:`StorageError`, with a hint."""
    try:
        yield
    except OSError as e:
        reason = (e.strerror or str(e)).lower()
        raise StorageError(
            f"{path}: {reason}",
            hint=_HINTS.get(e.errno or 0, "repeat the command; nothing changed"),
        ) from e


@contextlib.contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """Raise errors of opening and reading a file as errors of the error tree.

    Raises:
        MissingError: there is no such file.
        StorageError: the system cannot read it.
    """
    try:
        yield
    except FileNotFoundError as e:
        raise MissingError(f"{path}: there is no such file", hint="check the name") from e
    except OSError as e:
        raise StorageError(
            f"{path}: {(e.strerror or str(e)).lower()}",
            hint="check the disk and your permission to read",
        ) from e


class _File(io.FileIO):
    """A file that raises errors of the error tree while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with reading_errors(path):
            super().__init__(_name(path))

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # the buffer io passes
        with reading_errors(self._path):
            return super().readinto(buffer)


def _name(path: Path) -> str:
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


def read_files(paths: Iterable[Path], limit: int) -> Iterator[tuple[str, bytes]]:
    """Read files one after another and yield the name and the bytes of each.

    Args:
        paths: of the files.
        limit: most bytes of one file. One byte more is returned of a longer file, so that
            the caller notices.

    Raises:
        MissingError: a file does not exist any more.
        StorageError: the system cannot read one.
    """
    for path in paths:
        with open_file(path) as stream:
            yield str(path), stream.read(limit + 1)


def read_folder(folder: Path, limit: int = FOLDER_FILE_LIMIT) -> Iterator[tuple[str, bytes]]:
    """Read the files in a folder, in the order of their names, without hidden files.

    Folders inside it are left out too.

    Args:
        folder: with envelopes, for instance.
        limit: as in :func:`read_files`.

    Raises:
        MissingError: there is no such folder.
        StorageError: as in :func:`read_files`.
    """
    return read_files(list_folder(folder), limit)


def list_folder(folder: Path) -> list[Path]:
    """Return the files in a folder, by name; hidden files and folders inside are left out.

    Raises:
        MissingError: there is no such folder.
        StorageError: the system cannot read it.
    """
    with reading_errors(folder):
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        return [path for path in inside if path.is_file()]


def check_place(path: Path, *, force: bool) -> None:
    """Check that a file can be written there, before its content is computed.

    Raises:
        ExistsError: the file exists and ``force`` is not set, or it is a folder or device.
    """
    with storage_errors(path):
        if path.exists() and not path.is_file():
            raise ExistsError(f"{path}: not a file", hint="choose another name; - is stdout")
        if path.exists() and not force:
            raise _exists(path)


def write_file(
    path: Path, chunks: Iterable[bytes], *, mode: int = PUBLIC_MODE, force: bool = False
) -> None:
    """Write a file whole or not at all.

    Args:
        path: of the file.
        chunks: the content; may be computed while it is written.
        mode: permissions.
        force: whether to replace an existing file.

    Raises:
        ExistsError: the file exists and ``force`` is not set.
        StorageError: the disk is full or read-only, or we have no permission.
    """
    check_place(path, force=force)
    with storage_errors(path), contextlib.ExitStack() as stack:
        number, name = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
        temporary = Path(name)
        stack.callback(temporary.unlink, missing_ok=True)
        with open(number, "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
            stream.writelines(chunks)
            stream.flush()
            os.fchmod(number, mode)
            os.utime(number, (FILE_TIME, FILE_TIME))
            os.fsync(number)
        _place(temporary, path, force=force)
        _sync_folder(path.parent)


def _place(temporary: Path, path: Path, *, force: bool) -> None:
    """Move a finished file to its name, by a link, which unlike a rename never replaces a file."""
    try:
        if not force and _link(temporary, path):
            return
    except FileExistsError as e:
        raise _exists(path) from e
    temporary.replace(path)


def _link(temporary: Path, path: Path) -> bool:
    """Link a file to its name; without hard links (FAT), take the name with an empty file."""
    try:
        path.hardlink_to(temporary)
    except OSError as e:
        if e.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE))
        return False
    return True


def _exists(path: Path) -> ExistsError:
    return ExistsError(f"{path}: the file exists", hint="choose another name or use --force")


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


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
                overwrite(stream)
        path.unlink()


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
