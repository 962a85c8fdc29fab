"""What may lie in a mailbox, and what a relay checks of it (docs/spec.md, "Mailboxes").

A mailbox has up to three shelves. On the open one anybody posts records, with a stamp; on
the held one only those who have the mailbox's capability do; the third takes one notice by
them, for everybody who knows the address. A collection's mailbox has nothing to hold. Listing
a shelf takes the capability, and is refused before the day that the terms name. Fetching one
record takes its id: 32 bytes that cannot be guessed, but for a notice, whose id is zeros.

Everything here is pure, and the same for the relay and its clients.

Not protected: a relay cannot see what is sealed, so junk of the right form passes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cosign import labels
from cosign.errors import MalformedError, MismatchError
from cosign.primitives.hashing import IDENTIFIER_BYTES, identifier
from cosign.records.collection import Collection, KeyDelivery
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
from cosign.records.envelope import Envelope, Opening
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.invitation import Invitation
from cosign.records.mailbox import MailboxTerms
from cosign.wire.record import Record

PAGE_BYTES: Final = 2**18
"""Longest page that a relay sends, unless one record is longer; lengths of frames not counted."""

STAMP_HEADER: Final = "Cosign-Stamp"

NOTICE_ID: Final = bytes(IDENTIFIER_BYTES)
"""The id of a notice: everybody who knows the address may have it."""


@dataclass(frozen=True, slots=True)
class ShelfKind:
    """One of the eight kinds of shelves, each for records of one type.

    Attributes:
        number: the kind in a database.
        name: the kind in a URL.
        record: the type of its records.
        open: whether anybody posts, with a stamp; else only with the capability.
        exact: whether all records have one length.
        belongs: returns whether a record says that it belongs to a mailbox with these terms.
        item_id: returns the 32-byte id of a record, given the record and its bytes: their
            hash, for a response the id of the request that it answers, for a notice zeros.
        notice: whether it takes one record, of any length that its type allows.
    """

    number: int
    name: str
    record: type[Record]
    open: bool
    exact: bool
    belongs: Callable[[Any, MailboxTerms], bool]
    item_id: Callable[[Any, bytes], bytes]
    notice: bool = False


@dataclass(frozen=True, slots=True)
class BoundShelf:
    """A shelf of one mailbox.

    Attributes:
        terms: of the mailbox.
        kind: one of those that such a mailbox has.
        address: of the mailbox, 32 bytes; computed once, because it is a hash.
    """

    terms: MailboxTerms
    kind: ShelfKind
    address: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.terms.address)

    @property
    def size(self) -> int:
        """Length of each record in bytes; for openings and notices, the greatest."""
        if self.kind.notice:
            return self.kind.record.MAX_BYTES
        return (self.terms.open_space if self.kind.open else self.terms.held_space).size

    @property
    def quota(self) -> int:
        """The greatest number of records."""
        if self.kind.notice:
            return 1
        return (self.terms.open_space if self.kind.open else self.terms.held_space).quota

    @property
    def page_records(self) -> int:
        """How many records are on a page."""
        return max(1, PAGE_BYTES // self.size)

    def check_length(self, length: int) -> None:
        """Check the length of a record before it is read.

        Raises:
            MalformedError: too long, or not the one length of this shelf.
        """
        if length > self.size or (self.kind.exact and length != self.size):
            raise MalformedError(
                f"{length} bytes instead of {self.size}",
                hint="it belongs to another round or group",
            )

    def check(self, raw: bytes) -> bytes:
        """Check a record and return its 32-byte id.

        Raises:
            MalformedError: not a record of the right length and form.
            MismatchError: of another type, round, group or registrar.
        """
        self.check_length(len(raw))
        record = self.kind.record.from_bytes(raw)
        if not self.kind.belongs(record, self.terms):
            raise MismatchError(
                "it belongs to another round, group or registrar",
                hint="post it to the mailbox that it was made for",
            )
        return self.kind.item_id(record, raw)


def _of_round(record: Envelope | Opening, terms: MailboxTerms) -> bool:
    return record.round_id == terms.subject


def _of_registrar(record: EnrolmentRequest | EnrolmentResponse, terms: MailboxTerms) -> bool:
    return (record.group_id, record.registrar) == (terms.subject, terms.registrar)


def _has_owner(group: RegisteredGroup, terms: MailboxTerms) -> bool:
    """Return whether the group is the one of the mailbox, and so has its owner."""
    return group.group_id == terms.subject


def _of_collection(record: KeyDelivery, terms: MailboxTerms) -> bool:
    return record.collection_id == terms.subject


def _is_collection(record: Collection, terms: MailboxTerms) -> bool:
    """Return whether the collection is the one of the mailbox, and so has its owner."""
    return record.collection_id == terms.subject


def _encrypted(_record: Invitation, _terms: MailboxTerms) -> bool:
    """Return True: only those who have the secret see which round is inside."""
    return True


def _hashed(label: str) -> Callable[[Record, bytes], bytes]:
    return lambda _record, raw: identifier(label, raw)


def _only(_record: Record, _raw: bytes) -> bytes:
    return NOTICE_ID


def _answered(record: EnrolmentResponse, _raw: bytes) -> bytes:
    return record.request_id


ENVELOPES: Final = ShelfKind(
    1, "envelopes", Envelope, open=True, exact=True,
    belongs=_of_round, item_id=_hashed(labels.ENVELOPE_ID),
)  # fmt: skip
OPENINGS: Final = ShelfKind(
    2, "openings", Opening, open=False, exact=False,
    belongs=_of_round, item_id=_hashed(labels.OPENING_ID),
)  # fmt: skip
REQUESTS: Final = ShelfKind(
    3, "requests", EnrolmentRequest, open=True, exact=True,
    belongs=_of_registrar, item_id=_hashed(labels.REQUEST_ID),
)  # fmt: skip
RESPONSES: Final = ShelfKind(
    4, "responses", EnrolmentResponse, open=False, exact=True,
    belongs=_of_registrar, item_id=_answered,
)  # fmt: skip
INVITATION: Final = ShelfKind(
    5, "invitation", Invitation, open=False, exact=False,
    belongs=_encrypted, item_id=_only, notice=True,
)  # fmt: skip
GROUP: Final = ShelfKind(
    6, "group", RegisteredGroup, open=False, exact=False,
    belongs=_has_owner, item_id=_only, notice=True,
)  # fmt: skip

DELIVERIES: Final = ShelfKind(
    7, "deliveries", KeyDelivery, open=True, exact=True,
    belongs=_of_collection, item_id=_hashed(labels.DELIVERY_ID),
)  # fmt: skip
COLLECTION: Final = ShelfKind(
    8, "collection", Collection, open=False, exact=False,
    belongs=_is_collection, item_id=_only, notice=True,
)  # fmt: skip

SHELVES: Final = {
    "round": {kind.name: kind for kind in (ENVELOPES, OPENINGS, INVITATION)},
    "registrar": {kind.name: kind for kind in (REQUESTS, RESPONSES, GROUP)},
    "collection": {kind.name: kind for kind in (DELIVERIES, COLLECTION)},
}
"""The shelves of each kind of mailbox, by name."""


def shelves_of(terms: MailboxTerms) -> tuple[BoundShelf, ...]:
    """Return the shelves of a mailbox, ascending by number."""
    return tuple(BoundShelf(terms, kind) for kind in SHELVES[terms.kind].values())
