"""What differs between operating systems, with a stand-in for what a system lacks.

Linux and macOS have everything. A system without locks, owners and modes of files, such as
Windows, can verify: it reads files and writes a report. It cannot keep a home, because
nothing would keep other users and other processes out of it; :func:`require_posix` says so.
The only module that calls what POSIX alone has.
"""

import contextlib
import errno
import os
import stat
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from cosign.errors import UsageError


def _optional(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


_fcntl: Final = _optional("fcntl")
_grp: Final = _optional("grp")
_pwd: Final = _optional("pwd")
_termios: Final = _optional("termios")

_CREATE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

CANNOT_SYNC: Final = frozenset(
    {
        errno.EINVAL,
        errno.EOPNOTSUPP,
        errno.ENOTSUP,
        errno.ENOSYS,
        errno.EBADF,
        errno.EISDIR,
        errno.EACCES,
        errno.EPERM,
    }
)
"""What syncing a folder fails with where a file system or a mode does not allow it."""


def is_posix() -> bool:
    """Return whether this system has locks, owners and terminals as Linux and macOS do."""
    return None not in {_fcntl, _grp, _pwd, _termios} and hasattr(os, "geteuid")


def require_posix() -> None:
    """Check that this system can keep secrets in files.

    Raises:
        UsageError: it cannot.
    """
    if not is_posix():
        raise UsageError(
            "this command needs Linux or macOS",
            hint="verify, page, pages, inspect, check, verify-claim, compare, fingerprint, guide, "
            "joint and timestamp work here",
        )


def user_folder() -> Path:
    """Return the folder of this user: that of HOME, or of the user database if HOME is empty.

    Raises:
        UsageError: HOME is a relative path, or neither names a folder.
    """
    named = os.environ.get("HOME", "")
    with contextlib.suppress(KeyError, RuntimeError):
        if not is_posix():
            named = str(Path.home())
        elif not named:
            named = _pwd.getpwuid(os.geteuid()).pw_dir
    if not Path(named).is_absolute():
        raise UsageError(
            f"HOME is {named!r}, which is not the whole path of a folder",
            hint="set HOME to the whole path of your own folder, or name another one with --home",
        )
    return Path(named)


def create_file(path: Path, mode: int) -> int:
    """Create a file and return its descriptor; the umask may take permissions away.

    Args:
        path: of a file that does not exist yet.
        mode: permissions.

    Raises:
        FileExistsError: it exists.
    """
    return os.open(path, _CREATE, mode)


def set_time(number: int, path: Path, seconds: int) -> None:
    """Set the times of an open file, in seconds since 1970."""
    os.utime(number if os.utime in os.supports_fd else path, (seconds, seconds))


CANNOT_SET_TIME: Final = frozenset(
    {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EACCES, errno.EPERM}
)
"""What setting a time fails with where a file system or a policy does not allow it."""


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows has no call for that.

    Raises:
        OSError: the system cannot; one of ``CANNOT_SYNC`` where it never can.
    """
    if not is_posix():
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def lock_file(number: int) -> bool:
    """Lock an open file for this process and return whether nobody else had locked it.

    Raises:
        UsageError: this system has no such locks.
        OSError: the file system has none.
    """
    require_posix()
    try:
        _fcntl.flock(number, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_owner(found: os.stat_result) -> bool:
    """Return whether a file belongs to this user; always where files have no owner."""
    return not is_posix() or found.st_uid == os.geteuid()


def is_own_or_root(found: os.stat_result) -> bool:
    """Return whether a file belongs to this user or to the administrator."""
    return is_owner(found) or found.st_uid == 0


def shows_modes() -> bool:
    """Return whether the mode of a file says who may read and write it."""
    return is_posix()


def is_private_group(group: int) -> bool:
    """Return whether this user is the only one in a group, as where each user has one."""
    if not is_posix():
        return False
    try:
        user = _pwd.getpwuid(os.geteuid())
        members = _grp.getgrgid(group).gr_mem
    except KeyError:
        return False
    if user.pw_gid != group or set(members) - {user.pw_name}:
        return False
    return all(e.pw_uid == user.pw_uid for e in _pwd.getpwall() if e.pw_gid == group)


def is_read_only(folder: Path) -> bool:
    """Return whether this user cannot create files in a folder, for whatever reason."""
    return not os.access(folder, os.W_OK | os.X_OK)


def check_writable(folder: Path) -> None:
    """Check that this user can create files in a folder.

    Raises:
        OSError: with EROFS for a disk that is read-only, else with EACCES.
    """
    if is_read_only(folder):
        number = errno.EROFS if is_read_only_disk(folder) else errno.EACCES
        raise OSError(number, os.strerror(number))


def is_read_only_disk(folder: Path) -> bool:
    """Return whether the disk of a folder is mounted for reading only, if the system says so."""
    if not hasattr(os, "statvfs"):
        return False
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def others_can(found: os.stat_result, bits: int) -> bool:
    """Return whether a mode lets other users do something; never where modes say nothing.

    Args:
        found: of a file.
        bits: permissions, as the module ``stat`` names them.
    """
    return shows_modes() and bool(stat.S_IMODE(found.st_mode) & bits)
