"""Openings as the organizer reads them: own ones and those of trustees."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives import hpke
from cosign.records.envelope import Envelope, Opening
from cosign.records.round import Trustee
from cosign.roles import organizer
from cosign.roles.organizer.gaps import Gaps, find_gaps
from cosign.roles.organizer.openings import (
    ChosenOpenings,
    choose_openings,
    own_key,
    read_opening,
)
from cosign.roles.organizer.publishing import publish
from cosign.roles.trustee import open_shares, opening_info
from tests.support.world import CLOSED_MINUTE, LETTER, SIGN, Seeded, World, granted


def opening(world: World, number: int = 1, envelopes: Iterable[Envelope] | None = None) -> Opening:
    """Let a trustee open envelopes, all if none are named."""
    seed, found = world.trustees[number - 1].seed, envelopes or world.envelopes
    return open_shares(seed, world.round, found, CLOSED_MINUTE)


def test_an_opening_is_for_the_organizer_only(committee: World, village: World) -> None:
    """Nobody else reads it, and a changed one is refused."""
    sent = opening(committee)
    assert read_opening(committee.organizer, committee.round, sent).trustee == 1
    flipped = sent.sealed[:-1] + bytes([sent.sealed[-1] ^ 1])
    with pytest.raises(VerificationError):
        read_opening(village.organizer, committee.round, sent)
    with pytest.raises(VerificationError):
        read_opening(committee.organizer, committee.round, replace(sent, sealed=flipped))


def test_an_opening_belongs_to_one_round_and_trustee(committee: World, village: World) -> None:
    """Relabelling an opening, or naming a trustee that the round does not have, is noticed."""
    sent = opening(committee)
    elsewhere = replace(sent, round_id=village.round.round_id)
    for moved in (elsewhere, replace(sent, trustee=4)):
        with pytest.raises(MismatchError, match="belongs to another round"):
            read_opening(committee.organizer, committee.round, moved)
    with pytest.raises(VerificationError):
        read_opening(committee.organizer, committee.round, replace(sent, trustee=2))


@pytest.mark.parametrize("inside", [{"trustee": 2}, {"round_id": b"x" * 32}])
def test_inside_and_outside_agree(committee: World, inside: dict[str, object]) -> None:
    """An opening that names another trustee or round inside is refused."""
    opened = committee.openings(committee.envelopes, (1,))[0]
    lying = replace(opened, **inside).to_bytes()  # type: ignore[arg-type]  # fields of all types
    key = hpke.SealingPublicKey.from_bytes(committee.round.terms.organizer_sealing_key)
    sealed = hpke.seal(key, opening_info(committee.round.round_id, 1), lying)
    sent = Opening(committee.round.round_id, 1, sealed)
    with pytest.raises(
        MismatchError, match="one trustee in the clear and another in its sealed part"
    ):
        read_opening(committee.organizer, committee.round, sent)


def test_an_opening_holds_shares(committee: World) -> None:
    """Noise under the right seal is malformed."""
    key = hpke.SealingPublicKey.from_bytes(committee.round.terms.organizer_sealing_key)
    sealed = hpke.seal(key, opening_info(committee.round.round_id, 1), b"noise")
    with pytest.raises(MalformedError):
        read_opening(
            committee.organizer, committee.round, Opening(committee.round.round_id, 1, sealed)
        )


def test_an_organizer_may_be_the_only_trustee(village: World) -> None:
    """Without named trustees the organizer opens alone; with named ones it has no share."""
    plan = organizer.Plan("Alone", 1, SIGN)
    draft = organizer.open_round(
        village.organizer, plan, LETTER, village.group, village.statements, Seeded("alone")
    )
    alone = granted(draft, village.keys)
    assert [t.name for t in alone.terms.trustees] == ["the organizer"]
    opened = own_key(village.organizer, alone)
    assert publish(alone, [village.sign(0, alone)], opened, CLOSED_MINUTE).cosigners == 1
    assert own_key(village.organizer, village.round) == []
    assert (alone.opened_by_organizer, alone.organizer_trustees) == (True, (1,))
    assert (village.round.opened_by_organizer, village.round.organizer_trustees) == (False, ())


@pytest.mark.parametrize("threshold", [1, 2])
def test_an_organizer_among_the_trustees_is_known(village: World, threshold: int) -> None:
    """An organizer who can open alone is named so, whatever other names stand beside."""
    key = village.round.terms.organizer_sealing_key
    trustees = (*village.round.terms.trustees, Trustee("Notary Miller", key))
    plan = organizer.Plan("Two", 1, SIGN, trustees, threshold)
    parts = village.organizer, plan, LETTER, village.group, village.statements
    round_ = granted(organizer.open_round(*parts, Seeded("two")), village.keys)
    assert round_.organizer_trustees == (2,)
    assert round_.opened_by_organizer == (threshold == 1)
    [own] = own_key(village.organizer, round_)
    assert own.trustee == 2
    envelopes = [village.sign(0, round_)]
    opened = village.openings(envelopes, (1,), round_) if threshold > 1 else ()
    assert publish(round_, envelopes, (*opened, own), CLOSED_MINUTE).cosigners == 1


def choose(world: World, *sent: Opening | bytes) -> tuple[ChosenOpenings, list[str]]:
    """Choose among openings; return what was left out, too."""
    raws = (s if isinstance(s, bytes) else s.to_bytes() for s in sent)
    left_out: list[str] = []
    sources = ((f"post {number}", raw) for number, raw in enumerate(raws, 1))
    parts = world.organizer, world.round, sources
    return choose_openings(*parts, lambda e: left_out.append(str(e))), left_out


def test_the_largest_opening_of_each_trustee_is_taken(committee: World) -> None:
    """In whatever order they come; one that is a part of another is no contradiction."""
    few, all_ = opening(committee, 1, committee.envelopes[:2]), opening(committee)
    second = opening(committee, 2, committee.envelopes[:1])
    for sent in ((few, second, all_), (all_, few, second)):
        chosen, left_out = choose(committee, *sent)
        assert [(o.trustee, len(o.shares())) for o in chosen.openings] == [(1, 5), (2, 1)]
        assert (chosen.differing, left_out) == ((), [])


def test_openings_that_contradict_are_told(committee: World) -> None:
    """Another trustee can post under this number: who reads the choice has to know."""
    first, rest = committee.envelopes[:2], committee.envelopes[2:]
    chosen, _ = choose(committee, opening(committee, 1, first), opening(committee, 1, rest))
    assert [len(o.shares()) for o in chosen.openings] == [3]
    assert chosen.differing == (1,)


def test_junk_among_openings_is_left_out(committee: World, village: World) -> None:
    """Noise, an opening of another round and a changed one are named, and stop nothing."""
    good = opening(committee)
    flipped = replace(good, sealed=good.sealed[:-1] + bytes([good.sealed[-1] ^ 1]))
    chosen, left_out = choose(committee, b"noise", opening(village), flipped, good)
    assert [o.trustee for o in chosen.openings] == [1]
    assert [message.partition(":")[0] for message in left_out] == ["post 1", "post 2", "post 3"]


def test_gaps_between_envelopes_and_openings_are_counted(committee: World) -> None:
    """What nobody opened, and what one opening lacks that another has."""
    envelopes = committee.envelopes
    first, second = committee.openings(envelopes[:4], (1, 2))
    less = committee.openings(envelopes[1:3], (3,))[0]
    assert find_gaps(envelopes[:4], [first, second]) == Gaps(0, {})
    assert find_gaps(envelopes, [first, second, less]) == Gaps(1, {3: 2})
    assert find_gaps(envelopes, []) == find_gaps([], [first]) == Gaps(0, {})


def test_openings_of_other_envelopes_are_refused(committee: World) -> None:
    """Trustees who were given another folder opened nothing that can be published."""
    opened = committee.openings(committee.envelopes[:2], (1, 2))
    with pytest.raises(MismatchError, match="none of these envelopes"):
        find_gaps(committee.envelopes[2:], opened)
