"""What differs between operating systems, and what stands in for what a system lacks."""

import errno
import grp
import os
import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest

from cosign.errors import UsageError
from cosign.stores import system


@pytest.fixture
def _windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without locks, owners and modes of files."""
    monkeypatch.setattr(system, "is_posix", lambda: False)


@pytest.mark.usefixtures("_windows")
def test_a_system_without_locks_and_owners(tmp_path: Path) -> None:
    """Homes are refused, names cannot be synced, and every file is one's own."""
    found = tmp_path.stat()
    for step in (system.require_posix, lambda: system.lock_file(0)):
        with pytest.raises(UsageError, match="needs Linux or macOS"):
            step()
    system.sync_folder(tmp_path / "absent")
    assert system.is_owner(found)
    assert not system.shows_modes()
    assert not system.is_private_group(0)
    assert not system.others_can(found, 0o777)
    assert system.user_folder() == Path.home()


def test_a_library_that_is_missing() -> None:
    assert system._optional("no_such_library") is None


@pytest.mark.parametrize("home", ["", "somewhere"])
def test_the_folder_of_a_user(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    """Without HOME the database of users names it; a relative one is refused."""
    monkeypatch.setenv("HOME", home)
    if home:
        with pytest.raises(UsageError, match="not the whole path"):
            system.user_folder()
    else:
        assert system.user_folder().is_absolute()


def test_a_user_whom_the_database_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs under a number."""
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr(os, "geteuid", lambda: 2**31 - 5)
    with pytest.raises(UsageError, match="not the whole path"):
        system.user_folder()
    assert not system.is_private_group(os.getegid())


@pytest.mark.parametrize(
    ("group", "members", "others", "private"),
    [(7, ["me"], [], True), (7, ["me", "you"], [], False), (8, [], [], False), (7, [], [9], False)],
)
def test_a_group_of_ones_own(
    monkeypatch: pytest.MonkeyPatch,
    group: int,
    members: list[str],
    others: list[int],
    private: bool,  # noqa: FBT001  # pytest names it
) -> None:
    """Private is the group of a user's own, in which nobody else is or begins."""
    me = SimpleNamespace(pw_name="me", pw_uid=os.geteuid(), pw_gid=7)
    all_ = [me, *(SimpleNamespace(pw_uid=uid, pw_gid=7) for uid in others)]
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: me)
    monkeypatch.setattr(pwd, "getpwall", lambda: all_)
    monkeypatch.setattr(grp, "getgrgid", lambda _gid: SimpleNamespace(gr_mem=members))
    assert system.is_private_group(group) == private


@pytest.mark.parametrize(("flag", "number"), [(os.ST_RDONLY, errno.EROFS), (0, errno.EACCES)])
def test_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: int, number: int
) -> None:
    """A disk that is mounted for reading is told apart from a missing permission."""
    monkeypatch.setattr(os, "access", lambda *_given: False)
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_flag=flag))
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        system.check_writable(tmp_path)
    assert caught.value.errno == number
    monkeypatch.delattr(os, "statvfs")
    assert not system.is_read_only_disk(tmp_path)
