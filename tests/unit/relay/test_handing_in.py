"""What is made ready for a browser is for the mailbox that it names, or it is refused."""

from dataclasses import replace
from typing import Any

import pytest

from cosign.errors import MismatchError, VerificationError
from cosign.records.enrolment import EnrolmentRequest
from cosign.records.mailbox import Mailbox
from cosign.relay.handing_in import stamp_delivery, stamp_envelope, stamp_request
from cosign.relay.shelves import DELIVERIES, ENVELOPES, REQUESTS, BoundShelf
from cosign.relay.stamps import is_stamp
from tests.support import relays
from tests.support.examples import collecting
from tests.support.world import World


def request_of(world: World) -> EnrolmentRequest:
    """Return a request to the first registrar of a group."""
    return world.enrolments[0].request


def test_a_stamp_is_one_that_the_mailbox_takes(village: World) -> None:
    """Of an envelope for the round's mailbox, a request for the registrar's, and a key."""
    envelope, request = village.envelopes[0], request_of(village)
    round_box, box = relays.box_of_round(village), relays.box_of_registrar(village)
    key, keys_box = collecting.delivery(village), relays.box_of_collection(village)
    for stamped, mailbox, kind in (
        (stamp_envelope(envelope, village.round, round_box), round_box, ENVELOPES),
        (stamp_request(request, village.group, box), box, REQUESTS),
        (stamp_delivery(key, collecting.collection(village), keys_box), keys_box, DELIVERIES),
    ):
        item_id = BoundShelf(mailbox.terms, kind).check(stamped.content)
        assert stamped.address == mailbox.terms.address
        assert is_stamp(stamped.stamp, stamped.address, item_id, mailbox.terms.difficulty)


def test_an_envelope_of_another_round_is_refused(village: World, committee: World) -> None:
    box = relays.box_of_round(village)
    with pytest.raises(MismatchError, match="the envelope is of another round"):
        stamp_envelope(committee.envelopes[0], village.round, box)


@pytest.mark.parametrize("change", [{"group_id": bytes(32)}, {"registrar": 1}])
def test_a_request_to_another_group_is_refused(village: World, change: dict[str, Any]) -> None:
    """Also one to a registrar whom the group does not have."""
    request, box = request_of(village), relays.box_of_registrar(village)
    with pytest.raises(MismatchError, match="the request is to another group"):
        stamp_request(replace(request, **change), village.group, box)


def test_a_mailbox_is_the_one_of_the_round_or_registrar(village: World, committee: World) -> None:
    """A page cannot lead what is handed in to another mailbox."""
    with pytest.raises(MismatchError, match="that of another round, registrar"):
        stamp_envelope(village.envelopes[0], village.round, relays.box_of_round(committee))
    with pytest.raises(MismatchError, match="that of another round, registrar"):
        stamp_request(request_of(village), village.group, relays.box_of_registrar(committee))


def test_a_key_is_for_one_collection(village: World, committee: World) -> None:
    """Another collection's key is refused, and so is another collection's mailbox."""
    key, made = collecting.delivery(village), collecting.collection(village)
    with pytest.raises(MismatchError, match="for another collection"):
        stamp_delivery(key, collecting.collection(committee), relays.box_of_collection(committee))
    with pytest.raises(MismatchError, match="or collection"):
        stamp_delivery(key, made, relays.box_of_collection(committee))
    with pytest.raises(MismatchError, match="or collection"):
        stamp_delivery(key, made, relays.box_of_registrar(village))


def test_a_mailbox_is_signed_by_its_owner(village: World) -> None:
    """Changed terms, such as less work for a stamp, are refused."""
    box = relays.box_of_round(village)
    forged = Mailbox(replace(box.terms, capability_hash=bytes(32)), box.signature)
    with pytest.raises(VerificationError, match="not signed by its owner"):
        stamp_envelope(village.envelopes[0], village.round, forged)
