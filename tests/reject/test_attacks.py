"""What somebody with a role would try, and what comes of it."""

from dataclasses import replace

import pytest

from cosign import labels
from cosign.errors import SlotError, VerificationError
from cosign.proofs.interface import Binding
from cosign.records.cosignature import Cosignature
from cosign.records.enrolment import EnrolmentRequest
from cosign.roles import member
from cosign.roles.shared.sealing import seal_cosignature
from cosign.roles.verifier.letter import BELOW_QUORUM
from cosign.secret import Secret
from tests.support.forgery import assemble, sign_up_to_cofactor, take_apart
from tests.support.published import rewrite
from tests.support.world import SIGN_MINUTE, Seeded, World, build, make_registrar


def test_a_letter_by_nobody_never_counts_as_signed(committee: World) -> None:
    """An organizer publishes a file without a cosignature for a group that others pinned."""
    report = committee.verify(rewrite(committee, []))
    assert (report.cosigners, report.exit_code) == (0, BELOW_QUORUM)


def test_a_lying_registrar_alone_adds_nobody() -> None:
    """One of three registrars certifies every key of one person: two keys, one cosigner."""
    source = Seeded("liar")
    secrets = tuple(make_registrar(f"R{i}", [(i, 3072)], source) for i in range(3))
    world = build("the liar's group", secrets, 2, ((0, 1), (0, 2)), (1, 1))
    report = world.verify(world.published)
    assert (report.keys, report.cosigners) == (2, 1)


def test_an_envelope_sealed_again_gives_no_second_voice(committee: World) -> None:
    """A relay spoils one share of an envelope, so that it looks like another one."""
    victim = committee.envelopes[0]
    spoiled = victim.shares[2][:-1] + bytes([victim.shares[2][-1] ^ 1])
    copy = replace(victim, shares=(*victim.shares[:2], spoiled))
    assert copy.envelope_id != victim.envelope_id
    once = committee.publish(committee.envelopes)
    twice = committee.publish([*committee.envelopes, copy])
    assert (twice.cosigners, twice.records) == (once.cosigners, once.records)
    assert twice.header.opening.duplicates == once.header.opening.duplicates + 1


def test_a_request_cannot_be_turned_to_another_voucher(committee: World) -> None:
    """A thief puts somebody's sealed plea under another registrar's number."""
    request = committee.enrolments[0].request
    for number, keys in enumerate(committee.keys):
        turned = EnrolmentRequest(request.group_id, number, request.sealed)
        if number == request.registrar:
            assert keys.open_request(turned).blinded
        else:
            with pytest.raises(VerificationError):
                keys.open_request(turned)


def test_a_stolen_answer_is_of_no_use(committee: World) -> None:
    """A copy of a registrar's answer does not open without the member's reply key."""
    log = committee.enrolments[0]
    pending = log.before.pending[0]
    other = pending._replace(reply_key=Secret(bytes(32)))
    with pytest.raises(VerificationError):
        member.finish(replace(log.before, pending=(other,)), log.response)


def test_a_key_that_was_handed_out_signs_no_registered_round(committee: World) -> None:
    """A publisher who got a certificate by name waits for its key to appear as a tag."""
    state, certificate = member.export_certificate(committee.members[3], 1)
    prover = member.make_prover(state, committee.round)
    assert prover.tag == certificate.key
    with pytest.raises(SlotError):
        member.cosign(prover, committee.round, state.uses, minute=SIGN_MINUTE, min_set=1)


def test_a_signature_that_programs_disagree_on_spoils_no_letter(committee: World) -> None:
    """It is true up to the cofactor only: dropped by publishers, refused by verifiers."""
    number, binding = 3, Binding(committee.round.round_id, "cosign", "")
    key, _, rows = take_apart(committee.prover(number).prove(binding))
    seed = committee.members[number].seeds[0]
    assert seed
    twisted = sign_up_to_cofactor(seed, labels.COSIGN, *binding.parts())
    cosignature = Cosignature("cosign", "", assemble(key, twisted, rows))
    verifier = committee.round.membership_verifier()
    assert verifier.verify_batch([(binding, cosignature.proof)]) == (0,)
    envelope = seal_cosignature(cosignature, committee.round, Seeded("twisted"))
    others = [committee.sign(n) for n in range(number)]
    publication = committee.publish([*others, envelope])
    opening = publication.header.opening
    assert (publication.cosigners, opening.invalid) == (committee.publish(others).cosigners, 1)
    with pytest.raises(VerificationError, match="record 1 is not a valid cosignature"):
        committee.verify(rewrite(committee, [cosignature.to_bytes()]))
