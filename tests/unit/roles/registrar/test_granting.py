"""Granting slots: one round a slot, the same grant again, evidence of two."""

from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from cosign.errors import (
    MalformedError,
    MismatchError,
    SlotError,
    ThresholdError,
    VerificationError,
)
from cosign.records.groups.grants import SlotGrant, grants_needed
from cosign.records.round import DraftRound, Round, VerifiedRound, verify_draft, verify_round
from cosign.roles import organizer, registrar
from cosign.roles.registrar import RegistrarKeys
from cosign.stores.ledger import Ledger
from tests.support import rosters
from tests.support.world import World, grants_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A place for a ledger."""
    return tmp_path / "ledger.sqlite"


def draft_of(world: World, title: str, slot: int = 1) -> DraftRound:
    """Open a round that nobody has granted its slot."""
    return verify_draft(replace(world.open_round(title=title, slot=slot).round, grants=()))


class CrashError(Exception):
    """Stands for a process that is killed."""


def test_the_same_round_gets_the_same_grant(path: Path, committee: World) -> None:
    """A second round of the slot is refused, a round in another slot is not."""
    first, decoy, other = (
        draft_of(committee, title, slot) for title, slot in (("A", 1), ("B", 1), ("C", 2))
    )
    keys = committee.keys[0]
    with Ledger(path, committee.group.group_id, keys.ledger_key) as ledger:
        grant = registrar.grant_slot(keys, ledger, first)
        assert (grant.round_id, grant.slot, grant.registrar) == (first.round_id, 1, 0)
        with pytest.raises(SlotError, match="slot 1 was granted to another round"):
            registrar.grant_slot(keys, ledger, decoy)
        assert registrar.grant_slot(keys, ledger, first) == grant
        assert registrar.grant_slot(keys, ledger, other).slot == 2


def test_a_crash_between_ledger_and_signature_loses_nothing(path: Path, committee: World) -> None:
    """The slot is taken before anything is signed, and the same round gets its grant later."""
    first, decoy = draft_of(committee, "A"), draft_of(committee, "B")
    keys = committee.keys[0]
    with (
        Ledger(path, committee.group.group_id, keys.ledger_key) as ledger,
        mock.patch.object(RegistrarKeys, "grant_slot", side_effect=CrashError),
        pytest.raises(CrashError),
    ):
        registrar.grant_slot(keys, ledger, first)
    with Ledger(path, committee.group.group_id, keys.ledger_key) as ledger:
        with pytest.raises(SlotError):
            registrar.grant_slot(keys, ledger, decoy)
        assert registrar.grant_slot(keys, ledger, first).round_id == first.round_id


def test_rounds_of_other_groups_get_no_grant(path: Path, committee: World, village: World) -> None:
    """A registrar signs for its own group; a roster's round has no slot to grant."""
    keys = committee.keys[0]
    with Ledger(path, committee.group.group_id, keys.ledger_key) as ledger:
        for round_ in (draft_of(village, "A"), rosters.round_of(3)):
            with pytest.raises(MismatchError, match="another group"):
                registrar.grant_slot(keys, ledger, round_)


def test_a_draft_is_read_and_not_verified(committee: World) -> None:
    """Organizer and registrars see everything in it; it has no step of members or trustees."""
    draft = draft_of(committee, "A")
    assert not isinstance(draft, VerifiedRound)
    assert draft.letter == committee.round.letter
    assert draft.fingerprint == committee.open_round(title="A", slot=1).fingerprint
    for step in ("membership_verifier", "check_action", "check_closed", "longest_proof"):
        assert not hasattr(draft, step)
        assert hasattr(VerifiedRound, step)


def test_grants_complete_a_round_in_any_order(committee: World) -> None:
    """All of three have to grant where two certify; they come in any order, and one twice."""
    draft = draft_of(committee, "A")
    one, two, three = grants_of(draft, committee.keys)
    done = organizer.complete_round(draft, (three, one, two))
    assert done.round.grants == (one, two, three)
    assert verify_round(Round.from_bytes(done.round.to_bytes())) == done
    some = verify_draft(replace(draft.round, grants=(two, three)))
    assert organizer.complete_round(some, (one, three)) == done
    assert organizer.complete_round(done) == done
    assert done.round_id == draft.round_id


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_grants(committee: World, count: int) -> None:
    """A round with as many grants as certify a member may have a decoy; the message counts them."""
    draft = draft_of(committee, "A")
    grants = grants_of(draft, committee.keys[:count])
    with pytest.raises(ThresholdError, match=f"by {count} of 3 registrars, and 3 have to"):
        organizer.complete_round(draft, grants)
    with pytest.raises(ThresholdError):
        verify_round(replace(draft.round, grants=grants))
    twice = grants * 2  # one registrar's word counts once
    with pytest.raises(ThresholdError):
        organizer.complete_round(draft, twice)
    with pytest.raises(ThresholdError, match=f"by {count} of 3 registrars"):
        draft.group.check_grants(twice, 1, draft.round_id)


