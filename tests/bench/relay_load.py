"""A relay under clients that are slow, and under large bodies that do not end.

Everything stays on this machine and ends after some seconds.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.bench.measure import LeftOut, Result
from tests.support import posts, relays
from tests.support.relays import Program
from tests.support.world import village

SLOW: Final = 512
"""Connections of slow clients: as many as a relay holds."""

HONEST: Final = 72
PATIENCE: Final = 5.0
"""Seconds in which an honest request is answered."""

LONGEST: Final = 60
"""Seconds after which slow clients end by themselves."""

BODIES: Final = 24
BODY_BYTES: Final = 60 * 2**20
_CHUNK: Final = bytes(2**20)
_QUOTA: Final = 1_000_000
"""The largest of a mailbox: its openings may have 64 MB."""


def run() -> Iterator[Result | LeftOut]:
    """Measure both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield Result("relay_slow_honest", _honest_share(folder), 0.95, at_most=False)
        if shutil.disk_usage(folder).free < 2 * BODIES * BODY_BYTES:
            yield LeftOut("relay_body_memory", "the disk for temporary files is too full")
        else:
            yield Result("relay_body_memory", _body_memory(folder), 1.5)


def _honest_share(folder: Path) -> float:
    """Return the share of honest requests that are answered while slow clients hold the relay."""
    with relays.serving(folder, f"sqlite:///{folder}/slow.db") as server:
        with relays.connect(server.url) as client:
            client.register(relays.box_of_round(village()), server.token)
        with _slow_clients(server.port):
            answered = sum(_is_answered(server) for _ in range(HONEST))
    return answered / HONEST


def _is_answered(server: Program) -> bool:
    request = posts.post(village(), "envelopes")
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as line:
            return relays.exchange(line, request.head() + request.body).status == 201
    except OSError:
        return False
    finally:
        time.sleep(0.05)


_SLOW: Final = """
import asyncio, sys
from tests.support import posts
from tests.support.world import village

port, count, longest = map(int, sys.argv[1:])
request = posts.post(village(), "envelopes")
begun = 0

async def hold(number):
    global begun
    await asyncio.sleep(number / count)
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if number % 2:  # every other one drips a body, the rest a head
            writer.write(request.head())
        try:
            begun += 1
            if begun == count:
                print("ready", flush=True)
            for byte in request.head():
                writer.write(bytes([byte]))
                await writer.drain()
                try:
                    if not await asyncio.wait_for(reader.read(1), 1):
                        break  # it was closed: come back at once
                except TimeoutError:
                    pass
        except OSError:
            pass
        writer.close()

async def hold_all():
    await asyncio.gather(*map(hold, range(count)))

async def main():
    try:
        await asyncio.wait_for(hold_all(), longest)
    except TimeoutError:
        pass

asyncio.run(main())
"""


@contextlib.contextmanager
def _slow_clients(port: int) -> Iterator[None]:
    """Let slow clients connect again and again as long as the block."""
    command = [sys.executable, "-c", _SLOW, *map(str, (port, SLOW, LONGEST))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()


def _body_memory(folder: Path) -> float:
    """Return the peak memory of a relay under unfinished bodies, over its peak before."""
    box = relays.box_of_round(village(), quota=_QUOTA)
    with (
        relays.serving(folder, f"sqlite:///{folder}/bodies.db") as server,
        contextlib.ExitStack() as stack,
    ):
        with relays.connect(server.url) as client:
            client.register(box, server.token)
            client.mailbox(box.terms.address)
        idle = _peak(server)
        path = f"/v1/mailboxes/{box.terms.address.hex()}/openings"
        request = posts.Request("POST", path).having("Authorization", posts.HOLDER)
        head = request.having("Content-Length", str(BODY_BYTES)).head()
        lines = [stack.enter_context(server.line()) for _ in range(BODIES)]
        for line in lines:
            line.sendall(head)
        for part in range(BODY_BYTES // len(_CHUNK)):
            for line in lines:
                line.sendall(_CHUNK[: -1 if part == 0 else None])  # one byte is never sent
        return _peak(server) / idle


def _peak(server: Program) -> int:
    """Return the peak resident memory of a relay in KiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
