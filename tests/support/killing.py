"""Kills commands: at each of their steps in turn, or as real processes at random moments.

A step is a line of :mod:`cosign.stores`, which alone writes files, or of the registrar's
issuing, which calls it: between two of them nothing changes on the disk. To die at the
k-th of hundreds takes hundreds of processes, so they are forked from one that has loaded
everything, even the registrar's RSA key, which OpenSSL checks for a tenth of a second; it
runs as
``python -m tests.support.killing``.
"""

import contextlib
import io
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple, Protocol
from unittest import mock

import cosign.roles.member.signing
import cosign.roles.registrar.issuing
import cosign.stores.home
import cosign.stores.ledger
from cosign.primitives.rsa import blind as blind_rsa
from cosign.secret import Secret
from cosign_cli.main import run
from cosign_cli.shared.environment import CLOCK_VARIABLE
from tests.support import places
from tests.support.commands import Shop, environment, typed
from tests.support.world import loaded_rsa_key, rsa_key

KILLED: Final = -signal.SIGKILL
KEY: Final = 8
"""The number of the registrar's one RSA key in ``tests/vectors/keys``."""
_ROOT: Final = places.ROOT
_WATCHED: Final = (
    str(Path(cosign.stores.__file__).parent),
    cosign.roles.registrar.issuing.__file__,
)
_HARMLESS: Final = ("permissions.py", "system.py", "times.py", "changes.py")
"""Modules of the stores that decide or pass on, many times, and keep no state on the disk."""
_COMPUTING: Final = ("_add_slots", "_seal_slot", "_seal", "_hmac")
"""Functions of the ledger that run for each of its rows and touch no file."""


def load_key(secret: Secret) -> blind_rsa.PrivateKey:
    """Do what ``PrivateKey.from_secret`` does with :data:`KEY`, in no time."""
    assert secret == rsa_key(KEY)
    return loaded_rsa_key(KEY)


class Chance(random.Random):
    """A source of moments to die at, whose seed is shown where a test fails."""

    def __init__(self) -> None:
        number = int.from_bytes(os.urandom(8))
        sys.stdout.write(f"the seed of chance is {number}\n")
        super().__init__(number)


class Nursery:
    """The process from which commands are forked."""

    def __init__(self, shop: Shop) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killing"],
            cwd=shop.folder,
            env=environment("", PYTHONPATH=str(_ROOT)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, line: str, home: str, now: str, step: int) -> "End":
        """Run a command that is killed at a step, counted from 1, unless it has fewer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([typed(line, home), now, step]) + "\n")
        self._process.stdin.flush()
        return End(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()


class End(NamedTuple):
    """How a forked command ended.

    Attributes:
        code: its exit code, or :data:`KILLED`.
        place: where it was killed, as ``file.py function``.
    """

    code: int
    place: str


class Deaths(Protocol):
    """Numbers the deaths that are to be died, and kills one command for each."""

    def __iter__(self) -> Iterator[int]: ...

    def kill(self, line: str, home: str, now: str) -> None:
        """Start a command and kill it."""

    def check(self, seen: set[str], possible: set[str]) -> None:
        """Check which states these deaths left behind."""


class EveryStep:
    """A death at each step, until the command has no more of them."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery
        self._step = 0
        self._ended = False
        self.places: set[str] = set()

    def __iter__(self) -> Iterator[int]:
        for self._step in itertools.count(1):
            yield self._step
            if self._ended:
                return

    def kill(self, line: str, home: str, now: str) -> None:
        code, place = self._nursery.run(line, home, now, self._step)
        assert code in (0, KILLED)
        self._ended = code == 0
        self.places.add(place)

    def check(self, seen: set[str], possible: set[str]) -> None:
        assert seen == possible


class AtRandom:
    """Some deaths of real processes, in the later part of how long the first one lived."""

    def __init__(self, shop: Shop, count: int) -> None:
        self._shop, self._count = shop, count
        self._chance = Chance()
        self._life = 0.0

    def __iter__(self) -> Iterator[int]:
        return iter(range(self._count + 1))

    def kill(self, line: str, home: str, now: str) -> None:
        started = time.monotonic()
        with self._shop.start(line, home, now=now) as process:
            if self._life:
                time.sleep(self._life * self._chance.uniform(0.6, 1.05))
                process.kill()
        assert process.returncode in (0, KILLED)
        self._life = self._life or time.monotonic() - started

    def check(self, seen: set[str], possible: set[str]) -> None:
        assert seen <= possible


def _die(step: int, report: int) -> None:
    """Let this process kill itself as it comes to a step, and say where."""
    left = itertools.count(step - 1, -1)

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line" and not next(left):
            code = frame.f_code
            os.write(report, f"{Path(code.co_filename).name} {code.co_name}".encode())
            os.kill(os.getpid(), signal.SIGKILL)
        return line

    def call(frame: FrameType, _event: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        harmless = name.endswith(_HARMLESS) or frame.f_code.co_name in _COMPUTING
        return line if name.startswith(_WATCHED) and not harmless else None

    sys.settrace(call)


def _live(arguments: list[str], now: str, step: int, report: int) -> None:
    """Run a command as the process that it would be."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.environ[CLOCK_VARIABLE] = now
    _die(step, report)
    os._exit(run(arguments))


def _fork(child: Callable[[int], None]) -> End:
    reading, writing = os.pipe()
    number = os.fork()
    if not number:
        child(writing)
    os.close(writing)
    with open(reading, "rb") as stream:  # noqa: PTH123  # a descriptor, not a path
        place = stream.read().decode()
    _, status = os.waitpid(number, 0)
    return End(os.waitstatus_to_exitcode(status), place)


def main() -> None:
    """Fork a process for each line of stdin: arguments, time and step, as JSON."""
    for line in sys.stdin:
        arguments, now, step = json.loads(line)
        ended = _fork(lambda report: _live(arguments, now, step, report))  # noqa: B023  # called at once
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """Load what commands load late, once for all children: by commands that fail."""
    with tempfile.TemporaryDirectory() as home, contextlib.redirect_stderr(io.StringIO()):
        for line in ("registrar issue none -o none", "member finish none", "sign -o none none"):
            run([*line.split(), "--no-passphrase", "--home", home])


if __name__ == "__main__":
    loaded_rsa_key(KEY)
    _warm_up()
    with mock.patch.object(blind_rsa.PrivateKey, "from_secret", load_key):
        main()
