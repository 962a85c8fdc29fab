"""Surroundings that lack something: closed streams, other systems, other encodings."""

import subprocess
import sys
from pathlib import Path
from typing import Final
from unittest import mock

from cosign_cli.main import run
from tests.support import commands
from tests.support.commands import PROGRAM, SIGNING, Done, Shop, environment, plain, typed

CLOSINGS: Final = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}

NO_SEMAPHORES: Final = """
import _multiprocessing
del _multiprocessing.SemLock
"""
"""As in Termux, in AWS Lambda and in tight containers."""

NO_POSIX: Final = """
import os, signal, sys
for name in ("fcntl", "termios", "tty", "pty", "grp", "pwd", "resource", "syslog"):
    sys.modules[name] = None
for name in (
    "fchmod", "fchown", "chown", "lchown", "geteuid", "getuid", "getegid", "getgid", "getgroups",
    "statvfs", "fstatvfs", "sched_getaffinity", "fork", "forkpty", "mkfifo", "mknod", "setsid",
    "killpg", "getpgid", "openpty", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY",
    "ST_RDONLY", "uname", "nice", "confstr", "sysconf",
):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGHUP", "SIGPIPE", "SIGXFSZ", "setitimer", "alarm"):
    if hasattr(signal, name):
        delattr(signal, name)
os.supports_fd.discard(os.utime)
real = os.open
def no_folders(path, *given, **named):
    if not isinstance(path, int) and os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    return real(path, *given, **named)
os.open = no_folders
"""
"""A stand-in for Windows, where no test of ours runs: what Python has there only on POSIX is
gone, and folders cannot be opened."""


def without(
    shop: Shop, lacking: str, line: str, home: str | None = None, *, now: str = SIGNING
) -> Done:
    """Run a command as a process whose interpreter lacks something; give any exit code."""
    folder = shop.folder.parent / "lacking"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(lacking)
    return _ended(
        subprocess.run(
            [str(PROGRAM), *typed(line, home)],
            cwd=shop.folder,
            env=environment(now, PYTHONPATH=str(folder)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
    )


def closing(
    shop: Shop, stream: str, line: str, home: str | None = None, *, now: str = SIGNING
) -> Done:
    """Run a command as a process with one standard stream closed; give any exit code."""
    return _ended(
        subprocess.run(
            [
                "sh",
                "-c",
                f'"$@" {CLOSINGS[stream]}',
                "sh",
                str(PROGRAM),
                *typed(shop.filled(line), home),
            ],
            cwd=shop.folder,
            env=environment(now),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
    )


FULL: Final = "/dev/full"
"""A device on which nothing can be written, as on a full disk."""


def full(
    shop: Shop, stream: str, line: str, home: str | None = None, *, now: str = SIGNING
) -> Done:
    """Run a command in this process with one standard stream on a full disk; give any exit code.

    Args:
        shop: where it runs.
        stream: ``stdout`` or ``stderr``, of which the result then holds nothing.
        line: the command.
        home: whose secrets it uses.
        now: what the clock shows.
    """

    def run_full(arguments: list[str], *, debug: bool = False) -> int:
        with Path(FULL).open("w") as nowhere, mock.patch.object(sys, stream, nowhere):
            return run(arguments, debug=debug)

    with mock.patch.object(commands, "run", run_full):
        return shop.call(line, home, now=now, code=None)


def _ended(process: subprocess.CompletedProcess[bytes]) -> Done:
    return Done(process.returncode, process.stdout, plain(process.stderr.decode()))


def names(folder: Path) -> set[str]:
    """Return the names of all files in a folder, hidden ones too."""
    return {path.name for path in folder.iterdir()}
