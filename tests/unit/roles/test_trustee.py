"""The trustee's step: open the own share of every envelope."""

from dataclasses import replace

import pytest

from cosign.errors import MismatchError, WindowError
from cosign.primitives import hpke
from cosign.records.envelope import Opening
from cosign.roles.shared.sealing import open_share, share_info
from cosign.roles.trustee import (
    make_trustee,
    open_shares,
    trustee_number,
)
from cosign.secret import Secret
from tests.support.world import CLOSED_MINUTE, Seeded, World


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
    with pytest.raises(WindowError, match="stay closed until 1970-01-01T05:00Z"):
        open_shares(seed, committee.round, committee.envelopes, minute)
    assert open_shares(seed, committee.round, committee.envelopes, 300)


def test_only_trustees_open(committee: World, village: World) -> None:
    """A key that the round does not name has no share."""
    with pytest.raises(MismatchError, match="not a trustee of this round"):
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
    """What opens but has 31 or 33 bytes is no share."""
    round_id, number = committee.round.round_id, 2
    key = hpke.SealingSecretKey(committee.trustees[1].seed)
    sealed = {
        size: hpke.seal(key.public_key, share_info(round_id, number), bytes(size))
        for size in (31, 32, 33)
    }
    found = {size: open_share(key, round_id, number, raw) for size, raw in sealed.items()}
    assert found == {31: None, 32: Secret(bytes(32)), 33: None}


def test_a_trustee_s_key_comes_from_its_seed() -> None:
    """The public record belongs to the seed that is kept."""
    made = make_trustee("Tim", Seeded("trustee"))
    assert made.trustee.name == "Tim"
    assert hpke.SealingSecretKey(made.seed).public_key.to_bytes() == made.trustee.sealing_key
