"""Pages on which a browser hands in a sealed file (docs/spec.md, "Drop pages").

They have no scripts, set no cookies and load nothing, so they also work in Tor Browser on its
safest level. A browser cannot compute a stamp there: the program or page that made the
file has put the stamp into it. Checks and refusals are those of the other routes; only
the form of the answers differs.

Not protected: a browser sends more headers than our client, such as its language, and so
tells more about its user (docs/relay.md, "What browsers add").
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from html import escape
from typing import Final

import python_multipart  # noqa: F401  # Starlette needs it for forms, and asks only then
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope
from starlette.types import Send as ASGISend

from cosign.errors import CosignError
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.records.limits import show_day
from cosign.records.stamped import StampedRecord
from cosign.relay.server.answers import binary_answer, failed, refuse, refused
from cosign.relay.server.bodies import SMALL_BYTES, declared_length
from cosign.relay.server.checks import Registered, check_posted, malformed, read_hex
from cosign.relay.shelves import NOTICE_ID, BoundShelf
from cosign.wire.armor import dearmor

_QUERY_BYTES: Final = 256
"""Longest body of a request for an answer, in bytes."""

_MULTIPART: Final = "multipart/form-data"

_CSS: Final = (
    ":root{color-scheme:light dark}"
    "body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.5 sans-serif}"
    "label,input,textarea,button{display:block;box-sizing:border-box;max-width:100%}"
    "label{margin-top:1rem}textarea,input{width:100%;font:inherit}"
    "button{margin:1rem 0;padding:.5rem 1.5rem;font:inherit}"
    "code{overflow-wrap:anywhere}"
)
_CSS_HASH: Final = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_CSS_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The headers of every page: it runs and loads nothing, and tells no other page of itself."""

_WORDS: Final = {
    "malformed": (
        "This file is not for this mailbox. Choose the file that was made for handing in, or paste "
        "the whole text, from its BEGIN line to its END line, and not both."
    ),
    "stamp": "The stamp in this file does not fit. Make the file for handing in again.",
    "unknown": (
        "There is nothing here yet. Compare the link with the one that you were given; if you "
        "asked for an answer, the registrar has not answered yet."
    ),
    "method": "This page cannot be used in this way. Open the link that you were given.",
    "window": "This mailbox takes nothing today. Ask the person who gave you the link.",
    "full": "This mailbox is full. Tell the person who gave you the link.",
    "different": "The mailbox has something else in this place. Make the file anew.",
    "length": "Your browser did not say how long the file is. Try another browser.",
    "storage": "The relay could not store anything just now. Try again in some minutes.",
}
"""What a refusal's word means to a person."""

_TITLE: Final = {
    "round": "Hand in a signature",
    "registrar": "Hand in a request to enrol",
    "collection": "Hand in a key",
}
_TAKES: Final = {
    "round": (
        "This is the mailbox of a signing round. It takes sealed signatures and withdrawals. The "
        "people who run it cannot read them."
    ),
    "registrar": (
        "This is the mailbox of a registrar. It takes sealed requests to enrol, and hands out the "
        "registrar's answers. The people who run it can read neither."
    ),
    "collection": (
        "This is the mailbox of a publisher who collects keys for a list of members. It takes "
        "sealed keys. The people who run it cannot read them, and nobody answers."
    ),
}
"""The first words for each kind of mailbox."""

_TAKEN: Final = {"round": "envelopes", "registrar": "requests", "collection": "deliveries"}
"""The shelf for what anybody hands in, for each kind of mailbox."""

_NOTICE: Final = {"round": "invitation", "registrar": "group", "collection": "collection"}
"""The shelf whose record everybody may have, for each kind of mailbox."""

_GIVES: Final = {
    "round": "The letter, encrypted: open it with the secret that you were given",
    "registrar": "The group: compare its fingerprint before you enrol",
    "collection": "The collection: compare its fingerprint with that on your slip",
}

_UNTIL: Final = {
    "round": "A signature that comes after the round has closed may not count.",
    "registrar": "Requests count while the group takes new members; your slip says how long.",
    "collection": "Keys count until the time on your slip.",
}
"""What ends before the mailbox does. The relay does not know when."""

