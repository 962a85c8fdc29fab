"""A listener that answers every request alike, and a request to it."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cosign.relay.client.transport import Answer, Transport

OK: Final = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
ONION: Final = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion"


class Wire:
    """A TCP listener that answers every connection with the same bytes.

    Attributes:
        port: where.
        heard: what came, a connection each.
    """

    def __init__(self, answer: bytes, tls: Path | None) -> None:
        self._answer, self._tls = answer, None
        if tls:
            self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._tls.load_cert_chain(tls)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where, as a relay."""
        return f"http://127.0.0.1:{self.port}"

    def end(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(30)

    def _work(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                with line, contextlib.suppress(ssl.SSLError):
                    self._hear(self._tls.wrap_socket(line, server_side=True) if self._tls else line)

    def _hear(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream:
            rows = list(iter(stream.readline, b"\r\n"))
            lengths = [int(row.split(b":")[1]) for row in rows if row.startswith(b"Content-Length")]
            self.heard.append(b"".join(rows) + b"\r\n" + stream.read(sum(lengths)))
            line.sendall(self._answer)


@contextlib.contextmanager
def wire(answer: bytes = OK, tls: Path | None = None) -> Iterator[Wire]:
    """Run a listener as long as the block."""
    listener = Wire(answer, tls)
    try:
        yield listener
    finally:
        listener.end()


def ask(url: str, **options: Any) -> Answer:
    """Send a request with a header and a body."""
    with Transport(url, **options) as transport:
        return transport.ask("POST", "/v1/x?after=00", {"Cosign-Stamp": "ab"}, b"body", 100)
