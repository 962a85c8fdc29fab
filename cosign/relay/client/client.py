"""Members, trustees, registrars and organizers at a relay (docs/spec.md, "Relay").

Everything is tried again after a failure, with longer and longer pauses, posting too,
and yet nothing is stored twice: a record's id is a hash of it (for a response, of the
request that it answers), and a relay stores one record under one id. If the relay
committed and its answer got lost, posting again is answered with the same id.

A relay is not believed. Its mailbox has to bear the owner's signature and its
records are checked like anybody's files; the id in its answer has to be the hash that we computed.

Not protected: a relay can lose or hold back what it was given. ``check`` finds out.
"""

import contextlib
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Final

from cosign.errors import (
    CosignError,
    MalformedError,
    MismatchError,
    MissingError,
    RefusedError,
    RelayError,
    UnreachableError,
    VerificationError,
    WindowError,
)
from cosign.primitives.parallel import Progress, no_progress
from cosign.randomness import SYSTEM, Randomness
from cosign.records.mailbox import Mailbox, MailboxTerms
from cosign.relay.client.transport import Answer, Transport
from cosign.relay.shelves import STAMP_HEADER, Shelf
from cosign.relay.stamps import make_stamp
from cosign.secret import Secret
from cosign.wire.framing import FRAME_LENGTH_BYTES, FrameReader

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries."""

_TEMPORARY: Final = frozenset({429, 500, 502, 503, 504})
_SMALL: Final = 4096
"""Longest answer that is no record, in bytes."""

_REFUSALS: Final[dict[str, tuple[type[CosignError], str, str]]] = {
    "capability": (
        RefusedError,
        "the relay does not take this token or capability",
        "use the one that belongs to this relay and mailbox",
    ),
    "unknown": (
        MissingError,
        "the relay does not hold it",
        "check the URL of the relay, and whether the mailbox is registered there",
    ),
    "window": (WindowError, "the mailbox is not open today", "ask its owner for another way"),
    "full": (RefusedError, "the mailbox is full", "tell its owner"),
    "different": (
        RefusedError,
        "something else has this place on the relay",
        "it was registered or answered before, with other content",
    ),
}
"""What the words mean that an honest relay says to an honest client."""


class RelayClient:
    """A relay as others see it.

    Args:
        transport: to the relay; the caller closes it.
        pause: waits so many seconds.
    """

    def __init__(self, transport: Transport, pause: Callable[[float], None] = time.sleep) -> None:
        self._transport, self._pause = transport, pause

    def register(self, mailbox: Mailbox, token: Secret) -> None:
        """Register a mailbox; again is the same as once.

        Raises:
            RefusedError: the token is not the operator's, or another mailbox is there.
            WindowError: its window is over.
            RelayError: the relay failed, or lies.
        """
        answer = self._try("POST", "/v1/mailboxes", _bearer(token), mailbox.to_bytes(), _SMALL)
        _check_acknowledged(answer, mailbox.terms.address)

    def mailbox(self, address: bytes) -> MailboxTerms:
        """Give the terms of a mailbox, verified.

        Raises:
            MissingError: the relay has no such mailbox.
            RelayError: the relay failed, or lies.
        """
        path = _path(address)
        raw = _expect(200, self._try("GET", path, {}, None, Mailbox.MAX_BYTES))
        with _honest():
            mailbox = Mailbox.from_bytes(raw)
            mailbox.verify()
            if mailbox.terms.address != address:
                raise MismatchError("another mailbox")
        return mailbox.terms

    def post(
        self,
        terms: MailboxTerms,
        shelf: Shelf,
        raw: bytes,
        *,
        capability: Secret | None = None,
        progress: Progress = no_progress,
    ) -> bytes:
        """Post a record; again is the same as once.

        Args:
            terms: of the mailbox.
            shelf: where to.
            raw: the record.
            capability: for shelves that are not open.
            progress: told as the stamp is made.

        Returns:
            The record's id, 32 bytes.

        Raises:
            MalformedError, MismatchError: it does not belong there; nothing was sent.
            WindowError, RefusedError: the mailbox does not take it.
            RelayError: the relay failed, or lies; the record may be there.
        """
        item_id = shelf.check(terms, raw)
        headers = _bearer(capability) if capability else {}
        if shelf.open:
            stamp = make_stamp(terms.address, item_id, terms.difficulty, progress)
            headers = {STAMP_HEADER: stamp.hex()}
        answer = self._try("POST", _path(terms.address, shelf), headers, raw, _SMALL)
        _check_acknowledged(answer, item_id)
        return item_id

    def fetch(self, terms: MailboxTerms, shelf: Shelf, item_id: bytes) -> bytes:
        """Give one record to whoever knows its id; so it is there, whole.

        Raises:
            MissingError: the relay does not hold it.
            RelayError: the relay failed, or handed out another record.
        """
        path, longest = f"{_path(terms.address, shelf)}/fetch", shelf.space(terms).size
        raw = _expect(200, self._try("POST", path, {}, item_id, longest))
        with _honest():
            if shelf.check(terms, raw) != item_id:
                raise MismatchError("another record")
        return raw

    def read(self, terms: MailboxTerms, shelf: Shelf, capability: Secret) -> Iterator[bytes]:
        """Give all records of a shelf, ascending by id, a page at a time.

        Raises:
            RefusedError: the capability is not the mailbox's.
            RelayError: the relay failed, or lies.
        """
        path, size = _path(terms.address, shelf), shelf.space(terms).size
        longest = shelf.page(terms) * (size + FRAME_LENGTH_BYTES)
        last, query, count = b"", "", 0
        while True:
            answer = self._try("GET", path + query, _bearer(capability), None, longest)
            with _honest():
                page = _cut(_expect(200, answer), size)
            if not page:
                return
            for raw in page:
                with _honest():
                    item_id = shelf.check(terms, raw)
                    if item_id <= last:
                        raise MismatchError("records in another order")
                    if (count := count + 1) > shelf.space(terms).quota:
                        raise MismatchError("more records than there can be")
                last = item_id
                yield raw
            query = f"?after={last.hex()}"

    def _try(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None, longest: int
    ) -> Answer:
        """Ask, and again after each pause while the relay or the way to it fails."""
        for pause in PAUSES:
            with contextlib.suppress(UnreachableError):
                answer = self._transport.ask(method, path, headers, body, max(longest, _SMALL))
                if answer.status not in _TEMPORARY:
                    return answer
            self._pause(pause)
        return self._transport.ask(method, path, headers, body, max(longest, _SMALL))


def _path(address: bytes, shelf: Shelf | None = None) -> str:
    return f"/v1/mailboxes/{address.hex()}" + (f"/{shelf.name}" if shelf else "")


def _bearer(secret: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret.reveal().hex()}"}


def _check_acknowledged(answer: Answer, item_id: bytes) -> None:
    body = _expect(201, answer)
    if _parse(body) != {"id": item_id.hex()}:
        raise _lie("the answer is for something else")


def _expect(status: int, answer: Answer) -> bytes:
    """Give the body of an answer, or raise what its one word means."""
    if answer.status == status:
        return answer.body
    if answer.status in _TEMPORARY:
        raise UnreachableError(
            f"the relay is out of order ({answer.status})",
            hint="try again later; posting twice does no harm",
        )
    word = _parse(answer.body).get("error", "")
    if word not in _REFUSALS:
        raise _lie(f"it answers with status {answer.status}")
    error, message, hint = _REFUSALS[word]
    raise error(message, hint=hint)


def _parse(body: bytes) -> dict[str, str]:
    """Read a JSON object of texts; an empty one where it is anything else."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    is_plain = isinstance(told, dict) and all(isinstance(value, str) for value in told.values())
    return told if is_plain else {}


@contextlib.contextmanager
def _honest() -> Iterator[None]:
    """Blame the relay for records that it should have refused."""
    try:
        yield
    except (MalformedError, VerificationError, MismatchError) as e:
        raise _lie(e.message) from e


def _lie(what: str) -> RelayError:
    return RelayError(
        f"the relay does not keep to the protocol: {what}",
        hint="check its URL; if it is right, use another relay",
    )


def _cut(page: bytes, limit: int) -> list[bytes]:
    return list(FrameReader(io.BytesIO(page), "a page", "").frames(limit))


def wait_a_while(
    most_seconds: int,
    progress: Progress = no_progress,
    randomness: Randomness = SYSTEM,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Wait for a random time, so that the hour of a post says less about its maker.

    Args:
        most_seconds: the longest wait; each up to it is equally likely.
        progress: told (seconds waited, most_seconds).
        randomness: where the time comes from.
        pause: waits so many seconds.
    """
    wait = most_seconds * int.from_bytes(randomness(8), "big") / 2**64
    waited = 0.0
    while waited < wait:
        progress(int(waited), most_seconds)
        step = min(1.0, wait - waited)
        pause(step)
        waited += step
