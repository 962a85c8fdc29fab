"""Signals that ask the program to end: what a command began is undone, as after Ctrl-C.

SIGHUP comes when a terminal window is closed, SIGTERM when a machine shuts down. Python would
end at once, and leave vouchers in a ledger whose list no file has, or a key in a home that was
not handed in.

Not protected: nothing runs after SIGKILL or a loss of power.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final

SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Windows has no SIGHUP."""


@contextlib.contextmanager
def undoing_first() -> Iterator[None]:
    """Interrupt the block when such a signal comes; once it is left, the process ends by it.

    A second signal ends the process at once. One that the parent process has switched off, as
    nohup does, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # the handlers of signals belong to the main thread
        return
    caught: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        caught.append(number)
        restore()
        raise KeyboardInterrupt

    def restore() -> None:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)

    ours = [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        restore()
        for number in caught:
            signal.raise_signal(number)


def end_at_once() -> None:
    """Let such a signal end this process, a worker, at once: it has nothing to undo."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
