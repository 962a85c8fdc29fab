"""Commands that a signal ends: what they began is undone, and they end by the signal."""

import signal
import subprocess
import sys
from typing import Final

import pytest

from tests.support.commands import ENROLMENT, Shop, environment, typed

_ENDED: Final = """
import os, signal, sys
number, *sys.argv[1:] = sys.argv[1:]

from cosign_cli import main
from cosign_cli.shared.console import Console

def end(*given, **more):
    os.kill(os.getpid(), int(number))

Console.write = Console.write_record = end
main.main()
"""
"""Runs a command that gets a signal when it is about to write its result."""


def ended(shop: Shop, line: str, home: str, number: int, *before: str) -> int:
    """Run a command up to its result, and return how it ended."""
    program = [sys.executable, "-c", _ENDED, str(int(number))]
    return subprocess.run(
        [*before, *program, *typed(line, home)],
        cwd=shop.folder,
        env=environment(ENROLMENT),
        capture_output=True,
        check=False,
    ).returncode


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_was_begun_is_undone(shop: Shop, number: signal.Signals) -> None:
    """Vouchers whose list was not written do not count, and a key that nobody has is erased."""
    before = shop.call("registrar status open.group --json", "clerk").json
    for _ in range(2):
        line = "registrar vouch open.group --count 3 -o new"
        assert ended(shop, line, "clerk", number) == -number
        assert ended(shop, "member key -o new", "new", number) == -number
    assert shop.call("registrar status open.group --json", "clerk").json == before
    assert not list((shop / "homes/new").glob("key-*"))
    assert not (shop / "new").exists()


def test_a_signal_that_is_switched_off_stays_so(shop: Shop) -> None:
    """Under nohup a command goes on when its terminal is closed."""
    line = "registrar vouch open.group --count 3 -o new"
    assert ended(shop, line, "clerk", signal.SIGHUP, "nohup") == 0
