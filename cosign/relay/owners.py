"""Making and erasing a mailbox as its owner, finding it as others (docs/spec.md, "Mailboxes").

A relay must know how long records are. The owner computes these lengths from the
round or group and signs them, so the relay needs neither the letter nor the group.
"""

from dataclasses import dataclass
from typing import Final

from cosign import labels
from cosign.errors import RefusedError
from cosign.primitives import ed25519
from cosign.primitives.hashing import HASH_BYTES
from cosign.primitives.hpke import CONTENT_OVERHEAD, SEAL_OVERHEAD
from cosign.records.collection import PLEA_BYTES, Collection, KeyDelivery
from cosign.records.enrolment import (
    REPLY_KEY_BYTES,
    VOUCHER_BYTES,
    EnrolmentPlea,
    EnrolmentRequest,
    EnrolmentResponse,
    join_signatures,
)
from cosign.records.envelope import ENTRY_BYTES, SEALED_SHARE_BYTES, Envelope, Opening
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.limits import MEMBER_LIMIT, show_day, show_minute
from cosign.records.mailbox import (
    DAY_MINUTES,
    NO_SPACE,
    Mailbox,
    MailboxTerms,
    Space,
    capability_hash,
    mailbox_address,
)
from cosign.records.mailbox_erasure import MailboxErasure
from cosign.records.round import VerifiedRound
from cosign.roles.shared.sealing import envelope_form
from cosign.secret import Secret

OPENING_QUOTA: Final = 64
"""Most openings of a round: four by each of 16 trustees."""


@dataclass(frozen=True, slots=True)
class MailboxOptions:
    """What an owner decides about a mailbox.

    Attributes:
        window: the first day, and the first day on which it is closed again, both in days
            since 1970-01-01.
        lists_from: the first day on which the relay lists the records.
        quota: most envelopes or requests.
        difficulty: leading zero bits of a stamp, at most 32.
        capability: 32 random bytes.
    """

    window: tuple[int, int]
    lists_from: int
    quota: int
    difficulty: int
    capability: Secret


def round_address(round_: VerifiedRound) -> bytes:
    """Return the address, 32 bytes, of a round's mailbox; the same on every relay."""
    return mailbox_address("round", round_.round_id, 0, round_.terms.organizer_key)


def registrar_address(group: RegisteredGroup, registrar: int) -> bytes:
    """Return the address, 32 bytes, of a registrar's mailbox; the same on every relay.

    Args:
        group: with the registrar in it.
        registrar: its number, from 0.
    """
    key = group.registrars[registrar].identity_key
    return mailbox_address("registrar", group.group_id, registrar, key)


def collection_address(collection: Collection) -> bytes:
    """Return the address, 32 bytes, of a collection's mailbox; the same on every relay."""
    key = collection.publisher.identity_key
    return mailbox_address("collection", collection.collection_id, 0, key)


def check_hours_hidden(terms: MailboxTerms, round_: VerifiedRound) -> None:
    """Check that nobody can watch a round's envelopes come by listing its mailbox.

    A relay does not know when a round closes, so the owner checks this before signing the
    terms, and members before they post.

    Args:
        terms: of the round's mailbox.
        round_: verified.

    Raises:
        RefusedError: the mailbox is listed before the round closes.
    """
    if terms.lists_from * DAY_MINUTES < round_.terms.closes:
        raise RefusedError(
            f"the mailbox is listed from {show_day(terms.lists_from)} on, and the round closes at "
            f"{show_minute(round_.terms.closes)}: its owner could see when each envelope comes",
            hint="the organizer has to register another mailbox; nothing was posted to this one",
        )


