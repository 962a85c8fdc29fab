"""A relay over HTTP (docs/spec.md, "Relay").

::

    POST /v1/mailboxes                        a mailbox, signed        operator's token
    GET  /v1/mailboxes/ADDRESS                the same                 whoever has the address
    POST /v1/mailboxes/ADDRESS/SHELF          a record                 stamp, or capability
    GET  /v1/mailboxes/ADDRESS/SHELF?after=ID the next records by id   capability
    POST /v1/mailboxes/ADDRESS/SHELF/fetch    one record               whoever has its id

What is checked first costs least: nothing of a body is read before its length, the
window and the capability are right, and nothing is stored before the stamp is. Ids
of records stand in no URL that a member uses, because proxies write URLs down. An
answer to a stranger says one word and no more.

Not protected: a relay sees network addresses. It keeps none.
"""

import contextlib
import hmac
import logging
import socket
from collections.abc import Callable, Iterator
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, TypeVar

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
from cosign.relay.shelves import SHELVES, STAMP_HEADER, Shelf
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
    "full": 409,
    "different": 409,
    "length": 411,
    "storage": 503,
}
"""The one word of a refusal, and its status code."""

_WORDS: Final = {404: "unknown", 405: "method"}

T = TypeVar("T")


def refuse(word: str) -> NoReturn:
    """Answer with an error."""
    headers = {"WWW-Authenticate": "Bearer"} if word == "capability" else None
    raise HTTPException(_STATUS[word], word, headers)


class _Place(NamedTuple):
    address: bytes
    terms: MailboxTerms
    shelf: Shelf


class Relay:
    """The application.

    Args:
        database: where everything is.
        token: whoever knows it registers mailboxes; without one nobody does.
        today: gives the day since 1970-01-01.
    """

    def __init__(self, database: Database, token: Secret | None, today: Callable[[], int]) -> None:
        self._database, self._token, self._today = database, token, today
        self._writer = Writer(database)
        self._readers = CapacityLimiter(READERS)
        self._known: dict[bytes, Mailbox] = {}
        # Only paths that are written exactly so: a redirect would repeat the Host header.
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
        place = await self._place(request)
        answer = self._post if request.method == "POST" else self._page
        return await answer(request, place)

    async def _post(self, request: Request, place: _Place) -> Response:
        address, terms, shelf = place
        if not terms.is_open(self._today()):
            refuse("window")
        stamp = b""
        if shelf.open:
            stamp = _hex(request.headers.get(STAMP_HEADER, ""), STAMP_BYTES, "stamp")
        else:
            _check_capability(request, terms)
        raw = await _body(request, partial(_fits, shelf, terms))
        with _malformed():
            item_id = shelf.check(terms, raw)
        if shelf.open and not is_stamp(stamp, address, item_id, terms.difficulty):
            refuse("stamp")
        quota = shelf.space(terms).quota
        outcome = await self._writer.add(Item(address, shelf.number, item_id, raw, quota))
        if outcome in {"full", "different"}:
            refuse(outcome)
        return _json({"id": item_id.hex()}, 201)

    async def _page(self, request: Request, place: _Place) -> Response:
        address, terms, shelf = place
        _check_capability(request, terms)
        text = request.query_params.get("after")
        after = b"" if text is None else _hex(text, IDENTIFIER_BYTES, "malformed")
        count = shelf.page(terms)
        records = await self._run(self._database.page, address, shelf.number, after, count)
        return _binary(b"".join(frame(record.content) for record in records))

    async def _fetch(self, request: Request) -> Response:
        address, _, shelf = await self._place(request)
        item_id = await _body(request, lambda length: length == IDENTIFIER_BYTES)
        record = await self._run(self._database.item, address, shelf.number, item_id)
        return _binary(refuse("unknown") if record is None else record)

    async def _place(self, request: Request) -> _Place:
        address = _address(request)
        terms = (await self._find(address)).terms
        shelf = SHELVES[terms.kind].get(request.path_params["shelf"])
        return _Place(address, terms, shelf or refuse("unknown"))

    async def _find(self, address: bytes) -> Mailbox:
        if address not in self._known:
            mailbox = await self._run(self._database.mailbox, address) or refuse("unknown")
            if len(self._known) >= _MAILBOX_CACHE:
                self._known.clear()
            self._known[address] = mailbox  # a mailbox never changes
        return self._known[address]

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Let a thread ask the database, so that no request waits for another's disk."""
        return await to_thread.run_sync(work, *arguments, limiter=self._readers)


def _address(request: Request) -> bytes:
    return _hex(request.path_params["address"], IDENTIFIER_BYTES, "unknown")


def _fits(shelf: Shelf, terms: MailboxTerms, length: int) -> bool:
    try:
        shelf.check_length(terms, length)
    except CosignError:
        return False
    return True


async def _body(request: Request, fits: Callable[[int], bool]) -> bytes:
    """Read a body of a length that was declared and fits."""
    declared = request.headers.get("Content-Length")
    if declared is None or "Transfer-Encoding" in request.headers:
        refuse("length")
    if not fits(int(declared)):
        refuse("malformed")
    return await request.body()  # h11 sees to it that it is not longer


def _hex(text: str, size: int, refusal: str) -> bytes:
    """Read lower-case hexadecimal: one value has one form."""
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
        # Starlette lists them in the order of a set, by which a run of a relay would be known.
        headers["Allow"] = ", ".join(sorted(methods.split(", ")))
    return JSONResponse({"error": word}, error.status_code, headers)


async def _failed(_request: Request, error: Exception) -> Response:
    _LOG.error("%s", error)
    return _json({"error": "storage"}, _STATUS["storage"])


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response()  # nobody reads it


def bind(place: str) -> socket.socket:
    """Listen on HOST:PORT; on this machine alone if no host is named.

    Raises:
        UsageError: not a place, or not one where this machine may listen.
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
    # Else an answer's body waits 40 ms for its head to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_server(relay: Relay, protocol: type[PatientProtocol] = PatientProtocol) -> uvicorn.Server:
    """Put a relay behind HTTP; ``run(sockets=[...])`` runs it until a signal ends it.

    No line is written for a request, and no header tells the time.
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
