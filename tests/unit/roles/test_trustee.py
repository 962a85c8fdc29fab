"""The trustee's step: open the own share of every envelope."""

from dataclasses import replace

import pytest

from cosign.errors import MalformedError, MismatchError, VerificationError, WindowError
from cosign.primitives import hpke
from cosign.records.envelope import OpenedShares, Opening
from cosign.records.round import Trustee
from cosign.roles import organizer
from cosign.roles.shared.sealing import share_info
from cosign.roles.trustee import (
    make_trustee,
    open_shares,
    opening_info,
    own_opening,
    read_opening,
    trustee_number,
)
from tests.support.world import CLOSED_MINUTE, LETTER, SIGN, Seeded, World


def opening(world: World, number: int = 1) -> Opening:
    """Let a trustee open all envelopes."""
    seed = world.trustees[number - 1].seed
    return open_shares(seed, world.round, world.envelopes, CLOSED_MINUTE)


def test_an_opening_holds_one_share_of_each_envelope(committee: World) -> None:
    """Entries ascend by envelope, however envelopes came in, and equal ones count once."""
    envelopes = committee.envelopes
    opened = committee.openings((*envelopes[::-1], *envelopes), (2,))[0]
    shares = opened.shares()
    assert list(shares) == sorted(e.envelope_id for e in envelopes)
    assert all(len(share) == 32 for share in shares.values())
    assert len(opened.entries) == 64 * len(envelopes)
    assert (opened.trustee, opened.round_id) == (2, committee.round.round_id)


@pytest.mark.parametrize("minute", [0, 200, 299])
def test_nothing_is_opened_early(committee: World, minute: int) -> None:
    """Envelopes stay shut until the minute at which the round closes."""
    seed = committee.trustees[0].seed
    with pytest.raises(WindowError, match="stay shut until 1970-01-01T05:00Z"):
        open_shares(seed, committee.round, committee.envelopes, minute)
    assert open_shares(seed, committee.round, committee.envelopes, 300)


def test_only_trustees_open(committee: World, village: World) -> None:
    """A key that the round does not name has no share."""
    with pytest.raises(MismatchError, match="no trustee of this round"):
        open_shares(village.trustees[0].seed, committee.round, (), CLOSED_MINUTE)
    numbers = [
        trustee_number(committee.round, hpke.SealingSecretKey(t.seed)) for t in committee.trustees
    ]
    assert numbers == [1, 2, 3]


def test_envelopes_of_another_round_are_refused(committee: World, village: World) -> None:
    """A trustee opens nothing of a round that it was not asked about."""
    with pytest.raises(MismatchError, match="another round"):
        open_shares(committee.trustees[0].seed, committee.round, village.envelopes, CLOSED_MINUTE)


def test_a_relabelled_envelope_gives_no_share(committee: World) -> None:
    """Shares are bound to their round, so naming another round on the outside gains nothing."""
    other = committee.open_round(title="Another")
    moved = replace(committee.sign(0, other), round_id=committee.round.round_id)
    assert committee.openings([moved], (1,))[0].shares() == {}


def test_bad_shares_are_absent(committee: World) -> None:
    """A share that is missing or does not open has no entry; the others have theirs."""
    good = committee.envelopes[0]
    short = replace(good, shares=good.shares[:1])
    noise = replace(good, shares=(good.shares[0], bytes(1168), good.shares[2]))
    swapped = replace(good, shares=(good.shares[1], good.shares[0], good.shares[2]))
    envelopes = [good, short, noise, swapped]
    shares = committee.openings(envelopes, (2,))[0].shares()
    assert [e.envelope_id in shares for e in envelopes] == [True, False, False, False]


def test_a_share_of_another_length_is_absent(committee: World) -> None:
    """What opens but has 31 or 33 bytes is no share, and does not shift the others."""
    good, number = committee.envelopes[0], 2
    key = hpke.SealingPublicKey.from_bytes(committee.round.terms.trustees[1].sealing_key)
    info = share_info(committee.round.round_id, number)
    wrong = [
        replace(good, shares=(good.shares[0], hpke.seal(key, info, bytes(n)), good.shares[2]))
        for n in (31, 33)
    ]
    shares = committee.openings([*wrong, good], (number,))[0].shares()
    assert list(shares) == [good.envelope_id]


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
    with pytest.raises(MismatchError, match="one trustee outside and another inside"):
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
    alone = organizer.open_round(
        village.organizer, plan, LETTER, village.group, village.statements, Seeded("alone")
    )
    assert [t.name for t in alone.terms.trustees] == ["the organizer"]
    envelopes = [village.sign(0, alone)]
    [opened] = own_opening(village.organizer, alone, envelopes, CLOSED_MINUTE)
    assert isinstance(opened, OpenedShares)
    assert own_opening(village.organizer, village.round, village.envelopes, CLOSED_MINUTE) == []
    assert (alone.opened_by_organizer, alone.organizer_trustees) == (True, (1,))
    assert (village.round.opened_by_organizer, village.round.organizer_trustees) == (False, ())


@pytest.mark.parametrize("threshold", [1, 2])
def test_an_organizer_among_the_trustees_is_known(village: World, threshold: int) -> None:
    """Whoever can open alone opens alone, whatever other names stand beside."""
    key = village.round.terms.organizer_sealing_key
    trustees = (*village.round.terms.trustees, Trustee("Notary Miller", key))
    plan = organizer.Plan("Two", 1, SIGN, trustees, threshold)
    parts = village.organizer, plan, LETTER, village.group, village.statements
    round_ = organizer.open_round(*parts, Seeded("two"))
    assert round_.organizer_trustees == (2,)
    assert round_.opened_by_organizer == (threshold == 1)
    [opened] = own_opening(village.organizer, round_, [village.sign(0, round_)], CLOSED_MINUTE)
    assert opened.trustee == 2


def test_a_trustee_s_key_comes_from_its_seed() -> None:
    """The public record belongs to the seed that is kept."""
    made = make_trustee("Tim", Seeded("trustee"))
    assert made.trustee.name == "Tim"
    assert hpke.SealingSecretKey(made.seed).public_key.to_bytes() == made.trustee.sealing_key
