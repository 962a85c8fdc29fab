"""Progress bars: on a terminal only, and only for work of more than half a second."""

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import Progress as ProgressBar

    from cosign.primitives.progress import Progress

_SHOWN_AFTER_SECONDS: Final = 0.5
_STEP: Final = 1_000

_drawn: "list[ProgressBar]" = []
"""The bars that are drawn now, the innermost last."""


@contextlib.contextmanager
def show_progress(what: str) -> "Iterator[Progress]":
    """Provide a function that draws a progress bar on stderr."""
    if not sys.stderr.isatty():
        from cosign.primitives.progress import no_progress

        yield no_progress
        return
    from rich.console import Console
    from rich.progress import Progress as ProgressBar

    started = time.monotonic()
    with ProgressBar(console=Console(stderr=True), transient=True) as bar:
        _drawn.append(bar)
        task = bar.add_task(what, total=None, visible=False)

        def show(done: int, total: int) -> None:
            late = time.monotonic() - started > _SHOWN_AFTER_SECONDS
            bar.update(task, completed=done, total=total, visible=late)

        try:
            yield show
        finally:
            _drawn.remove(bar)
        bar.update(task, completed=bar.tasks[0].total)


def shown(chunks: "Iterable[bytes]", what: str, total: int) -> "Iterator[bytes]":
    """Yield chunks, and draw a progress bar if that takes long.

    Args:
        chunks: of a file that is written.
        what: what the bar says.
        total: about how many chunks there are.
    """
    with show_progress(what) as progress:
        for done, chunk in enumerate(chunks):
            if done % _STEP == 0:
                progress(done, max(done, total))
            yield chunk


@contextlib.contextmanager
def progress_paused() -> Iterator[None]:
    """Draw no bar while a question stands on the terminal: it would erase the question."""
    for bar in _drawn:
        bar.stop()
    try:
        yield
    finally:
        for bar in _drawn:
            bar.start()
