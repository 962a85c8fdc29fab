"""Mailboxes of a relay: what their owner signs (docs/spec.md, "Mailboxes").

::

    owner: MailboxTerms --signed--> Mailbox --registered--> relay
    members, trustees: address from round or group --> relay --> Mailbox, verified
    owner: MailboxKey, kept secret; trustees of the round get a copy

The address commits to the owner's key, which members know from the round or group.
So only the owner can register the mailbox that members use: with another key a mailbox
has another address, at which no member looks.

Before the day ``lists_from`` a relay lists nothing. Otherwise an owner who asks again and
again during a round would see when each envelope comes, and later which cosignature is in it.

Not protected: a relay can refuse to send a mailbox. The one that it sends is verified.
A relay that colludes with the owner can report times, whatever the terms say.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, VerificationError, WindowError
from cosign.primitives import ed25519
from cosign.primitives.hashing import IDENTIFIER_BYTES, H
from cosign.records.enrolment import EnrolmentRequest
from cosign.records.envelope import Envelope, Opening
from cosign.records.limits import (
    LAST_MINUTE,
    MEMBER_LIMIT,
    Identifier,
    Key,
    RegistrarIndex,
    Signature,
    show_day,
)
from cosign.secret import Secret
from cosign.wire.codecs import Choice, Row, SecretBin, Text, UInt
from cosign.wire.record import Embedded, Record

CAPABILITY_BYTES: Final = 32
DIFFICULTY_LIMIT: Final = 32
"""Most leading zero bits of a stamp: hours of work for one core."""

DAY_MINUTES: Final = 24 * 60
URL_LIMIT: Final = 300
"""Longest URL of a relay, in bytes."""

MailboxKind = Literal["round", "registrar", "collection"]


class Space(NamedTuple):
    """What one shelf of a mailbox accepts.

    Attributes:
        size: length of each record in bytes; for openings, the greatest.
        quota: most records.
    """

    size: int
    quota: int


NO_SPACE: Final = Space(1, 1)
"""The held space of a mailbox without such a shelf."""

_Day = Annotated[int, UInt(LAST_MINUTE // DAY_MINUTES)]
_OPEN: Final = Row(
    (UInt(max(Envelope.MAX_BYTES, EnrolmentRequest.MAX_BYTES), 1), UInt(MEMBER_LIMIT, 1)), Space
)
_HELD: Final = Row((UInt(Opening.MAX_BYTES, 1), UInt(MEMBER_LIMIT, 1)), Space)


def mailbox_address(kind: MailboxKind, subject: bytes, registrar: int, owner_key: bytes) -> bytes:
    """Return the address of a mailbox, 32 bytes; the round or group determines it.

    Args:
        kind: of the mailbox.
        subject: round_id, group_id or collection_id, 32 bytes.
        registrar: its number in the group, from 0; 0 for the other kinds.
        owner_key: Ed25519, 32 bytes.
    """
    number = registrar.to_bytes(8, "big")
    parts = kind.encode(), subject, number, owner_key
    return H(labels.MAILBOX_ADDRESS, *parts)[:IDENTIFIER_BYTES]


def capability_hash(capability: Secret) -> bytes:
    """Return the 32 bytes that a relay keeps of a capability.

    A capability has 256 random bits, so it needs no slow hash.
    """
    return H(labels.CAPABILITY_HASH, capability.reveal())[:IDENTIFIER_BYTES]


@dataclass(frozen=True, slots=True)
class MailboxTerms(Record):
    """What a mailbox accepts, from whom, and until when.

    Attributes:
        kind: ``round``: envelopes and openings; ``registrar``: requests and responses;
            ``collection``: deliveries.
        subject: round_id, group_id or collection_id.
        registrar: its number in the group, from 0; 0 for the other kinds.
        owner_key: Ed25519, of the organizer, registrar or publisher.
        capability_hash: of the capability, which is needed to list both shelves and to post
            openings or responses.
        first_day, end_day: records are accepted from the first day until before the end day,
            in days since 1970-01-01.
        lists_from: the first day on which the relay lists the records of either shelf, within
            the same days; for a round, no part of it lies before the round's close.
        difficulty: leading zero bits of a stamp.
        open_space: for envelopes, requests or deliveries, which anybody posts with a stamp.
        held_space: for openings or responses, which are posted with the capability; (1, 1) for a
            collection, which has no such shelf.
    """

    LABEL: ClassVar[str] = labels.MAILBOX_TERMS
    MAX_BYTES: ClassVar[int] = 300

    kind: Annotated[MailboxKind, Choice(("round", "registrar", "collection"))]
    subject: Identifier
    registrar: RegistrarIndex
    owner_key: Key
    capability_hash: Identifier
    first_day: _Day
    end_day: _Day
    lists_from: _Day
    difficulty: Annotated[int, UInt(DIFFICULTY_LIMIT)]
    open_space: Annotated[Space, _OPEN]
    held_space: Annotated[Space, _HELD]

    def check(self) -> None:
        """Check the key, the days, and that a round names no registrar."""
        ed25519.check_public_key(self.owner_key)
        if self.first_day >= self.end_day:
            raise MalformedError(
                "a mailbox closes before it opens", hint="its owner has to make it again"
            )
        if not self.is_open(self.lists_from):
            raise MalformedError(
                "a mailbox is first listed on a day on which it is closed",
                hint="its owner has to make it again",
            )
        if self.kind != "registrar" and self.registrar:
            raise MalformedError(
                f"the mailbox of a {self.kind} names a registrar",
                hint="its owner has to make it again",
            )
        if self.kind == "collection" and self.held_space != NO_SPACE:
            raise MalformedError(
                "the mailbox of a collection has space for answers",
                hint="its owner has to make it again",
            )

    @property
    def address(self) -> bytes:
        """See :func:`mailbox_address`."""
        return mailbox_address(self.kind, self.subject, self.registrar, self.owner_key)

    def is_signed(self, signature: bytes, label: str) -> bool:
        """Return whether the owner signed the terms, 64 bytes, for the purpose of a label."""
        return ed25519.is_valid_signature(self.owner_key, signature, label, self.to_bytes())

    def is_open(self, day: int) -> bool:
        """Return whether the mailbox accepts records on a day, counted from 1970-01-01."""
        return self.first_day <= day < self.end_day

    def is_listed(self, day: int) -> bool:
        """Return whether the records may be listed on a day, counted from 1970-01-01."""
        return self.lists_from <= day

    def check_listed(self, day: int) -> None:
        """Check that the records may be listed on a day, counted from 1970-01-01.

        Raises:
            WindowError: the day is before ``lists_from``.
        """
        if not self.is_listed(day):
            raise WindowError(
                f"the mailbox is not listed before {show_day(self.lists_from)} (UTC)",
                hint="try again on that day; if it has come, set this machine's clock",
            )


@dataclass(frozen=True, slots=True)
class Mailbox(Record):
    """Terms with their owner's signature.

    Attributes:
        terms: what is signed.
        signature: by the owner's key over the terms.
    """

    LABEL: ClassVar[str] = labels.MAILBOX
    MAX_BYTES: ClassVar[int] = MailboxTerms.MAX_BYTES + 100

    terms: Annotated[MailboxTerms, Embedded(MailboxTerms)]
    signature: Signature

    def verify(self) -> None:
        """Check the owner's signature.

        Raises:
            VerificationError: it is false.
        """
        if not self.terms.is_signed(self.signature, labels.MAILBOX_SIGNATURE):
            raise VerificationError(
                "a mailbox is not signed by its owner",
                hint="the relay or a proxy before it changed it; use another relay",
            )


@dataclass(frozen=True, slots=True)
class MailboxKey(Record):
    """What the owner, and a round's trustees, need to read a mailbox; secret.

    Attributes:
        relay: URL of the relay.
        mailbox: as its owner registered it.
        capability: 32 random bytes.
    """

    LABEL: ClassVar[str] = labels.MAILBOX_KEY
    MAX_BYTES: ClassVar[int] = Mailbox.MAX_BYTES + URL_LIMIT + 100

    relay: Annotated[str, Text(URL_LIMIT, least=1)]
    mailbox: Annotated[Mailbox, Embedded(Mailbox)]
    capability: Annotated[Secret, SecretBin(CAPABILITY_BYTES)]

    def check(self) -> None:
        """Check the owner's signature and that the capability is the mailbox's."""
        self.mailbox.verify()
        if capability_hash(self.capability) != self.mailbox.terms.capability_hash:
            raise MalformedError(
                "the capability in a mailbox key is not that of its mailbox",
                hint="use the file that relay register wrote",
            )
