"""Signing with a name: which attestations are taken, when, and what comes before and after."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from cosign.errors import (
    AnonymitySetError,
    MalformedError,
    MismatchError,
    MissingError,
    SlotError,
    ThresholdError,
    VerificationError,
    WindowError,
)
from cosign.records.open_cosignature import PublicName
from cosign.records.secrets import Use
from cosign.roles import member
from cosign.roles.member.signing import check_name_wanted
from cosign.roles.registrar import attest_name
from tests.support import rosters
from tests.support.world import CLOSED_MINUTE, NAME_CHALLENGE, NAMES, SIGN_MINUTE, World

ADA = NAMES[0]


def by_all(world: World, number: int, name: PublicName = ADA) -> tuple[Any, ...]:
    """Let every registrar attest a member's name."""
    return tuple(
        attest_name(
            keys, world.group, world.name_request(number, keys.number, name), NAME_CHALLENGE
        )
        for keys in world.keys
    )


def sign(world: World, name: member.SigningName | None, **arguments: Any) -> Use:
    """Let the first member sign, and return the use."""
    chosen: dict[str, Any] = {"uses": (), "minute": SIGN_MINUTE, "min_set": 1} | arguments
    return member.cosign(world.prover(0), world.round, name=name, **chosen)[0]


def test_exactly_t_attestations_travel_by_the_lowest_registrars(committee: World) -> None:
    """In whatever order they came, and however often; so more registrars tell nothing more."""
    given = by_all(committee, 0)
    for records in (given, given[::-1], (*given, *given)):
        rows = member.SigningName(*ADA, records).choose_attestations(committee.round)
        assert [row.registrar for row in rows] == [0, 1]
    rows = member.SigningName(*ADA, given[1:]).choose_attestations(committee.round)
    assert [row.registrar for row in rows] == [1, 2]


def test_too_few_registrars_are_counted_once_each(committee: World) -> None:
    one = by_all(committee, 0)[:1]
    with pytest.raises(ThresholdError, match="1 registrar attests the name, and 2 have to"):
        sign(committee, member.SigningName(*ADA, one * 2))
    with pytest.raises(ThresholdError, match="0 registrars attest"):
        sign(committee, member.SigningName(*ADA))


def test_an_attestation_of_something_else_names_its_registrar(committee: World) -> None:
    """Another key, name or role, another group, a changed signature."""
    given = by_all(committee, 0)
    other = by_all(committee, 1)
    with pytest.raises(MismatchError, match="registrar 'R1' attested the name for another key"):
        sign(committee, member.SigningName(*ADA, other))
    with pytest.raises(MismatchError, match=r"'R1' attested another name or role: 'Ada Example'"):
        sign(committee, member.SigningName("Eva", "engineer", given))
    with pytest.raises(MismatchError, match="belongs to another group"):
        sign(committee, member.SigningName(*ADA, (replace(given[0], group_id=bytes(32)),)))
    with pytest.raises(VerificationError, match="registrar 'R1' is not signed by it"):
        sign(committee, member.SigningName(*ADA, (replace(given[0], signature=bytes(64)),)))


def test_nobody_hides_who_is_named(committee: World) -> None:
    """So no crowd is too small for a name; without it the same member is refused."""
    use = sign(committee, committee.signing_name(0), min_set=1000)
    assert use.public_name == ADA
    with pytest.raises(AnonymitySetError):
        sign(committee, None, min_set=1000)


