"""What members, trustees, registrars and organizers ask of a relay (docs/spec.md, "Relay").

A request that fails is sent again after a pause, also one that posts. That stores
nothing twice: a record's id is a hash of the record (for a response, of the request
that it answers), and a relay stores one record under one id. If the relay stored a
record and its answer got lost, posting again is answered with the same id.

The relay is not trusted. A mailbox must have its owner's signature, records are
checked like files from strangers, and the id in an acknowledgement must be the one
that the client computed.

Not protected: a relay can lose or hold back what it was given. To ask whether it
still has a record, :meth:`RelayShelf.fetch` it.
"""

import contextlib
import io
import time
from collections.abc import Callable, Iterator
from typing import Final

from cosign.errors import MismatchError, MissingError, UnreachableError
from cosign.primitives.progress import Progress, no_progress
from cosign.randomness import SYSTEM, Randomness
from cosign.records.mailbox import Mailbox, MailboxTerms
from cosign.records.mailbox_erasure import MailboxErasure
from cosign.relay.client.answers import blaming_the_relay, check_acknowledged, expect, is_temporary
from cosign.relay.client.socks import ProxyError
from cosign.relay.client.transport import Answer, Transport
from cosign.relay.shelves import STAMP_HEADER, BoundShelf, ShelfKind
from cosign.relay.stamps import make_stamp
from cosign.secret import Secret
from cosign.wire.framing import FRAME_LENGTH_BYTES, FrameReader

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries."""

_ABSENT: Final = {
    "responses": (
        "the registrar has not answered yet",
        "try again later, or ask the registrar: a request that is refused gets no answer",
    ),
    "": (
        "the relay does not have it",
        "send it again; it never came there, or the mailbox was erased by its owner",
    ),
}
"""What it means that a record is not on a shelf, and what to do."""

_SHORT: Final = 4096
"""Longest answer that is not a record or a page, in bytes."""


class RelayClient:
    """One relay, and requests to it.

    Args:
        transport: to the relay; the caller closes it.
        pause: waits so many seconds.
    """

    def __init__(self, transport: Transport, pause: Callable[[float], None] = time.sleep) -> None:
        self._transport, self._pause = transport, pause

    def register(self, mailbox: Mailbox, token: Secret) -> None:
        """Register a mailbox; registering it again changes nothing.

        Args:
            mailbox: signed by its owner.
            token: 32 bytes, from the relay's operator.

        Raises:
            RefusedError: another token, or another mailbox has this address there.
            WindowError: the mailbox's window is over.
            RelayError: the relay failed, or does not keep to the protocol.
        """
        path, headers = "/v1/mailboxes", _bearer(token)
        answer = self.ask("POST", path, headers, mailbox.to_bytes(), longest=_SHORT)
        check_acknowledged(answer, mailbox.terms.address)

    def erase(self, erasure: MailboxErasure) -> None:
        """Have a mailbox erased with everything in it; doing it again changes nothing.

        Args:
            erasure: signed by its owner.

        Raises:
            RefusedError: another mailbox has this address there.
            RelayError: the relay failed, or does not keep to the protocol.
        """
        answer = self.ask("POST", "/v1/erasures", {}, erasure.to_bytes(), longest=_SHORT)
        check_acknowledged(answer, erasure.terms.address, status=200)

    def mailbox(self, address: bytes) -> MailboxTerms:
        """Return the terms of the mailbox at an address of 32 bytes, verified.

        Raises:
            MissingError: the relay has no such mailbox.
            RelayError: the relay failed, or does not keep to the protocol.
        """
        answer = self.ask("GET", _path(address), {}, None, longest=Mailbox.MAX_BYTES)
        raw = expect(200, answer)
        with blaming_the_relay():
            mailbox = Mailbox.from_bytes(raw)
            mailbox.verify()
            if mailbox.terms.address != address:
                raise MismatchError("it sent another mailbox")
        return mailbox.terms

    def shelf(
        self, terms: MailboxTerms, kind: ShelfKind, capability: Secret | None = None
    ) -> "RelayShelf":
        """Return a shelf of a mailbox; nothing is sent yet.

        Args:
            terms: of the mailbox, verified: from :meth:`mailbox` or from the owner.
            kind: which shelf.
            capability: of the mailbox, 32 bytes; needed to list the shelf, and to post to
                one that is not open.
        """
        return RelayShelf(self, BoundShelf(terms, kind), capability)

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None, *, longest: int
    ) -> Answer:
        """Send a request; after a temporary failure, send it again, with a pause before each try.

        Raises:
            ProxyError: the proxy does not do its part; it is not asked again.
            UnreachableError: no answer to the last try.
            RelayError: an answer of more than ``longest`` bytes.
        """
        longest = max(longest, _SHORT)  # a refusal may be longer than a short record
        for pause in PAUSES:
            try:
                answer = self._transport.ask(method, path, headers, body, longest)
            except ProxyError:
                raise
            except UnreachableError:
                pass
            else:
                if not is_temporary(answer):
                    return answer
            self._pause(pause)
        return self._transport.ask(method, path, headers, body, longest)


class RelayShelf:
    """A shelf of a mailbox on a relay; made by :meth:`RelayClient.shelf`."""

    def __init__(self, client: RelayClient, shelf: BoundShelf, capability: Secret | None) -> None:
        self._client, self._shelf, self._capability = client, shelf, capability
        self._path = f"{_path(shelf.address)}/{shelf.kind.name}"

    def post(self, raw: bytes, progress: Progress = no_progress) -> bytes:
        """Post a record; posting it again changes nothing.

        Args:
            raw: the record.
            progress: called with (hashes done, hashes expected) as the stamp is made.

        Returns:
            The record's id, 32 bytes.

        Raises:
            MalformedError, MismatchError: it does not belong there; nothing was sent.
            WindowError, RefusedError: the mailbox does not accept it.
            RelayError: the relay failed, or does not keep to the protocol; it may have the
                record nevertheless.
            ValueError: the shelf is not open, and there is no capability.
        """
        terms, item_id = self._shelf.terms, self._shelf.check(raw)
        if self._shelf.kind.open:
            stamp = make_stamp(self._shelf.address, item_id, terms.difficulty, progress)
            headers = {STAMP_HEADER: stamp.hex()}
        else:
            headers = self._authorization()
        answer = self._client.ask("POST", self._path, headers, raw, longest=_SHORT)
        check_acknowledged(answer, item_id)
        return item_id

    def fetch(self, item_id: bytes) -> bytes:
        """Return the record with an id of 32 bytes: proof that the relay has it, whole.

        Raises:
            MissingError: the relay does not have it.
            RelayError: the relay failed, or sent another record.
        """
        longest = self._shelf.size
        answer = self._client.ask("POST", f"{self._path}/fetch", {}, item_id, longest=longest)
        with _unknown(*_ABSENT.get(self._shelf.kind.name, _ABSENT[""])):
            raw = expect(200, answer)
        with blaming_the_relay():
            if self._shelf.check(raw) != item_id:
                raise MismatchError("it sent another record")
        return raw

    def read(self, today: int) -> Iterator[bytes]:
        """Read all records, ascending by id, a page at a time.

        Args:
            today: the day, counted from 1970-01-01.

        Raises:
            WindowError: the mailbox is not listed yet: by ``today``, and then nothing was
                sent, or by the relay's clock.
            RefusedError: the capability is not the mailbox's.
            RelayError: the relay failed, or does not keep to the protocol.
            ValueError: there is no capability.
        """
        headers = self._authorization()
        self._shelf.terms.check_listed(today)
        return self._pages(headers)

    def _pages(self, headers: dict[str, str]) -> Iterator[bytes]:
        longest = self._shelf.page_records * (self._shelf.size + FRAME_LENGTH_BYTES)
        last, query, count = b"", "", 0
        while True:
            answer = self._client.ask("GET", self._path + query, headers, None, longest=longest)
            page = expect(200, answer)
            if not page:
                return
            with blaming_the_relay():
                records = cut_page(page, self._shelf.size)
            for raw in records:
                with blaming_the_relay():
                    item_id = self._shelf.check(raw)
                    if item_id <= last:
                        raise MismatchError("it sent records in another order")
                    if (count := count + 1) > self._shelf.quota:
                        raise MismatchError("it sent more records than the mailbox takes")
                last = item_id
                yield raw
            query = f"?after={last.hex()}"

    def _authorization(self) -> dict[str, str]:
        if self._capability is None:
            raise ValueError("this needs the capability of the mailbox")
        return _bearer(self._capability)


@contextlib.contextmanager
def _unknown(message: str, hint: str) -> Iterator[None]:
    """Name what is missing, because the relay's answer does not."""
    try:
        yield
    except MissingError as e:
        raise MissingError(message, hint=hint) from e


def cut_page(page: bytes, limit: int) -> list[bytes]:
    """Cut a page into its records, of at most ``limit`` bytes each.

    Raises:
        MalformedError: a record is longer, or cut.
    """
    return list(FrameReader(io.BytesIO(page), "a page", "").frames(limit))


def _path(address: bytes) -> str:
    return f"/v1/mailboxes/{address.hex()}"


def _bearer(secret: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret.reveal().hex()}"}


def wait_randomly(
    most_seconds: int,
    progress: Progress = no_progress,
    randomness: Randomness = SYSTEM,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Wait for a random time, so that the time of a post tells less about its sender.

    Args:
        most_seconds: the longest wait; every wait up to it is equally likely.
        progress: called with (seconds waited, ``most_seconds``).
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
