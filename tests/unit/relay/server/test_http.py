"""Slow clients, and many of them."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support import posts, relays
from tests.support.posts import HOLDER, Request, post
from tests.support.relays import Hosted, Quick, exchange
from tests.support.world import World


@pytest.fixture
def host(tmp_path: Path, village: World) -> Iterator[Hosted]:
    """A relay whose patience ends soon."""
    url, box = f"sqlite:///{tmp_path}/relay.sqlite", relays.box_of_round(village)
    with relays.hosting(url, box, protocol=Quick) as hosted:
        yield hosted


def is_cut(line: socket.socket) -> bool:
    """Wait until the other side ends the connection, and tell whether it sent nothing."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def drip(line: socket.socket, raw: bytes) -> None:
    """Send byte by byte."""
    for byte in raw:
        line.sendall(bytes([byte]))
        time.sleep(0.01)


def test_who_says_nothing_is_cut(host: Hosted) -> None:
    """A connection without a request ends."""
    with host.line() as line:
        assert is_cut(line)


def test_a_head_that_drips_is_cut(host: Hosted, village: World) -> None:
    """Bytes that arrive one by one do not make a head that is never finished last longer."""
    with host.line() as line:
        with pytest.raises(ConnectionError):
            drip(line, post(village, "envelopes").head() * 20)
        assert is_cut(line)


def test_a_body_that_drips_is_cut(host: Hosted, village: World) -> None:
    """A request takes no longer than what it sends excuses."""
    request = post(village, "envelopes")
    with host.line() as line:
        line.sendall(request.head())
        with pytest.raises(ConnectionError):
            drip(line, request.body)
        assert is_cut(line)
    fetch = Request("POST", f"{request.path}/fetch")
    envelope_id = posts.shelf_of(village, "envelopes").check(request.body)
    assert fetch.holding(envelope_id).send(host).status == 404


class Generous(Quick):
    """Gives a second for few bytes."""

    LEAST_SPEED = 64


def test_a_length_alone_buys_no_time(tmp_path: Path, village: World) -> None:
    """A client that declares a body and sends none is cut off like one without a body."""
    url, box = f"sqlite:///{tmp_path}/relay.sqlite", relays.box_of_round(village)
    request = post(village, "envelopes")
    assert len(request.body) > 10 * len(request.head())
    with relays.hosting(url, box, protocol=Generous) as host, host.line() as line:
        line.sendall(request.head())
        assert is_cut(line)


def test_who_reads_nothing_is_cut(host: Hosted, village: World) -> None:
    """An answer that nobody takes does not stay in memory."""
    for _ in range(120):
        assert post(village, "envelopes").send(host).status == 201
    page = Request("GET", post(village, "envelopes").path).having("Authorization", HOLDER)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.connect(("127.0.0.1", host.port))
    with line:
        line.sendall(page.head() * 60)
        deadline = time.monotonic() + 30
        while host.connections and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not host.connections


def test_a_connection_may_rest_between_requests(host: Hosted, village: World) -> None:
    """Time runs anew for each request."""
    with host.line() as line:
        for _ in range(4):
            request = post(village, "envelopes")
            assert exchange(line, request.head() + request.body).status == 201
            time.sleep(Quick.IDLE_SECONDS / 2)


def test_a_rest_is_as_long_as_promised(tmp_path: Path, village: World) -> None:
    """Between requests, too: uvicorn's own patience is five seconds."""
    url, box = f"sqlite:///{tmp_path}/relay.sqlite", relays.box_of_round(village)
    with relays.hosting(url, box) as host, host.line() as line:
        for rest in (6, 0):
            request = post(village, "envelopes")
            assert exchange(line, request.head() + request.body).status == 201
            time.sleep(rest)


# Many connections.


class Patient(Quick):
    """Waits longer than a test lasts, so that connections end for another reason only."""

    IDLE_SECONDS = 60.0
    REQUEST_SECONDS = 60.0


@pytest.fixture
def crowded(tmp_path: Path, village: World) -> Iterator[Hosted]:
    """A relay that waits, with a few connections at most."""
    url, box = f"sqlite:///{tmp_path}/relay.sqlite", relays.box_of_round(village)
    with relays.hosting(url, box, protocol=Patient) as hosted:
        yield hosted


def _silent(_line: socket.socket, _world: World) -> None:
    pass


def _head_begun(line: socket.socket, world: World) -> None:
    line.sendall(post(world, "envelopes").head()[:50])


def _body_begun(line: socket.socket, world: World) -> None:
    request = post(world, "envelopes")
    line.sendall(request.head() + request.body[:50])


def _answered(line: socket.socket, world: World) -> None:
    request = post(world, "envelopes")
    assert exchange(line, request.head() + request.body).status == 201


RESTING: Final[dict[str, Callable[[socket.socket, World], None]]] = {
    "says nothing": _silent,
    "has begun a head": _head_begun,
    "has begun a body": _body_begun,
    "was answered": _answered,
}


@pytest.mark.parametrize("name", RESTING)
def test_the_longest_rest_ends_where_one_more_comes(
    crowded: Hosted, village: World, name: str
) -> None:
    """Not the newcomer is closed but the oldest of those whose turn it is; the rest go on."""
    lines = [crowded.line()]
    RESTING[name](lines[0], village)
    time.sleep(0.1)
    for _ in range(Patient.MOST_CONNECTIONS - 1):
        lines.append(crowded.line())
        _head_begun(lines[-1], village)
    wait_for(lambda: crowded.connections == Patient.MOST_CONNECTIONS)
    assert post(village, "envelopes").send(crowded).status == 201
    lines[0].settimeout(5)
    assert is_cut(lines[0])
    for line in lines[1:]:
        line.settimeout(0)
        with pytest.raises(BlockingIOError):
            line.recv(1)
    for line in lines:
        line.close()


def test_every_newcomer_is_served_though_all_others_drip(crowded: Hosted, village: World) -> None:
    """Also if each connection that was closed comes back at once."""
    lines = [crowded.line() for _ in range(Patient.MOST_CONNECTIONS)]
    for turn in range(3 * Patient.MOST_CONNECTIONS):
        assert post(village, "envelopes").send(crowded).status == 201
        again = crowded.line()
        _body_begun(again, village)
        lines[turn % len(lines)].close()
        lines[turn % len(lines)] = again
    for line in lines:
        line.close()


def test_connections_end_after_an_answer_when_most_are_taken(
    crowded: Hosted, village: World
) -> None:
    """The answer says so, as if the client had asked for it; with room it does not."""
    request = post(village, "envelopes")
    with crowded.line() as line:
        for _ in range(2):
            reply = exchange(line, request.head() + request.body)
            assert "connection" not in reply.headers
    lines = [crowded.line() for _ in range(int(Patient.MANY * Patient.MOST_CONNECTIONS))]
    wait_for(lambda: crowded.connections == len(lines))
    with crowded.line() as line:
        reply = exchange(line, request.head() + request.body)
        assert (reply.status, reply.headers["connection"]) == (201, "close")
        assert is_cut(line)
    for line in lines:
        line.close()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the relay has seen what was done to its connections."""
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()
