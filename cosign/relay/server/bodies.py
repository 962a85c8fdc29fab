"""Reading requests and sending answers in bounded memory (docs/spec.md, "Relay").

A small body is kept in memory: at most :data:`SMALL_BYTES` for each connection. A larger
one, an opening or a notice, goes to a temporary file as it comes, and so does a large
answer until the client has taken it. The file has no name from the start, so the
system deletes it with the process too. The number of these files is bounded: if one more
is needed, the connection that made no progress for the longest time is closed.

Not protected: the blocks of a temporary file stay on the disk until they are written
again. They hold what was posted or listed: sealed records.
"""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from io import FileIO
from typing import Final, Protocol

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from cosign.errors import StorageError
from cosign.relay.server.answers import refuse

SMALL_BYTES: Final = 2**16
"""Longest body or answer that is kept in memory, in bytes."""

SPOOLS: Final = 32
"""Most temporary files at a time: 2 GB, if each holds the largest opening."""

_THREADS: Final = 4

EXTENSION: Final = "cosign.connection"
"""Where a scope holds its :class:`Connection`."""


class Connection(Protocol):
    """What a temporary file needs to know of the connection that it is for."""

    @property
    def progress(self) -> float:
        """When the client last sent or took something; greater is later."""

    @property
    def rests(self) -> bool:
        """Whether the next step is the client's."""

    def cut(self) -> None:
        """Close the connection without an answer."""


class Spool:
    """A temporary file for one body or answer."""

    def __init__(self, connection: Connection, threads: CapacityLimiter, file: FileIO) -> None:
        self.connection, self._threads, self._file = connection, threads, file

    async def receive(self, receive: Receive) -> None:
        """Write the body of a request, part by part.

        Raises:
            StorageError: the disk is full.
            ClientDisconnect: the client has gone.
        """
        async for chunk in _chunks(receive):
            await to_thread.run_sync(self.store, chunk, limiter=self._threads)

    def store(self, raw: bytes) -> None:
        """Write some bytes.

        Raises:
            StorageError: the disk is full.
        """
        left = memoryview(raw)
        with _disk_errors():
            while left:
                left = left[self._file.write(left) :]

    def content(self) -> bytes:
        """Return everything that was written."""
        with _disk_errors():
            self._file.seek(0)
            return self._file.read()

    def _part(self, place: int) -> bytes:
        with _disk_errors():
            self._file.seek(place)
            return self._file.read(SMALL_BYTES)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield everything that was written, in small parts."""
        place = 0
        while chunk := await to_thread.run_sync(self._part, place, limiter=self._threads):
            place += len(chunk)
            yield chunk


class Spools:
    """The temporary files of a relay.

    Args:
        folder: where they are; None for the system's place.
    """

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._threads = CapacityLimiter(_THREADS)
        self._open: set[Spool] = set()

    @contextlib.asynccontextmanager
    async def spool(self, scope: Scope) -> AsyncIterator[Spool]:
        """Provide a temporary file for a request, as long as the block.

        Where the relay itself works on all of them, the request is refused for now.

        Raises:
            StorageError: the disk is full.
        """
        while len(self._open) >= SPOOLS:
            resting = [spool for spool in self._open if spool.connection.rests]
            if not resting:
                refuse("storage")
            slowest = min(resting, key=lambda spool: spool.connection.progress)
            slowest.connection.cut()
            self._open.discard(slowest)
        with _disk_errors():
            # Unbuffered: closing it writes nothing that could fail.
            file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115  # below
        with file:
            spool = Spool(scope["extensions"][EXTENSION], self._threads, file)
            self._open.add(spool)
            try:
                yield spool
            finally:
                self._open.discard(spool)


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise StorageError(
            f"a temporary file of the relay: {e.strerror}", hint="free some space"
        ) from e


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    """Yield a body as it comes; h11 reads no more than the declared length.

    Raises:
        ClientDisconnect: the client has gone.
    """
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        yield message["body"]
        more = message["more_body"]


async def read_body(receive: Receive) -> bytes:
    """Return the whole body of a request whose length was checked."""
    message = await receive()
    if message["type"] == "http.request" and not message["more_body"]:
        body: bytes = message["body"]  # it came at once, as nearly all do
        return body
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return b"".join([message["body"], *[chunk async for chunk in _chunks(receive)]])


def declared_length(headers: dict[bytes, bytes], fits: Callable[[int], bool]) -> int:
    """Return the length that a request declares for its body, which has to fit."""
    declared = headers.get(b"content-length")
    if declared is None or b"transfer-encoding" in headers:
        refuse("length")
    length = int(declared)
    if not fits(length):
        refuse("malformed")
    return length
