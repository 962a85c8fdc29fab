"""A listener that answers every request alike, and a request to it."""

import socket
import ssl
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

from cosign.relay.client.transport import Answer, Transport
from tests.support.listener import Listener

OK: Final = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"
ONION: Final = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion"


class Wire(Listener):
    """A listener that answers every connection with the same bytes.

    Attributes:
        heard: what came, a connection each.
    """

    def __init__(self, answer: bytes = OK, tls: Path | None = None) -> None:
        super().__init__()
        self._answer, self._tls = answer, None
        if tls:
            self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._tls.load_cert_chain(tls)
        self.heard: list[bytes] = []

    @property
    def url(self) -> str:
        """Where, as a relay."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, line: socket.socket) -> None:
        """See :class:`~tests.support.listener.Listener`."""
        self._hear(self._tls.wrap_socket(line, server_side=True) if self._tls else line)

    def _hear(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream:
            rows = list(takewhile(lambda row: row != b"\r\n", stream))
            if not rows:
                return  # the client went away
            lengths = [int(row.split(b":")[1]) for row in rows if row.startswith(b"Content-Length")]
            self.heard.append(b"".join(rows) + b"\r\n" + stream.read(sum(lengths)))
            line.sendall(self._answer)


def ask(url: str, **options: Any) -> Answer:
    """Send a request with a header and a body."""
    with Transport(url, **options) as transport:
        return transport.ask("POST", "/v1/x?after=00", {"Cosign-Stamp": "ab"}, b"body", 100)
