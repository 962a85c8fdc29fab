"""The page's engine among the library's registrars, trustees and organizers."""

import re
from dataclasses import replace
from typing import Final

import pytest

from cosign.errors import VerificationError
from cosign.records.enrolment import EnrolmentRequest, voucher_hash
from cosign.records.envelope import Envelope
from cosign.records.names import NameRequest
from cosign.records.voucher import encode_voucher
from cosign.roles import member, organizer
from cosign.roles.registrar.naming import attest_name
from cosign.roles.shared.sealing import envelope_form
from cosign.secret import Secret
from tests.support import rosters
from tests.support.member_page import Engine, File
from tests.support.page_records import (
    cosigning,
    is_valid,
    opened,
    opened_by,
    refused,
    sealed,
    signing,
)
from tests.support.world import (
    CLOSED_MINUTE,
    ENROL_MINUTE,
    NAME_CHALLENGE,
    NAMES,
    SIGN_MINUTE,
    Seeded,
    committee,
    village,
)


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
        assert state.uses == (member.cosign(**cosigning(world, words))[0],)
        assert made["receipt"] == member.encode_receipt(tag)

    def test_a_faulty_certificate_is_not_sent(self, engine: Engine) -> None:
        """A proof that its own maker cannot verify stays at home, in the command's words."""
        world = committee()
        whole = world.members[0]
        rows = tuple((row[0]._replace(prefix=bytes(32)), *row[1:]) for row in whole.endorsements)
        broken = replace(whole, endorsements=rows)
        with pytest.raises(VerificationError) as said:
            member.cosign(
                **cosigning(world, "") | {"prover": member.make_prover(broken, world.round)}
            )
        engine.unlock(sealed(broken))
        engine.open(world.round.round.to_bytes())
        with refused("VerificationError", re.escape(said.value.message)):
            engine.call("sign", signing())

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
