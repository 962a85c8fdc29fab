"""What a relay answers: one word for each refusal (docs/spec.md, "Requests").

All answers with one word are the same bytes, whichever route gives them.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, NoReturn

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Send

from cosign.primitives.hashing import IDENTIFIER_BYTES

_BINARY: Final = "application/octet-stream"
NO_STORE: Final[Mapping[str, str]] = {"Cache-Control": "no-store"}
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


def refuse(word: str) -> NoReturn:
    """Answer with an error."""
    headers = {"WWW-Authenticate": "Bearer"} if word == "capability" else None
    raise HTTPException(_STATUS[word], word, headers)


def acknowledgement(item_id: bytes) -> dict[str, str]:
    """Return the JSON object that says what was stored."""
    return {"id": item_id.hex()}


def json_answer(body: dict[str, str], status: int) -> Response:
    """Return an answer with a JSON object."""
    return JSONResponse(body, status, NO_STORE)


def binary_answer(raw: bytes, headers: Mapping[str, str] = NO_STORE) -> Response:
    """Return an answer with records."""
    return Response(raw, headers=headers, media_type=_BINARY)


async def send_records(
    send: Send, length: int, chunks: AsyncIterator[bytes], headers: Mapping[str, str] = NO_STORE
) -> None:
    """Send the same answer as :func:`binary_answer`, part by part.

    Args:
        send: of ASGI; it waits until the client has taken nearly all that was sent before.
        length: of all parts together.
        chunks: the parts.
        headers: of the answer, but for its length.
    """
    headers = {**headers, "Content-Length": str(length)}
    head = Response(headers=headers, media_type=_BINARY)
    await send({"type": "http.response.start", "status": 200, "headers": head.raw_headers})
    async for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


_STORED: Final = {
    "type": "http.response.start",
    "status": 201,
    "headers": json_answer(acknowledgement(bytes(IDENTIFIER_BYTES)), 201).raw_headers,
}
"""The head of every acknowledgement: all of them have one length."""


async def acknowledge(send: Send, item_id: bytes) -> None:
    """Send an acknowledgement of a record: the same bytes as :func:`json_answer`, made faster."""
    await send(_STORED)
    await send({"type": "http.response.body", "body": b'{"id":"%s"}' % item_id.hex().encode()})


def refused(error: Any) -> Response:  # an HTTPException
    """Return the answer for a refusal, or for a path or method that is not there."""
    word = error.detail if error.detail in _STATUS else _WORDS[error.status_code]
    headers = {**NO_STORE, **(error.headers or {})}
    if methods := headers.get("Allow"):
        # Starlette lists them in the order of a set, which differs from one start to the next.
        headers["Allow"] = ", ".join(sorted(methods.split(", ")))
    return JSONResponse({"error": word}, error.status_code, headers)


def failed(error: Exception) -> Response:
    """Log what the database said and return the answer for it."""
    _LOG.error("%s", error)
    return json_answer({"error": "storage"}, _STATUS["storage"])


async def on_refusal(_request: Request, error: Exception) -> Response:
    """Answer a refusal, for Starlette."""
    return refused(error)


async def on_failure(_request: Request, error: Exception) -> Response:
    """Answer where the database failed, for Starlette."""
    return failed(error)


async def on_disconnect(_request: Request, _error: Exception) -> Response:
    """Answer no one: the client has gone."""
    return Response()
