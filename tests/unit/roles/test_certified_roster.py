"""A roster of keys that registrars certified: their members sign it, and nobody else does."""

from functools import cache

import pytest

from cosign.errors import MissingError
from cosign.records.member_key import MemberKeySecrets
from cosign.records.round import VerifiedRound
from cosign.roles import member
from tests.support import world
from tests.support.rosters import credential, file_of, open_round, roster_of, speak, verify


@cache
def certified() -> VerifiedRound:
    """Open a round of a roster that is made of slot 2 of the village's certificates."""
    held = [member.export_certificate(m, 2)[1] for m in world.village().members]
    return open_round(roster_of(c.key for c in held), "certified")


def test_certified_keys_sign_as_a_roster() -> None:
    """A member's state signs with the one of its exported keys that is listed."""
    states = [member.export_certificate(state, 2)[0] for state in world.village().members]
    said = [speak(certified(), state) for state in states]
    report = verify(certified(), file_of(certified(), [one for _, one in said]))
    assert (report.cosigners, report.anonymity_set) == (3, 3)
    seeds = [state.seeds[1] for state in states]
    bare = MemberKeySecrets(credential(0).key, None, ())
    tags = [member.make_prover(bare, certified(), seed=seed).tag for seed in seeds]
    assert tags == [use.tag for use, _ in said]


def test_a_key_that_was_not_exported_signs_on_no_roster() -> None:
    """Somebody who lists the tags of a published letter cannot make their owners sign again."""
    for state in world.village().members:
        with pytest.raises(MissingError, match="no key of the roster"):
            speak(certified(), state)
        other = member.export_certificate(state, 1)[0]
        with pytest.raises(MissingError, match="no key of the roster"):
            speak(certified(), other)


def test_a_member_of_another_group_is_not_on_the_roster() -> None:
    """None of its keys is listed."""
    with pytest.raises(MissingError, match="no key of the roster"):
        speak(certified(), world.committee().members[0])
