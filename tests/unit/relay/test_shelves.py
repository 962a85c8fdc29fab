"""Mailboxes: addresses, sizes, and what belongs in them."""

from dataclasses import replace
from typing import Any

import pytest

from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives import ed25519
from cosign.records.envelope import OpenedShares, Opening
from cosign.records.mailbox import Mailbox, MailboxKey, Space, mailbox_address
from cosign.relay.owners import registrar_address, registrar_mailbox, round_address, round_mailbox
from cosign.relay.shelves import (
    ENVELOPES,
    NOTICE_ID,
    OPENINGS,
    REQUESTS,
    RESPONSES,
    SHELVES,
    BoundShelf,
    shelves_of,
)
from cosign.secret import Secret
from cosign.wire.framing import frame
from tests.support import posts, relays
from tests.support.examples import collecting
from tests.support.world import World


def test_everybody_finds_the_same_mailbox(committee: World, village: World) -> None:
    """Who has the round or the group computes the address that its owner signed."""
    for world in (committee, village):
        assert relays.box_of_round(world).terms.address == round_address(world.round)
        for number in range(len(world.keys)):
            mailbox = relays.box_of_registrar(world, number)
            assert mailbox.terms.address == registrar_address(world.group, number)


def test_an_address_depends_on_everything() -> None:
    """Kind, subject, registrar and owner each change the address: nobody takes another's place."""
    one = mailbox_address("round", b"s" * 32, 0, b"k" * 32)
    others = [
        mailbox_address("registrar", b"s" * 32, 0, b"k" * 32),
        mailbox_address("round", b"t" * 32, 0, b"k" * 32),
        mailbox_address("round", b"s" * 32, 1, b"k" * 32),
        mailbox_address("round", b"s" * 32, 0, b"l" * 32),
    ]
    assert len({one, *others}) == 5


def test_only_the_owner_makes_a_mailbox(committee: World, village: World) -> None:
    """A mailbox is signed by the key that the round or group names."""
    stranger = ed25519.SigningKey(village.organizer.identity_seed)
    with pytest.raises(ValueError, match="signed with its owner's key"):
        round_mailbox(committee.round, stranger, relays.mailbox_options())
    with pytest.raises(ValueError, match="signed with its owner's key"):
        registrar_mailbox(committee.group, 0, committee.keys[1].identity, relays.mailbox_options())


def test_sizes_are_those_of_real_records(committee: World, village: World) -> None:
    """The lengths that a mailbox says are those that members, registrars and trustees make."""
    for world in (committee, village):
        terms = relays.box_of_round(world, quota=len(world.envelopes)).terms
        assert {len(e.to_bytes()) for e in world.envelopes} == {terms.open_space.size}
        assert len(posts.opening(world)) <= terms.held_space.size
        for log in world.enrolments:
            terms = relays.box_of_registrar(world, log.registrar).terms
            assert len(log.request.to_bytes()) == terms.open_space.size
            assert len(log.response.to_bytes()) == terms.held_space.size


def test_an_opening_of_every_envelope_fits(village: World) -> None:
    """A mailbox that takes so many envelopes takes an opening of all of them."""
    shares = {n.to_bytes(32, "big"): Secret(bytes(32)) for n in range(500)}
    opened = OpenedShares.of(village.round.round_id, 1, shares).to_bytes()
    opening = Opening(village.round.round_id, 1, bytes(len(opened) + 1136))
    terms = relays.box_of_round(village, quota=500).terms
    assert 0 <= terms.held_space.size - len(opening.to_bytes()) < 250
    BoundShelf(terms, OPENINGS).check(opening.to_bytes())


@pytest.mark.parametrize(
    "changes",
    [
        {"window": (5, 5)},
        {"window": (6, 5)},
        {"window": (-1, 5)},
        {"window": (0, 10**9)},
        {"quota": 0},
        {"quota": 1_000_001},
        {"difficulty": -1},
        {"difficulty": 33},
    ],
)
def test_mailbox_options_that_cannot_be(village: World, changes: dict[str, Any]) -> None:
    """Windows, quotas and difficulties have bounds, for rounds and registrars alike."""
    for make in (relays.box_of_round, relays.box_of_registrar):
        with pytest.raises(MalformedError):
            make(village, **changes)


