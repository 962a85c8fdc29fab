"""What was forgotten cannot speak, and does not stand in what is written down."""

from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MissingError, RefusedError
from cosign.primitives import ed25519
from cosign.records.credential import Credential
from cosign.records.secrets import MemberState, Use
from cosign.roles import member
from cosign.roles.member.forgetting import forget_keys, forget_round, forget_slot, is_empty
from cosign.roles.member.signing import make_prover
from cosign.secret import Secret
from tests.support import rosters
from tests.support.world import SIGN_MINUTE, World


def signed(world: World, slot: int = 1) -> tuple[MemberState, Use]:
    """Return a member's state after signing, with an enrolment still under way."""
    round_ = world.round if slot == 1 else world.open_round(slot=slot)
    state = world.members[0]
    use, _ = member.cosign(
        make_prover(state, round_), round_, state.uses, minute=SIGN_MINUTE, min_set=1
    )
    waiting = world.enrolments[0].before.pending
    return replace(state, uses=(*state.uses, use), pending=waiting), use


def holds(credential: Credential, *secrets: bytes) -> bool:
    """Return whether one of these stands in what would be written down."""
    return any(secret in credential.to_bytes() for secret in secrets)


def seed(state: MemberState, slot: int) -> bytes:
    """Return a slot's key."""
    held = state.seeds[slot - 1]
    assert held
    return held.reveal()


def test_forgetting_a_round_erases_its_slot_and_nothing_else(committee: World) -> None:
    """Key, tag, endorsements and blinding factors go; the other slots can still sign."""
    state, use = signed(committee)
    left = forget_slot(state, use.slot)
    assert isinstance(left, MemberState)
    assert holds(state, seed(state, 1), use.tag)
    inverses = [i.reveal() for p in state.pending for _, i in p.blinds]
    prefixes = [e.prefix for e in state.endorsements[0]]
    assert holds(state, *inverses)
    assert not holds(left, seed(state, 1), use.tag, use.round_id, *inverses, *prefixes)
    assert (left.seeds[1], left.endorsements[1]) == (state.seeds[1], state.endorsements[1])
    assert [c.slot for c in left.certificates()] == [2]
    with pytest.raises(MissingError, match="forgot its key for slot 1"):
        make_prover(left, committee.round)
    assert make_prover(left, committee.open_round(slot=2))
    assert MemberState.from_bytes(left.to_bytes()) == left


def test_a_receipt_can_be_kept_without_the_key(committee: World) -> None:
    """Then the own cosignature is still found, and nothing else can be done."""
    state, use = signed(committee)
    for left in (forget_slot(state, use.slot, keep_receipts=True), forget_keys(state)):
        assert left.uses == state.uses
        assert not holds(left, seed(state, 1))
        with pytest.raises(MissingError):
            make_prover(left, committee.round)
    everything = forget_keys(state)
    assert isinstance(everything, MemberState)
    assert not any(everything.seeds)
    assert not any(any(e.prefix + e.signature) for row in everything.endorsements for e in row)


def test_a_membership_with_a_forgotten_slot_is_not_enrolled_further(committee: World) -> None:
    """Registrars sign all slots together, and one of them has no key."""
    state, use = signed(committee)
    left = forget_slot(state, use.slot)
    assert isinstance(left, MemberState)
    with pytest.raises(RefusedError, match="was forgotten"):
        member.enrol(left, 2, Secret(b"v" * 16), 150)
    with pytest.raises(RefusedError, match="no request of this home waits"):
        member.finish(left, committee.enrolments[0].response)


def test_a_roster_key_outlives_a_round() -> None:
    """It serves other rounds, so a round's receipt goes alone."""
    round_, held = rosters.round_of(5), rosters.credential(1)
    use, _ = rosters.speak(round_, 1)
    other = use._replace(round_id=bytes(32))
    spoken = replace(held, uses=(use, other))
    left = forget_round(spoken, round_.round_id)
    assert left.uses == (other,)
    assert make_prover(left, round_).tag == use.tag
    gone = forget_keys(spoken)
    assert gone.uses == (use, other)
    assert held.secret
    assert not holds(gone, held.secret.reveal())
    with pytest.raises(MissingError):
        make_prover(gone, round_)


def test_who_did_not_sign_forgets_the_same(committee: World) -> None:
    """The record of a member who signed and forgot is the one of a member who never signed."""
    state, use = signed(committee)
    silent = replace(state, uses=())
    assert forget_slot(silent, use.slot) == forget_slot(state, use.slot)
    assert forget_slot(forget_slot(state, use.slot), use.slot) == forget_slot(state, use.slot)
    assert forget_round(silent, use.round_id) == silent
    with pytest.raises(MalformedError, match="slots 1 to 2, not 3"):
        forget_slot(state, 3)


def test_other_slots_and_their_receipts_stay(committee: World) -> None:
    state, use = signed(committee)
    other = Use(2, bytes([1]) * 32, bytes(32), "cosign", "")
    assert forget_slot(replace(state, uses=(use, other)), use.slot).uses == (other,)
    assert forget_round(replace(state, uses=(use, other)), use.round_id).uses == (use, other)


def test_an_ssh_key_leaves_an_empty_file_that_has_to_go() -> None:
    round_, held = rosters.round_of(5), rosters.credential(1)
    use, _ = rosters.speak(round_, 1)
    of_ssh = replace(held, secret=None, uses=(use,))
    assert [is_empty(c) for c in (of_ssh, held)] == [False, False]
    assert is_empty(forget_round(of_ssh, round_.round_id))


def test_what_is_forgotten_is_what_makes_the_tag(committee: World) -> None:
    """The seed gives the tag; without it, nothing in the state does."""
    state, use = signed(committee)
    held = state.seeds[0]
    assert held
    assert ed25519.SigningKey(held).public_key == use.tag


def test_a_certified_key_outlives_a_round_of_a_roster(committee: World) -> None:
    """What a slot's key said in a rostered round is forgotten; the key serves its own round too."""
    use = Use(0, bytes(32), bytes(32), "cosign", "")
    state = replace(committee.members[0], uses=(use,))
    assert forget_round(state, bytes(32)) == committee.members[0]