_KNOWN: Final = {
    "round": (
        "Anyone who has this number can ask the relay for the sealed file, and the number and the "
        "file together with the opened signatures show which one was yours. Erase the file when "
        "you need it no more."
    ),
    "registrar": (
        "Keep it until you have fetched the answer. Anyone who has it can ask the relay for the "
        "sealed request and its answer, and can open neither."
    ),
    "collection": (
        "Anyone who has this number can ask the relay for the sealed key, and only the publisher "
        "can open it. Nobody needs the number."
    ),
}
"""What the number of a record that was handed in is good for, for each kind of mailbox."""

_SEEN: Final = (
    "The relay sees your network address, and what your browser tells every site, such as its "
    "language. It stores neither. Tor Browser hides both."
)

Find = Callable[..., Awaitable[Registered]]
Add = Callable[[Registered, BoundShelf, bytes, bytes], Awaitable[bytes]]
Send = Callable[[BoundShelf, bytes, Mapping[str, str]], Awaitable[ASGIApp]]
_Handler = Callable[["DropPage", Request], Awaitable[ASGIApp]]


def _with_pages(handler: _Handler) -> _Handler:
    """Answer refusals with pages, under the same status as the other routes."""

    @wraps(handler)
    async def answer(self: "DropPage", request: Request) -> ASGIApp:
        async def run(scope: Scope, receive: Receive, send: ASGISend) -> None:
            try:
                app = await handler(self, request)
                # A large record is read only now; nothing was sent if that fails.
                await app(scope, receive, send)
            except HTTPException as e:
                await _refusal(e.detail, refused(e).status_code)(scope, receive, send)
            except CosignError as e:
                await _refusal("storage", failed(e).status_code)(scope, receive, send)

        return run

    return answer


class DropPage:
    """The pages of all mailboxes of a relay.

    Args:
        find: returns the mailbox at an address, or refuses.
        add: stores a record that was checked and returns its id, or refuses.
        send: returns the answer that sends a record, given its id and headers, or refuses.
        today: returns the day, counted from 1970-01-01.
    """

    def __init__(self, find: Find, add: Add, send: Send, today: Callable[[], int]) -> None:
        self._find, self._add, self._send, self._today = find, add, send, today

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/drop/{address}", self._show, methods=["GET"]),
            Route("/drop/{address}", self._take, methods=["POST"]),
            Route("/drop/{address}/answer", self._answer, methods=["POST"]),
            Route("/drop/{address}/notice", self._notice, methods=["GET"]),
            Route("/drop/{address}/mailbox", self._mailbox, methods=["GET"]),
        ]

    @_with_pages
    async def _show(self, request: Request) -> ASGIApp:
        found = await self._found(request)
        return _page(_TITLE[found.terms.kind], _form(found))

    @_with_pages
    async def _take(self, request: Request) -> ASGIApp:
        found = await self._found(request)
        shelf = found.shelf(_TAKEN[found.terms.kind])
        if not shelf.terms.is_open(self._today()):
            refuse("window")
        given = await _fields(request, SMALL_BYTES)
        if len(given) != 1:
            refuse("malformed")
        with malformed():
            stamped = StampedRecord.from_bytes(dearmor(given[0]))
        if stamped.address != shelf.address:
            refuse("malformed")
        item_id = check_posted(shelf, stamped.content, stamped.stamp)
        await self._add(found, shelf, item_id, stamped.content)
        return _page("Handed in", _acknowledgement(found, item_id), 201)

    @_with_pages
    async def _answer(self, request: Request) -> ASGIApp:
        found = await self._found(request)
        shelf = found.shelf("responses")
        typed = b"".join(await _fields(request, _QUERY_BYTES)).decode("latin-1").strip().lower()
        item_id = read_hex(typed, IDENTIFIER_BYTES, "malformed")
        return await self._send(shelf, item_id, _download("answer"))

    @_with_pages
    async def _notice(self, request: Request) -> ASGIApp:
        found = await self._found(request)
        name = _NOTICE[found.terms.kind]
        return await self._send(found.shelf(name), NOTICE_ID, _download(name))

    @_with_pages
    async def _mailbox(self, request: Request) -> ASGIApp:
        found = await self._found(request)
        return binary_answer(found.raw, _download("mailbox"))

    async def _found(self, request: Request) -> Registered:
        return await self._find(request.path_params["address"], fresh=True)