def test_a_mailbox_is_signed(village: World) -> None:
    """Changing a mailbox breaks its signature."""
    mailbox = relays.box_of_round(village)
    mailbox.verify()
    for changes in (
        {"difficulty": 7},
        {"open_space": Space(1, 1)},
        {"end_day": mailbox.terms.end_day + 1},
        {"capability_hash": bytes(32)},
        {"kind": "registrar"},
    ):
        changed = Mailbox(replace(mailbox.terms, **changes), mailbox.signature)
        with pytest.raises(VerificationError, match="not signed by its owner"):
            changed.verify()


def test_the_mailbox_of_a_round_names_no_registrar(village: World) -> None:
    terms = relays.box_of_round(village).terms
    with pytest.raises(MalformedError, match="names a registrar"):
        replace(terms, registrar=1)


def test_a_key_opens_its_mailbox(village: World) -> None:
    """A key with another capability, or of a mailbox that is not signed, is none."""
    mailbox = relays.box_of_round(village)
    key = MailboxKey("https://relay.example", mailbox, relays.CAPABILITY)
    assert MailboxKey.from_bytes(key.to_bytes()) == key
    with pytest.raises(MalformedError, match="not that of its mailbox"):
        replace(key, capability=Secret(bytes(32)))
    with pytest.raises(VerificationError):
        replace(key, mailbox=replace(mailbox, signature=bytes(64)))


def test_a_window_is_days(village: World) -> None:
    """From the first day until before the end."""
    terms = relays.box_of_round(village, window=(5, 7)).terms
    assert [terms.is_open(day) for day in range(4, 9)] == [False, True, True, False, False]


def test_ids_are_those_of_the_records(village: World) -> None:
    """An envelope and a request have their own ids, a response the id of its request."""
    [log, *_] = village.enrolments
    box, registrar_box = relays.box_of_round(village).terms, relays.box_of_registrar(village).terms
    envelope = village.envelopes[0]
    assert BoundShelf(box, ENVELOPES).check(envelope.to_bytes()) == envelope.envelope_id
    for kind, record in ((REQUESTS, log.request), (RESPONSES, log.response)):
        assert BoundShelf(registrar_box, kind).check(record.to_bytes()) == log.request.request_id
    ids = {BoundShelf(box, OPENINGS).check(posts.opening(village)) for _ in range(2)}
    assert len(ids) == 2


def test_a_collection_takes_keys_and_one_notice(village: World, committee: World) -> None:
    """And has nothing to hold; what is for another collection is refused."""
    terms = relays.box_of_collection(village).terms
    shelves = {shelf.kind.name: shelf for shelf in shelves_of(terms)}
    assert set(shelves) == {"deliveries", "collection"}
    key, made = collecting.delivery(village), collecting.collection(village)
    assert shelves["deliveries"].size == len(key.to_bytes()) == 1388
    assert shelves["deliveries"].check(key.to_bytes()) == key.delivery_id
    assert shelves["collection"].check(made.to_bytes()) == NOTICE_ID
    for name, other in (
        ("deliveries", collecting.delivery(committee)),
        ("collection", collecting.collection(committee)),
    ):
        with pytest.raises(MismatchError, match="another round, group or registrar"):
            shelves[name].check(other.to_bytes())
    with pytest.raises(MalformedError, match="names a registrar"):
        replace(terms, registrar=1)
    with pytest.raises(MalformedError, match="space for answers"):
        replace(terms, held_space=Space(1, 2))


def test_what_does_not_belong_is_told_apart(village: World, committee: World) -> None:
    """A record of another kind or round is no mishap of encoding, and is said to be none."""
    terms = relays.box_of_round(village).terms
    foreign = replace(village.envelopes[0], round_id=committee.round.round_id).to_bytes()
    with pytest.raises(MismatchError, match="another round, group or registrar"):
        BoundShelf(terms, ENVELOPES).check(foreign)
    with pytest.raises(MalformedError, match="bytes instead of"):
        BoundShelf(terms, ENVELOPES).check(village.envelopes[0].to_bytes() + b"\0")
    with pytest.raises(MismatchError, match="not an opening"):
        BoundShelf(terms, OPENINGS).check(village.envelopes[0].to_bytes())


def test_shelves_are_numbered_for_ever() -> None:
    """Numbers stand in databases."""
    found = {shelf.name: shelf.number for shelves in SHELVES.values() for shelf in shelves.values()}
    first = "envelopes", "openings", "requests", "responses", "invitation", "group"
    names = *first, "deliveries", "collection"
    assert found == {name: number for number, name in enumerate(names, 1)}


def test_a_frame_is_length_and_record() -> None:
    """Four bytes, big-endian."""
    assert frame(b"abc") == b"\0\0\0\3abc"
