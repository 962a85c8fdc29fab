"""What browsers ask a relay for: a relay of bytes that notes the first line of each request."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Final

_REQUEST: Final = re.compile(rb"(GET|POST|HEAD|PUT|OPTIONS|DELETE) (\S+) HTTP/1\.1\r\n")


class Recorder:
    """A door to a relay.

    Attributes:
        port: where it listens on this machine.
        behind: the relay's port, which may change while nothing is asked.
        asked: methods and paths, in their order, but for the pictures that browsers ask for.
    """

    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.port: int = server.getsockname()[1]
        self.behind = 0
        self.asked: list[tuple[str, str]] = []

    def serve(self) -> None:
        """Take connections until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._server.accept()
                threading.Thread(target=self._connect, args=[client], daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.behind)) as relay:
            answers = threading.Thread(target=_pump, args=[relay, client])
            answers.start()
            _pump(client, relay, self._note)
            answers.join()

    def _note(self, data: bytes) -> None:
        for method, path in _REQUEST.findall(data):
            if path != b"/favicon.ico":
                self.asked.append((method.decode(), path.decode()))


def _pump(
    source: socket.socket, sink: socket.socket, note: Callable[[bytes], None] = lambda _data: None
) -> None:
    """Pass bytes on until one side ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            note(data)
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def recording() -> Iterator[Recorder]:
    """Open a door as long as the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        recorder = Recorder(server)
        threading.Thread(target=recorder.serve, daemon=True).start()
        try:
            yield recorder
        finally:
            server.shutdown(socket.SHUT_RDWR)