async def _fields(request: Request, longest: int) -> list[bytes]:
    """Return what the fields and files of a form hold, if it is not empty.

    Args:
        request: of at most ``longest`` bytes, which stay in memory.
        longest: at most :data:`~cosign.relay.server.bodies.SMALL_BYTES`.
    """
    declared_length(dict(reversed(request.scope["headers"])), lambda length: length <= longest)
    body = await request.body()
    kind = request.headers.get("content-type", "").lower()
    if _MULTIPART in kind and not body.rstrip().endswith(b"--"):
        refuse("malformed")  # cut; Starlette would return the fields that are complete
    if "charset" in kind:
        # No browser names one. Starlette would decode with any codec of Python that it names:
        # some are slow, and some make text that UTF-8 does not have.
        refuse("malformed")
    try:
        form = await request.form(max_files=1, max_fields=1, max_part_size=longest)
    except Exception:  # noqa: BLE001  # whatever the parsers raise, for hostile bytes
        refuse("malformed")
    given = [
        await value.read() if isinstance(value, UploadFile) else value.strip().encode()
        for value in form.values()
    ]
    await form.close()
    return [raw for raw in given if raw]


def _download(name: str) -> dict[str, str]:
    """Return the headers of a file; its name says nothing of its content."""
    return {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}


def _refusal(word: str, status: int) -> HTMLResponse:
    title = "Nothing was stored" if status != 404 else "Nothing is here"  # noqa: PLR2004  # the code
    return _page(title, f"<p>{escape(_WORDS.get(word, _WORDS['method']))}</p>", status)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """Return a page; ``body`` is markup of ours.

    All pages of a mailbox have one address. Browsers keep address and title in their history,
    which must not tell somebody who handed in from somebody who looked.
    """
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mailbox</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_CSS}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
    return HTMLResponse(page, status, HEADERS)


def _form(found: Registered) -> str:
    terms = found.terms
    address, last = terms.address.hex(), show_day(terms.end_day - 1)
    return (
        f"<p>{escape(_TAKES[terms.kind])}</p><p>{escape(_SEEN)}</p>"
        f"<p>It takes files until {last} (UTC). {escape(_UNTIL[terms.kind])}</p>"
        f'<p><a href="/drop/{address}/notice">{escape(_GIVES[terms.kind])}</a>, if the owner of '
        "the mailbox has put it here.</p>"
        f'<form method="post" enctype="{_MULTIPART}" action="/drop/{address}">'
        '<label for="file">The file that was made for handing in</label>'
        '<input type="file" id="file" name="file">'
        '<label for="text">or its text, from the BEGIN line to the END line</label>'
        '<textarea id="text" name="text" rows="6" autocomplete="off" spellcheck="false"></textarea>'
        "<button>Hand in</button></form><p>With the command line, "
        "<code>cosign-letter relay stamp</code> makes this file. It needs "
        f'<a href="/drop/{address}/mailbox">this mailbox</a>.</p>'
        f"{_answer_form(found, b'')}"
    )


def _acknowledgement(found: Registered, item_id: bytes) -> str:
    return (
        "<p>The mailbox has it. Handing it in again stores nothing twice. Its number is</p>"
        f"<p><code>{item_id.hex()}</code></p>"
        f"<p>{escape(_KNOWN[found.terms.kind])}</p>{_answer_form(found, item_id)}"
    )


def _answer_form(found: Registered, item_id: bytes) -> str:
    """Return the form that fetches a registrar's answer; nothing for another mailbox."""
    if found.terms.kind != "registrar":
        return ""
    return (
        f'<h2>The registrar\'s answer</h2><form method="post" '
        f'action="/drop/{found.terms.address.hex()}/answer">'
        '<label for="id">The number that you were shown when you handed in the request</label>'
        f'<input id="id" name="id" value="{item_id.hex()}" autocomplete="off" spellcheck="false">'
        "<button>Fetch the answer</button></form>"
    )