def test_a_name_can_follow_an_anonymous_cosignature_also_after_the_close(village: World) -> None:
    """With the same statement only; and never the reverse, nor another name."""
    name = village.signing_name(0)
    anonymous = sign(village, None, statement="a")
    for minute in (SIGN_MINUTE, CLOSED_MINUTE + 10_000):
        use = sign(village, name, statement="a", uses=(anonymous,), minute=minute)
        assert (use.name, use.role, use.statement) == (*ADA, "a")
    late: dict[str, Any] = {"minute": CLOSED_MINUTE}
    with pytest.raises(WindowError, match="did not cosign it with this statement"):
        sign(village, name, statement="b", uses=(anonymous,), **late)
    with pytest.raises(WindowError, match="did not cosign it with this statement"):
        sign(village, name, **late)
    with pytest.raises(SlotError, match="with another statement"):
        sign(village, name, statement="b", uses=(anonymous,))
    uses = anonymous, use
    with pytest.raises(SlotError, match="openly already, as 'Ada Example'"):
        sign(village, None, statement="a", uses=uses)
    other = village.signing_name(0, PublicName("Ada", ""))
    with pytest.raises(SlotError, match="with another name or role: 'Ada Example', 'engineer'"):
        sign(village, other, statement="a", uses=uses)
    assert sign(village, name, statement="a", uses=uses, **late) == use
    withdrawn = sign(village, None, action="withdraw", uses=uses, **late)
    with pytest.raises(SlotError, match="you withdrew"):
        sign(village, name, statement="a", uses=(*uses, withdrawn), **late)


def test_a_withdrawal_has_no_name(village: World) -> None:
    with pytest.raises(ValueError, match="no name"):
        sign(village, village.signing_name(0), action="withdraw")


def test_a_member_of_a_roster_asks_nobody(village: World) -> None:
    """The key is listed; attestations of another kind of group do not fit."""
    round_ = rosters.round_of(5)
    use, envelope = rosters.speak(round_, 0, name=member.SigningName("Béla"))
    assert use.public_name == PublicName("Béla", "")
    _use, anonymous = rosters.speak(round_, 0)
    assert envelope.form == anonymous.form
    with pytest.raises(MismatchError, match="nobody attests the name"):
        rosters.speak(round_, 0, name=member.SigningName(*ADA, village.attestations(0)))


@pytest.mark.parametrize("name", [("", ""), ("x" * 101, ""), ("Ada", "x" * 101), ("a\nb", "")])
def test_a_name_that_may_not_stand_in_a_record_is_refused_first(
    village: World, name: tuple[str, str]
) -> None:
    with pytest.raises(MalformedError):
        sign(village, member.SigningName(*name))


@pytest.mark.parametrize(
    ("changes", "minute", "error", "words"),
    [
        ({}, SIGN_MINUTE, None, ""),
        ({}, CLOSED_MINUTE, None, ""),
        ({"round_id": bytes(32)}, SIGN_MINUTE, SlotError, "is used up"),
        ({"action": "withdraw", "statement": ""}, SIGN_MINUTE, SlotError, "you withdrew"),
        ({"name": "Eva"}, SIGN_MINUTE, SlotError, "openly already"),
        (None, SIGN_MINUTE, None, ""),
        (None, CLOSED_MINUTE, WindowError, "did not cosign it"),
    ],
)
def test_nobody_is_asked_for_a_name_that_cannot_be_signed(
    village: World,
    changes: dict[str, Any] | None,
    minute: int,
    error: type[Exception] | None,
    words: str,
) -> None:
    """The registrar would learn for nothing what the key signed elsewhere, or that it did not."""
    use = sign(village, None, statement="s")
    uses = () if changes is None else (use._replace(**changes),)
    asked = partial(check_name_wanted, village.round, use.tag, uses, ADA, minute)
    if error is None:
        asked()
    else:
        with pytest.raises(error, match=words):
            asked()


def test_a_request_needs_a_certificate_and_a_registrar(committee: World) -> None:
    """Of the slot; a key that was forgotten asks for nothing."""
    state = committee.members[0]
    with pytest.raises(MissingError, match="no certificate for slot 3"):
        member.request_name(state, 3, ADA, 0, NAME_CHALLENGE)
    forgotten = replace(state, seeds=(None, *state.seeds[1:]))
    with pytest.raises(MissingError, match="no certificate for slot 1"):
        member.request_name(forgotten, 1, ADA, 0, NAME_CHALLENGE)
    with pytest.raises(MismatchError, match="registrars 1 to 3, not 4"):
        member.request_name(state, 1, ADA, 3, NAME_CHALLENGE)
    for challenge in ("", "x" * 4001):
        with pytest.raises(MalformedError, match="challenge"):
            member.request_name(state, 1, ADA, 0, challenge)
