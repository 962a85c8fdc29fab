"""Files appear whole or not at all, and tell nothing about when they were written."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from cosign.errors import (
    ExistsError,
    MalformedError,
    MissingError,
    StorageError,
    UnconfirmedError,
)
from cosign.stores import files
from cosign.stores.changes import recording
from cosign.stores.files import (
    PUBLIC_MODE,
    SECRET_MODE,
    ExposedFileWarning,
    check_place,
    write_file,
)
from cosign.stores.folders import read_folder
from cosign.stores.reading import read_file
from cosign.stores.system import CANNOT_SET_TIME

CHUNKS: Final = (b"one ", b"two ", b"three")
WHOLE: Final = b"one two three"


def listed(folder: Path) -> list[str]:
    """Return the names of all files, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("mode", [PUBLIC_MODE, SECRET_MODE])
@pytest.mark.parametrize("mask", [0, 0o022, 0o027, 0o077], ids=oct)
def test_a_written_file(tmp_path: Path, mode: int, force: bool, mask: int) -> None:  # noqa: FBT001  # pytest names it
    """A file has its content, and its mode as far as the umask allows it."""
    path, before = tmp_path / "file", os.umask(mask)
    try:
        write_file(path, iter(CHUNKS), mode=mode, force=force)
    finally:
        os.umask(before)
    status = path.stat()
    assert path.read_bytes() == WHOLE
    assert (status.st_mode & 0o777, status.st_nlink) == (mode & ~mask, 1)
    assert listed(tmp_path) == ["file"]


@pytest.mark.parametrize(("mode", "days"), [(PUBLIC_MODE, 8), (SECRET_MODE, 366 + 365)])
def test_no_two_files_have_one_time(tmp_path: Path, mode: int, days: int) -> None:
    """What compares size and time sees each write; a time is past, and not long past."""
    path, seen = tmp_path / "file", set[float]()
    for _ in range(5):
        write_file(path, CHUNKS, mode=mode, force=True)
        seen.add(path.stat().st_mtime)
    assert len(seen) == 5
    assert all(time.time() - days * 86400 <= moment < time.time() for moment in seen)


def test_links_are_no_places(tmp_path: Path) -> None:
    """A link is neither replaced nor followed: the person meant the file that it leads to."""
    (tmp_path / "file").write_bytes(b"old")
    for name, target in (("link", tmp_path / "file"), ("dangling", tmp_path / "nowhere")):
        (tmp_path / name).symlink_to(target)
        for force in (False, True):
            with pytest.raises(ExistsError, match=f"a link to {target}"):
                write_file(tmp_path / name, CHUNKS, force=force)
        assert (tmp_path / name).is_symlink()
    assert (tmp_path / "file").read_bytes() == b"old"
    assert listed(tmp_path) == ["dangling", "file", "link"]


def test_what_was_read_is_not_written_over(tmp_path: Path) -> None:
    """While changes are recorded, not even with force, and not under another name."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "name").hardlink_to(tmp_path / "file")
    with recording():
        read_file(tmp_path / "file", 10)
        for name in ("file", "name"):
            with pytest.raises(ExistsError, match="this command reads the file"):
                write_file(tmp_path / name, CHUNKS, force=True)
        write_file(tmp_path / "other", CHUNKS)
    write_file(tmp_path / "name", CHUNKS, force=True)
    assert (tmp_path / "file").read_bytes() == b"old"


def test_an_existing_file_stays(tmp_path: Path) -> None:
    """Without force nothing is written over a file or a folder."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    before = listed(tmp_path)
    for name in before:
        with pytest.raises(ExistsError):
            write_file(tmp_path / name, CHUNKS)
    assert listed(tmp_path) == before
    assert (tmp_path / "file").read_bytes() == b"old"


def test_force_replaces_files_only(tmp_path: Path) -> None:
    """With force a file is replaced, but never a folder or a device."""
    (tmp_path / "file").write_bytes(b"old")
    write_file(tmp_path / "file", CHUNKS, force=True)
    assert (tmp_path / "file").read_bytes() == WHOLE
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(ExistsError, match="not a file"):
            write_file(tmp_path / name, CHUNKS, force=True)
    assert listed(tmp_path) == ["file", "folder", "pipe"]


