"""Organizers and trustees at work in their homes."""

from pathlib import Path

import pytest

from cosign.errors import MalformedError, MissingError
from cosign.homes import Home, add_trustee, find_organizer, find_trustee, open_organizer
from cosign.roles import organizer
from cosign.roles.trustee import open_shares
from tests.support import rosters


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without a passphrase."""
    return Home(tmp_path / "home", lambda _name, _new: None)


def test_an_organizer_has_the_same_keys_for_ever(home: Home) -> None:
    """They are made by the first work that needs them."""
    with pytest.raises(MissingError):
        find_organizer(home)
    with open_organizer(home) as first:
        pass
    with open_organizer(home) as second:
        assert second == first == find_organizer(home)


def test_keys_of_work_that_failed_are_not_kept(home: Home) -> None:
    """A mistyped option leaves no home behind that somebody could take for in use."""
    with pytest.raises(MalformedError), open_organizer(home):
        raise MalformedError("mistyped")
    assert home.names("") == []


def test_a_trustee_s_home_is_found_by_the_round(home: Home, tmp_path: Path) -> None:
    """Among several keys; a home that holds none of the round's is told so."""
    add_trustee(home, "Kim")
    trustee = add_trustee(home, "Kim again")
    round_ = rosters.open_round(rosters.roster(3), trustees=(trustee,))
    assert find_trustee(home, round_).trustee == trustee
    with pytest.raises(MissingError, match="no key of a trustee of this round"):
        find_trustee(Home(tmp_path / "other", lambda _name, _new: None), round_)


def test_a_trustee_whose_name_cannot_be_is_not_kept(home: Home) -> None:
    """It fails before anything is written."""
    with pytest.raises(MalformedError):
        add_trustee(home, "two\nlines")
    assert home.names("") == []


def test_what_a_trustee_keeps_opens_envelopes(home: Home) -> None:
    """From the home to a published letter."""
    trustee = add_trustee(home, "Kim")
    round_ = rosters.open_round(rosters.roster(3), trustees=(trustee,))
    envelopes = [rosters.speak(round_, number)[1] for number in (0, 1)]
    seed = find_trustee(home, round_).seed
    opening = open_shares(seed, round_, envelopes, rosters.CLOSED)
    opened = organizer.read_opening(rosters.ORGANIZER, round_, opening)
    assert organizer.publish(round_, envelopes, (opened,), rosters.CLOSED).cosigners == 2
