"""Sees what this process asks of the network."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final


class Witness:
    """Sees every name that is looked up and every place that is connected or sent to."""

    def __init__(self) -> None:
        self._threads: set[int] | None = set()
        self._seen: set[object] = set()
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._threads is not None and threading.get_ident() not in self._threads:
            return
        if event in {"socket.connect", "socket.sendto"}:
            self._seen.add(arguments[1])
        elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.bind"}:
            self._seen.add(arguments[0])

    @contextlib.contextmanager
    def watch(self, *, every_thread: bool = False) -> Iterator[set[object]]:
        """Watch this thread, or all, while the block runs."""
        self._seen, self._threads = set(), None if every_thread else {threading.get_ident()}
        try:
            yield self._seen
        finally:
            self._threads = set()


WITNESS: Final = Witness()
