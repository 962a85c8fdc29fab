"""Relays that run: as the installed program, or in a thread of this process."""

import contextlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from cosign.primitives import ed25519
from cosign.primitives.codes import decode_code, encode_code
from cosign.records.envelope import Opening
from cosign.records.mailbox import DAY_MINUTES, Mailbox
from cosign.records.mailbox_erasure import MailboxErasure
from cosign.relay.client.client import RelayClient
from cosign.relay.client.transport import Transport
from cosign.relay.owners import (
    MailboxOptions,
    collection_mailbox,
    mailbox_erasure,
    registrar_mailbox,
    round_mailbox,
)
from cosign.relay.server import listening
from cosign.relay.server.app import Relay
from cosign.relay.server.database import Database, Item
from cosign.relay.server.http import PatientProtocol
from cosign.relay.shelves import ENVELOPES, BoundShelf
from cosign.secret import Secret
from cosign_cli.shared.clock import parse_time
from cosign_cli.shared.relay_token import make_token
from tests.support.commands import PROGRAM
from tests.support.examples import collecting
from tests.support.world import World

TOKEN: Final = Secret(bytes(range(32)))
TOKEN_CODE: Final = encode_code(TOKEN.reveal(), "cosign-relay-")
CAPABILITY: Final = Secret(b"\xc7" * 32)
WINDOW: Final = (10, 2_000_000)
DIFFICULTY: Final = 6
TODAY: Final = 25_000
"""A day on which all mailboxes of the tests are listed; 2038."""


class Program:
    """``cosign-letter relay serve`` as a process of its own."""

    def __init__(self, folder: Path, database: str, *, port: int = 0, **popen: Any) -> None:
        self.token_file = folder / "relay.token"
        line = [
            # Where tests run in the background, interruptions are ignored, and programs inherit it.
            *("env", "--default-signal=INT,HUP"),
            *(str(PROGRAM), "relay", "serve", "--json", "--listen", f"127.0.0.1:{port}"),
            *("--database", database, "--register-token-file", str(self.token_file)),
        ]
        self.log = (folder / "relay.log").open("ab")
        self.process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, **popen
        )
        assert self.process.stdout
        told = self.process.stdout.readline()
        assert told, (folder / "relay.log").read_text()
        self.url: str = json.loads(told)["listening"]
        self.port = int(self.url.rpartition(":")[2])

    @property
    def token(self) -> Secret:
        """The operator's token."""
        return Secret(decode_code(self.token_file.read_text(), 32, "cosign-relay-"))

    def line(self) -> socket.socket:
        """Connect."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def end(self, number: int = signal.SIGTERM) -> None:
        """End the process by a signal."""
        self.process.send_signal(number)
        self.process.wait(30)
        assert self.process.stdout
        self.process.stdout.close()
        self.log.close()


@contextlib.contextmanager
def serving(folder: Path, database: str, **more: Any) -> Iterator[Program]:
    """Run a server as long as the block."""
    program = Program(folder, database, **more)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.end()


@contextlib.contextmanager
def connect(url: str, **options: Any) -> Iterator[RelayClient]:
    """Yield a client that does not wait between its tries."""
    with Transport(url, **options) as transport:
        yield RelayClient(transport, pause=lambda _seconds: None)


def mailbox_options(**changes: Any) -> MailboxOptions:
    """Return what the owners of our mailboxes decide; lists begin on the window's first day."""
    window = changes.get("window", WINDOW)
    return replace(MailboxOptions(window, window[0], 100_000, DIFFICULTY, CAPABILITY), **changes)


def box_of_round(world: World, **changes: Any) -> Mailbox:
    """Make the mailbox of a world's round."""
    identity = ed25519.SigningKey(world.organizer.identity_seed)
    return round_mailbox(world.round, identity, mailbox_options(**changes))


def box_of_registrar(world: World, number: int = 0, **changes: Any) -> Mailbox:
    """Make the mailbox of a world's registrar."""
    identity = world.keys[number].identity
    return registrar_mailbox(world.group, number, identity, mailbox_options(**changes))


