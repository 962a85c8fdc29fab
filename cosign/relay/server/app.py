"""A relay over HTTP (docs/spec.md, "Relay").

::

    request                                   content                  needs
    POST /v1/mailboxes                        a signed mailbox         operator's token
    GET  /v1/mailboxes/ADDRESS                the same                 the address
    POST /v1/mailboxes/ADDRESS/SHELF          a record                 stamp, or capability
    GET  /v1/mailboxes/ADDRESS/SHELF?after=ID the next records by id   capability
    POST /v1/mailboxes/ADDRESS/SHELF/fetch    one record               its id

No shelf is listed before the day that its mailbox names. Until then every request for a
list gets the same answer, with or without the capability, whatever the shelf holds.

Cheap checks come first: no body is read before its length, the window and the
capability were checked, and nothing is stored before the stamp was. Members' requests
have no ids of records in their URLs, because proxies log URLs. A refusal is one word.

Not protected: a relay sees network addresses. It does not store them.
"""

import contextlib
import hmac
import logging
import socket
from collections.abc import Callable, Iterator
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import uvicorn
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cosign.errors import CosignError, UsageError
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.records.mailbox import CAPABILITY_BYTES, Mailbox, MailboxTerms, capability_hash
from cosign.relay.server.database import READERS, Database, Item
from cosign.relay.server.group_commit import Writer
from cosign.relay.server.http import PatientProtocol
from cosign.relay.shelves import SHELVES, STAMP_HEADER, BoundShelf
from cosign.relay.stamps import STAMP_BYTES, is_stamp
from cosign.secret import Secret
from cosign.wire.framing import frame

OPENAPI: Final = (Path(__file__).parent / "openapi.json").read_bytes()

_MAILBOX_CACHE: Final = 1024
_HOST: Final = "127.0.0.1"
_PORTS: Final = 2**16
_PLACE_HINT: Final = "write it like 127.0.0.1:8463"
_HEAD_BYTES: Final = 16_384
_SHUTDOWN_SECONDS: Final = 10
_HEADERS: Final = {"Cache-Control": "no-store"}
_LOG: Final = logging.getLogger("cosign.relay")
_STATUS: Final = {
    "malformed": 400,
    "capability": 401,
    "stamp": 403,
    "unknown": 404,
    "method": 405,
    "window": 409,
    "early": 409,
    "full": 409,
    "different": 409,
    "length": 411,
    "storage": 503,
}
"""The word of a refusal, and its status code."""

_WORDS: Final = {404: "unknown", 405: "method"}

T = TypeVar("T")


def refuse(word: str) -> NoReturn:
    """Answer with an error."""
    headers = {"WWW-Authenticate": "Bearer"} if word == "capability" else None
    raise HTTPException(_STATUS[word], word, headers)


class Relay:
    """The application.

    Args:
        database: of the relay.
        token: registers mailboxes, 32 bytes; if None, no mailbox can be registered.
        today: returns the day, counted from 1970-01-01.
    """

    def __init__(self, database: Database, token: Secret | None, today: Callable[[], int]) -> None:
        self._database, self._token, self._today = database, token, today
        self._writer = Writer(database)
        self._readers = CapacityLimiter(READERS)
        self._known: dict[bytes, Mailbox] = {}
        # Only these exact paths: a redirect would repeat the Host header.
        self.app = Starlette(
            routes=[
                Route("/openapi.json", _openapi, methods=["GET"]),
                Route("/v1/mailboxes", self._register, methods=["POST"]),
                Route("/v1/mailboxes/{address}", self._mailbox, methods=["GET"]),
                Route("/v1/mailboxes/{address}/{shelf}", self._shelf, methods=["GET", "POST"]),
                Route("/v1/mailboxes/{address}/{shelf}/fetch", self._fetch, methods=["POST"]),
            ],
            exception_handlers={
                HTTPException: _refused,
                CosignError: _failed,
                ClientDisconnect: _gone,
            },
        )
        self.app.router.redirect_slashes = False

    async def _register(self, request: Request) -> Response:
        if self._token is None or _bearer(request) != self._token:
            refuse("capability")
        raw = await _body(request, lambda length: length <= Mailbox.MAX_BYTES)
        with _malformed():
            mailbox = Mailbox.from_bytes(raw)
            mailbox.verify()
        if mailbox.terms.end_day <= self._today():
            refuse("window")
        if await self._run(self._database.register, mailbox) == "different":
            refuse("different")
        return _json({"id": mailbox.terms.address.hex()}, 201)

    async def _mailbox(self, request: Request) -> Response:
        return _binary((await self._find(_address(request))).to_bytes())

    async def _shelf(self, request: Request) -> Response:
        shelf = await self._find_shelf(request)
        answer = self._post if request.method == "POST" else self._page
        return await answer(request, shelf)

    async def _post(self, request: Request, shelf: BoundShelf) -> Response:
        terms, kind = shelf.terms, shelf.kind
        if not terms.is_open(self._today()):
            refuse("window")
        stamp = b""
        if kind.open:
            stamp = _hex(request.headers.get(STAMP_HEADER, ""), STAMP_BYTES, "stamp")
        else:
            _check_capability(request, terms)
        raw = await _body(request, partial(_fits, shelf))
        with _malformed():
            item_id = shelf.check(raw)
        if kind.open and not is_stamp(stamp, terms.address, item_id, terms.difficulty):
            refuse("stamp")
        outcome = await self._writer.add(Item.on(shelf, item_id, raw))
        if outcome in {"full", "different"}:
            refuse(outcome)
        return _json({"id": item_id.hex()}, 201)

    async def _page(self, request: Request, shelf: BoundShelf) -> Response:
        if not shelf.terms.is_listed(self._today()):
            refuse("early")
        _check_capability(request, shelf.terms)
        text = request.query_params.get("after")
        after = b"" if text is None else _hex(text, IDENTIFIER_BYTES, "malformed")
        records = await self._run(self._database.page, shelf, after)
        return _binary(b"".join(frame(record.content) for record in records))

    async def _fetch(self, request: Request) -> Response:
        shelf = await self._find_shelf(request)
        item_id = await _body(request, lambda length: length == IDENTIFIER_BYTES)
        record = await self._run(self._database.item, shelf, item_id)
        return _binary(refuse("unknown") if record is None else record)

    async def _find_shelf(self, request: Request) -> BoundShelf:
        terms = (await self._find(_address(request))).terms
        kind = SHELVES[terms.kind].get(request.path_params["shelf"])
        return BoundShelf(terms, kind or refuse("unknown"))

    async def _find(self, address: bytes) -> Mailbox:
        if address not in self._known:
            mailbox = await self._run(self._database.mailbox, address) or refuse("unknown")
            if len(self._known) >= _MAILBOX_CACHE:
                self._known.clear()
            self._known[address] = mailbox  # correct for ever: a mailbox never changes
        return self._known[address]

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Use the database in a thread, so that no request waits for another one's disk."""
        return await to_thread.run_sync(work, *arguments, limiter=self._readers)


