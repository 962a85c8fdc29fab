"""A publisher's home that collects keys, and a member's that hands one in."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cosign.errors import MissingError, StorageError, VerificationError
from cosign.homes import CollectionSession, Home, add_collection, forget, key_for
from cosign.proofs.ring.keys import MemberSecret
from cosign.records.member_key import MemberKey, make_member_key
from cosign.roles.member import deliver_key
from cosign.stores.keys import key_name
from tests.support.examples import collecting
from tests.support.world import Seeded, World

NOW = 1_000


def home(path: Path, name: str) -> Home:
    return Home(path / name, lambda _name, _new: None)


@pytest.fixture
def session(tmp_path: Path) -> CollectionSession:
    """A union that took Anna's key, and not yet Ben's."""
    union = home(tmp_path, "union")
    made = add_collection(union, "Staff", "Union", "everybody", NOW + 1)
    found = CollectionSession(union, made)
    anna, _ = found.make_vouchers(2, people=("Anna", "Ben"))
    found.take(deliver_key(made, anna, key_for(home(tmp_path, "anna"), made), NOW), NOW)
    return found


def test_keys_have_names_for_those_who_know_them(session: CollectionSession) -> None:
    """The ledger has keyed hashes of names: without the list nobody is named."""
    assert [one.person for one in session.taken(("ANNA", "Carla"))] == ["ANNA"]
    assert [one.person for one in session.taken()] == [""]


def test_a_home_hands_in_one_key(session: CollectionSession, tmp_path: Path) -> None:
    """Until the key is forgotten, or its file is gone: then it makes another one."""
    anna, made = home(tmp_path, "anna"), session.collection
    key = key_for(anna, made)
    assert key == key_for(anna, made) == session.taken()[0].record
    forget(anna, [key_name(key.key)])
    assert not list(anna.folder.glob("collection-*"))
    assert key_for(anna, made).key != key.key


def test_a_key_that_somebody_put_into_the_ledger_is_refused(session: CollectionSession) -> None:
    """It is not under the row's seal, but its identifier is, and its maker has to hold it."""
    [held] = session.taken()
    stranger = make_member_key(MemberSecret.draw(Seeded("stranger")), Seeded("stranger"))
    for put, error in (
        (stranger, StorageError),
        (MemberKey(held.record.key, bytes(96)), VerificationError),
    ):
        with closing(sqlite3.connect(session.ledger_path)) as database, database:
            update = "UPDATE vouchers SET signatures = ? WHERE signatures IS NOT NULL"
            database.execute(update, [put.to_bytes()])
        with pytest.raises(error):
            session.taken()


def test_another_home_is_told_whose_the_collection_is(
    session: CollectionSession, tmp_path: Path, village: World
) -> None:
    """Also one with an organizer's keys of its own, before it makes a ledger."""
    other = home(tmp_path, "other")
    add_collection(other, "Mine", "Me", "", NOW)
    for made in (session.collection, collecting.collection(village)):
        with pytest.raises(MissingError, match="no key of the collection's publisher"):
            CollectionSession(other, made).make_vouchers(1)
    assert not list(other.folder.glob("*.sqlite"))
