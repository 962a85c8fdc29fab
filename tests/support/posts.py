"""Requests to a relay, byte for byte, accepted until a test changes something in them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from cosign.records.mailbox import Mailbox, MailboxTerms
from cosign.relay.shelves import SHELVES, BoundShelf
from cosign.relay.stamps import is_stamp, make_stamp
from cosign.roles import organizer, trustee
from cosign.wire.record import Record
from tests.support import relays
from tests.support.examples import collecting
from tests.support.relays import CAPABILITY, TOKEN, Hosted, Reply
from tests.support.world import CLOSED_MINUTE, Seeded, World

HOLDER: Final = f"Bearer {CAPABILITY.reveal().hex()}"
OPERATOR: Final = f"Bearer {TOKEN.reveal().hex()}"
STRANGER: Final = f"Bearer {bytes(32).hex()}"
NAMES: Final = [name for shelves in SHELVES.values() for name in shelves]
OPEN: Final = ["envelopes", "requests", "deliveries"]
HELD: Final = ["openings", "responses", "invitation", "group", "collection"]
NOTICES: Final = ["invitation", "group", "collection"]
_BOXES: Final[dict[str, Callable[[World], Mailbox]]] = {
    "round": relays.box_of_round,
    "registrar": relays.box_of_registrar,
    "collection": relays.box_of_collection,
}
ABSENT: Final = b"\x01" * 32
"""The id of no record."""


@dataclass(frozen=True)
class Request:
    """An HTTP request.

    Attributes:
        headers: besides Host.
        body: None for none; its length is declared by a header like any other.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def head(self) -> bytes:
        """Return everything before the body."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: relay"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def send(self, host: Hosted) -> Reply:
        """Send it on a connection of its own."""
        return host.raw(self.head() + self.body)

    def having(self, name: str, value: str) -> "Request":
        """Return the request with another value of a header."""
        return replace(self.without(name), headers=(*self.without(name).headers, (name, value)))

    def without(self, name: str) -> "Request":
        """Return the request without a header."""
        return replace(self, headers=tuple(h for h in self.headers if h[0] != name))

    def holding(self, body: bytes) -> "Request":
        """Return the request with another body and its length."""
        return replace(self.having("Content-Length", str(len(body))), body=body)


def terms_of(world: World, shelf: str) -> MailboxTerms:
    """Return the terms of the mailbox that has the shelf; of a round's, if none has."""
    kind = next((kind for kind, shelves in SHELVES.items() if shelf in shelves), "round")
    return _BOXES[kind](world).terms


def shelf_of(world: World, name: str) -> BoundShelf:
    """Return a shelf of a world by its name."""
    kind = next(shelves[name] for shelves in SHELVES.values() if name in shelves)
    return BoundShelf(terms_of(world, name), kind)


def record(world: World, shelf: str) -> bytes:
    """Return a record that the shelf takes; an envelope is a new one each time."""
    if shelf == "envelopes":
        return relays.lookalike(world)
    if shelf == "openings":
        return opening(world)
    if shelf == "invitation":
        return organizer.invite(world.round, Seeded(f"notice {world.group.name}"))[1].to_bytes()
    found = world.enrolments[0]
    records: dict[str, Record] = {
        "group": world.group,
        "requests": found.request,
        "responses": found.response,
        "deliveries": collecting.delivery(world),
        "collection": collecting.collection(world),
    }
    return records[shelf].to_bytes()


def opening(world: World) -> bytes:
    """Let the first trustee open an envelope."""
    found = world.envelopes[:1]
    return trustee.open_shares(world.trustees[0].seed, world.round, found, CLOSED_MINUTE).to_bytes()


def post(world: World, shelf: str, raw: bytes | None = None) -> Request:
    """Return a request that posts a record."""
    raw = record(world, shelf) if raw is None else raw
    place = shelf_of(world, shelf)
    path = f"/v1/mailboxes/{place.terms.address.hex()}/{shelf}"
    if place.kind.open:
        stamp = make_stamp(place.terms.address, place.check(raw), place.terms.difficulty)
        header = ("Cosign-Stamp", stamp.hex())
    else:
        header = ("Authorization", HOLDER)
    return Request("POST", path, (header,)).holding(raw)


def no_stamp(terms: MailboxTerms, item_id: bytes) -> str:
    """Return the first number that is no stamp of a record."""
    numbers = (number.to_bytes(8, "big") for number in count())
    fits = (raw for raw in numbers if not is_stamp(raw, terms.address, item_id, terms.difficulty))
    return next(fits).hex()


def registration(mailbox: Mailbox) -> Request:
    """Return a request that registers a mailbox."""
    request = Request("POST", "/v1/mailboxes").having("Authorization", OPERATOR)
    return request.holding(mailbox.to_bytes())


def refused(host: Hosted, request: Request, status: int, word: str) -> None:
    """Check that a request is refused, in words that say nothing else."""
    reply = request.send(host)
    assert (reply.status, reply.word) == (status, word)
    expected = {"cache-control", "content-length", "content-type"}
    if status == 401:
        expected.add("www-authenticate")
    if status == 405:
        expected.add("allow")
    assert {name.lower() for name in reply.headers} == expected
