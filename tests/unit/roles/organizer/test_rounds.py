"""The organizer's steps before publication."""

from dataclasses import replace
from typing import Any

import pytest

from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.roles.organizer.publishing import merge_statements
from cosign.roles.organizer.rounds import check_organizer, make_group, make_organizer
from tests.support.world import ENROL, LETTER, Seeded, World, admitted


def test_a_group_has_a_salt_of_its_own(committee: World) -> None:
    """The same registrars and words make another group each time."""
    registrars = committee.group.registrars
    one, two = (make_group("G", "", registrars, 2, ENROL) for _ in range(2))
    assert one.group_id != two.group_id
    again = [make_group("G", "", registrars, 2, ENROL, Seeded("g")).group_id for _ in range(2)]
    assert again[0] == again[1]


def test_a_round_has_a_salt_of_its_own(committee: World) -> None:
    """The same plan makes another round each time."""
    terms = committee.round.terms
    ids = {committee.open_round(title=terms.title, quorum=q).round_id for q in (1, 2)}
    assert len(ids | {committee.round.round_id}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"window": (300, 300)},
        {"window": (199, 300)},
        {"slot": 0},
        {"slot": 3},
        {"threshold": 4},
        {"quorum": 0},
        {"title": ""},
        {"title": "a\nb"},
        {"trustees": "twins"},
    ],
    ids=str,
)
def test_plans_that_the_rules_forbid_open_no_round(
    committee: World, change: dict[str, Any]
) -> None:
    """Windows, slots, thresholds, quorums and titles are checked when a round is opened."""
    if change.get("trustees"):
        change = {"trustees": committee.round.terms.trustees[:1] * 2}
    with pytest.raises(MalformedError):
        committee.open_round(**change)


def test_statements_of_another_group_open_no_round(committee: World, village: World) -> None:
    """Enrolment statements have to belong to the group and be signed."""
    with pytest.raises(MismatchError):
        committee.open_round(village.statements)
    with pytest.raises(VerificationError):
        committee.open_round((replace(committee.statements[0], admitted=admitted(99)),))


def test_only_the_round_s_organizer_publishes(committee: World, village: World) -> None:
    """Another home's keys are refused, also by whatever writes the file."""
    assert check_organizer(committee.organizer, committee.round).public_key
    with pytest.raises(MismatchError, match="this home did not open the round"):
        check_organizer(village.organizer, committee.round)
    stranger = check_organizer(village.organizer, village.round)
    with pytest.raises(ValueError, match="only the round's organizer"):
        list(committee.publication.chunks(stranger))


def test_organizers_have_keys_of_their_own() -> None:
    """Two homes have nothing in common, and identity and sealing seeds differ."""
    one, two = make_organizer(), make_organizer()
    seeds = {s.reveal() for o in (one, two) for s in (o.identity_seed, o.sealing_seed)}
    assert len(seeds) == 4


def test_statements_are_added_later(committee: World) -> None:
    """A round takes the statements that come after it was opened, in the group's order."""
    early = committee.open_round(committee.statements[1:2])
    late = merge_statements(early, committee.statements[::-1])
    assert late.statements == committee.statements
    assert late.round_id == early.round_id
    assert early.membership.anonymity_set is None
    assert late.membership == committee.round.membership
    assert merge_statements(late, committee.statements) == late
    assert merge_statements(early, committee.statements * 2) == merge_statements(
        early, committee.statements
    )


def test_two_counts_by_one_registrar_are_evidence(committee: World) -> None:
    """A registrar that signed two different counts is named; a false one is not believed."""
    other = committee.keys[0].state_issued(admitted(99))
    with pytest.raises(MismatchError, match="registrar 1 made two enrolment statements"):
        merge_statements(committee.round, (other,))
    early = committee.open_round(())
    with pytest.raises(VerificationError):
        merge_statements(early, (replace(committee.statements[0], admitted=admitted(99)),))
    assert LETTER.raw == early.letter.raw
