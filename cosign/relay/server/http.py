"""Slow clients and many clients (docs/spec.md, "Relay").

uvicorn has no deadlines: it waits for a request's head and body, and for a client to
read the answer, for any time. A relay that is reached through Tor must wait too, but
not for ever. It closes a connection, without an answer, that is idle, whose request
exceeds its deadline, which grows with the bytes received, or that sends something
other than HTTP.

The number of connections is limited, so that they fit into memory. Where one more comes,
the connection is closed whose client has sent or taken nothing for the longest time. So
many slow clients do not keep others out: a request that comes at once is answered at
once. When most connections are taken, each is closed after its next answer.

Not protected: someone who opens connections faster than the relay can close them keeps
others out. A relay that is reached without Tor needs a proxy before it that limits
connections for each address (docs/relay.md).
"""

import asyncio

from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from cosign.relay.server.bodies import EXTENSION


class _Joined:
    """A transport that sends the head of an answer together with what follows.

    uvicorn writes the two one after the other, which are two packets and two system calls.

    Args:
        transport: of the connection.
        cycle: the request and answer that write to it.
    """

    def __init__(self, transport: asyncio.Transport, cycle: RequestResponseCycle) -> None:
        self._transport, self._cycle = transport, cycle
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        """Send some bytes, or keep them if they are the head."""
        if self._head is None and self._cycle.response_started:  # an interim answer comes before
            self._head = data
            return
        if self._head:
            data, self._head = self._head + data, b""
        self._transport.write(data)

    def close(self) -> None:
        """Send what is left and close the connection."""
        if self._head:
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        """Return whether the connection ends."""
        return self._transport.is_closing()


class PatientProtocol(H11Protocol):
    """One HTTP connection.

    Attributes:
        MOST_CONNECTIONS: where one more comes, the one is closed that rests the longest.
        MANY: the part of them from which on a connection is closed after its next answer.
        IDLE_SECONDS: how long a connection may stay without a request.
        REQUEST_SECONDS: deadline of a request, from its head to the end of its answer.
        LEAST_SPEED: bytes a second; received bytes extend the deadline by the time that
            they take at this speed.
        progress: when the client last sent or took something, on the loop's clock.
    """

    MOST_CONNECTIONS = 512
    MANY = 0.75
    IDLE_SECONDS = 20.0
    REQUEST_SECONDS = 60.0
    LEAST_SPEED = 4096

    _timer: asyncio.TimerHandle | None = None
    _deadline = 0.0
    progress = 0.0

    @property
    def rests(self) -> bool:
        """Whether the next step is the client's: to send something, or to take the answer."""
        cycle = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body or self.flow.write_paused

    def cut(self) -> None:
        """Close the connection without an answer."""
        self.connections.discard(self)
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Accept the connection; if there are too many, close the one that rests the longest."""
        super().connection_made(transport)
        self._allow(self.IDLE_SECONDS)
        self.progress = self.loop.time()
        if len(self.connections) > self.MOST_CONNECTIONS:
            ours = (c for c in self.connections if isinstance(c, PatientProtocol))
            resting = [c for c in ours if c.rests]
            min(resting, key=lambda connection: connection.progress).cut()

    def resume_writing(self) -> None:
        """Note that the client has taken a part of the answer."""
        self.progress = self.loop.time()
        super().resume_writing()

    def shutdown(self) -> None:
        """End the connection as the server stops; a client that rests is not waited for."""
        if self.rests and self.cycle and not self.cycle.response_complete:
            self.cut()
        else:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer of a connection that has ended."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Extend the deadline by what was received; a declared length extends nothing."""
        self.progress = self.loop.time()
        super().data_received(data)
        if self.cycle and not self.cycle.response_complete:
            self._deadline += len(data) / self.LEAST_SPEED

    def handle_events(self) -> None:
        """Start a request's deadline when its head is complete."""
        before = self.cycle
        super().handle_events()
        if self.cycle is before:
            return
        self._allow(self.REQUEST_SECONDS)
        # No percent-decoding: a proxy's rules compare the path as it was sent.
        self.scope["path"] = self.scope["raw_path"].decode("ascii")
        self.cycle.transport = _Joined(self.transport, self.cycle)  # type: ignore[assignment]  # as far as a cycle needs
        self.scope["extensions"] = {EXTENSION: self}  # type: ignore[dict-item]  # of our own
        if len(self.connections) > self.MANY * self.MOST_CONNECTIONS:
            self.headers.append(CLOSE_HEADER)  # as if the client had asked for it
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
        """Set the deadline; a timer that would come too early sets itself anew when it comes."""
        self._deadline = self.loop.time() + seconds
        if self._timer is None or self._deadline < self._timer.when():
            self._start_timer()

    def _start_timer(self) -> None:
        self._stop()
        self._timer = self.loop.call_at(self._deadline, self._expire)

    def _expire(self) -> None:
        if self.loop.time() < self._deadline:
            self._start_timer()
        else:
            self.transport.abort()

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
