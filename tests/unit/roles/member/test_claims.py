"""Authorship, later: a claim holds for one challenge and one published cosignature."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MismatchError, RefusedError, VerificationError
from cosign.proofs.interface import MembershipProver
from cosign.records.claim import CHALLENGE_LIMIT, Claim
from cosign.records.cosignature import Cosignature
from cosign.records.groups import roster
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound, verify_round
from cosign.roles.member.claiming import claim
from cosign.roles.member.receipts import Found
from cosign.roles.member.signing import make_prover
from cosign.roles.verifier.claim import VerifiedClaim, verify_claim
from tests.support import rosters
from tests.support.published import record, rewrite, sorted_records
from tests.support.world import World, village

TEXT = "To the Daily Planet, 25 November"
FOUND = Found(signed=True, withdrawn=False, statement="")
"""What a member's program finds, or a liar says."""


def registered() -> tuple[VerifiedRound, bytes, MembershipProver]:
    """Return a round with its published letter and one of its cosigners."""
    world = village()
    return world.round, world.published, world.prover(0)


def rostered() -> tuple[VerifiedRound, bytes, MembershipProver]:
    """The same, of a rostered group."""
    round_ = rosters.round_of(5)
    envelopes = [rosters.speak(round_, 1, statement="mine")[1], rosters.speak(round_, 2)[1]]
    raw = rosters.file_of(round_, envelopes)
    return round_, raw, make_prover(rosters.credential(1), round_)


Letter = Callable[[], tuple[VerifiedRound, bytes, MembershipProver]]
both_kinds = pytest.mark.parametrize("letter", [registered, rostered])


def verify(made: Claim, round_: VerifiedRound, raw: bytes, text: str = TEXT) -> VerifiedClaim:
    """Check a claim against a published letter."""
    return verify_claim(made, text, round_, PublishedReader(io.BytesIO(raw)))


@both_kinds
def test_a_claim_shows_authorship(letter: Letter) -> None:
    """A claim convinces the person who set the challenge, and shows what the cosignature says."""
    round_, raw, prover = letter()
    made = claim(prover, round_, TEXT, FOUND)
    verified = verify(Claim.from_bytes(made.to_bytes()), round_, raw)
    assert (verified.claim.tag, verified.claim.key) == (prover.tag, None)
    assert verified.found.included
    assert verified.found.statement


@both_kinds
def test_a_claim_is_not_transferable_to_another_challenge(letter: Letter) -> None:
    """A person who got a claim cannot answer another person's challenge with it."""
    round_, raw, prover = letter()
    made = claim(prover, round_, TEXT, FOUND)
    for text in (TEXT + ".", TEXT.lower(), "To the Daily Bugle, 25 November"):
        with pytest.raises(VerificationError, match="does not answer this challenge"):
            verify(made, round_, raw, text)


@both_kinds
def test_nobody_claims_what_another_signed(letter: Letter) -> None:
    """A claim under another cosigner's tag is false; one by somebody who did not sign too."""
    round_, raw, prover = letter()
    made = claim(prover, round_, TEXT, FOUND)
    reader = PublishedReader(io.BytesIO(raw))
    verifier = round_.membership_verifier()
    tags = {verifier.tag(Cosignature.from_bytes(r).proof) for r in reader.records()}
    [*others] = tags - {prover.tag}
    assert others
    for tag in others:
        with pytest.raises(VerificationError, match="does not answer this challenge"):
            verify(replace(made, tag=tag), round_, raw)
    with pytest.raises(VerificationError, match="no valid cosignature with the claim's tag"):
        verify(replace(made, tag=bytes(32)), round_, raw)


def test_who_did_not_sign_has_nothing_to_claim() -> None:
    """A member whose cosignature is not in the file makes a claim that does not verify."""
    round_, raw, _ = rostered()
    absent = claim(make_prover(rosters.credential(3), round_), round_, TEXT, FOUND)
    with pytest.raises(VerificationError, match="no valid cosignature"):
        verify(absent, round_, raw)


def test_a_claim_belongs_to_its_round() -> None:
    """The same key in another round has another tag and another claim."""
    round_, raw, prover = rostered()
    other = rosters.round_of(5, "another")
    made = claim(make_prover(rosters.credential(1), other), other, TEXT, FOUND)
    with pytest.raises(MismatchError, match="about another letter"):
        verify(made, round_, raw)
    moved = replace(made, round_id=round_.round_id, tag=prover.tag)
    with pytest.raises(VerificationError):
        verify(moved, round_, raw)


