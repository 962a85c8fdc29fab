"""SOCKS proxies: Debian's microsocks, and one of our own that leads everything to one place."""

import contextlib
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final, NamedTuple

import pytest

from tests.support.daemons import daemon, free_port
from tests.support.listener import Listener

needed: Final = pytest.mark.skipif(
    shutil.which("microsocks") is None,
    reason="microsocks is not installed: tests of relays behind a real SOCKS server are left out",
)


@dataclass(frozen=True)
class Microsocks:
    """A real SOCKS server on a port of its own.

    Attributes:
        url: for ``--proxy``.
        log: what it writes.
    """

    url: str
    log: IO[bytes]

    def asked_for(self) -> list[str]:
        """Return the names that it was told to connect to."""
        self.log.seek(0)
        return re.findall(r"connected to (\S+)", self.log.read().decode())


@contextlib.contextmanager
def microsocks() -> Iterator[Microsocks]:
    """Run one as long as the block."""
    port = free_port()
    command = ["microsocks", "-i", "127.0.0.1", "-p", str(port)]
    with tempfile.TemporaryFile() as log, daemon(command, port, stderr=log):
        yield Microsocks(f"socks5h://127.0.0.1:{port}", log)


class Asked(NamedTuple):
    """A SOCKS5 request (RFC 1928, section 4): the type of address, and the address."""

    kind: int
    host: bytes
    port: int


class Detour(Listener):
    """A SOCKS5 proxy that writes down what it is asked for and goes elsewhere.

    Attributes:
        asked: in order.
        signed_in: users and passwords, in order; of a proxy without them, none.
    """

    def __init__(self, port: int, *, passwords: bool = True) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self.signed_in: list[tuple[bytes, bytes]] = []
        self._passwords = passwords
        self._target = port
        self.url = f"socks5h://127.0.0.1:{self.port}"

    def serve(self, line: socket.socket) -> None:
        """See :class:`~tests.support.listener.Listener`."""
        with line.makefile("rb") as stream:
            methods = stream.read(stream.read(2)[1])
            if self._passwords and 2 in methods:
                line.sendall(b"\x05\x02")
                stream.read(1)
                user = stream.read(stream.read(1)[0])
                self.signed_in.append((user, stream.read(stream.read(1)[0])))
                line.sendall(b"\x01\x00")
            else:
                line.sendall(b"\x05\x00")
            if not (request := stream.read(4)):
                return  # it was only greeted
            kind = request[3]
            host = stream.read({1: 4, 4: 16}.get(kind) or stream.read(1)[0])
            self.asked.append(Asked(kind, host, int.from_bytes(stream.read(2), "big")))
            line.sendall(b"\x05\x00\x00\x01" + bytes(6))
            with socket.create_connection(("127.0.0.1", self._target), timeout=30) as other:
                back = threading.Thread(target=_pump, args=[other, line])
                back.start()
                _pump(line, other)
                back.join(30)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65_536):
            target.sendall(chunk)
    with contextlib.suppress(OSError):  # also where the source was reset
        target.shutdown(socket.SHUT_WR)
