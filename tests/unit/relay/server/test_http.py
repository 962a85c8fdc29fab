"""Slow clients, and many of them."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

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


def test_there_are_never_too_many_connections(host: Hosted, village: World) -> None:
    """Connections beyond the limit are cut at once; the others are served."""
    lines = [host.line() for _ in range(Quick.MOST_CONNECTIONS)]
    request = post(village, "envelopes")
    assert exchange(lines[-1], request.head() + request.body).status == 201
    with host.line() as late:
        assert is_cut(late)
    for line in lines:
        line.close()