def test_a_key_is_revealed_by_choice_only() -> None:
    """In a rostered group; a registered one has no list."""
    round_, raw, prover = rostered()
    made = claim(prover, round_, TEXT, FOUND, reveal=True)
    assert verify(made, round_, raw).claim.key == rosters.credential(1).key
    with pytest.raises(VerificationError):
        verify(replace(made, key=rosters.credential(2).key), round_, raw)
    with pytest.raises(VerificationError):
        verify(replace(made, key=None, proof=made.proof[:64]), round_, raw)
    with pytest.raises(MalformedError, match="has 96 bytes, not 64"):
        replace(made, key=None)
    round_, raw, prover = registered()
    with pytest.raises(RefusedError, match="no list of keys"):
        claim(prover, round_, TEXT, FOUND, reveal=True)
    hidden = claim(prover, round_, TEXT, FOUND)
    with pytest.raises(VerificationError):
        verify(replace(hidden, key=prover.tag, proof=hidden.proof + bytes(32)), round_, raw)


def test_a_withdrawn_cosignature_can_be_claimed_and_shows_as_withdrawn() -> None:
    """Authorship does not end with a withdrawal, and the answer says so."""
    world = village()
    records = sorted_records([*world.publication.records, record(world, 0, "withdraw")])
    verified = verify(
        claim(world.prover(0), world.round, TEXT, FOUND), world.round, rewrite(world, records)
    )
    assert (verified.found.signed, verified.found.withdrawn) == (True, True)


def test_a_withdrawal_alone_is_no_cosignature_to_claim() -> None:
    """An organizer could publish one; a claim would say that its maker had signed."""
    world = village()
    raw = rewrite(world, [record(world, 0, "withdraw")])
    with pytest.raises(VerificationError, match="no valid cosignature with the claim's tag"):
        verify(claim(world.prover(0), world.round, TEXT, FOUND), world.round, raw)


def test_a_signature_for_one_purpose_is_none_for_another(village: World) -> None:
    """A cosignature's signature is no claim, and a claim no cosignature."""
    made = claim(village.prover(0), village.round, TEXT, FOUND)
    raws = village.publication.records
    proofs = [Cosignature.from_bytes(raw).proof for raw in raws]
    own = next(proof for proof in proofs if proof[:32] == made.tag)
    with pytest.raises(VerificationError):
        verify(replace(made, proof=own[32:96]), village.round, village.published)
    swapped = own[:32] + made.proof + own[96:]
    binding = Cosignature("cosign", "", swapped).binding(village.round.round_id)
    assert village.round.membership_verifier().verify_batch([(binding, swapped)]) == (0,)


@pytest.mark.parametrize("text", ["", "x" * (CHALLENGE_LIMIT + 1), "e\u0301", "a\u202eb", "\0"])
def test_challenges_keep_the_rules_of_text(text: str) -> None:
    """What may not stand in a record is neither claimed nor checked."""
    round_, raw, prover = rostered()
    with pytest.raises(MalformedError):
        claim(prover, round_, text, FOUND)
    with pytest.raises(MalformedError):
        verify(claim(prover, round_, TEXT, FOUND), round_, raw, text)


def test_a_changed_letter_is_noticed() -> None:
    """Its trailer is read too."""
    round_, raw, prover = rostered()
    with pytest.raises(MalformedError):
        verify(claim(prover, round_, TEXT, FOUND), round_, raw[:-1])


@both_kinds
@pytest.mark.parametrize("state", [(False, False), (True, True), (False, True)])
def test_only_a_cosignature_that_counts_is_claimed(
    letter: Letter, state: tuple[bool, bool]
) -> None:
    """A claim of none would prove that its maker did not sign."""
    round_, _raw, prover = letter()
    with pytest.raises(VerificationError, match="no cosignature to claim"):
        claim(prover, round_, TEXT, Found(*state, ""))


def test_a_verifier_is_told_how_far_keys_and_records_are() -> None:
    """A large roster takes seconds, and so does a large letter."""
    round_, raw, prover = rostered()
    made = claim(prover, round_, TEXT, FOUND)
    reader = PublishedReader(io.BytesIO(raw))
    again = verify_round(reader.header.round)
    roster._rings.clear()
    told: list[tuple[int, int]] = []
    verify_claim(made, TEXT, again, reader, progress=lambda *args: told.append(args))
    assert told == [(5, 5), (0, 2)]