SWAPS: Final[dict[str, Callable[[Path], object]]] = {
    "a named pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("name", SWAPS)
def test_what_takes_the_place_of_a_file_is_not_read(tmp_path: Path, name: str) -> None:
    """A folder is read while others can write to it; nothing makes the reader wait."""
    for each in "ab":
        (tmp_path / each).write_bytes(WHOLE)
    reading = read_folder(tmp_path)
    assert next(reading) == (str(tmp_path / "a"), WHOLE)
    (tmp_path / "b").unlink()
    SWAPS[name](tmp_path / "b")
    with pytest.raises(StorageError, match=r"b: no longer a file"):
        next(reading)


def test_a_place_is_checked_beforehand(tmp_path: Path) -> None:
    """Work need not be done for a file that could not be written."""
    path = tmp_path / "file"
    check_place(path, force=False)
    path.touch()
    check_place(path, force=True)
    with pytest.raises(ExistsError, match="the file exists"):
        check_place(path, force=False)


def _failing() -> Iterator[bytes]:
    yield WHOLE * 100_000
    raise RuntimeError("no more")


@pytest.mark.parametrize("force", [False, True])
def test_content_that_fails_leaves_nothing(tmp_path: Path, force: bool) -> None:  # noqa: FBT001  # pytest names it
    """If the content cannot be made to its end, there is no file, or the old one."""
    path = tmp_path / "file"
    if force:
        path.write_bytes(b"old")
    before = listed(tmp_path)
    with pytest.raises(RuntimeError, match="no more"):
        write_file(path, _failing(), force=force)
    assert listed(tmp_path) == before
    assert not force or path.read_bytes() == b"old"


def test_of_two_writers_one_comes_first(tmp_path: Path) -> None:
    """Two writers of one name: one file, whole, and one error."""
    path, start = tmp_path / "file", threading.Barrier(2)
    lost: list[bytes] = []

    def content(letter: bytes) -> Iterator[bytes]:
        start.wait()
        yield letter * 1000
        start.wait()

    def write(letter: bytes) -> None:
        try:
            write_file(path, content(letter))
        except ExistsError:
            lost.append(letter)

    threads = [threading.Thread(target=write, args=[letter]) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lost) == 1
    [won] = {b"a", b"b"} - set(lost)
    assert path.read_bytes() == won * 1000
    assert listed(tmp_path) == ["file"]


LINKLESS: Final = ("EPERM", "EACCES", "EMLINK", "EINVAL", "EXDEV", "EOPNOTSUPP", "ENOSYS", "EIO")


@pytest.mark.parametrize("number", [getattr(errno, name) for name in LINKLESS], ids=LINKLESS)
def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Where hard links are unknown a file is still written whole, and never over another."""

    def refuse(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = tmp_path / "file"
    write_file(path, CHUNKS, mode=PUBLIC_MODE)
    assert path.read_bytes() == WHOLE
    assert path.stat().st_mode & 0o777 == PUBLIC_MODE
    monkeypatch.setattr(files, "check_place", lambda *_a, **_k: None)  # somebody was quicker
    with pytest.raises(ExistsError, match="the file exists"):
        write_file(path, [b"other"])
    assert path.read_bytes() == WHOLE
    assert listed(tmp_path) == ["file"]


HINTS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "quota",
    errno.EROFS: "read-only",
    errno.EACCES: "you have no permission to write there",
    errno.EIO: "repeat the command",
    errno.EINVAL: "repeat the command",
}


@pytest.mark.parametrize(
    ("call", "number"),
    [
        pair
        for pair in product(["open", "fsync", "utime", "replace"], HINTS)
        if pair[0] != "utime" or pair[1] not in CANNOT_SET_TIME
    ],
)
def test_what_the_system_refuses_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    """An error of the disk is told with a hint that helps, and the old file stays."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def refuse(*_arguments: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(StorageError, match=os.strerror(number).lower()) as caught:
        write_file(path, CHUNKS, force=True)
    monkeypatch.undo()
    assert HINTS[number] in caught.value.hint
    assert listed(tmp_path) == ["file"]
    assert path.read_bytes() == b"old"


UNSYNCABLE: Final = ("EINVAL", "EOPNOTSUPP", "ENOSYS", "EACCES")


@pytest.mark.parametrize("name", [*UNSYNCABLE, "EIO", "ENOSPC"])
@pytest.mark.parametrize("must_stay", [False, True])
def test_a_folder_that_cannot_be_synced(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    must_stay: bool,  # noqa: FBT001  # pytest names it
) -> None:
    """Where that is usual, only what must stay is refused; and the error says that it is there."""
    number, path, real = getattr(errno, name), tmp_path / "file", os.fsync

    def refuse(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    if name in UNSYNCABLE and not must_stay:
        write_file(path, CHUNKS)
    else:
        with pytest.raises(UnconfirmedError, match="file: the file is in its place"):
            write_file(path, CHUNKS, must_stay=must_stay)
    assert path.read_bytes() == WHOLE


def test_a_secret_that_its_disk_shows_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk without modes is told of where a secret was written, and not for other files."""
    real = os.fstat

    def without_modes(number: int) -> os.stat_result:
        found = list(real(number))
        found[stat.ST_MODE] = int(found[stat.ST_MODE]) | 0o755
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", without_modes)
    with pytest.warns(ExposedFileWarning, match="secret: other users can read this file"):
        write_file(tmp_path / "secret", CHUNKS, mode=SECRET_MODE)
    with warnings.catch_warnings(action="error"):
        write_file(tmp_path / "public", CHUNKS)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no such file") as caught:
        write_file(tmp_path / "absent" / "file", CHUNKS)
    assert "create it first" in caught.value.hint
    assert listed(tmp_path) == []


_WRITER: Final = """
import resource, signal, sys
from pathlib import Path
from cosign.errors import StorageError
from cosign.stores.files import write_file
def content():
    while True:
        yield b"x" * 4096
        print(flush=True)
if sys.argv[2] == "limited":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    write_file(Path(sys.argv[1]), content(), force=True)
except StorageError as e:
    print(e.message, "|", e.hint)
"""


def test_a_file_that_grows_too_large(tmp_path: Path) -> None:
    """A real limit, met in the middle of writing, leaves the old file and nothing else."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    ended = subprocess.run(
        [sys.executable, "-c", _WRITER, path, "limited"], capture_output=True, check=True, text=True
    )
    assert ended.stdout.strip().endswith(
        "file too large | a limit of your account or file system is lower than the file's size; "
        "raise it"
    )
    assert path.read_bytes() == b"old"
    assert listed(tmp_path) == ["file"]


def test_a_writer_that_is_killed(tmp_path: Path) -> None:
    """Killed in the middle, a writer leaves the old file as it was."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, path, "free"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert path.read_bytes() == b"old"
    assert all(name == "file" or name.startswith(".cosign-") for name in listed(tmp_path))


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    """A file of the limit is read, a longer one refused without being read to its end."""
    path = tmp_path / "file"
    path.write_bytes(WHOLE)
    assert read_file(path, len(WHOLE)) == WHOLE
    with pytest.raises(MalformedError, match="larger than 12 bytes"):
        read_file(path, len(WHOLE) - 1)
    os.truncate(path, 2**40)
    with pytest.raises(MalformedError, match="larger than 12 bytes"):
        read_file(path, len(WHOLE) - 1)


def test_reading_what_is_no_file(tmp_path: Path) -> None:
    """A missing file and a folder have their own errors."""
    with pytest.raises(MissingError, match="there is no such file"):
        read_file(tmp_path / "absent", 10)
    with pytest.raises(StorageError, match="is a directory"):
        read_file(tmp_path, 10)


def test_a_folder_is_read_by_name(tmp_path: Path) -> None:
    """Hidden files and folders are left out, and of a long file comes one byte too many."""
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).write_bytes(name.encode() * 3)
    (tmp_path / "folder").mkdir()
    assert list(read_folder(tmp_path)) == [
        (str(tmp_path / "a"), b"aaa"),
        (str(tmp_path / "b"), b"bbb"),
    ]
    assert [raw for _, raw in read_folder(tmp_path, 1)] == [b"aa", b"bb"]


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    """Before anything is read."""
    with pytest.raises(MissingError, match="nothing: there is no such file"):
        read_folder(tmp_path / "nothing")
    with pytest.raises(StorageError, match="not a directory"):
        read_folder(Path(__file__))
