"""``publish`` and ``trustee open`` that are stopped, and inputs that change under them."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from cosign.errors import MissingError
from cosign.primitives.progress import no_progress
from cosign.record_files import read_round
from cosign_cli.shared.console import Console
from cosign_cli.shared.envelopes import Envelopes, find_envelopes
from tests.support.commands import AFTERWARDS, Shop, environment, plain, typed

PUBLISH: Final = (
    "publish letter.round --envelopes envelopes --opening 1.opening --opening 3.opening -o new"
)
OPEN: Final = "trustee open letter.round --envelopes envelopes -o new"

_STOPPED: Final = """
import os, resource, signal, sys
from pathlib import Path
what, *sys.argv[1:] = sys.argv[1:]

def workers():
    threads = Path("/proc/self/task").iterdir()
    return [pid for thread in threads for pid in (thread / "children").read_text().split()]

def stop():
    print(*workers(), flush=True)
    sys.stdin.readline()
    if what == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    else:
        # A terminal sends Ctrl-C to all processes of the command.
        os.kill(0 if what == "SIGINT" else os.getpid(), getattr(signal, what))

from cosign.proofs.certificate import CertificateVerifier
from cosign.roles import trustee
from cosign.stores import spool
from cosign_cli import main
from cosign_cli.shared import envelopes
CertificateVerifier.share_from = CertificateVerifier.batch_size = 1
trustee._SHARE_FROM = trustee._CHUNK = 1
envelopes._MANY = 0

class Small(spool.Spool):
    def __init__(self, folder):
        super().__init__(folder, 1)

    def store(self, run):
        found = super().store(run)
        if found == 0:
            stop()
        return found

if "publish" in sys.argv:
    spool.Spool = Small
else:
    merged = trustee._merged
    trustee._merged = lambda chunks: merged(c for c in chunks if stop() or True)
main.main()
"""
"""Runs a command and stops it as soon as its first cosignature is on the disk, or its first share
is open."""


_SIGNALS = ["env", "--default-signal=INT"]
"""Where tests run in the background, interruptions are ignored, and programs inherit it."""


@contextmanager
def stopped(shop: Shop, line: str, home: str, what: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command with two workers until it stops itself."""
    with subprocess.Popen(
        [*_SIGNALS, sys.executable, "-c", _STOPPED, what, *typed(f"{line} --workers 2", home)],
        cwd=shop.folder,
        env=environment(AFTERWARDS),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        yield process


def watched(pids: str) -> list[int]:
    """Open what tells that processes end."""
    return [os.pidfd_open(int(pid)) for pid in pids.split()]


def check_gone(workers: list[int]) -> None:
    """Check that processes end, soon."""
    for each in workers:
        assert select.select([each], [], [], 30)[0], "a worker outlives its parent"
        os.close(each)


@pytest.mark.parametrize(("line", "home"), [(PUBLISH, "organizer"), (OPEN, "trustee-2")])
@pytest.mark.parametrize("what", ["SIGKILL", "SIGINT"])
def test_what_is_stopped_leaves_nothing(shop: Shop, line: str, home: str, what: str) -> None:
    """Neither files, hidden ones included, nor processes; Ctrl-C is told in a line."""
    with shop.unchanged(), stopped(shop, line, home, what) as process:
        assert process.stdout
        workers = watched(process.stdout.readline())
        assert len(workers) == 2
        err = process.communicate("\n")[1]
        check_gone(workers)
    killed = what == "SIGKILL"
    assert process.returncode == (-signal.SIGKILL if killed else 130)
    assert "Traceback" not in err
    assert len(plain(err).splitlines()) <= 1


def test_a_disk_that_fills_while_sorting_leaves_nothing(shop: Shop) -> None:
    """The letter is not begun, and the message says what helps."""
    with shop.unchanged(), stopped(shop, PUBLISH, "organizer", "full") as process:
        assert process.stdout
        workers = watched(process.stdout.readline())
        err = process.communicate("\n")[1]
        check_gone(workers)
    assert process.returncode == 14
    message, hint = plain(err).splitlines()
    assert message == "cosign-letter: .: file too large"
    assert "a limit of your account or file system" in hint


@pytest.mark.parametrize(("line", "home"), [(PUBLISH, "organizer"), (OPEN, "trustee-2")])
def test_workers_change_no_byte(shop: Shop, line: str, home: str) -> None:
    """With workers and tiny runs, the letter is the same as with neither."""
    with stopped(shop, line, home, "SIGCONT") as process:
        process.communicate("\n" * 10)
    assert process.returncode == 0
    shop.call(line.replace("-o new", "-o alone --workers 1"), home, now=AFTERWARDS)
    sizes = [(shop / name).stat().st_size for name in ("new", "alone")]
    assert sizes[0] == sizes[1]
    if home == "organizer":
        assert (shop / "new").read_bytes() == (shop / "alone").read_bytes()


def found_in(shop: Shop) -> Envelopes:
    """List the envelopes of the staff council's round."""
    round_ = read_round(shop / "letter.round")
    return find_envelopes(Console(), str(shop / "envelopes"), round_, 0)


def test_an_envelope_that_vanishes_is_named(shop: Shop) -> None:
    """Between listing and reading: an error, because a cosignature would be lost in silence."""
    found, [*_, last] = found_in(shop), sorted((shop / "envelopes").iterdir())
    last.unlink()
    with pytest.raises(MissingError, match=last.name):
        list(found.read(no_progress))


def test_a_file_is_read_once(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """What is exchanged before it is read is what counts; what comes later is not read."""
    [first, second, *_] = sorted((shop / "envelopes").iterdir())
    found = found_in(shop)
    (shop / "envelopes" / "zz-late").write_bytes(second.read_bytes())
    second.write_bytes(b"junk")
    stream = found.read(no_progress)
    envelope = next(stream)
    first.write_bytes(b"junk, too")
    assert [envelope, *stream]
    assert (found.taken, found.left_out) == (len(found.names) - 1, 1)
    assert second.name in capsys.readouterr().err
