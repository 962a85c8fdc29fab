"""Choosing one key a person, and counting whoever is left out."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.primitives.curve import edwards25519
from cosign.records.groups.roster import LeftOut, load_ring
from cosign.roles.roster_publisher import ED25519, Entry, gather, make_roster
from tests.support import ssh
from tests.support.rosters import ORGANIZER, credential, entry
from tests.support.torsion import shifted, torsion

A, B, C, D = (credential(number).key for number in range(4))
NOBODY = LeftOut(0, 0, 0, 0, 0)
BAD = [
    *(edwards25519.encode(edwards25519.affine(torsion(i))) for i in range(8)),
    *(shifted(A, i) for i in range(1, 8)),
    int(edwards25519.PRIME + 3).to_bytes(32, "little"),
    bytes([2]) + bytes(31),
    b"\xff" * 32,
]


def test_everybody_with_a_good_key_is_chosen() -> None:
    """In ascending order, whatever the order of the sources."""
    assert gather([entry(C), entry(A), entry(B)]) == (tuple(sorted((A, B, C))), NOBODY, 3)


def test_a_person_has_one_key() -> None:
    """The first; the others are counted."""
    found = gather([entry(B, "tom"), entry(A, "tom"), entry(C, "ann"), entry(D, "tom")])
    assert found.keys == tuple(sorted((B, C)))
    assert found.left_out == NOBODY._replace(same_person=2)
    assert found.unnamed == 0


def test_a_person_with_several_names_is_one_person() -> None:
    """One shared principal is enough, in either order."""
    both = entry(A, "tom@x", "tom@y")
    for more in (entry(B, "tom@x"), entry(B, "tom@y"), entry(B, "tom@z", "tom@y")):
        for entries in ([both, more], [more, both]):
            assert gather(entries).left_out == NOBODY._replace(same_person=1)
    assert len(gather([both, entry(B, "tom@z")]).keys) == 2


def test_a_key_stands_once() -> None:
    """For somebody else, for nobody, or twice in one source."""
    for other in (entry(A, "ann"), entry(A)):
        found = gather([entry(A, "tom"), other])
        assert (found.keys, found.left_out) == ((A,), NOBODY._replace(same_key=1))
    assert gather([entry(A), entry(A)]).left_out == NOBODY._replace(same_key=1)
    assert gather([entry(A, "tom"), entry(A, "tom")]).left_out == NOBODY._replace(same_person=1)


def test_whoever_lost_a_key_to_another_may_enter_a_second_one() -> None:
    """A name is taken only by a key that is chosen."""
    found = gather([entry(A, "tom"), entry(A, "ann"), entry(B, "ann")])
    assert (found.keys, found.left_out) == (tuple(sorted((A, B))), NOBODY._replace(same_key=1))


@pytest.mark.parametrize("key", BAD)
def test_keys_that_are_no_points_of_prime_order_are_bad(key: bytes) -> None:
    """Identity, torsion, small order, not canonical, off the curve; its owner may try again."""
    found = gather([entry(key, "tom"), entry(B, "tom"), entry(C)])
    assert found == (tuple(sorted((B, C))), NOBODY._replace(bad_key=1), 1)


def test_types_that_cannot_prove_are_told_apart() -> None:
    """Security keys, other types, damaged keys of the right type."""
    kinds = ["ssh-rsa", "sk-ssh-ed25519@openssh.com", ED25519, "cert-authority"]
    kinds += ["sk-ecdsa-sha2-nistp256@openssh.com", "ssh-ed25519-cert-v01@openssh.com", "ssh-dss"]
    found = gather(Entry(("tom",), kind, None) for kind in kinds)
    assert found == ((), LeftOut(4, 2, 1, 0, 0), 0)


def test_nobody_is_left_out_in_silence() -> None:
    """Chosen and left out add up to all entries."""
    source = [entry(key, "tom") for key in BAD] + [entry(A, "tom"), entry(B), entry(B)]
    found = gather([*source, Entry((), "ssh-rsa", None)])
    assert len(found.keys) + sum(found.left_out) == len(source) + 1


@given(st.lists(st.sampled_from([entry(k, str(i)) for i, k in enumerate((A, B, C, D, *BAD))])))
def test_the_order_does_not_matter_where_each_has_one_key(entries: list[Entry]) -> None:
    """The same keys and the same counts for every order of the sources."""
    found = gather(entries)
    for seed in range(3):
        mixed = random.Random(seed).sample(entries, len(entries))  # noqa: S311  # an order, no secret
        assert gather(mixed) == found


@given(
    st.lists(
        st.builds(
            entry, st.sampled_from((A, B, C, D, *BAD)), st.sampled_from(["", "tom", "ann"])
        ).map(lambda e: e._replace(names=tuple(filter(None, e.names))))
    )
)
def test_chosen_keys_are_distinct_good_and_one_a_person(entries: list[Entry]) -> None:
    found = gather(entries)
    assert list(found.keys) == sorted(set(found.keys))
    assert not set(found.keys) & set(BAD)
    assert found.unnamed >= len(found.keys) - 2
    assert len(found.keys) + sum(found.left_out) == len(entries)


def test_keys_of_ssh_keygen_are_good() -> None:
    """An Ed25519 key is a public key of the ring as it is."""
    keys = [ssh.public_key(ssh.key_file(number=number)) for number in (1, 2)]
    assert gather(map(entry, keys)).left_out == NOBODY


def test_a_roster_of_gathered_keys_is_signed_and_loads() -> None:
    gathered = gather([entry(A), entry(B), entry(B), Entry((), "ssh-rsa", None)])
    roster = make_roster(ORGANIZER, "Staff", "our keys", gathered)
    roster.verify()
    assert load_ring(roster.terms.keys).keys == gathered.keys
    assert roster.left_out == {
        "other_type": 1,
        "security_key": 0,
        "bad_key": 0,
        "same_person": 0,
        "same_key": 1,
    }


@pytest.mark.parametrize(
    "entries", [[], [entry(A)], [entry(A), entry(A)], [entry(A), *map(entry, BAD)]]
)
def test_fewer_than_two_keys_make_no_roster(entries: list[Entry]) -> None:
    """Nobody to hide among."""
    with pytest.raises(MalformedError, match=r"at least 2 keys, this one [01]"):
        make_roster(ORGANIZER, "Staff", "", gather(entries))
