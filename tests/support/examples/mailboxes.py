"""Examples around a relay's mailbox."""

from dataclasses import replace

from cosign.errors import MismatchError, RefusedError
from cosign.records.mailbox import Mailbox, MailboxKey, MailboxTerms
from cosign.records.mailbox_erasure import MailboxErasure
from cosign.records.stamped import StampedRecord
from cosign.relay.handing_in import stamp_envelope
from cosign.relay.owners import round_address
from cosign.relay.shelves import ENVELOPES, BoundShelf
from cosign.relay.stamps import is_stamp
from tests.support import relays
from tests.support.examples.sealing import envelope_step
from tests.support.examples.steps import Check
from tests.support.world import World

RELAY = "https://relay.example"


def mailbox_step(world: World) -> Check:
    """Take a mailbox as a client does, which knows its address."""

    def check(raw: bytes) -> None:
        mailbox = Mailbox.from_bytes(raw)
        mailbox.verify()
        if mailbox.terms.address != round_address(world.round):
            raise MismatchError("another mailbox")

    return check


def mailbox_key_step(world: World) -> Check:
    """Take a key as its owner does, who knows which relay it is for."""

    def check(raw: bytes) -> None:
        key = MailboxKey.from_bytes(raw)
        mailbox_step(world)(key.mailbox.to_bytes())
        if key.relay != RELAY:
            raise MismatchError("another relay")

    return check


def mailbox_terms_step(mailbox: Mailbox) -> Check:
    """Put terms into a mailbox, and verify it."""
    return lambda raw: replace(mailbox, terms=MailboxTerms.from_bytes(raw)).verify()


def mailbox_erasure_step(world: World) -> Check:
    """Take an erasure as a relay does that holds the mailbox."""

    def check(raw: bytes) -> None:
        erasure = MailboxErasure.from_bytes(raw)
        erasure.verify()
        if erasure.terms != relays.box_of_round(world).terms:
            raise MismatchError("another mailbox")

    return check


def stamped_record(world: World) -> StampedRecord:
    envelope, mailbox = world.envelopes[0], relays.box_of_round(world)
    return stamp_envelope(envelope, world.round, mailbox)


def stamped_step(world: World) -> Check:
    """Take a file as the round's drop page does, and open what is in it."""
    shelf = BoundShelf(relays.box_of_round(world).terms, ENVELOPES)

    def check(raw: bytes) -> None:
        stamped = StampedRecord.from_bytes(raw)
        item_id = shelf.check(stamped.content)
        if stamped.address != shelf.address:
            raise MismatchError("another mailbox")
        if not is_stamp(stamped.stamp, shelf.address, item_id, shelf.terms.difficulty):
            raise RefusedError("a stamp that does not pay")
        envelope_step(world)(stamped.content)

    return check
