"""Whatever is sent or not taken, a relay's memory is bounded, and honest people are served."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from cosign.relay.server import bodies
from cosign.relay.shelves import OPENINGS, BoundShelf
from tests.support import posts, relays
from tests.support.posts import HOLDER, Request
from tests.support.relays import CAPABILITY, Hosted, Program, exchange
from tests.support.world import World

MANY: Final = 12
SIZE: Final = 33 * 2**20
"""Beyond 32 MiB the C library gives memory back as soon as it is freed."""

ROOM: Final = 6 * SIZE
"""How much more memory a relay may take: a large record is in it a few times, but only one."""

QUOTA: Final = 600_000


def opening(world: World, raw: bytes) -> Request:
    """Return a request that posts an opening."""
    path = f"/v1/mailboxes/{relays.box_of_round(world).terms.address.hex()}/openings"
    return Request("POST", path).having("Authorization", HOLDER).holding(raw)


@pytest.fixture
def program(tmp_path: Path, village: World) -> Iterator[Program]:
    """A relay as a process, with a mailbox for large openings."""
    with relays.serving(tmp_path, f"sqlite:///{tmp_path}/relay.sqlite") as server:
        with relays.connect(server.url) as client:
            client.register(relays.box_of_round(village, quota=QUOTA), server.token)
        yield server


def peak(program: Program) -> int:
    """Return the peak resident memory of a process in bytes."""
    status = Path(f"/proc/{program.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _unfinished(program: Program, world: World, stack: contextlib.ExitStack) -> None:
    request = opening(world, relays.large_opening(world, SIZE))
    for _ in range(MANY):
        line = stack.enter_context(program.line())
        line.sendall(request.head() + request.body[:-1])


def _at_once(program: Program, world: World, _stack: contextlib.ExitStack) -> None:
    statuses: list[int] = []
    request = opening(world, relays.large_opening(world, SIZE))

    def post() -> None:
        with program.line() as line:
            statuses.append(exchange(line, request.head() + request.body).status)

    threads = [threading.Thread(target=post) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert statuses == [201] * MANY


def _not_taken(program: Program, world: World, stack: contextlib.ExitStack) -> None:
    raw = relays.large_opening(world, SIZE)
    request = opening(world, raw)
    with program.line() as line:
        assert exchange(line, request.head() + raw).status == 201
    page = Request("GET", request.path).having("Authorization", HOLDER)
    fetch = Request("POST", f"{request.path}/fetch")
    shelf = BoundShelf(relays.box_of_round(world, quota=QUOTA).terms, OPENINGS)
    fetch = fetch.holding(shelf.check(raw))
    for number in range(MANY):
        line = stack.enter_context(program.line())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        asked = fetch if number % 2 else page
        line.sendall(asked.head() + asked.body)
        assert line.recv(12) == b"HTTP/1.1 200"


LOADS: Final[dict[str, Callable[[Program, World, contextlib.ExitStack], None]]] = {
    "bodies that do not end": _unfinished,
    "bodies that all end at once": _at_once,
    "answers that are not taken": _not_taken,
}


@pytest.mark.parametrize("name", LOADS)
def test_memory_is_bounded(program: Program, tmp_path: Path, village: World, name: str) -> None:
    """Together they would take twice the room; and a member is served meanwhile."""
    before = peak(program)
    with contextlib.ExitStack() as stack:
        LOADS[name](program, village, stack)
        request = posts.post(village, "envelopes")
        with program.line() as line:
            assert exchange(line, request.head() + request.body).status == 201
        grown = peak(program) - before
        assert grown < ROOM < MANY * SIZE
        # Nothing lies about that a killed process would leave.
        names = {path.name.partition("-")[0] for path in tmp_path.iterdir()}
        assert names == {"relay.sqlite", "relay.token", "relay.log"}
    assert (tmp_path / "relay.log").read_text() == ""


def test_an_honest_opening_comes_through(
    tmp_path: Path, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all temporary files are taken, the one is given up whose client rests the longest."""
    monkeypatch.setattr(bodies, "SPOOLS", 3)
    url, box = f"sqlite:///{tmp_path}/relay.sqlite", relays.box_of_round(village)
    raw = relays.large_opening(village, 2**20)
    request = opening(village, raw)
    with relays.hosting(url, box) as host, contextlib.ExitStack() as stack:
        lines = [stack.enter_context(host.line()) for _ in range(bodies.SPOOLS)]
        for line in lines:
            line.sendall(request.head() + request.body[:100_000])
            wait_until_read(host, line)
        for _ in range(2):
            assert request.send(host).status == 201
        for line in lines[1:]:
            line.sendall(raw[100_000:])
            assert line.recv(12) == b"HTTP/1.1 201"
        assert lines[0].recv(1) == b""
        with relays.connect(host.url) as client:
            shelf = client.shelf(box.terms, OPENINGS, CAPABILITY)
            assert list(shelf.read(host.day)) == [raw]


def wait_until_read(host: Hosted, _line: socket.socket) -> None:
    """Let the relay take what was sent: it answers others only after that."""
    assert Request("GET", "/openapi.json").send(host).status == 200
