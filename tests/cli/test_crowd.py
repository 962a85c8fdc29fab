"""The crowd that a signer is told, and the one that is certain (docs/spec.md, "Groups")."""

from pathlib import Path
from typing import Final

import pytest

from cosign.errors import AnonymitySetError
from cosign.records.round import VerifiedRound
from cosign.roles import member
from cosign.roles.member import Crowd, check_set, crowd_of
from cosign.stores.home import Home
from cosign.stores.keys import member_name
from tests.support.commands import Shop
from tests.support.world import SIGN_MINUTE, World, admitted

NOW: Final = "1970-01-01T04:10Z"
"""SIGN_MINUTE as the command's clock takes it."""
REFUSED, ADMITTED = 2, 0
"""The member whom registrar R2 refused shows R1 and R3, the other one R1 and R2."""


@pytest.fixture
def round_(committee: World) -> VerifiedRound:
    """A round in which R1 and R3 certified 24 people and R2 all of them but one."""
    issued = (24, 23, 24)
    stated = tuple(k.state_issued(admitted(n)) for k, n in zip(committee.keys, issued, strict=True))
    return committee.open_round(stated)


@pytest.fixture
def shop(tmp_path: Path, committee: World, round_: VerifiedRound) -> Shop:
    """Homes of two members, and the round's file."""
    for name, number in (("refused", REFUSED), ("admitted", ADMITTED)):
        home = Home(tmp_path / "homes" / name, lambda _name, _new: None)
        home.write(member_name(committee.group.group_id), committee.members[number])
    (tmp_path / "letter.round").write_bytes(round_.round.to_bytes())
    return Shop(tmp_path)


class TestAMemberWhomOneOfNRegistrarsRefuses:
    """Is told the certain crowd, and refused below the minimum."""

    def test_the_certain_crowd_is_one(self, committee: World, round_: VerifiedRound) -> None:
        """24 people can show R1 and R3 at most, but all others may well show R1 and R2."""
        assert crowd_of(round_, committee.prover(REFUSED).certifiers) == Crowd(1, 24)
        assert crowd_of(round_, committee.prover(ADMITTED).certifiers) == Crowd(23, 23)

    def test_the_library_signs_nothing(self, committee: World, round_: VerifiedRound) -> None:
        for least in (2, member.DEFAULT_MIN_SET, 24):
            with pytest.raises(AnonymitySetError, match=f"certain to be 1, fewer than {least}"):
                committee.sign(REFUSED, round_, min_set=least)
        assert committee.sign(REFUSED, round_, min_set=1)
        assert committee.sign(ADMITTED, round_, min_set=member.DEFAULT_MIN_SET)

    def test_the_minimum_of_the_round_holds_for_the_certain_crowd(self, committee: World) -> None:
        strict = committee.open_round(min_set=2)
        with pytest.raises(AnonymitySetError, match="certain to be 1") as caught:
            committee.sign(REFUSED, strict, min_set=0)
        assert "the round itself requires 2" in caught.value.hint

    def test_the_command_tells_and_refuses(self, shop: Shop) -> None:
        """Before anybody is asked, and without writing anything."""
        with shop.unchanged():
            done = shop.call("sign letter.round --yes -o new", "refused", now=NOW, code=10)
        assert "crowd      1 (certain) to 24 (at most) people show the same" in done.err
        assert "it will also show that 'R2' did not certify you" in done.err
        assert "certain to be 1, fewer than 16; it may be larger, at most 24" in done.err

    def test_the_command_warns_who_signs_all_the_same(self, shop: Shop) -> None:
        done = shop.call("sign letter.round --yes --min-set 1 -o new", "refused", now=NOW)
        assert "warning: your crowd has at least 1 person, and no more are certain" in done.err
        assert (shop / "new").exists()

    def test_others_sign_as_before(self, shop: Shop) -> None:
        done = shop.call("sign letter.round --yes -o new", "admitted", now=NOW)
        assert "crowd      at most 23 people show the same registrars as you" in done.err
        assert "did not certify you" not in done.err

    def test_a_withdrawal_asks_for_no_crowd(
        self, shop: Shop, committee: World, round_: VerifiedRound
    ) -> None:
        """A person who signed in a crowd that turns out to be small can still get out of it."""
        done = shop.call("withdraw letter.round --yes -o new", "refused", now=NOW)
        assert "certain to be" not in done.err
        prover = committee.prover(REFUSED)
        use, _ = member.cosign(prover, round_, (), action="withdraw", minute=SIGN_MINUTE)
        assert use.action == "withdraw"


def test_several_skipped_registrars_are_all_subtracted(committee: World) -> None:
    """Only those with a lower number than the last one used: later ones are never shown."""
    keys, issued = committee.keys, (10, 20, 40)
    stated = tuple(k.state_issued(admitted(n)) for k, n in zip(keys, issued, strict=True))
    membership = committee.group.membership(stated)
    assert [membership.certain_set(v) for v in ((0, 1), (0, 2), (1, 2))] == [10, 1, 10]
    assert membership.certain_set((2,)) == 40 - 10 - 20
    assert committee.group.membership(stated[1:]).certain_set((1, 2)) is None
    assert committee.group.membership(stated[:2]).certain_set((0, 1)) == 10


def test_a_group_that_splits_has_no_crowd_of_its_own(committee: World, village: World) -> None:
    with pytest.raises(ValueError, match="name them"):
        crowd_of(committee.round, ())
    assert check_set(village.round, (), 3) == check_set(village.round, (0,), 3) == (3, 3)


def test_a_withdrawal_from_a_small_or_unknown_crowd(village: World) -> None:
    for round_ in (village.round, village.open_round(()), village.open_round(min_set=1000)):
        with pytest.raises(AnonymitySetError):
            village.sign(0, round_, min_set=16)
        assert village.sign(0, round_, min_set=16, action="withdraw")
