"""A relay over HTTP (docs/spec.md, "Relay").

::

    request                                   content                  needs
    POST /v1/mailboxes                        a signed mailbox         operator's token
    GET  /v1/mailboxes/ADDRESS                the same                 the address
    POST /v1/erasures                         a signed erasure         the owner's key
    POST /v1/mailboxes/ADDRESS/SHELF          a record                 stamp, or capability
    GET  /v1/mailboxes/ADDRESS/SHELF?after=ID the next records by id   capability
    POST /v1/mailboxes/ADDRESS/SHELF/fetch    one record               its id
    GET, POST /drop/ADDRESS ...               pages for browsers       see :mod:`.drop`

No shelf is listed before the day that its mailbox names. Until then every request for a
list gets the same answer, with or without the capability, whatever the shelf holds.

Cheap checks come first: no body is read before its length, the window and the
capability were checked, and nothing is stored before the stamp was. Members' requests
have no ids of records in their URLs, because proxies log URLs. A refusal is one word.

Not protected: a relay sees network addresses. It does not store them.
"""

import asyncio
import hmac
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cosign.errors import CosignError
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.records.mailbox import CAPABILITY_BYTES, Mailbox, MailboxTerms, capability_hash
from cosign.records.mailbox_erasure import MailboxErasure
from cosign.records.stamped import STAMP_BYTES
from cosign.relay.server.answers import (
    NO_STORE,
    acknowledge,
    acknowledgement,
    binary_answer,
    failed,
    json_answer,
    on_disconnect,
    on_failure,
    on_refusal,
    refuse,
    refused,
    send_records,
)
from cosign.relay.server.bodies import SMALL_BYTES, Spool, Spools, declared_length, read_body
from cosign.relay.server.checks import Registered, check_posted, malformed, read_hex
from cosign.relay.server.database import Database, Item
from cosign.relay.server.drop import DropPage
from cosign.relay.server.engine import READERS
from cosign.relay.server.group_commit import Writer
from cosign.relay.shelves import STAMP_HEADER, BoundShelf
from cosign.secret import Secret
from cosign.wire.framing import frame

OPENAPI: Final = (Path(__file__).parent / "openapi.json").read_bytes()

_MAILBOX_CACHE: Final = 1024
_SHELF_PATH: Final = re.compile(r"/v1/mailboxes/([^/]+)/([^/]+)")

T = TypeVar("T")


