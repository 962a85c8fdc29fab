"""Slow clients and many clients (docs/spec.md, "Relay").

uvicorn has no deadlines: it waits for a request's head and body, and for a client to
read the answer, for any time. A relay that is reached through Tor must wait too, but
not for ever. It closes a connection, without an answer, that is idle, whose request
exceeds its deadline, which grows with the bytes received, or that sends something
other than HTTP. The number of connections is limited, so that they fit into memory.

Not protected: someone with enough connections keeps others out. A relay that is
reached without Tor needs a proxy before it that limits connections for each
address (docs/relay.md).
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """One HTTP connection.

    Attributes:
        MOST_CONNECTIONS: further ones are closed at once.
        IDLE_SECONDS: how long a connection may stay without a request.
        REQUEST_SECONDS: deadline of a request, from its head to the end of its answer.
        LEAST_SPEED: bytes a second; received bytes extend the deadline by the time that
            they take at this speed.
    """

    MOST_CONNECTIONS = 512
    IDLE_SECONDS = 20.0
    REQUEST_SECONDS = 60.0
    LEAST_SPEED = 4096

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Accept the connection, or close it if there are too many."""
        super().connection_made(transport)
        self._allow(self.IDLE_SECONDS)
        if len(self.connections) > self.MOST_CONNECTIONS:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer of a connection that has ended."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Extend the deadline by what was received; a declared length extends nothing."""
        super().data_received(data)
        if self._timer and self.cycle and not self.cycle.response_complete:
            left = self._timer.when() - self.loop.time()
            self._allow(left + len(data) / self.LEAST_SPEED)

    def handle_events(self) -> None:
        """Start a request's deadline when its head is complete."""
        before = self.cycle
        super().handle_events()
        if self.cycle is before:
            return
        self._allow(self.REQUEST_SECONDS)
        # No percent-decoding: a proxy's rules compare the path as it was sent.
        self.scope["path"] = self.scope["raw_path"].decode("ascii")
        names = dict(self.headers).keys()
        if {b"content-length", b"transfer-encoding"} <= names:
            # A proxy may use the other one (RFC 9112, 6.3). Then it takes bytes for the rest of
            # this body that would be read here as the next request of another client.
            self.transport.abort()
        elif b"expect" in names:
            # A client that is answered before it sent the body need not send it (RFC 9110, 10.1.1),
            # so what follows may be a body or a request.
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's text
        """Close without an answer, which could end up inside the answer to an earlier request."""
        self.transport.close()

    def on_response_complete(self) -> None:
        """Start the idle time before the next request."""
        self._allow(self.IDLE_SECONDS)
        super().on_response_complete()

    def _allow(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