def box_of_collection(world: World, **changes: Any) -> Mailbox:
    """Make the mailbox of a collection of keys."""
    identity = ed25519.SigningKey(collecting.secrets_of(world).identity_seed)
    return collection_mailbox(collecting.collection(world), identity, mailbox_options(**changes))


def erasure_of_round(world: World, **changes: Any) -> MailboxErasure:
    """Sign the erasure of the mailbox of a world's round."""
    identity = ed25519.SigningKey(world.organizer.identity_seed)
    return mailbox_erasure(box_of_round(world, **changes).terms, identity)


def lookalike(world: World) -> bytes:
    """Make an envelope of a world's round that no relay tells from a real one."""
    return replace(world.envelopes[0], commitment=os.urandom(64)).to_bytes()


def large_opening(world: World, size: int) -> bytes:
    """Make an opening of about this many bytes that no relay tells from a real one."""
    return Opening(world.round.round_id, 1, os.urandom(size)).to_bytes()


def some_item(world: World) -> Item:
    """Return an envelope to add to the mailbox of a world's round."""
    shelf = BoundShelf(box_of_round(world).terms, ENVELOPES)
    raw = lookalike(world)
    return Item.on(shelf, shelf.check(raw), raw)


def trusting(certificate: Path) -> ssl.SSLContext:
    """Return a context that trusts one certificate."""
    return ssl.create_default_context(cafile=str(certificate))


class Reply(NamedTuple):
    """What a server answered, byte for byte."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def word(self) -> str:
        """The one word of a refusal."""
        told = json.loads(self.body)
        assert list(told) == ["error"]
        return str(told["error"])


class Quick(PatientProtocol):
    """A protocol whose patience a test can wait for."""

    MOST_CONNECTIONS = 20
    IDLE_SECONDS = 0.4
    REQUEST_SECONDS = 0.8
    LEAST_SPEED = 2**20


class Hosted:
    """A relay in a thread of this process.

    Attributes:
        day: what it takes for today.
        database: where it keeps everything.
        token: the operator's.
    """

    def __init__(
        self, database: Database, protocol: type[PatientProtocol], token: Secret | None
    ) -> None:
        self.day, self.database, self.token = 20_000, database, token
        relay = Relay(database, token, lambda: self.day)
        self._server = listening.make_server(relay, protocol)
        self._listener = listening.bind("127.0.0.1:0")
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, args=[[self._listener]])
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many there are."""
        return len(self._server.server_state.connections)

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(30)

    def line(self) -> socket.socket:
        """Connect."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def raw(self, request: bytes) -> Reply:
        """Send a request on a connection of its own, and take the answer."""
        with self.line() as line:
            return exchange(line, request)


def exchange(line: socket.socket, request: bytes) -> Reply:
    """Send a request and take the answer."""
    line.sendall(request)
    answer = http.client.HTTPResponse(line, method=request.split(b" ")[0].decode())
    answer.begin()
    return Reply(answer.status, dict(answer.getheaders()), answer.read())


@contextlib.contextmanager
def hosting(
    url: str,
    *boxes: Mailbox,
    protocol: type[PatientProtocol] = PatientProtocol,
    token: Secret | None = TOKEN,
) -> Iterator[Hosted]:
    """Run a relay with these mailboxes in a thread as long as the block."""
    with Database(url) as database:
        for box in boxes:
            database.register(box)
        hosted = Hosted(database, protocol, token)
        try:
            yield hosted
        finally:
            hosted.stop()


@contextlib.contextmanager
def hosting_in(folder: Path, now: str, url: str | None = None) -> Iterator[Hosted]:
    """Run a relay in a thread, with its files where ``relay serve`` keeps them.

    Commands cannot tell it from a process, which takes a second to start.

    Args:
        folder: of the files.
        now: the time of the relay.
        url: of another database than the file in that folder.
    """
    token = make_token(folder / "relay.token")
    with hosting(url or f"sqlite:///{folder}/relay.sqlite", token=token) as hosted:
        hosted.day = parse_time(now) // DAY_MINUTES
        yield hosted
