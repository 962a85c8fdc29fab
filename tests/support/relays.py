"""Relays that run: as the installed program, or in a thread of this process."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from cosign.primitives import signing
from cosign.primitives.codes import decode_code
from cosign.records.mailbox import Mailbox, MailboxTerms
from cosign.records.round import VerifiedRound
from cosign.relay import stamps
from cosign.relay.client import RelayClient
from cosign.relay.mailboxes import STAMP_HEADER, Shelf
from cosign.relay.registration import Wishes, registrar_mailbox, round_mailbox
from cosign.relay.way import Way
from cosign.secret import Secret
from tests.support.commands import PROGRAM
from tests.support.world import World

TOKEN: Final = Secret(bytes(range(32)))
CAPABILITY: Final = Secret(b"\x17" * 32)
WINDOW: Final = (0, 2_000_000)
DIFFICULTY: Final = 6


class Server:
    """``cosign-letter relay serve`` as a process of its own."""

    def __init__(self, folder: Path, database: str, *, port: int = 0, **popen: Any) -> None:
        self.token_file = folder / "relay.token"
        line = [
            *(PROGRAM, "relay", "serve", "--json", "--listen", f"127.0.0.1:{port}"),
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

    def end(self, number: int = signal.SIGTERM) -> None:
        """End the process by a signal."""
        self.process.send_signal(number)
        self.process.wait(30)
        assert self.process.stdout
        self.process.stdout.close()
        self.log.close()


@contextlib.contextmanager
def serving(folder: Path, database: str, **more: Any) -> Iterator[Server]:
    """Run a server as long as the block."""
    server = Server(folder, database, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.end()


def connect(url: str, **options: Any) -> "contextlib.AbstractContextManager[RelayClient]":
    """Give a client that does not wait between its tries."""

    @contextlib.contextmanager
    def run() -> Iterator[RelayClient]:
        with Way(url, **options) as way:
            yield RelayClient(way, pause=lambda _seconds: None)

    return run()
