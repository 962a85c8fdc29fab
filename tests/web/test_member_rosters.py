"""The page's engine makes keys for rosters, hands them in and signs with them."""

import io

from cosign.records.claim import Claim
from cosign.records.collection import KeyDelivery
from cosign.records.comparable import Comparable
from cosign.records.enrolment import MembershipCertificate
from cosign.records.envelope import Envelope
from cosign.records.mailbox import mailbox_address
from cosign.records.member_key import MemberKey
from cosign.records.published import PublishedReader
from cosign.records.voucher import encode_slip, encode_voucher
from cosign.roles import member, organizer
from cosign.roles.roster_publisher import ED25519, Entry, gather
from cosign.roles.roster_publisher.collecting import make_collection, open_delivery
from cosign.roles.shared.sealing import envelope_form
from cosign.roles.verifier.claim import verify_claim
from cosign.secret import Secret
from tests.support import rosters
from tests.support.member_page import Engine
from tests.support.page_records import (
    opened,
    refused,
    sealed,
    signing,
)
from tests.support.world import (
    ENROL_MINUTE,
    Seeded,
    village,
)


class TestRosters:
    """Keys that were made here and there, in one ring."""

    def test_from_key_to_cosignature(self, started: Engine) -> None:
        made, key_file = started.step("makeMemberKey")
        record = MemberKey.from_bytes(made["record"])
        record.verify()
        [held] = opened(key_file).keys
        roster = rosters.roster_of(
            (rosters.credential(i).key for i in range(6)), fresh=[record.key]
        )
        round_ = rosters.open_round(roster)
        view = started.open(round_.round.to_bytes())["round"]
        assert view["group"]["keys"] == {"fresh": 7, "ssh": 0}
        assert view["hidden"] == []
        made, _ = started.step("sign", signing(statement="I was there"))
        envelope = Envelope.from_bytes(made["record"])
        _use, other = rosters.speak(round_, 3)
        assert (envelope.form, len(made["record"])) == (other.form, len(other.to_bytes()))
        [shares] = organizer.own_key(rosters.ORGANIZER, round_)
        publication = organizer.publish(round_, (envelope, other), (shares,), rosters.CLOSED)
        letter = rosters.written(round_, publication)
        assert rosters.verify(round_, letter).cosigners == 2
        started.open(letter)
        [found] = started.call("check")
        assert found["statement"] == "I was there"
        assert member.make_prover(held, round_).tag.hex() in letter.hex()
        for reveal in (False, True):
            claim = Claim.from_bytes(started.call("claim", "Jo, 4 March", reveal))
            assert claim.key == (record.key if reveal else None)
            reader = PublishedReader(io.BytesIO(letter))
            assert verify_claim(claim, "Jo, 4 March", round_, reader).found.included

    def test_key_of_another_kind(self, engine: Engine) -> None:
        """A roster that says of the own key what is not so."""
        held = rosters.credential(3)
        roster = rosters.signed_by_organizer(
            "Staff",
            "a test",
            gather(Entry((), ED25519, rosters.credential(i).key) for i in range(5)),
        )
        engine.unlock(sealed(held))
        engine.open(rosters.open_round(roster).round.to_bytes())
        with refused("MismatchError", "lists your fresh key as a key of kind ssh"):
            engine.call("sign", signing())

    def test_certified_key(self, engine: Engine) -> None:
        """The certificate of a slot, which speaks for rosters only from then on."""
        world = village()
        engine.unlock(sealed(world.members[0]))
        name = Comparable("group", world.group.group_id).fingerprint
        made, key_file = engine.step("exportCertificate", name, 1)
        certificate = MembershipCertificate.from_bytes(made["record"])
        certificate.verify(world.group)
        [state] = opened(key_file).memberships
        assert (state, certificate) == member.export_certificate(world.members[0], 1)
        engine.open(world.round.round.to_bytes())
        with refused("SlotError", "used up"):
            engine.call("sign", signing())
        keys = [certificate.key, *(rosters.credential(i).key for i in range(3))]
        round_ = rosters.open_round(rosters.roster_of(keys))
        engine.open(round_.round.to_bytes())
        made, _ = engine.step("sign", signing())
        assert Envelope.from_bytes(made["record"]).form == envelope_form(round_)


class TestCollections:
    """A slip's code and a key, which is the same however often it is handed in."""

    collection = make_collection(
        rosters.ORGANIZER, "Staff", "Olga", "everybody", ENROL_MINUTE + 1, Seeded("collection")
    )

    def test_the_same_key_again(self, started: Engine) -> None:
        view = started.open(self.collection.to_bytes())["collection"]
        assert (
            view["address"]
            == mailbox_address(
                "collection",
                self.collection.collection_id,
                0,
                self.collection.publisher.identity_key,
            ).hex()
        )
        keys = set()
        for number in (1, 2):
            voucher = Secret(bytes([number]) * 16)
            code = encode_slip(self.collection, voucher)
            made, key_file = started.step("deliver", code, ENROL_MINUTE)
            delivery = KeyDelivery.from_bytes(made["record"])
            plea = open_delivery(rosters.ORGANIZER, self.collection, delivery)
            assert plea.voucher == voucher
            assert plea.member_key.key.hex() == made["key"]
            keys.add(made["key"])
        assert len(keys) == 1
        held = opened(key_file)
        assert [key.key.hex() for key in held.keys] == [*keys]
        assert [row.collection_id for row in held.handed_in] == [self.collection.collection_id]
        _done, raw = started.step(
            "forget", {"what": "key", "key": made["key"], "keepReceipts": True}
        )
        assert opened(raw).handed_in == ()

    def test_refusals(self, started: Engine) -> None:
        started.open(self.collection.to_bytes())
        code = encode_slip(self.collection, Secret(bytes(16)))
        with refused("WindowError", "were collected until 1970-01-01T02:31Z"):
            started.call("deliver", code, ENROL_MINUTE + 1)
        other = encode_voucher(village().group, 0, Secret(bytes(16)))
        with refused("MismatchError", "another collection"):
            started.call("deliver", other, ENROL_MINUTE)
