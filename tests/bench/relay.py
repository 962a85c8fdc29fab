"""Speed of a relay against a bare route, and memory while it is read."""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import psutil

from cosign.relay.server.database import Database, Item
from cosign.relay.shelves import ENVELOPES, BoundShelf
from cosign.relay.stamps import make_stamp
from tests.bench.measure import LeftOut, Result
from tests.support import postgresql, posts, relays
from tests.support.world import village

CONNECTIONS: Final = 16
REQUESTS: Final = 640
"""In each turn, by all connections together."""

TURNS: Final = 6
CPU_REQUESTS: Final = 1_000
"""In each turn of the processor's time, which the system counts in hundredths of a second."""

STAMPS: Final = 24
DIFFICULTY: Final = 18
"""The default of ``relay register``."""

MEMORY_DISK: Final = Path("/dev/shm")  # noqa: S108  # Linux's; a folder of its own is made there
MANY, FEW = 2_000, 200


def run() -> Iterator[Result | LeftOut]:
    """Measure a relay on each database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ratio = _post_ratio(folder, f"sqlite:///{folder}/relay.db", f"sqlite:///{folder}/bare.db")
        yield Result("relay_post_ratio", ratio, 0.7, at_most=False)
        if postgresql.PROGRAMS:
            urls = (postgresql.cluster().database(), postgresql.cluster().database())
            ratio = _post_ratio(folder, *urls)
            yield Result("relay_post_ratio_postgresql", ratio, 0.7, at_most=False)
        if MEMORY_DISK.is_dir():
            yield Result("relay_post_cpu_ratio", _post_cpu_ratio(), 1.6)
        else:
            yield LeftOut("relay_post_cpu_ratio", "there is no disk in memory")
        yield Result("relay_stamp_seconds", _stamp_seconds())
        yield Result("relay_memory_ratio", _memory_ratio(folder), 1.2)


def _post_ratio(folder: Path, database: str, bare_database: str) -> float:
    """Requests a second of the relay over those of the bare route; the best of each, by turns."""
    with relays.serving(folder, database) as ours, _bare(bare_database) as (port, _):
        with relays.connect(ours.url) as client:
            client.register(relays.box_of_round(village()), ours.token)
        rates: tuple[list[float], list[float]] = ([], [])
        for _ in range(TURNS):
            requests = [posts.post(village(), "envelopes") for _ in range(REQUESTS)]
            plain = [replace(r, path="/").without("Cosign-Stamp") for r in requests]
            rates[0].append(_rate(ours.port, requests))
            rates[1].append(_rate(port, plain))
    return max(rates[0]) / max(rates[1])


def _post_cpu_ratio() -> float:
    """Processor time of a post over that of the bare route, where syncing costs nothing."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as name:
        folder = Path(name)
        with (
            relays.serving(folder, f"sqlite:///{folder}/relay.db") as ours,
            _bare(f"sqlite:///{folder}/bare.db") as (port, pid),
        ):
            with relays.connect(ours.url) as client:
                client.register(relays.box_of_round(village()), ours.token)
            taken: tuple[list[float], list[float]] = ([], [])
            for _ in range(TURNS):
                requests = [posts.post(village(), "envelopes") for _ in range(CPU_REQUESTS)]
                plain = [replace(r, path="/").without("Cosign-Stamp") for r in requests]
                taken[0].append(_cpu_of(ours.process.pid, ours.port, requests))
                taken[1].append(_cpu_of(pid, port, plain))
    return min(taken[0]) / min(taken[1])


def _stamp_seconds() -> float:
    """Processor time of a stamp of the usual difficulty, on average."""
    start = time.process_time()
    for number in range(STAMPS):
        make_stamp(bytes(32), number.to_bytes(32, "big"), DIFFICULTY)
    return (time.process_time() - start) / STAMPS


def _cpu_of(pid: int, port: int, requests: list[posts.Request]) -> float:
    """Return the processor time of a server for these requests, in seconds."""
    process = psutil.Process(pid)
    before = process.cpu_times()
    _rate(port, requests)
    after = process.cpu_times()
    return float(after.user + after.system - before.user - before.system)


def _rate(port: int, requests: list[posts.Request]) -> float:
    """Send all requests on a few connections and give how many are answered in a second."""
    raw = [request.head() + request.body for request in requests]
    piles = [raw[number::CONNECTIONS] for number in range(CONNECTIONS)]
    return len(raw) / asyncio.run(_send(port, piles))


async def _send(port: int, piles: list[list[bytes]]) -> float:
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in piles]

    async def post(
        line: tuple[asyncio.StreamReader, asyncio.StreamWriter], pile: list[bytes]
    ) -> None:
        reader, writer = line
        for raw in pile:
            writer.write(raw)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 201")
            [length] = [row for row in head.lower().split(b"\r\n") if b"content-length" in row]
            await reader.readexactly(int(length.split(b":")[1]))
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*map(post, lines, piles))
    return time.perf_counter() - started


@contextlib.contextmanager
def _bare(database: str) -> Iterator[tuple[int, int]]:
    """Run the bare route; yield its port and its process."""
    command = [sys.executable, "-m", "tests.bench.bare_relay", database]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            process.kill()


def _memory_ratio(folder: Path) -> float:
    """Peak memory of whichever grows more, the relay or its reader, over ten times fewer."""
    peaks = {count: _peaks(folder, count) for count in (MANY, FEW)}
    return max(many / few for many, few in zip(peaks[MANY], peaks[FEW], strict=True))


_READER: Final = """
import sys
from cosign.relay.shelves import ENVELOPES
from tests.support import relays
from tests.support.world import village
with relays.connect(sys.argv[1]) as client:
    terms = relays.box_of_round(village()).terms
    shelf = client.shelf(terms, ENVELOPES, relays.CAPABILITY)
    assert sum(1 for _ in shelf.read(25_000)) == int(sys.argv[2])
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


def _peaks(folder: Path, count: int) -> tuple[int, int]:
    """Read so many envelopes; give the peak memory of the relay and of the reader, in KiB."""
    url = f"sqlite:///{folder}/{count}.db"
    box = relays.box_of_round(village())
    raws = [relays.lookalike(village()) for _ in range(count)]
    with Database(url) as database:
        database.register(box)
        database.add(
            [
                Item(box.terms.address, 1, BoundShelf(box.terms, ENVELOPES).check(raw), raw, count)
                for raw in raws
            ]
        )
    with relays.serving(folder, url) as server:
        reader = subprocess.run(
            [sys.executable, "-c", _READER, server.url, str(count)],
            capture_output=True,
            check=True,
            text=True,
        )
        status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]), int(reader.stdout)
