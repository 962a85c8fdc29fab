"""Slow clients and many clients (docs/spec.md, "Relay").

uvicorn waits for a request's head, its body and a reader of the answer as long as
they please. A relay that is reached through Tor is patient too, up to a limit: a
connection that is idle, a request that takes longer than what it sent excuses, and what
is no HTTP are cut without a word. There are never more connections than fit into memory.

Not protected: somebody with enough connections keeps others out. Who runs a relay
in the open puts a proxy before it that counts them (docs/relay.md).
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """One HTTP connection.

    Attributes:
        MOST_CONNECTIONS: further ones are cut at once.
        IDLE_SECONDS: how long a connection may be without a request.
        REQUEST_SECONDS: how long a request may take, from its head to its answer's end.
        LEAST_SPEED: bytes a second; it may take longer for what it sends, when that has come.
    """

    MOST_CONNECTIONS = 512
    IDLE_SECONDS = 20.0
    REQUEST_SECONDS = 60.0
    LEAST_SPEED = 4096

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take the connection, or cut it."""
        super().connection_made(transport)
        self._allow(self.IDLE_SECONDS)
        if len(self.connections) > self.MOST_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on; what a request says it will send buys no time, only what it sent."""
        super().data_received(data)
        if self._timer and self.cycle and not self.cycle.response_complete:
            left = self._timer.when() - self.loop.time()
            self._allow(left + len(data) / self.LEAST_SPEED)

    def handle_events(self) -> None:
        """Go on; where that starts a request, its time runs."""
        before = self.cycle
        super().handle_events()
        if self.cycle is before:
            return
        self._allow(self.REQUEST_SECONDS)
        # A path stands for nothing but its own letters, as a proxy's rules read it.
        self.scope["path"] = self.scope["raw_path"].decode("ascii")
        names = dict(self.headers).keys()
        if {b"content-length", b"transfer-encoding"} <= names:
            # A proxy before the relay may have gone by the other one (RFC 9112, 6.3): what it
            # takes for the rest of this body would be read here as somebody's next request.
            self.transport.abort()
        elif b"expect" in names:
            # Whoever is answered before it sent the body may never send it (RFC 9110, 10.1.1).
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own words
        """Cut what is no HTTP: an answer would garble the one to the request before."""
        self.transport.close()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._allow(self.IDLE_SECONDS)
        super().on_response_complete()

    def _allow(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
