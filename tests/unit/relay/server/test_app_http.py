"""A relay reads little of HTTP, and cuts what is none."""

import json
import socket
from dataclasses import replace
from typing import Final

import pytest

from cosign.relay.server.app import OPENAPI
from cosign.relay.server.http import PatientProtocol
from cosign.relay.shelves import ENVELOPES, BoundShelf
from tests.support import posts, relays
from tests.support.posts import (
    HOLDER,
    NAMES,
    Request,
    post,
    refused,
    registration,
)
from tests.support.relays import Hosted
from tests.support.world import World

ID: Final = "ab" * 32

METHODS: Final = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_are_refused(host: Hosted, village: World, method: str) -> None:
    """A path has the methods of the OpenAPI document, and no others."""
    shelf = post(village, "envelopes").path
    address = shelf.rpartition("/")[0]
    for path in ("/openapi.json", "/v1/mailboxes", address, shelf, f"{shelf}/fetch"):
        refused(host, Request(method, path), 405, "method")
    for path in ("/v1/mailboxes", f"{shelf}/fetch"):
        refused(host, Request("GET", path), 405, "method")
    refused(host, Request("POST", address).holding(b""), 405, "method")


def test_head_needs_what_get_needs(host: Hosted, village: World) -> None:
    """A HEAD request tells the length of a page only to clients that may read it."""
    page = Request("HEAD", post(village, "envelopes").path)
    assert page.send(host).status == 401
    assert page.having("Authorization", HOLDER).send(host).status == 200


PATHS: Final = [
    "/openapi.json%0a",
    "/openapi%2ejson",
    "/v1%2Fmailboxes/{address}/envelopes",
    "/",
    "/v1",
    "/v1/mailboxes/",
    "/v1/mailboxes/{short}",
    "/v1/mailboxes/{capitals}",
    "/v1/mailboxes/{stranger}",
    "/v1/mailboxes/{address}/",
    "/v1/mailboxes/{address}//",
    "/v1/mailboxes/{address}/requests",
    "/v1/mailboxes/{address}/letters",
    "/v1/mailboxes/{address}/Envelopes",
    "/v1/mailboxes/{address}/envelopes/",
    "/v1/mailboxes/{address}/envelopes/../openings",
    "/v1/mailboxes/{address}/envelopes%2Ffetch/x",
    "/v1/mailboxes/%2e%2e/{address}/envelopes",
    "//v1/mailboxes/{address}/envelopes",
    "/v1/mailboxes/{address}%00/envelopes",
    "/v1/mailboxes/{address}/envelopes;x",
    "/V1/mailboxes/{address}/envelopes",
    "/../../etc/passwd",
    "/openapi.json/",
    "/docs",
]


@pytest.mark.parametrize("path", PATHS)
def test_other_paths_are_unknown(host: Hosted, village: World, path: str) -> None:
    """A path is known in one spelling; nothing is redirected, no file is looked for."""
    address = posts.terms_of(village, "envelopes").address.hex()
    names = {"address": address, "short": address[:-2], "capitals": address.upper()}
    place = path.format(**names, stranger=ID)
    request = Request("GET", place).having("Authorization", HOLDER)
    refused(host, request, 404, "unknown")


LENGTHS: Final = {
    "undeclared": lambda r: replace(r.without("Content-Length"), body=b""),
    "in chunks": lambda r: replace(
        r.without("Content-Length").having("Transfer-Encoding", "chunked"),
        body=f"{len(r.body):x}\r\n".encode() + r.body + b"\r\n0\r\n\r\n",
    ),
}


@pytest.mark.parametrize("name", LENGTHS)
@pytest.mark.parametrize("shelf", NAMES)
def test_a_length_has_to_be_declared(host: Hosted, village: World, shelf: str, name: str) -> None:
    """A body whose length nobody declared is not read."""
    refused(host, LENGTHS[name](post(village, shelf)), 411, "length")


@pytest.mark.parametrize("shelf", NAMES)
def test_a_huge_length_is_refused_unread(host: Hosted, village: World, shelf: str) -> None:
    """Nobody waits for a body that is too long to be taken."""
    request = replace(post(village, shelf).having("Content-Length", str(2**40)), body=b"")
    refused(host, request, 400, "malformed")


BROKEN: Final = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01",
    "a negative length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length in words": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    "a length with a sign": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n",
    "a length of many digits": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
    + b"9" * 5000
    + b"\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "an empty coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n",
    "a length and a coding": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n",
    "another coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a head without end": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000,
    "a folded header": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_http_is_cut(host: Hosted, name: str) -> None:
    """Requests that two programs could read in two ways are not read at all, nor answered."""
    with host.line() as line:
        line.sendall(BROKEN[name])
        assert read_all(line) == b""


def test_who_waits_to_be_told_is_not_kept(host: Hosted, village: World) -> None:
    """After an early answer nobody knows whether the body still comes: the connection ends."""
    request = registration(relays.box_of_round(village)).having("Authorization", "Bearer none")
    with host.line() as line:
        line.settimeout(PatientProtocol.IDLE_SECONDS / 2)
        line.sendall(request.having("Expect", "100-continue").head())
        assert read_all(line).startswith(b"HTTP/1.1 401 ")


def read_all(line: socket.socket) -> bytes:
    """Read until the other side has closed."""
    answer = b""
    try:
        while more := line.recv(65_536):
            answer += more
    except ConnectionResetError:
        pass
    return answer


def test_a_body_that_is_cut_is_not_stored(host: Hosted, village: World) -> None:
    """A client that disconnects in the middle of a record has posted nothing; the relay goes on."""
    request = post(village, "envelopes")
    with host.line() as line:
        line.sendall(request.head() + request.body[:-1])
    fetch = Request("POST", f"{request.path}/fetch")
    terms = posts.terms_of(village, "envelopes")
    refused(host, fetch.holding(BoundShelf(terms, ENVELOPES).check(request.body)), 404, "unknown")
    assert request.send(host).status == 201


def test_requests_may_share_a_connection(host: Hosted, village: World) -> None:
    """Several requests that come at once on one connection are answered one after the other."""
    one, two = post(village, "envelopes"), post(village, "envelopes")
    last = Request("GET", "/nowhere").having("Connection", "close")
    with host.line() as line:
        line.sendall(b"".join(r.head() + r.body for r in (one, two, last)))
        answer = read_all(line)
    assert answer.count(b"HTTP/1.1 201") == 2
    assert answer.count(b"HTTP/1.1 404") == 1


def test_the_document_is_served(host: Hosted) -> None:
    """A relay serves the OpenAPI document that is shipped."""
    reply = Request("GET", "/openapi.json").send(host)
    assert (reply.status, reply.body) == (200, OPENAPI)
    assert json.loads(reply.body)["openapi"] == "3.1.0"


def test_answers_tell_no_time_and_no_program(host: Hosted, village: World) -> None:
    """An answer has the headers that it needs."""
    reply = post(village, "envelopes").send(host)
    assert {name.lower() for name in reply.headers} == {
        "cache-control",
        "content-length",
        "content-type",
    }
