"""The page's engine after publication, and with invitations, mailboxes and text."""

import io
from dataclasses import replace

import pytest

from cosign.primitives.comparison import comparison_digits
from cosign.records.claim import Claim
from cosign.records.envelope import Envelope
from cosign.records.open_cosignature import (
    PublicName,
)
from cosign.records.published import PublishedReader
from cosign.records.stamped import StampedRecord
from cosign.relay.handing_in import stamp_envelope
from cosign.roles import member
from cosign.roles.organizer.invitations import encode_secret, invite
from cosign.roles.verifier.claim import verify_claim
from tests.support import relays
from tests.support.member_page import PASSPHRASE, Engine
from tests.support.page_records import (
    cosigning,
    opened,
    refused,
    sealed,
    signing,
)
from tests.support.published import open_record, rewrite, sorted_records
from tests.support.world import (
    NAMES,
    committee,
    village,
)


class TestPublished:
    """check, claim and forget."""

    def test_check_by_keys_and_receipt(self, engine: Engine) -> None:
        world = village()
        use, _ = member.cosign(**cosigning(world, "I was there"))
        engine.unlock(sealed(replace(world.members[0], uses=(use,))))
        engine.open(world.published)
        [found] = engine.call("check")
        assert found["line"] == (
            "your cosignature is in this file, anonymously, with the statement 'I was there'"
        )
        engine.call("lock")
        assert engine.call("check", member.encode_receipt(use.tag)) == [found]
        with refused("VerificationError", "not in this file"):
            engine.call("check", member.encode_receipt(bytes(32)))

    def test_check_with_a_name(self, engine: Engine) -> None:
        """An organizer could have published the anonymous part of it only."""
        world = committee()
        engine.open(world.open_published)
        receipt = member.encode_receipt(world.prover(0).tag)
        [found] = engine.call("check", receipt)
        assert found["name"] == NAMES[0]._asdict()
        assert found["line"].startswith(
            f"your cosignature is in this file, openly, as {NAMES[0].name!r}"
        )

    def test_check_where_a_name_was_left_out(self, engine: Engine) -> None:
        """The organizer published the anonymous part, which it can take from the open one."""
        world = village()
        use, _ = member.cosign(**cosigning(world, "I was there"))
        engine.unlock(sealed(replace(world.members[0], uses=(use._replace(name="Ada"),))))
        engine.open(world.published)
        [found] = engine.call("check")
        assert (found["name"], found["nameLeftOut"]) == (None, True)
        assert found["line"].endswith("your name is not there: ask the organizer to add it")
        [found] = engine.call("check", member.encode_receipt(use.tag))
        assert found["nameLeftOut"] is False

    def test_check_with_names_that_differ(self, engine: Engine) -> None:
        """The file has both, so nobody is told that it has none."""
        world = village()
        names = NAMES[0], PublicName("Eva Example", "")
        raws = [open_record(world, 0, name).to_bytes() for name in names]
        engine.open(rewrite(world, sorted_records(raws)))
        [found] = engine.call("check", member.encode_receipt(world.prover(0).tag))
        assert (found["name"], found["conflict"]) == (None, True)
        assert "several times, with statements or names that differ" in found["line"]

    def test_claim(self, engine: Engine) -> None:
        world = village()
        engine.unlock(sealed(world.members[1]))
        engine.open(world.published)
        claim = Claim.from_bytes(engine.call("claim", "Jo, 4 March", False))  # noqa: FBT003  # sent on
        reader = PublishedReader(io.BytesIO(world.published))
        assert verify_claim(claim, "Jo, 4 March", world.round, reader).found.included
        with refused("RefusedError", "has no list of keys"):
            engine.call("claim", "Jo, 4 March", True)  # noqa: FBT003  # sent on

    @pytest.mark.parametrize("keep", [False, True])
    def test_forget(self, engine: Engine, *, keep: bool) -> None:
        """Those who signed and those who did not keep the same."""
        world = village()
        use, _ = member.cosign(**cosigning(world, ""))
        left = []
        for uses in ((use,), ()):
            state = replace(world.members[0], uses=uses)
            engine.unlock(sealed(state))
            engine.open(world.round.round.to_bytes())
            _done, raw = engine.step("forget", {"what": "round", "keepReceipts": keep})
            [found] = opened(raw).memberships
            assert found == member.forget_slot(state, 1, keep_receipts=keep)
            left.append(found)
            with refused("MissingError", "forgot its key for slot 1"):
                engine.call("sign", signing())
        assert (left[0] == left[1]) is not keep

    def test_lengths_of_key_files(self, engine: Engine) -> None:
        """A first use and a forgotten key do not show."""
        engine.unlock(sealed(village().members[0]))
        _done, unused = engine.step("merge", PASSPHRASE)  # with itself
        engine.open(village().round.round.to_bytes())
        _made, signed = engine.step("sign", signing(statement="I was there"))
        _done, forgot = engine.step("forget", {"what": "round", "keepReceipts": False})
        assert len(unused) == len(signed) == len(forgot)


def test_comparing(engine: Engine) -> None:
    world = village()
    engine.open(world.round.round.to_bytes())
    drawn = engine.call("compare", "round")
    words = tuple(drawn["words"].split(" "))
    assert drawn["digits"] == comparison_digits(words, world.round.round_id)
    typed = engine.call("compare", "round", " Acorn-beaver, ZEBRA  kiwi")
    expected = comparison_digits(("acorn", "beaver", "zebra", "kiwi"), world.round.round_id)
    assert typed["digits"] == expected
    with refused("UsageError", "'badge' is not one of the words"):
        engine.call("compare", "round", "acorn badge zebra kiwi")


def test_invitation(engine: Engine) -> None:
    secret, invitation = invite(village().round)
    assert engine.open(invitation.to_bytes()) == {"kind": "invitation"}
    view = engine.call("openInvitation", encode_secret(secret).lower().replace("-", " "))
    assert view["fingerprint"] == village().round.fingerprint
    other, _ = invite(village().round)
    with refused("MismatchError", "belongs to another invitation"):
        engine.call("openInvitation", encode_secret(other))


def test_stamped(engine: Engine) -> None:
    """The file for a drop page is that of `relay stamp`."""
    world = village()
    engine.unlock(sealed(world.members[0]))
    engine.open(world.round.round.to_bytes())
    made, _ = engine.step("sign", signing())
    for box in (relays.box_of_registrar(world), relays.box_of_round(committee())):
        engine.open(box.to_bytes())
        with refused("MismatchError", "mailbox is that of another"):
            engine.call("stamp")
    mailbox = relays.box_of_round(world)
    assert mailbox.terms.address.hex() == made["address"]
    engine.open(mailbox.to_bytes())
    envelope = Envelope.from_bytes(made["record"])
    expected = stamp_envelope(envelope, world.round, mailbox)
    assert StampedRecord.from_bytes(engine.call("stamp")) == expected


def test_armor(engine: Engine) -> None:
    """A record as text is opened as the record is."""
    raw = village().group.to_bytes()
    text = engine.call("armor", raw)
    assert engine.open(text.encode()) == engine.open(raw)