@pytest.mark.parametrize("registrars", range(1, 17))
def test_two_rounds_of_a_slot_need_as_many_liars_as_certify(registrars: int) -> None:
    """Two sets of registrars who grant overlap in at least t; one registrar fewer would not do."""
    for threshold in range(1, registrars + 1):
        needed = grants_needed(registrars, threshold)
        assert threshold <= needed <= registrars
        assert 2 * needed - registrars >= threshold
        assert needed == threshold or 2 * (needed - 1) - registrars < threshold


def test_a_group_may_need_fewer_than_all(committee: World) -> None:
    """Two of three grant where one certifies."""
    group = replace(committee.group, threshold=1)
    round_id = draft_of(committee, "A").round_id
    keys = (RegistrarKeys(secrets, group) for secrets in committee.secrets)
    grants = tuple(k.grant_slot(1, round_id) for k in keys)
    group.check_grants(grants[1:], 1, round_id)
    with pytest.raises(ThresholdError, match="by 1 of 3 registrars, and 2 have to"):
        group.check_grants(grants[:1], 1, round_id)


def test_a_false_grant_names_its_registrar(committee: World) -> None:
    """A forged or changed grant is refused although enough others are there."""
    draft = draft_of(committee, "A")
    one, two, three = grants_of(draft, committee.keys)
    for changed in (
        replace(two, signature=one.signature),
        replace(two, slot=2),
        replace(two, round_id=bytes(32)),
    ):
        with pytest.raises(VerificationError, match="grant of registrar 'R2' is not signed by it"):
            organizer.complete_round(draft, (one, changed, three))


def test_grants_of_something_else_name_their_registrar(committee: World, village: World) -> None:
    """Another group, slot or round: each is told apart, also beside enough true grants."""
    draft = draft_of(committee, "A")
    own = grants_of(draft, committee.keys[:2])
    third = committee.keys[2]
    cases: list[tuple[SlotGrant, str]] = [
        (third.grant_slot(2, draft.round_id), "registrar 'R3' granted slot 2, but"),
        (third.grant_slot(1, bytes(32)), "registrar 'R3' granted slot 1 to another round"),
        (grants_of(draft, village.keys)[0], "grant of registrar 1 belongs to another group"),
        (replace(own[0], registrar=7), "grant of registrar 8 belongs to another group"),
    ]
    for grant, match in cases:
        with pytest.raises(MismatchError, match=match):
            organizer.complete_round(draft, (*own, grant))


def test_two_grants_by_one_registrar_are_malformed_in_a_round(committee: World) -> None:
    """A round lists each registrar once, in order; the message has its number."""
    one, two, _ = committee.round.round.grants
    for grants in ((one, two, two), (two, one)):
        with pytest.raises(MalformedError, match=r"grants of a round do not ascend.*registrar"):
            replace(committee.round.round, grants=grants)


def test_two_rounds_of_one_slot_are_evidence(committee: World, village: World) -> None:
    """Two true grants by one registrar convict it; anything less convicts nobody."""
    first, decoy = draft_of(committee, "A"), draft_of(committee, "B")
    one, other = (grants_of(d, committee.keys)[1] for d in (first, decoy))
    check = committee.group.check_one_round_a_slot
    with pytest.raises(MismatchError, match="registrar 'R2' granted slot 1 to two rounds"):
        check((one, other))
    with pytest.raises(MismatchError, match="registrar 'R2' granted slot 1 to two rounds"):
        organizer.complete_round(first, (*grants_of(first, committee.keys), other))
    second_slot = committee.keys[1].grant_slot(2, decoy.round_id)
    check((one, one, second_slot, *grants_of(decoy, committee.keys[:1])))
    for forged in (replace(other, registrar=0), replace(one, round_id=decoy.round_id)):
        with pytest.raises(VerificationError):
            check((one, forged))
    with pytest.raises(MismatchError, match="another group"):
        check((one, *grants_of(decoy, village.keys)))


def test_a_roster_s_round_carries_no_grants(committee: World) -> None:
    """It has no slots, and is complete without."""
    round_ = rosters.round_of(3)
    assert organizer.complete_round(round_) == round_
    grants = committee.round.round.grants
    with pytest.raises(MismatchError, match="a round of a roster carries no slot grants"):
        organizer.complete_round(round_, grants)
    with pytest.raises(MismatchError):
        verify_round(replace(round_.round, grants=grants))
