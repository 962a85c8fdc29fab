"""Errors of the operating system, one at a time, at each call that the files of a command make."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self
from unittest import mock

ERRORS: Final = {
    "open": (errno.EACCES, errno.EMFILE),
    "write": (errno.ENOSPC, errno.EIO),
    "utime": (errno.EIO, errno.EPERM),
    "fsync": (errno.EIO, errno.EINVAL),
    "link": (errno.EACCES, errno.EMLINK, errno.EXDEV, errno.EINVAL),
    "replace": (errno.EIO, errno.EBUSY),
    "unlink": (errno.EIO, errno.EBUSY),
    "mkdir": (errno.EACCES, errno.EROFS),
    "flock": (errno.ENOLCK, errno.EOPNOTSUPP),
}
"""Calls, and numbers with which each can fail."""


class Fault:
    """Lets the n-th call of one function fail, of those by which files are changed.

    Attributes:
        calls: how many there were.
    """

    def __init__(self, name: str, at: int, number: int) -> None:
        self.name, self.at, self.number = name, at, number
        self.calls = 0

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise OSError(self.number, os.strerror(self.number))

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that fails at its turn and does the real thing otherwise."""

        def call(*given: Any, **named: Any) -> Any:
            if self.name != "open" or given[1] & os.O_CREAT or Path(given[0]).is_dir():
                self._count()
            return real(*given, **named)

        return call

    def writing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return what opens descriptors as files whose writing fails at its turn."""

        def opened(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
            stream = real(file, mode, *given, **named)
            if isinstance(file, int) and "w" in mode and "b" in mode:
                return _Writer(stream, self._count)
            return stream

        return opened


class _Writer:
    """A binary file whose ``writelines`` counts."""

    def __init__(self, stream: Any, count: Callable[[], None]) -> None:
        self._stream, self._counted = stream, count

    def writelines(self, chunks: Any) -> None:
        self._counted()
        self._stream.writelines(chunks)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> Self:
        self._stream.__enter__()
        return self

    def __exit__(self, *reason: object) -> None:
        self._stream.__exit__(*reason)


@contextlib.contextmanager
def failing(name: str, at: int, number: int) -> Iterator[Fault]:
    """Let the n-th call of a function fail in the block; with 0, none fails and all are counted.

    Args:
        name: one of ``ERRORS``.
        at: which call, from 1.
        number: of :mod:`errno`.
    """
    fault = Fault(name, at, number)
    place = {
        "flock": "fcntl.flock",
        "write": "cosign.stores.files.open",
    }.get(name, f"os.{name}")
    if name == "write":
        patched = mock.patch(place, fault.writing(open), create=True)
    else:
        module, _, function = place.rpartition(".")
        real = getattr(__import__(module), function)
        patched = mock.patch(place, fault.around(real))
    with patched:
        yield fault
