"""Files appear whole or not at all, and tell nothing about when they were written."""

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from cosign.errors import ExistsError, MalformedError, MissingError, StorageError
from cosign.stores import files
from cosign.stores.files import (
    FILE_TIME,
    PUBLIC_MODE,
    SECRET_MODE,
    check_place,
    read_file,
    read_folder,
    write_file,
)

CHUNKS: Final = (b"one ", b"two ", b"three")
WHOLE: Final = b"one two three"


def listed(folder: Path) -> list[str]:
    """Return the names of all files, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("mode", [PUBLIC_MODE, SECRET_MODE])
def test_a_written_file(tmp_path: Path, mode: int, force: bool) -> None:  # noqa: FBT001  # pytest names it
    """A file has its content, its mode whatever the umask, and the one time of all files."""
    path, mask = tmp_path / "file", os.umask(0o077)
    try:
        write_file(path, iter(CHUNKS), mode=mode, force=force)
    finally:
        os.umask(mask)
    status = path.stat()
    assert path.read_bytes() == WHOLE
    assert (status.st_mode & 0o777, status.st_mtime, status.st_nlink) == (mode, FILE_TIME, 1)
    assert listed(tmp_path) == ["file"]


def test_an_existing_file_stays(tmp_path: Path) -> None:
    """Without force nothing is written over a file, a folder or a dangling link."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
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


def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hard links are unknown a file is still written whole, and never over another."""

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

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
}


@pytest.mark.parametrize("number", HINTS)
@pytest.mark.parametrize("call", ["fsync", "fchmod", "utime"])
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
