"""The page's engine among the library's registrars, trustees and organizers."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from cosign.primitives.comparison import comparison_digits
from cosign.primitives.vault import Parameters
from cosign.proofs.interface import Binding
from cosign.records.claim import Claim
from cosign.records.collection import KeyDelivery
from cosign.records.comparable import Comparable
from cosign.records.cosignature import Cosignature
from cosign.records.credential import Credential
from cosign.records.enrolment import EnrolmentRequest, MembershipCertificate, voucher_hash
from cosign.records.envelope import Envelope
from cosign.records.key_file import KeyFile
from cosign.records.mailbox import mailbox_address
from cosign.records.member_key import MemberKey
from cosign.records.names import NameRequest
from cosign.records.open_cosignature import (
    OpenCosignature,
    PublicName,
    cosignature_from_bytes,
)
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.records.stamped import StampedRecord
from cosign.records.voucher import encode_slip, encode_voucher
from cosign.relay.handing_in import stamp_envelope
from cosign.roles import member, organizer
from cosign.roles.organizer.invitations import encode_secret, invite
from cosign.roles.registrar.naming import attest_name
from cosign.roles.roster_publisher import ED25519, Entry, gather
from cosign.roles.roster_publisher.collecting import make_collection, open_delivery
from cosign.roles.shared.sealing import envelope_form, recover
from cosign.roles.verifier.claim import verify_claim
from cosign.secret import Secret
from cosign.stores.key_files import PORTABLE, open_key_file, seal_key_file
from cosign.stores.vault_file import VaultFile
from tests.support import relays, rosters
from tests.support.member_page import PASSPHRASE, Engine, File, ProblemError, engine_of
from tests.support.published import open_record, rewrite, sorted_records
from tests.support.world import (
    CLOSED_MINUTE,
    ENROL_MINUTE,
    NAME_CHALLENGE,
    NAMES,
    SIGN_MINUTE,
    Seeded,
    World,
    committee,
    village,
)

CHEAP: Final = Parameters(1, 8192)
SECRET: Final = Secret(PASSPHRASE.encode())


def sealed(*credentials: Credential) -> bytes:
    """Return a key file of the library with these."""
    return seal_key_file(KeyFile.of(credentials), SECRET, CHEAP).to_bytes()


def opened(raw: bytes) -> KeyFile:
    """Open a key file of the engine with the library."""
    return open_key_file(VaultFile.from_bytes(raw), SECRET)


def signing(**changes: Any) -> dict[str, Any]:
    """Return the options of a signature."""
    wanted = {"action": "cosign", "statement": "", "minSet": 1, "minute": SIGN_MINUTE}
    return wanted | changes


def refused(kind: str, words: str) -> Any:
    """Expect a refusal of this kind, with these words and a hint."""
    return pytest.raises(ProblemError, match=f"^{kind}: .*{words}")


def opened_by(
    world: World, round_: VerifiedRound, envelope: Envelope
) -> Cosignature | OpenCosignature:
    """Let trustees open an envelope."""
    found = world.openings([envelope], range(1, round_.terms.threshold + 1), round_)
    shares = {s.trustee: s.shares()[envelope.envelope_id] for s in found}
    return cosignature_from_bytes(recover(envelope, shares, round_.terms.threshold).record)


def is_valid(round_: VerifiedRound, record: Cosignature | OpenCosignature) -> bool:
    """Return whether a cosignature is valid in a round."""
    binding = Binding(round_.round_id, record.action, record.statement)
    return not round_.membership_verifier().verify_batch([(binding, record.proof)])


@pytest.fixture
def started(engine: Engine) -> Engine:
    """An engine that has just begun a key file."""
    engine.call("create", PASSPHRASE)
    return engine


class TestEnrolment:
    """Request, answer and certificates with two registrars of three."""

    def test_from_vouchers_to_certificates(self, started: Engine) -> None:
        world, key_file = committee(), b""
        group = started.open(world.group.to_bytes())["group"]
        assert [r["name"] for r in group["registrars"]] == ["R1", "R2", "R3"]
        for number, missing in ((2, 1), (0, 0)):
            voucher = Secret(bytes([number]) * 16)
            code = encode_voucher(world.group, number, voucher).lower()
            made, _ = started.step("enrol", code, ENROL_MINUTE)
            assert made["registrar"] == group["registrars"][number]
            request = EnrolmentRequest.from_bytes(made["record"])
            assert made["id"] == request.request_id.hex()
            other = world.enrolments[0].request
            assert len(made["record"]) == len(other.to_bytes())
            plea = world.keys[number].open_request(request)
            assert plea.voucher_hash == voucher_hash(world.group.group_id, number, voucher)
            signatures = world.keys[number].sign_blinded(plea.blinded, Seeded("signing"))
            started.open(world.keys[number].answer(plea, signatures).to_bytes())
            done, key_file = started.step("finish")
            [membership] = started.call("keys")["memberships"]
            assert membership["missing"] == missing
        assert done["line"] == "'the committee': certified by 2 registrars; ready to sign"
        [state] = opened(key_file).memberships
        assert state.pending == ()
        verifier = world.group.verifier(1, b"")
        [first, _] = state.certificates()
        assert all(verifier.endorses(first.key, e) for e in first.endorsements)

    def test_another_voucher_seals_the_same_messages(self, started: Engine) -> None:
        """No registrar signs two keys of one member."""
        world = village()
        started.open(world.group.to_bytes())
        pleas = []
        for byte, notes in ((1, 0), (2, 1)):
            code = encode_voucher(world.group, 0, Secret(bytes([byte]) * 16))
            prepared = started.call("enrol", code, ENROL_MINUTE)
            assert len(prepared["notes"]) == notes
            made = started.call("release", File(prepared["keyFile"]))
            pleas.append(world.keys[0].open_request(EnrolmentRequest.from_bytes(made["record"])))
        assert pleas[0].blinded == pleas[1].blinded
        assert pleas[0].voucher_hash != pleas[1].voucher_hash

    def test_refusals(self, started: Engine) -> None:
        world = village()
        started.open(world.group.to_bytes())
        code = encode_voucher(world.group, 0, Secret(bytes(16)))
        with refused("WindowError", "enrolment is open from"):
            started.call("enrol", code, 250)
        with refused("UsageError", "mistyped"):
            started.call("enrol", code[:-1] + "0", ENROL_MINUTE)
        with refused("MismatchError", "another group"):
            other = encode_voucher(committee().group, 0, Secret(bytes(16)))
            started.call("enrol", other, ENROL_MINUTE)

    def test_false_answers(self, engine: Engine) -> None:
        """All signatures have to hold, or none is kept and the request still waits."""
        world = village()
        log = world.enrolments[0]
        engine.unlock(sealed(log.before))
        one, other = log.signatures
        false = world.keys[0].answer(log.opened, (one, other[:-1] + bytes([other[-1] ^ 1])))
        engine.open(false.to_bytes())
        with refused("VerificationError", "signature is not valid"):
            engine.call("finish")
        engine.open(village().enrolments[1].response.to_bytes())
        with refused("MismatchError", "answers another request"):
            engine.call("finish")
        engine.open(log.response.to_bytes())
        engine.step("finish")
        with refused("RefusedError", "waits for this response"):
            engine.call("finish")


class TestSigning:
    """Envelopes like all others, and the guards of the command line."""

    def test_like_those_of_the_command_line(self, engine: Engine) -> None:
        """The same record, in an envelope of the same form."""
        world = committee()
        engine.unlock(sealed(world.members[0]))
        engine.open(world.round.round.to_bytes())
        words = "I was there"
        made, key_file = engine.step("sign", signing(statement=words))
        envelope = Envelope.from_bytes(made["record"])
        assert envelope.form == envelope_form(world.round)
        assert len(made["record"]) == len(world.envelopes[0].to_bytes())
        record = opened_by(world, world.round, envelope)
        assert record == opened_by(world, world.round, world.envelopes[0])
        [state] = opened(key_file).memberships
        tag = world.prover(0).tag
        assert state.uses == (member.cosign(**_cosigning(world, words))[0],)
        assert made["receipt"] == member.encode_receipt(tag)

    def test_the_same_again(self, engine: Engine) -> None:
        """A second envelope of the same words; other words, and other rounds, are refused."""
        world = village()
        engine.unlock(sealed(world.members[0]))
        engine.open(world.round.round.to_bytes())
        first, _ = engine.step("sign", signing())
        second, key_file = engine.step("sign", signing())
        assert first["record"] != second["record"]
        assert len(opened(key_file).memberships[0].uses) == 1
        with refused("SlotError", "another statement"):
            engine.call("sign", signing(statement="more"))
        engine.open(world.open_round(min_set=2).round.to_bytes())
        with refused("SlotError", "used up"):
            engine.call("review", signing())

    def test_withdrawal(self, engine: Engine) -> None:
        """At any time after the opening; it is the last word, and as long as all others."""
        world = village()
        engine.unlock(sealed(world.members[0]))
        engine.open(world.round.round.to_bytes())
        late = signing(action="withdraw", minute=CLOSED_MINUTE)
        assert len(engine.call("review", late)["warnings"]) == 2
        made, _ = engine.step("sign", late)
        envelope = Envelope.from_bytes(made["record"])
        assert len(made["record"]) == len(world.envelopes[0].to_bytes())
        record = opened_by(world, world.round, envelope)
        assert (record.action, is_valid(world.round, record)) == ("withdraw", True)
        with refused("SlotError", "you withdrew"):
            engine.call("sign", signing())

    def test_window_and_crowd(self, engine: Engine) -> None:
        world = committee()
        engine.unlock(sealed(world.members[2]))
        engine.open(world.round.round.to_bytes())
        for minute in (SIGN_MINUTE - 60, CLOSED_MINUTE):
            with refused("WindowError", "the round is open from 1970-01-01T03:20Z until"):
                engine.call("sign", signing(minute=minute))
        crowd = member.crowd_of(world.round, (0, 2))
        with refused("AnonymitySetError", f"certain to be {crowd.certain}, fewer than 16"):
            engine.call("sign", signing(minSet=16))
        review = engine.call("review", signing(statement="a\u200bb"))
        assert review["crowd"].startswith(f"{crowd.certain} (certain) to {crowd.most} (at most)")
        assert "U+200B ZERO WIDTH SPACE" in review["warnings"][0]
        assert any("'R2' did not certify you" in warning for warning in review["warnings"])

    def test_too_few_certificates(self, engine: Engine) -> None:
        world = committee()
        before = world.enrolments[1].before  # certified by one registrar so far
        engine.unlock(sealed(before))
        engine.open(world.round.round.to_bytes())
        with refused("ThresholdError", "has 1 registrar signature and needs 2"):
            engine.call("sign", signing())

    @pytest.mark.parametrize("statement", ["two\nlines", "x" * 281, "\u202eleft"])
    def test_statements_that_no_record_may_hold(self, engine: Engine, statement: str) -> None:
        engine.unlock(sealed(village().members[0]))
        engine.open(village().round.round.to_bytes())
        with refused("MalformedError", "statement"):
            engine.call("sign", signing(statement=statement))

    def test_round_that_was_not_granted(self, engine: Engine) -> None:
        round_ = replace(village().round.round, grants=())
        with refused("VerificationError", "was granted to the round by 0 of 1 registrar"):
            engine.open(round_.to_bytes())


def _cosigning(world: World, words: str) -> dict[str, Any]:
    return {
        "prover": world.prover(0),
        "round_": world.round,
        "uses": (),
        "statement": words,
        "minute": SIGN_MINUTE,
        "min_set": 1,
    }


ADA: Final = {"name": " Ada Example ", "role": "engineer"}


class TestNames:
    """Signing openly: the same envelopes, with names that the library takes."""

    def test_registered(self, engine: Engine) -> None:
        """From the request for a name to the open record, also after the close."""
        world = committee()
        engine.unlock(sealed(world.members[0]))
        engine.open(world.round.round.to_bytes())
        engine.step("sign", signing(statement="I was there"))
        with refused("ThresholdError", "0 registrars attest the name, and 2 have to"):
            engine.call("sign", signing(statement="I was there", **ADA))
        for number in (0, 1):
            raw = engine.call(
                "requestName", *ADA.values(), number + 1, NAME_CHALLENGE, CLOSED_MINUTE
            )
            request = NameRequest.from_bytes(raw)
            assert request == world.name_request(0, number, NAMES[0])
            attested = attest_name(world.keys[number], world.group, request, NAME_CHALLENGE)
            assert engine.open(attested.to_bytes())["registrar"] == number + 1
        openly = signing(statement="I was there", minute=CLOSED_MINUTE, minSet=1000, **ADA)
        review = engine.call("review", openly)
        assert review["name"] == NAMES[0]._asdict()
        assert any("named to everybody, for good" in one for one in review["warnings"])
        made, key_file = engine.step("sign", openly)
        assert len(made["record"]) == len(world.envelopes[0].to_bytes())
        record = opened_by(world, world.round, Envelope.from_bytes(made["record"]))
        expected = world.sign(0, statement="I was there", name=world.signing_name(0))
        assert record == opened_by(world, world.round, expected)
        assert [use.name for use in opened(key_file).memberships[0].uses] == ["", NAMES[0].name]
        for options in ({}, {"name": "Ada", "role": ""}):
            with refused("SlotError", "openly already"):
                engine.call("sign", signing(statement="I was there", **options))

    def test_attested_otherwise(self, engine: Engine) -> None:
        world = committee()
        engine.unlock(sealed(world.members[0]))
        engine.open(world.round.round.to_bytes())
        for attestation in world.attestations(0, NAMES[1]):
            engine.open(attestation.to_bytes())
        with refused("MismatchError", "attested another name or role: 'Béla'"):
            engine.call("sign", signing(name="Bela"))

    def test_rostered(self, engine: Engine) -> None:
        round_ = rosters.round_of(5)
        engine.unlock(sealed(rosters.credential(2)))
        engine.open(round_.round.to_bytes())
        made, _ = engine.step("sign", signing(**ADA))
        envelope = Envelope.from_bytes(made["record"])
        [shares] = organizer.own_key(rosters.ORGANIZER, round_)
        publication = organizer.publish(round_, (envelope,), (shares,), rosters.CLOSED)
        report = rosters.verify(round_, rosters.written(round_, publication))
        assert [(one.name, one.role) for one in report.names] == [tuple(NAMES[0])]


class TestLoadingBack:
    """Nothing leaves before the new key file was loaded."""

    def test_old_and_other_files(self, engine: Engine) -> None:
        old = sealed(village().members[0])
        engine.unlock(old)
        engine.open(village().round.round.to_bytes())
        prepared = engine.call("sign", signing())
        assert set(prepared) == {"keyFile", "notes"}
        for file in (old, prepared["keyFile"][:-1], prepared["keyFile"] + b"\n", b""):
            with refused("MismatchError", "not the key file that was made last"):
                engine.call("release", File(file))
        with refused("RefusedError", "has not been loaded back"):
            engine.call("sign", signing(statement="other words"))
        assert engine.call("release", File(prepared["keyFile"]))["kind"] == "envelope"
        with refused("RefusedError", "nothing waits"):
            engine.call("release", File(prepared["keyFile"]))

    def test_given_up(self, engine: Engine) -> None:
        """The keys are those before the step."""
        engine.unlock(sealed(village().members[0]))
        engine.open(village().round.round.to_bytes())
        engine.call("sign", signing())
        engine.call("discard")
        engine.step("sign", signing(statement="other words"))


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


class TestPublished:
    """check, claim and forget."""

    def test_check_by_keys_and_receipt(self, engine: Engine) -> None:
        world = village()
        use, _ = member.cosign(**_cosigning(world, "I was there"))
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
        use, _ = member.cosign(**_cosigning(world, "I was there"))
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
        use, _ = member.cosign(**_cosigning(world, ""))
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


class TestMutants:
    """Every file that the page reads: bits flipped, cut, and longer."""

    def check(self, raw: bytes, use: Callable[[bytes], object], flips: int = 12) -> None:
        """Check that a file passes, and that no mutant of it does."""
        use(raw)
        mutants = list(_mutants(raw, flips))
        for mutant in [*mutants, raw[:-1], raw[: len(raw) // 2], raw + b"\0"]:
            with pytest.raises(ProblemError) as caught:
                use(mutant)
            assert caught.value.hint or caught.value.message

    def test_rounds(self, engine: Engine) -> None:
        self.check(village().round.round.to_bytes(), engine.open)

    def test_rosters(self, engine: Engine) -> None:
        self.check(rosters.roster(5).to_bytes(), engine.open)

    def test_mailboxes(self, engine: Engine) -> None:
        self.check(relays.box_of_round(village()).to_bytes(), engine.open)

    def test_key_files(self, engine: Engine) -> None:
        self.check(sealed(rosters.credential(1)), engine.unlock)

    def test_invitations(self, engine: Engine) -> None:
        secret, invitation = invite(village().round)

        def use(raw: bytes) -> None:
            engine.open(raw)
            engine.call("openInvitation", encode_secret(secret))

        self.check(invitation.to_bytes(), use)

    def test_answers(self, engine: Engine) -> None:
        log = village().enrolments[0]
        engine.unlock(sealed(log.before))

        def use(raw: bytes) -> None:
            engine.open(raw)
            engine.call("finish")
            engine.call("discard")

        self.check(log.response.to_bytes(), use)

    def test_letters(self, engine: Engine) -> None:
        """Records of others are not verified, but the trailer covers them."""
        receipt = member.encode_receipt(village().prover(1).tag)

        def use(raw: bytes) -> None:
            engine.open(raw)
            engine.call("check", receipt)

        self.check(village().published, use)

    def test_groups(self, engine: Engine) -> None:
        """What is well-formed is another group, with another fingerprint."""
        raw = village().group.to_bytes()
        right = engine.open(raw)["group"]["fingerprint"]
        for mutant in _mutants(raw, 12):
            try:
                found = engine.open(mutant)
            except ProblemError:
                continue
            assert found["group"]["fingerprint"] != right

    def test_foreign_files(self, engine: Engine) -> None:
        for raw in (b"", b"PK\x03\x04 and so on", b"<!doctype html><p>login", b"Dear all"):
            with refused("MalformedError", "not a (record of this tool|published letter)"):
                engine.call("open", File(raw))
                engine.call("check", member.encode_receipt(bytes(32)))


def _mutants(raw: bytes, flips: int) -> Iterator[bytes]:
    """Yield copies with one bit flipped, at places that are the same in every run."""
    source = Seeded("mutants")
    for _ in range(flips):
        place = int.from_bytes(source(8)) % (8 * len(raw))
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        yield bytes(flipped)


class TestKeyFiles:
    """What opens, and what does not."""

    def test_cost(self, engine: Engine) -> None:
        """The second recommended option of RFC 9106, which `member export` takes, too."""
        raw = engine.call("keyFileForPeople", PASSPHRASE)["keyFile"]
        file = VaultFile.from_bytes(raw)
        assert (file.opslimit, file.memlimit) == PORTABLE
        assert len(opened(raw).keys) == 1

    def test_bare_file(self, engine: Engine) -> None:
        file = VaultFile.seal("key-file", KeyFile.of([]), None, CHEAP, Seeded("bare"))
        with refused("PassphraseError", "under no passphrase"):
            engine.unlock(file.to_bytes())

    @pytest.mark.parametrize("cost", [(11, 8192), (3, 2**29), (0, 8192), (3, 4096)])
    def test_costs_out_of_bounds(self, engine: Engine, cost: tuple[int, int]) -> None:
        """Compared before any memory is taken."""
        file = VaultFile("argon2id", *cost, bytes(16), bytes(24), Secret(bytes(5000)))
        with refused("MalformedError", "more work or memory than is allowed"):
            engine.unlock(file.to_bytes())

    def test_passphrases_of_other_keyboards(self, engine: Engine) -> None:
        """Two forms of one character, and a no-break space."""
        file = seal_key_file(KeyFile.of([]), Secret("café cheval".encode()), CHEAP)
        engine.open(file.to_bytes())
        engine.call("unlock", "cafe\u0301\u00a0cheval")
        with refused("PassphraseError", "does not open"):
            engine.call("unlock", "cafe cheval")

    def test_merging(self, engine: Engine) -> None:
        """`member import`, in the page."""
        engine.unlock(sealed(village().members[0]))
        engine.open(sealed(rosters.credential(1)))
        _done, raw = engine.step("merge", PASSPHRASE)
        assert opened(raw) == KeyFile.of([village().members[0], rosters.credential(1)])


class TestWithoutWebAssembly:
    """As in Tor Browser on "Safer": registered groups work, and rosters are refused in words."""

    def test_registered_and_rostered(self, member_module: Path) -> None:
        with engine_of(member_module, ["--no-expose-wasm"]) as engine:
            world, state = committee(), committee().members[1]
            engine.unlock(sealed(state, rosters.credential(1)))
            engine.open(world.round.round.to_bytes())
            made, key_file = engine.step("sign", signing(statement="I was there"))
            record = opened_by(world, world.round, Envelope.from_bytes(made["record"]))
            assert is_valid(world.round, record)
            held = opened(key_file)
            assert len(held.memberships[0].uses) == 1
            engine.open(rosters.round_of(3).round.to_bytes())
            with refused("RefusedError", "no WebAssembly"):
                engine.call("sign", signing())
            with refused("RefusedError", "no WebAssembly"):
                engine.call("makeMemberKey")