def _address(request: Request) -> bytes:
    return _hex(request.path_params["address"], IDENTIFIER_BYTES, "unknown")


def _fits(shelf: BoundShelf, length: int) -> bool:
    try:
        shelf.check_length(length)
    except CosignError:
        return False
    return True


async def _body(request: Request, fits: Callable[[int], bool]) -> bytes:
    """Read a body whose declared length fits."""
    declared = request.headers.get("Content-Length")
    if declared is None or "Transfer-Encoding" in request.headers:
        refuse("length")
    if not fits(int(declared)):
        refuse("malformed")
    return await request.body()  # h11 reads no more than the declared length


def _hex(text: str, size: int, refusal: str) -> bytes:
    """Read lower-case hexadecimal, so that one value has one form."""
    with contextlib.suppress(ValueError):
        value = bytes.fromhex(text)
        if len(value) == size and value.hex() == text:
            return value
    refuse(refusal)


def _bearer(request: Request) -> Secret:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        refuse("capability")
    return Secret(_hex(text, CAPABILITY_BYTES, "capability"))


def _check_capability(request: Request, terms: MailboxTerms) -> None:
    if not hmac.compare_digest(capability_hash(_bearer(request)), terms.capability_hash):
        refuse("capability")


@contextlib.contextmanager
def _malformed() -> Iterator[None]:
    try:
        yield
    except CosignError:
        refuse("malformed")


def _json(body: dict[str, str], status: int) -> Response:
    return JSONResponse(body, status, _HEADERS)


def _binary(raw: bytes) -> Response:
    return Response(raw, headers=_HEADERS, media_type="application/octet-stream")


async def _openapi(_request: Request) -> Response:
    return Response(OPENAPI, media_type="application/json")


async def _refused(_request: Request, error: Any) -> Response:  # an HTTPException
    word = error.detail if error.detail in _STATUS else _WORDS[error.status_code]
    headers = {**_HEADERS, **(error.headers or {})}
    if methods := headers.get("Allow"):
        # Starlette lists them in the order of a set, which differs from one start to the next.
        headers["Allow"] = ", ".join(sorted(methods.split(", ")))
    return JSONResponse({"error": word}, error.status_code, headers)


async def _failed(_request: Request, error: Exception) -> Response:
    _LOG.error("%s", error)
    return _json({"error": "storage"}, _STATUS["storage"])


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response()  # the client has gone


def bind(place: str) -> socket.socket:
    """Listen on HOST:PORT; without a host, on 127.0.0.1.

    Raises:
        UsageError: not a host and port, or not one on which this machine can listen.
    """
    host, _, port = place.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < _PORTS):
        raise UsageError(f"cannot listen on {place!r}: it has no port", hint=_PLACE_HINT)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host.strip("[]") or _HOST, int(port)), family=family)
    except OSError as e:
        reason = (e.strerror or str(e)).lower()
        raise UsageError(f"cannot listen on {place!r}: {reason}", hint=_PLACE_HINT) from e
    # Otherwise an answer's body waits 40 ms, until its head is acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_server(relay: Relay, protocol: type[PatientProtocol] = PatientProtocol) -> uvicorn.Server:
    """Return an HTTP server of a relay; ``run(sockets=[...])`` runs it until a signal ends it.

    It logs no requests, and no header tells the time.
    """
    config = uvicorn.Config(
        relay.app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        timeout_keep_alive=ceil(protocol.IDLE_SECONDS),
        h11_max_incomplete_event_size=_HEAD_BYTES,
    )
    return uvicorn.Server(config)
