"""Runs the installed program: in a process of its own, or in this one where cases are many.

A :class:`Shop` is a folder in which several people work, each with a home of
their own under ``homes/``. Both ways of running read and write real files.
"""

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest import mock

from cosign.errors import UsageError
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.voucher import encode_voucher
from cosign.secret import Secret
from cosign_cli.main import run
from cosign_cli.shared.environment import CLOCK_VARIABLE, HOME_VARIABLE, PASSPHRASE_VARIABLE

PROGRAM: Final = Path(sysconfig.get_path("scripts")) / "cosign-letter"

OPENS: Final = "2030-03-01T00:00Z"
ENROLMENT: Final = "2030-03-01T09:00Z"
BETWEEN: Final = "2030-03-08T00:00Z"
SIGNING: Final = "2030-03-10T09:00Z"
CLOSES: Final = "2030-03-18T00:00Z"
AFTERWARDS: Final = "2030-03-20T09:00Z"

UNKNOWN_VOUCHER: Final = "UNKNOWN-VOUCHER"
"""Stands in a line for a code that :meth:`Shop.filled` makes for the group that is named there."""

_WITHOUT: Final = """
import sys
sys.modules[sys.argv.pop(1)] = None
from cosign_cli.main import main
main()
"""
_CLOCK_NOTE: Final = "warning: the time is"


class Done(NamedTuple):
    """What a command left behind.

    Attributes:
        code: its exit code.
        raw: stdout, byte for byte.
        err: stderr, without the note on the clock that tests set.
    """

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Stdout as text."""
        return self.raw.decode()

    @property
    def json(self) -> Any:
        """Stdout as the one JSON object that it has to be."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    def problem(self) -> tuple[str, str]:
        """Return message and hint of an error that was told as it should be."""
        lines = self.err.splitlines()
        assert "Traceback" not in self.err
        assert len(lines) == 2, self.err
        assert lines[0].startswith("cosign-letter: ")
        assert lines[1].startswith("  hint: ")
        message, hint = lines[0].removeprefix("cosign-letter: "), lines[1].removeprefix("  hint: ")
        assert hint
        assert not message.endswith(".")
        assert not hint.endswith(".")
        return message, hint


def environment(now: str, **more: str) -> dict[str, str]:
    """Return this process's environment with a clock, without anybody's home or passphrase."""
    cleared = {HOME_VARIABLE, PASSPHRASE_VARIABLE, CLOCK_VARIABLE, "COLUMNS"}
    kept = {key: value for key, value in os.environ.items() if key not in cleared}
    return {**kept, CLOCK_VARIABLE: now, **more}


def typed(line: str, home: str | None) -> list[str]:
    """Split a command line and name a home that has no passphrase."""
    named = ["--home", f"homes/{home}", "--no-passphrase"] if home else []
    return [*shlex.split(line), *named]


def plain(err: str) -> str:
    """Leave out the note on the clock that tests set."""
    return "".join(line for line in err.splitlines(keepends=True) if _CLOCK_NOTE not in line)


@dataclass(frozen=True)
class Shop:
    """A folder where commands run."""

    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def filled(self, line: str) -> str:
        """Put a voucher that its registrar never made in the place of :data:`UNKNOWN_VOUCHER`."""
        if UNKNOWN_VOUCHER not in line:
            return line
        [name] = re.findall(r"\S+\.group\b", line)
        return line.replace(UNKNOWN_VOUCHER, self.unknown_voucher(name))

    def unknown_voucher(self, name: str) -> str:
        """Return the code of a voucher that nobody made, for the first registrar of a group."""
        group = RegisteredGroup.from_bytes((self / name).read_bytes())
        return encode_voucher(group, 0, Secret(bytes(16)))

    def run(
        self,
        line: str,
        home: str | None = None,
        *,
        now: str = SIGNING,
        code: int = 0,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> Done:
        """Run a command as a process and expect an exit code."""
        ended = subprocess.run(
            [PROGRAM, *typed(self.filled(line), home)],
            cwd=self.folder,
            env=environment(now, **(env or {})),
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
        )
        done = Done(ended.returncode, ended.stdout, plain(ended.stderr.decode()))
        assert done.code == code, done
        return done

    def call(
        self,
        line: str,
        home: str | None = None,
        *,
        now: str = SIGNING,
        code: int | None = 0,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
    ) -> Done:
        """Run a command in this process, which saves its start, and expect an exit code, or any."""
        given, out, err = (io.TextIOWrapper(io.BytesIO(raw)) for raw in (stdin, b"", b""))
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, environment(now, **(env or {})), clear=True),
            mock.patch.object(sys, "stdin", given),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            arguments = typed(self.filled(line), home)
            ended = run([a for a in arguments if a != "--debug"], debug="--debug" in arguments)
        done = Done(ended, _written(out), plain(_written(err).decode()))
        assert code is None or done.code == code, done
        return done

    def run_without(
        self, module: str, line: str, home: str | None = None, *, now: str = SIGNING
    ) -> Done:
        """Run a command in a Python that lacks a library, and expect wrong usage."""
        ended = subprocess.run(
            [sys.executable, "-c", _WITHOUT, module, *typed(line, home)],
            cwd=self.folder,
            env=environment(now),
            capture_output=True,
            check=False,
        )
        done = Done(ended.returncode, ended.stdout, plain(ended.stderr.decode()))
        assert done.code == UsageError.exit_code, done
        return done

    def start(
        self, line: str, home: str | None = None, *, now: str = SIGNING
    ) -> subprocess.Popen[bytes]:
        """Start a command that is going to be killed."""
        return subprocess.Popen(
            [PROGRAM, *typed(line, home)],
            cwd=self.folder,
            env=environment(now),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def files(self) -> dict[str, bytes]:
        """Return every file with its content, except locks and SQLite's files beside a ledger."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
            and path.name != ".lock"
            and not path.name.endswith(("-wal", "-shm"))
            and path.stat().st_size < 2**28
        }

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Check that no file appears, changes or vanishes."""
        before = self.files()
        yield
        after = self.files()
        assert after.keys() == before.keys(), after.keys() ^ before.keys()
        assert [name for name in after if after[name] != before[name]] == []

    def copy(self, folder: Path) -> "Shop":
        """Copy everything, so that a test may spoil it."""
        shutil.copytree(self.folder, folder, copy_function=shutil.copy)
        return Shop(folder)


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


_METER: Final = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=sys.stderr)
sys.exit(ended.returncode)
"""


def measure(
    shop: Shop, line: str, home: str | None = None, now: str = SIGNING, feed: str = ":"
) -> tuple[Done, int]:
    """Run a command as a process and give the most memory that it held, in bytes.

    A small process starts it, because what a process forked from counts as its own.
    What the shell script ``feed`` prints is its stdin.
    """
    metered = shlex.join([sys.executable, "-c", _METER, str(PROGRAM), *typed(line, home)])
    ended = subprocess.run(
        ["sh", "-c", f"{feed} | {metered}"],
        cwd=shop.folder,
        env=environment(now),
        capture_output=True,
        check=False,
        timeout=120,
    )
    *lines, peak = ended.stderr.decode().splitlines()
    err = plain("\n".join(lines) + "\n")
    return Done(ended.returncode, ended.stdout, err), int(peak)