class Relay:
    """The application, by the ASGI protocol.

    Posting a record has a route of its own, without Starlette, because it is what a relay
    does most.

    Args:
        database: of the relay.
        token: registers mailboxes, 32 bytes; if None, no mailbox can be registered.
        today: returns the day, counted from 1970-01-01.
    """

    def __init__(self, database: Database, token: Secret | None, today: Callable[[], int]) -> None:
        self._database, self._token, self._today = database, token, today
        self._writer = Writer(database)
        self._readers = CapacityLimiter(READERS)
        self._spools = Spools(database.folder)
        # One large record at a time in memory, by all requests together; and always the same
        # thread, because each thread keeps some of the memory that it has freed.
        self._large = asyncio.Lock()
        self._large_thread = ThreadPoolExecutor(1, "relay-large")
        self._known: dict[bytes, Registered] = {}
        drop = DropPage(self._find, self._add, self._item, today)
        # Only these exact paths: a redirect would repeat the Host header.
        self._others = Starlette(
            routes=[
                Route("/openapi.json", _openapi, methods=["GET"]),
                Route("/v1/mailboxes", self._register, methods=["POST"]),
                Route("/v1/erasures", self._erase, methods=["POST"]),
                Route("/v1/mailboxes/{address}", self._mailbox, methods=["GET"]),
                # With POST, which is answered before, so that "method" names it, too.
                Route("/v1/mailboxes/{address}/{shelf}", self._page, methods=["GET", "POST"]),
                Route("/v1/mailboxes/{address}/{shelf}/fetch", self._fetch, methods=["POST"]),
                *drop.routes(),
            ],
            exception_handlers={
                HTTPException: on_refusal,
                CosignError: on_failure,
                ClientDisconnect: on_disconnect,
            },
        )
        self._others.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        place = _SHELF_PATH.fullmatch(scope["path"])
        if not place or scope["method"] != "POST":
            await self._others(scope, receive, send)
            return
        try:
            item_id = await self._post(place[1], place[2], scope, receive)
        except HTTPException as e:
            await refused(e)(scope, receive, send)
        except CosignError as e:
            await failed(e)(scope, receive, send)
        except ClientDisconnect:
            await Response()(scope, receive, send)
        else:
            await acknowledge(send, item_id)

    async def _register(self, request: Request) -> Response:
        headers = _headers(request.scope)
        if self._token is None or _bearer(headers) != self._token:
            refuse("capability")
        declared_length(headers, lambda length: length <= Mailbox.MAX_BYTES)
        raw = await read_body(request.receive)
        with malformed():
            mailbox = Mailbox.from_bytes(raw)
            mailbox.verify()
        if mailbox.terms.end_day <= self._today():
            refuse("window")
        if await self._run(self._database.register, mailbox) == "different":
            refuse("different")
        return json_answer(acknowledgement(mailbox.terms.address), 201)

    async def _erase(self, request: Request) -> Response:
        declared_length(_headers(request.scope), lambda length: length <= MailboxErasure.MAX_BYTES)
        raw = await read_body(request.receive)
        with malformed():
            erasure = MailboxErasure.from_bytes(raw)
            erasure.verify()
        address = erasure.terms.address
        if await self._run(self._database.erase, erasure.terms) == "different":
            refuse("different")
        self._known.pop(address, None)
        # The same whether or not it was there: its owner may have sent this before.
        return json_answer(acknowledgement(address), 200)

    async def _mailbox(self, request: Request) -> Response:
        found = await self._find(request.path_params["address"], fresh=True)
        return binary_answer(found.raw)

    async def _post(self, address: str, name: str, scope: Scope, receive: Receive) -> bytes:
        found = await self._find(address)
        shelf = found.shelf(name)
        if not shelf.terms.is_open(self._today()):
            refuse("window")
        headers, stamp = _headers(scope), b""
        if shelf.kind.open:
            stamp = read_hex(headers.get(_STAMP, b"").decode("latin-1"), STAMP_BYTES, "stamp")
        else:
            _check_capability(headers, shelf.terms)
        if declared_length(headers, partial(_fits, shelf)) <= SMALL_BYTES:
            raw = await read_body(receive)
            return await self._add(found, shelf, check_posted(shelf, raw, stamp), raw)
        async with self._spools.spool(scope) as spool:
            await spool.receive(receive)
            async with self._large:
                item_id, raw = await self._run_large(_load, spool, shelf, stamp)
                return await self._add(found, shelf, item_id, raw)

    async def _add(self, found: Registered, shelf: BoundShelf, item_id: bytes, raw: bytes) -> bytes:
        """Store a record that was checked and return its id."""
        outcome = await self._writer.add(Item.on(shelf, item_id, raw, found.raw))
        if outcome == "gone":
            # Erased by its owner, and perhaps registered anew, by this relay or another one.
            await self._find(shelf.address.hex(), fresh=True)
            refuse("storage")  # its terms are others: the client has to ask for them again
        if outcome in {"full", "different"}:
            refuse(outcome)
        return item_id

    async def _page(self, request: Request) -> ASGIApp:
        found = await self._find(request.path_params["address"], fresh=True)
        shelf = found.shelf(request.path_params["shelf"])
        if not shelf.terms.is_listed(self._today()):
            refuse("early")
        _check_capability(_headers(request.scope), shelf.terms)
        text = request.query_params.get("after")
        after = b"" if text is None else read_hex(text, IDENTIFIER_BYTES, "malformed")
        return partial(self._send_large, partial(self._read_page, shelf, after), NO_STORE)

    def _read_page(self, shelf: BoundShelf, after: bytes) -> bytes:
        return b"".join(frame(record.content) for record in self._database.page(shelf, after))

    async def _fetch(self, request: Request) -> ASGIApp:
        found = await self._find(request.path_params["address"])
        shelf = found.shelf(request.path_params["shelf"])
        declared_length(_headers(request.scope), lambda length: length == IDENTIFIER_BYTES)
        return await self._item(shelf, await read_body(request.receive))

    async def _item(
        self, shelf: BoundShelf, item_id: bytes, headers: Mapping[str, str] = NO_STORE
    ) -> ASGIApp:
        """Return the answer with one record."""
        read = partial(self._database.item, shelf, item_id)
        if shelf.size > SMALL_BYTES:
            return partial(self._send_large, read, headers)
        record: bytes | None = await self._run(read)
        return binary_answer(record or refuse("unknown"), headers)

    async def _send_large(
        self,
        read: Callable[[], bytes | None],
        headers: Mapping[str, str],
        scope: Scope,
        _receive: Receive,
        send: Send,
    ) -> None:
        """Answer with what ``read`` finds, which waits in a file until the client has taken it."""
        async with self._spools.spool(scope) as spool:
            async with self._large:
                length = await self._run_large(_store, read, spool)
            await send_records(send, length, spool.chunks(), headers)

    async def _find(self, text: str, *, fresh: bool = False) -> Registered:
        """Return the mailbox at an address.

        Args:
            text: the address in hexadecimal.
            fresh: ask the database. Else it may be one that its owner has erased, through
                another relay on the same database; adding a record finds that out.
        """
        address = read_hex(text, IDENTIFIER_BYTES, "unknown")
        known = None if fresh else self._known.get(address)
        if known:
            return known
        self._known.pop(address, None)
        mailbox = await self._run(self._database.mailbox, address) or refuse("unknown")
        if len(self._known) >= _MAILBOX_CACHE:
            self._known.clear()
        found = self._known[address] = Registered(mailbox)
        return found

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Use the database in a thread, so that no request waits for another one's disk."""
        return await to_thread.run_sync(work, *arguments, limiter=self._readers)

    async def _run_large(self, work: Callable[..., T], *arguments: Any) -> T:
        """Work on a large record."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._large_thread, work, *arguments)


_STAMP: Final = STAMP_HEADER.lower().encode()


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return a request's headers by their names in small letters; of two alike, the first."""
    return dict(reversed(scope["headers"]))


def _fits(shelf: BoundShelf, length: int) -> bool:
    try:
        shelf.check_length(length)
    except CosignError:
        return False
    return True


def _load(spool: Spool, shelf: BoundShelf, stamp: bytes) -> tuple[bytes, bytes]:
    """Return the id of a record that was received, checked, and the record."""
    raw = spool.content()
    return check_posted(shelf, raw, stamp), raw


def _store(read: Callable[[], bytes | None], spool: Spool) -> int:
    """Write an answer to a file and return its length."""
    raw = read()
    if raw is None:
        refuse("unknown")
    spool.store(raw)
    return len(raw)


def _bearer(headers: dict[bytes, bytes]) -> Secret:
    value = headers.get(b"authorization", b"").decode("latin-1")
    scheme, _, text = value.partition(" ")
    if scheme != "Bearer":
        refuse("capability")
    return Secret(read_hex(text, CAPABILITY_BYTES, "capability"))


def _check_capability(headers: dict[bytes, bytes], terms: MailboxTerms) -> None:
    if not hmac.compare_digest(capability_hash(_bearer(headers)), terms.capability_hash):
        refuse("capability")


async def _openapi(_request: Request) -> Response:
    return Response(OPENAPI, media_type="application/json")
