"""What may lie in a mailbox, and what a relay checks of it (docs/spec.md, "Mailboxes").

A mailbox has two shelves. On the open one anybody puts records, with a stamp; on
the held one whoever has the capability does. Who has the capability lists a
shelf; who knows a record's id, which nobody guesses, fetches that record.

Everything here is pure, and the same for the relay and its clients.

Not protected: a relay cannot see what is sealed, so junk of the right form passes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from cosign import labels
from cosign.errors import MalformedError, MismatchError
from cosign.primitives.hashing import identifier
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
from cosign.records.envelope import Envelope, Opening
from cosign.records.mailbox import MailboxTerms, Space
from cosign.wire.record import Record

PAGE_BYTES: Final = 2**18
"""About as much of a shelf as a relay hands out at once."""

STAMP_HEADER: Final = "Cosign-Stamp"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place for records of one type.

    Attributes:
        number: how a database calls it.
        name: how URLs call it.
        record: the type of what lies there.
        open: whether anybody posts with a stamp; else whoever has the capability.
        exact: whether all records have one length.
        subject: gives what a record says it belongs to: round_id or group_id, and registrar.
        item_id: gives the 32-byte id of a record and its bytes: a hash of these, or for a
            response the id of the request that it answers.
    """

    number: int
    name: str
    record: type[Record]
    open: bool
    exact: bool
    subject: Callable[[Any], tuple[bytes, int]]
    item_id: Callable[[Any, bytes], bytes]

    def space(self, terms: MailboxTerms) -> Space:
        """Give what a mailbox says about this shelf."""
        return terms.open_space if self.open else terms.held_space

    def page(self, terms: MailboxTerms) -> int:
        """Give how many records stand on a page."""
        return max(1, PAGE_BYTES // self.space(terms).size)

    def check_length(self, terms: MailboxTerms, length: int) -> None:
        """Check a record's length, before it is read.

        Raises:
            MalformedError: too long, or not the one length.
        """
        size = self.space(terms).size
        if length > size or (self.exact and length != size):
            raise MalformedError(
                f"{length} bytes instead of {size}", hint="it belongs to another round or group"
            )

    def check(self, terms: MailboxTerms, raw: bytes) -> bytes:
        """Check a record and give its id.

        Raises:
            MalformedError: not a record of the right length and form.
            MismatchError: of another kind, round, group or registrar.
        """
        self.check_length(terms, len(raw))
        record = self.record.from_bytes(raw)
        if self.subject(record) != (terms.subject, terms.registrar):
            raise MismatchError(
                "it belongs to another round, group or registrar",
                hint="post it to the mailbox that it was made for",
            )
        return self.item_id(record, raw)


def _of_round(record: Envelope | Opening) -> tuple[bytes, int]:
    return record.round_id, 0


def _of_group(record: EnrolmentRequest | EnrolmentResponse) -> tuple[bytes, int]:
    return record.group_id, record.registrar


def _hashed(label: str) -> Callable[[Record, bytes], bytes]:
    return lambda _record, raw: identifier(label, raw)


def _answered(record: EnrolmentResponse, _raw: bytes) -> bytes:
    return record.request_id


ENVELOPES: Final = Shelf(
    1, "envelopes", Envelope, open=True, exact=True,
    subject=_of_round, item_id=_hashed(labels.ENVELOPE_ID),
)  # fmt: skip
OPENINGS: Final = Shelf(
    2, "openings", Opening, open=False, exact=False,
    subject=_of_round, item_id=_hashed(labels.OPENING_ID),
)  # fmt: skip
REQUESTS: Final = Shelf(
    3, "requests", EnrolmentRequest, open=True, exact=True,
    subject=_of_group, item_id=_hashed(labels.REQUEST_ID),
)  # fmt: skip
RESPONSES: Final = Shelf(
    4, "responses", EnrolmentResponse, open=False, exact=True,
    subject=_of_group, item_id=_answered,
)  # fmt: skip

SHELVES: Final = {
    "round": {shelf.name: shelf for shelf in (ENVELOPES, OPENINGS)},
    "registrar": {shelf.name: shelf for shelf in (REQUESTS, RESPONSES)},
}
"""The shelves of each kind of mailbox, by name."""
