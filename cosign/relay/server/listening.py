"""Where a relay listens, and how its server starts and stops (docs/spec.md, "Relay").

Not protected: a relay that is killed leaves its log beside the SQLite file, which tells the
order of what was posted, until the next start and stop.
"""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Iterator
from math import ceil
from types import FrameType
from typing import Any, Final

import uvicorn

from cosign.errors import UsageError
from cosign.relay.server.app import Relay
from cosign.relay.server.http import PatientProtocol

_HOST: Final = "127.0.0.1"
_PORTS: Final = 2**16
_PLACE_HINT: Final = "write it like 127.0.0.1:8463"
_HEAD_BYTES: Final = 16_384
_SHUTDOWN_SECONDS: Final = 10
_CLOSE_SECONDS: Final = 0.2
_HINTS: Final = {
    errno.EADDRINUSE: "another program listens there, perhaps another relay: stop it, or choose "
    "another port with --listen",
    errno.EACCES: "ports below 1024 are for administrators: choose a higher one with --listen",
    errno.EADDRNOTAVAIL: "this machine does not have that address: use one of its own, such as "
    "127.0.0.1",
    errno.EAFNOSUPPORT: "this machine does not use such addresses: use 127.0.0.1",
}
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def bind(place: str) -> socket.socket:
    """Listen on HOST:PORT; without a host, on 127.0.0.1.

    Raises:
        UsageError: not a host and port, or not one on which this machine can listen.
    """
    host, _, port = place.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < _PORTS):
        raise UsageError(f"cannot listen on {place!r}: it has no port", hint=_PLACE_HINT)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host.strip("[]") or _HOST, int(port)), family=family)
    except (OSError, UnicodeError) as e:
        raise UsageError(
            f"cannot listen on {place!r}: {_reason(e)}",
            hint=_HINTS.get(getattr(e, "errno", 0) or 0, _PLACE_HINT),
        ) from e
    # Otherwise an answer's body waits 40 ms, until its head is acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _reason(error: OSError | UnicodeError) -> str:
    """Return what is wrong, without the brackets of Python's own addition."""
    text = getattr(error, "strerror", None) or str(error)
    return str(text).partition(" (while")[0].lower()


class _Server(uvicorn.Server):
    """A server that closes connections as long as it stops, not once.

    One that was accepted at the last moment would hold it up for the whole time of grace.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let requests end whose bodies came, and close all connections."""
        closing = asyncio.create_task(self._close_again())
        try:
            await super().shutdown(sockets)
        finally:
            closing.cancel()

    async def _close_again(self) -> None:
        while True:
            await asyncio.sleep(_CLOSE_SECONDS)
            for connection in list(self.server_state.connections):
                connection.shutdown()


def make_server(relay: Relay, protocol: type[PatientProtocol] = PatientProtocol) -> uvicorn.Server:
    """Return an HTTP server of a relay; ``run(sockets=[...])`` runs it until a signal ends it.

    It logs no requests, and no header tells the time.
    """
    config = uvicorn.Config(
        relay,
        interface="asgi3",
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        timeout_keep_alive=ceil(protocol.IDLE_SECONDS),
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )
    return _Server(config)


class Stopping:
    """A server that a signal stops first, so that the database is closed before the process ends.

    Attributes:
        server: set once it is about to run; until then a signal ends the process at once.
    """

    def __init__(self) -> None:
        self.server: uvicorn.Server | None = None
        self._held: list[int] = []
        self._before: dict[int, Any] = {}

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Stop the server, or end the process where there is none yet."""
        if self.server is None:
            self._restore()
            signal.raise_signal(number)
            return
        self._held.append(number)
        self.server.should_exit = True

    def install(self) -> None:
        """Catch the signals that ask a process to end."""
        self._before = {number: signal.signal(number, self.handle) for number in _SIGNALS}

    def finish(self) -> None:
        """End the process by the signal that was caught, if any."""
        self._restore()
        for number in self._held[:1]:
            signal.raise_signal(number)

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def stopping() -> Iterator[Stopping]:
    """Hold signals back during the block once a server runs; the last act is to obey them.

    uvicorn raises the signal again as soon as its server has stopped, so whatever comes after
    in the program would not run, such as closing the database.
    """
    caught = Stopping()
    caught.install()
    try:
        yield caught
    finally:
        caught.finish()
