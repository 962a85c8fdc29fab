"""Rounds: what the organizer signs, and what belongs to it."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from cosign import labels
from cosign.errors import MalformedError, MismatchError, VerificationError, WindowError
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.hashing import H, fingerprint
from cosign.records.round import Round, RoundTerms, verify_round
from tests.support.forgery import SMALL_ORDER
from tests.support.world import World


def signed(world: World, **changes: Any) -> Round:
    """Return the world's round with changed terms, properly signed."""
    terms = replace(world.round.terms, **changes)
    key = SigningKey(world.organizer.identity_seed)
    signature = key.sign(labels.ROUND_SIGNATURE, terms.to_bytes())
    return replace(world.round.round, terms=terms, signature=signature)


CHANGES: dict[str, Any] = {
    "title": "Another title",
    "letter_id": b"x" * 32,
    "group_id": b"x" * 32,
    "kind": "rostered",
    "slot": 2,
    "organizer_key": SigningKey.generate(lambda n: b"k" * n).public_key,
    "threshold": 3,
    "quorum": 7,
    "min_set": 7,
    "opens": 201,
    "closes": 301,
    "salt": b"x" * 32,
}


@pytest.mark.parametrize("field", RoundTerms.__slots__)
def test_round_id_commits_to_every_field(committee: World, village: World, field: str) -> None:
    """Changing any of the terms gives another round, and the old signature is false."""
    terms, others = committee.round.terms, village.round.terms
    fresh = CHANGES | {
        "trustees": terms.trustees[::-1],
        "organizer_sealing_key": others.organizer_sealing_key,
    }
    changed = replace(terms, **{field: fresh[field]})
    assert changed.round_id != terms.round_id
    with pytest.raises(VerificationError, match="not signed by its organizer"):
        verify_round(replace(committee.round.round, terms=changed))


def test_a_round_s_identifier_and_fingerprint(committee: World) -> None:
    """The identifier is the labelled hash of the terms, the fingerprint its digits."""
    raw = committee.round.terms.to_bytes()
    assert committee.round.round_id == H(labels.ROUND_ID, raw)[:32]
    assert committee.round.fingerprint == fingerprint(committee.round.round_id)
    assert committee.round.group_fingerprint == fingerprint(committee.group.group_id)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"opens": 300}, "closes before it opens"),
        ({"closes": 200}, "closes before it opens"),
        ({"threshold": 4}, "fewer trustees than the 4 who have to open"),
        ({"organizer_sealing_key": bytes(1216)}, "sealing key"),
        *(({"organizer_key": key}, "prime-order subgroup") for key in SMALL_ORDER.values()),
    ],
)
def test_impossible_terms_are_refused(committee: World, change: dict[str, Any], match: str) -> None:
    """Windows have a length, thresholds can be met, keys are keys."""
    with pytest.raises(MalformedError, match=match):
        replace(committee.round.terms, **change)


def test_trustees_share_no_key(committee: World) -> None:
    """One key under two names would turn two trustees into one."""
    one, two, _ = committee.round.terms.trustees
    twin = replace(two, sealing_key=one.sealing_key)
    with pytest.raises(MalformedError, match="two trustees share a key"):
        replace(committee.round.terms, trustees=(one, twin))


def test_a_round_verifies(committee: World) -> None:
    """A round that was read back verifies to the same values."""
    again = verify_round(Round.from_bytes(committee.round.round.to_bytes()))
    assert again == committee.round
    assert again.membership.anonymity_set == 5
    assert again.statements == committee.statements


def test_other_parts_do_not_fit(committee: World, village: World) -> None:
    """The letter, the group and the statements are those of the terms."""
    round_ = committee.round.round
    cases: list[tuple[dict[str, Any], str]] = [
        ({"letter": round_.letter + b"\n"}, "the letter is not the one"),
        ({"group": village.group.to_bytes()}, "the group is not the one"),
        ({"group": replace(committee.group, threshold=1).to_bytes()}, "the group is not the one"),
        ({"group": committee.statements[0].to_bytes()}, "not a registered group"),
        ({"statements": village.statements}, "another group"),
    ]
    for change, match in cases:
        with pytest.raises(MismatchError, match=match):
            verify_round(replace(round_, **change))


def test_broken_parts_are_refused(committee: World) -> None:
    """Letter, group and the order of statements are read strictly inside a round."""
    one, two, _ = committee.statements
    for statements in ((one, one), (two, one)):
        with pytest.raises(MalformedError, match="do not ascend"):
            replace(committee.round.round, statements=statements)
    cases: list[dict[str, Any]] = [{"letter": b"\xff"}, {"letter": b""}, {"group": b"\x90"}]
    for change in cases:
        with pytest.raises(MalformedError):
            verify_round(replace(committee.round.round, **change))


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"slot": 0}, "slots 1 to 2"),
        ({"slot": 3}, "slots 1 to 2"),
        ({"opens": 199}, "before enrolment in its group is over"),
    ],
)
def test_a_signature_does_not_excuse_bad_terms(
    committee: World, changes: dict[str, Any], match: str
) -> None:
    """Terms that the group does not allow are refused although the organizer signed them."""
    with pytest.raises(MalformedError, match=match):
        verify_round(signed(committee, **changes))


def test_a_group_of_another_kind_does_not_fit(committee: World) -> None:
    """Terms for a roster do not go with a registered group."""
    with pytest.raises(MismatchError, match="the group is not the one"):
        verify_round(signed(committee, kind="rostered"))


def test_a_round_may_open_when_enrolment_is_over(committee: World) -> None:
    """The minute at which enrolment ends is the first at which a round may open."""
    assert verify_round(signed(committee, opens=committee.group.enrol_closes))


@pytest.mark.parametrize("minute", [199, 200, 299, 300])
def test_signing_and_opening_never_overlap(committee: World, minute: int) -> None:
    """Members sign from `opens` until before `closes`, trustees open from `closes` on."""
    may_sign, may_open = 200 <= minute < 300, minute >= 300
    for check, allowed in (
        (partial(committee.round.check_action, "cosign"), may_sign),
        (partial(committee.round.check_action, "withdraw"), may_sign or may_open),
        (committee.round.check_closed, may_open),
    ):
        if allowed:
            check(minute)
        else:
            with pytest.raises(WindowError):
                check(minute)
