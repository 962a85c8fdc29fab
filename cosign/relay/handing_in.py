"""Making the file that a browser hands in on a drop page (docs/spec.md, "Drop pages").

::

    envelope, round, mailbox --> StampedRecord --browser--> drop page
    request, group, mailbox  --> StampedRecord --browser--> drop page
    delivery, collection, mailbox --> StampedRecord --browser--> drop page

The mailbox comes as a file from a page that nobody has to trust: it has to be the one whose
address round or group determine, signed by its owner.
"""

from cosign.errors import MismatchError
from cosign.primitives.progress import Progress, no_progress
from cosign.records.collection import Collection, KeyDelivery
from cosign.records.enrolment import EnrolmentRequest
from cosign.records.envelope import Envelope
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.mailbox import Mailbox
from cosign.records.round import VerifiedRound
from cosign.records.stamped import StampedRecord
from cosign.relay.owners import (
    check_hours_hidden,
    collection_address,
    registrar_address,
    round_address,
)
from cosign.relay.shelves import DELIVERIES, ENVELOPES, REQUESTS, BoundShelf
from cosign.relay.stamps import make_stamp


def stamp_envelope(
    envelope: Envelope, round_: VerifiedRound, mailbox: Mailbox, progress: Progress = no_progress
) -> StampedRecord:
    """Make an envelope ready for the mailbox of its round.

    Args:
        envelope: of the round.
        round_: verified.
        mailbox: of the round, as a relay hands it out.
        progress: called with (hashes done, hashes expected).

    Raises:
        MismatchError: the mailbox is not the round's, or the envelope is of another round.
        VerificationError: the mailbox is not signed by its owner.
        RefusedError: the mailbox is listed before the round closes.
    """
    if envelope.round_id != round_.round_id:
        raise MismatchError(
            "the envelope is of another round", hint="name the round that it was made for"
        )
    _check_mailbox(mailbox, round_address(round_))
    check_hours_hidden(mailbox.terms, round_)
    return _stamped(BoundShelf(mailbox.terms, ENVELOPES), envelope.to_bytes(), progress)


def stamp_request(
    request: EnrolmentRequest,
    group: RegisteredGroup,
    mailbox: Mailbox,
    progress: Progress = no_progress,
) -> StampedRecord:
    """Make an enrolment request ready for the mailbox of its registrar.

    Args:
        request: to a registrar of the group.
        group: with the registrar in it.
        mailbox: of the registrar, as a relay hands it out.
        progress: called with (hashes done, hashes expected).

    Raises:
        MismatchError: the mailbox is not the registrar's, or the request is to another group.
        VerificationError: the mailbox is not signed by its owner.
    """
    if request.group_id != group.group_id or request.registrar >= len(group.registrars):
        raise MismatchError(
            "the request is to another group", hint="name the group that it was made for"
        )
    _check_mailbox(mailbox, registrar_address(group, request.registrar))
    return _stamped(BoundShelf(mailbox.terms, REQUESTS), request.to_bytes(), progress)


def stamp_delivery(
    delivery: KeyDelivery,
    collection: Collection,
    mailbox: Mailbox,
    progress: Progress = no_progress,
) -> StampedRecord:
    """Make a key that is handed in ready for the mailbox of its collection.

    Args:
        delivery: for the collection.
        collection: of the publisher.
        mailbox: of the collection, as a relay hands it out.
        progress: called with (hashes done, hashes expected).

    Raises:
        MismatchError: the mailbox is not the collection's, or the delivery is for another one.
        VerificationError: the mailbox is not signed by its owner.
    """
    if delivery.collection_id != collection.collection_id:
        raise MismatchError(
            "the key is for another collection", hint="name the collection that it was made for"
        )
    _check_mailbox(mailbox, collection_address(collection))
    return _stamped(BoundShelf(mailbox.terms, DELIVERIES), delivery.to_bytes(), progress)


def _check_mailbox(mailbox: Mailbox, address: bytes) -> None:
    mailbox.verify()
    if mailbox.terms.address != address:
        raise MismatchError(
            "the mailbox is that of another round, registrar or collection",
            hint="download it from the drop page that you were told to use",
        )


def _stamped(shelf: BoundShelf, raw: bytes, progress: Progress) -> StampedRecord:
    stamp = make_stamp(shelf.address, shelf.check(raw), shelf.terms.difficulty, progress)
    return StampedRecord(shelf.address, stamp, raw)