def round_mailbox(
    round_: VerifiedRound, identity: ed25519.SigningKey, options: MailboxOptions
) -> Mailbox:
    """Make the mailbox of a round, for envelopes and openings.

    Args:
        round_: verified.
        identity: the organizer's key.
        options: what the owner decides.

    Raises:
        MalformedError: a window, quota or difficulty outside its limits.
        RefusedError: the mailbox would be listed before the round closes.
        ValueError: the key is not the owner's.
    """
    trustees, ciphertext = envelope_form(round_)
    shares = (bytes(SEALED_SHARE_BYTES),) * trustees
    envelope = Envelope(round_.round_id, shares, bytes(HASH_BYTES), bytes(ciphertext))
    opening_bytes = Opening.MAX_BYTES - (MEMBER_LIMIT - options.quota) * ENTRY_BYTES
    terms = MailboxTerms(
        "round",
        round_.round_id,
        0,
        round_.terms.organizer_key,
        capability_hash(options.capability),
        *options.window,
        options.lists_from,
        options.difficulty,
        Space(len(envelope.to_bytes()), options.quota),
        Space(opening_bytes, OPENING_QUOTA),
    )
    mailbox = _signed(terms, identity)
    check_hours_hidden(mailbox.terms, round_)
    return mailbox


def registrar_mailbox(
    group: RegisteredGroup, registrar: int, identity: ed25519.SigningKey, options: MailboxOptions
) -> Mailbox:
    """Make the mailbox of a registrar, for requests and responses.

    Args:
        group: with the registrar in it.
        registrar: its number, from 0.
        identity: its key.
        options: what the owner decides.

    Raises:
        MalformedError: a window, quota or difficulty outside its limits.
        ValueError: the key is not the owner's.
    """
    keys = group.registrars[registrar]
    blinded = tuple(bytes(key.bytes) for key in keys.public_keys)
    voucher, reply_key = Secret(bytes(VOUCHER_BYTES)), Secret(bytes(REPLY_KEY_BYTES))
    plea = len(EnrolmentPlea(voucher, reply_key, blinded).to_bytes())
    request = EnrolmentRequest(group.group_id, registrar, bytes(plea + SEAL_OVERHEAD))
    encrypted = join_signatures(blinded) + bytes(CONTENT_OVERHEAD)
    response = EnrolmentResponse(group.group_id, registrar, request.request_id, encrypted)
    terms = MailboxTerms(
        "registrar",
        group.group_id,
        registrar,
        keys.identity_key,
        capability_hash(options.capability),
        *options.window,
        options.lists_from,
        options.difficulty,
        Space(len(request.to_bytes()), options.quota),
        Space(len(response.to_bytes()), options.quota),
    )
    return _signed(terms, identity)


def collection_mailbox(
    collection: Collection, identity: ed25519.SigningKey, options: MailboxOptions
) -> Mailbox:
    """Make the mailbox of a collection, for deliveries.

    Args:
        collection: of the publisher.
        identity: the publisher's key.
        options: what the owner decides.

    Raises:
        MalformedError: a window, quota or difficulty outside its limits.
        ValueError: the key is not the owner's.
    """
    delivery = KeyDelivery(collection.collection_id, bytes(PLEA_BYTES + SEAL_OVERHEAD))
    terms = MailboxTerms(
        "collection",
        collection.collection_id,
        0,
        collection.publisher.identity_key,
        capability_hash(options.capability),
        *options.window,
        options.lists_from,
        options.difficulty,
        Space(len(delivery.to_bytes()), options.quota),
        NO_SPACE,
    )
    return _signed(terms, identity)


def mailbox_erasure(terms: MailboxTerms, identity: ed25519.SigningKey) -> MailboxErasure:
    """Sign the order to erase a mailbox.

    Args:
        terms: of the mailbox, verified.
        identity: the owner's key.

    Raises:
        ValueError: the key is not the owner's.
    """
    return MailboxErasure(terms, _signature(labels.ERASURE_SIGNATURE, terms, identity))


def _signed(terms: MailboxTerms, identity: ed25519.SigningKey) -> Mailbox:
    return Mailbox(terms, _signature(labels.MAILBOX_SIGNATURE, terms, identity))


def _signature(label: str, terms: MailboxTerms, identity: ed25519.SigningKey) -> bytes:
    if identity.public_key != terms.owner_key:
        raise ValueError("a mailbox is signed with its owner's key")
    return identity.sign(label, terms.to_bytes())
