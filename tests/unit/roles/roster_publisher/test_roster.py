"""Choosing one key a person, and counting the people who are left out."""

import itertools
import random
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import (
    MalformedError,
    MissingError,
    RefusedError,
    ThresholdError,
    VerificationError,
)
from cosign.primitives.curve import edwards25519
from cosign.primitives.ssh.options import Limit
from cosign.records.groups.roster import PublisherSignature, Roster, load_ring
from cosign.records.groups.roster_terms import LeftOut
from cosign.roles.roster_publisher import (
    ED25519,
    FRESH,
    Entry,
    Gathered,
    gather,
    make_publisher,
    make_roster,
    own_number,
    roster,
    sign_roster,
)
from tests.support import ssh
from tests.support.rosters import (
    ORGANIZER,
    credential,
    entry,
    published_by,
    publisher,
    signed_by_organizer,
    ssh_key,
)
from tests.support.torsion import shifted, torsion

A, B, C, D = (credential(number).key for number in range(4))
NOBODY = LeftOut(0, 0, 0, 0, 0, 0)
BAD = [
    *(edwards25519.encode(edwards25519.affine(torsion(i))) for i in range(8)),
    *(shifted(A, i) for i in range(1, 8)),
    int(edwards25519.PRIME + 3).to_bytes(32, "little"),
    bytes([2]) + bytes(31),
    b"\xff" * 32,
]


NO_LIMITS: dict[Limit, int] = dict.fromkeys(get_args(Limit), 0)


def chosen(*keys: bytes, left_out: LeftOut = NOBODY) -> Gathered:
    """Return what is gathered where each of these fresh keys is chosen."""
    return Gathered(tuple(sorted(keys)), frozenset(keys), left_out, 0, NO_LIMITS, ())


def test_everybody_with_a_good_key_is_chosen() -> None:
    """In ascending order, whatever the order of the sources."""
    found = gather([entry(C), entry(A), entry(B)])
    assert found == chosen(A, B, C)


def test_each_key_is_chosen_with_its_kind() -> None:
    """Fresh if a member made it for rosters; certified keys are like ssh keys."""
    found = gather([entry(A), entry(ssh_key(1)), entry(B)])
    assert found.fresh == {A, B}
    assert signed_by_organizer("Staff", "", found).key_kinds == (2, 1)


def test_a_key_that_comes_in_both_kinds_is_what_came_first() -> None:
    """And counted once."""
    both = [Entry((), kind, A) for kind in (FRESH, ED25519)]
    for order in (both, both[::-1]):
        found = gather([*order, entry(B)])
        assert (A in found.fresh) == (order[0].key_type == FRESH)
        assert found.left_out == NOBODY._replace(same_key=1)


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
    assert gather([entry(A, "tom"), entry(A, "tom")]).left_out == NOBODY._replace(same_key=1)


def test_a_key_joins_those_for_whom_it_is_listed() -> None:
    """They count as one person, and the names are told."""
    entries = [entry(A, "tom"), entry(A, "ann"), entry(B, "ann")]
    for order in itertools.permutations(entries):
        found = gather(order)
        assert len(found.keys) == 1
        assert sum(found.left_out) == 2
        assert [set(pair) for pair in found.shared] == [{"tom", "ann"}]


@pytest.mark.parametrize("key", BAD)
def test_keys_that_are_no_points_of_prime_order_are_bad(key: bytes) -> None:
    """Identity, torsion, small order, not canonical, off the curve; its owner may try again."""
    found = gather([entry(key, "tom"), entry(B, "tom"), entry(C)])
    assert found == chosen(B, C, left_out=NOBODY._replace(bad_key=1))


def test_types_that_cannot_prove_are_told_apart() -> None:
    """Security keys, other types, damaged keys of the right type."""
    kinds = ["ssh-rsa", "sk-ssh-ed25519@openssh.com", ED25519, "cert-authority"]
    kinds += ["sk-ecdsa-sha2-nistp256@openssh.com", "ssh-ed25519-cert-v01@openssh.com", "ssh-dss"]
    found = gather(Entry(("tom",), kind, None) for kind in kinds)
    assert found == chosen(left_out=LeftOut(4, 2, 0, 1, 0, 0))


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
    assert len(found.keys) + sum(found.left_out) == len(entries)


@pytest.mark.parametrize("limit", get_args(Limit))
def test_keys_that_their_source_excludes_are_left_out(limit: Limit) -> None:
    """And counted by reason; the person may have another key, or the same one elsewhere."""
    limited = entry(A, "tom")._replace(limit=limit)
    damaged = Entry((), ED25519, None, limit)
    found = gather([limited, entry(B, "tom"), damaged])
    assert found.keys == (B,)
    assert found.left_out == NOBODY._replace(limited=2)
    assert found.limited == NO_LIMITS | {limit: 2}
    for order in ([limited, entry(A, "tom")], [entry(A, "tom"), limited]):
        found = gather(order)
        assert (found.keys, found.left_out) == ((A,), NOBODY._replace(same_key=1))
        assert found.limited == NO_LIMITS


def test_keys_of_lists_are_unnamed_if_no_entry_names_the_person() -> None:
    """Members' own keys and certificates are one for each person, so they need no name."""
    listed = [entry(key)._replace(ssh_key=key) for key in (A, B, C)]
    assert gather([*listed, entry(D)]).unnamed == 3
    named = [listed[0], listed[1]._replace(names=("tom",)), listed[2]._replace(names=("root",))]
    for more, unnamed in (([], 2), ([entry(A, "ann")], 1), ([entry(A, "cardno:1")], 2)):
        added = [one._replace(ssh_key=A) for one in more]
        for order in itertools.permutations([*named, *added]):
            assert gather(order).unnamed == unnamed


def test_too_many_people_are_told_before_any_key_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Checking a million keys takes a minute or more. Keys that cannot be chosen do not count."""
    monkeypatch.setattr(roster, "MEMBER_LIMIT", 3)
    usable = [entry(A, "a"), entry(B, "b"), entry(C)]
    others = [
        *(entry(D, "a"), entry(A), Entry((), "ssh-rsa", None), Entry((), ED25519, None)),
        entry(D)._replace(limit="expired"),
    ]
    assert len(gather([*usable, *others]).keys) == 3
    told: list[tuple[int, int]] = []
    with pytest.raises(MalformedError, match="keys of 4 people, and a roster has at most 3"):
        gather([*usable, entry(D)], lambda *step: told.append(step))
    assert told == [(0, 4)]


def test_keys_of_ssh_keygen_are_good() -> None:
    """An Ed25519 key is a public key of the ring as it is."""
    keys = [ssh.public_key(ssh.key_file(number=number)) for number in (1, 2)]
    assert gather(map(entry, keys)).left_out == NOBODY


def test_a_roster_of_gathered_keys_is_signed_and_loads() -> None:
    gathered = gather([entry(A), entry(B), entry(B), Entry((), "ssh-rsa", None)])
    roster = signed_by_organizer("Staff", "our keys", gathered)
    roster.verify()
    assert tuple(load_ring(roster.terms.keys).keys) == gathered.keys
    assert roster.left_out == {
        "other_type": 1,
        "security_key": 0,
        "limited": 0,
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
        signed_by_organizer("Staff", "", gather(entries))


@pytest.mark.parametrize("signers", list(itertools.permutations(range(3), 2)))
def test_a_roster_is_complete_with_as_many_signatures_as_it_asks_for(
    signers: tuple[int, int],
) -> None:
    """Whichever of its publishers sign, in whatever order, it is the same group."""
    first, second = signers
    one = published_by(3, 2, (A, B), (first,))
    with pytest.raises(ThresholdError, match="signed by 1 of 3 publishers, and 2 have to"):
        one.verify()
    both = sign_roster(publisher(second), one)
    both.verify()
    assert both.group_id == one.group_id == published_by(3, 2, (A, B), ()).group_id
    assert [number for number, _ in both.signatures] == sorted(signers)
    assert both.vouching.who == tuple(f"P{number}" for number in sorted(signers))
    assert (both.vouching.threshold, both.vouching.of) == (2, 3)
    assert "2 of the 3 publishers of the list say so" in both.trust_sentence


def test_nobody_s_signature_completes_no_roster() -> None:
    """Not even where one is enough."""
    with pytest.raises(ThresholdError, match="signed by 0 of 2 publishers, and 1 has to"):
        published_by(2, 1, (A, B), ()).verify()


def test_a_publisher_signs_once() -> None:
    """The error names the publisher; so does the one on a file with two signatures of one."""
    one = published_by(3, 2, (A, B), (1,))
    with pytest.raises(RefusedError, match="publisher 'P1' signed this roster already"):
        sign_roster(publisher(1), one)
    with pytest.raises(MalformedError, match="publisher 'P1' signed a roster twice"):
        replace(one, signatures=one.signatures * 2)


def test_only_publishers_sign() -> None:
    """A publisher that the terms do not name cannot sign."""
    one = published_by(3, 2, (A, B), (1,))
    assert own_number(ORGANIZER, one.terms) is None
    assert [own_number(publisher(n), one.terms) for n in range(3)] == [0, 1, 2]
    with pytest.raises(MissingError, match="no key of a publisher of the roster"):
        sign_roster(ORGANIZER, one)


def test_nobody_signs_beside_a_false_signature_or_a_bad_key() -> None:
    """A publisher who signs has checked both."""
    one = published_by(3, 2, (A, B), (1,))
    for wrong in (
        replace(one, terms=replace(one.terms, name="Others")),
        replace(one, signatures=published_by(3, 2, (A, C), (1,)).signatures),
    ):
        with pytest.raises(VerificationError, match="of publisher 'P1' on the roster is false"):
            sign_roster(publisher(0), wrong)
    terms = published_by(1, 1, (A, B), ()).terms
    bad = replace(terms, keys=b"".join(sorted((A, shifted(B, 4)))))
    with pytest.raises(MalformedError, match=r"roster key \d: not a point"):
        sign_roster(publisher(0), replace(published_by(1, 1, (A, B), ()), terms=bad))


def test_the_same_sources_make_the_same_terms() -> None:
    """So another publisher can make the roster from the own sources, and compare."""
    entries = [entry(A, "ann"), entry(B, "tom"), entry(ssh_key(1), "tom")]
    publishers = [make_publisher(publisher(n), f"P{n}") for n in range(2)]
    made = [
        make_roster("Staff", "x", publishers, 2, gather(order)) for order in (entries, entries[:])
    ]
    assert made[0] == made[1]
    assert made[0].group_id != make_roster("Staff", "x", publishers, 1, gather(entries)).group_id
    turned = make_roster("Staff", "x", publishers[::-1], 2, gather(entries))
    assert turned.group_id != made[0].group_id


@pytest.mark.parametrize(("count", "threshold"), [(1, 2), (2, 3), (2, 0), (0, 1), (17, 1)])
def test_publishers_and_threshold_have_limits(count: int, threshold: int) -> None:
    """From one to sixteen, and no more have to sign than there are."""
    with pytest.raises(MalformedError):
        published_by(count, threshold, (A, B), ()).to_bytes()


def test_sixteen_publishers_can_all_sign() -> None:
    """The most that a roster names."""
    whole = published_by(16, 16, (A, B), range(16))
    whole.verify()
    assert len(whole.to_bytes()) < Roster.MAX_BYTES
    assert Roster.from_bytes(whole.to_bytes()) == whole


def test_a_publisher_is_named_once() -> None:
    """Two entries with one key would count one person's signature twice."""
    one = make_publisher(publisher(0), "one")
    with pytest.raises(MalformedError, match="names a publisher's key twice"):
        make_roster("Staff", "", [one, replace(one, name="two")], 2, gather([entry(A), entry(B)]))


def test_a_signature_is_of_one_publisher() -> None:
    """Under another's number it is false; and numbers end with the publishers."""
    one = published_by(3, 2, (A, B), (1,))
    [(_, signature)] = one.signatures
    with pytest.raises(VerificationError, match="of publisher 'P2' on the roster is false"):
        replace(one, signatures=(PublisherSignature(2, signature),)).verify()
    with pytest.raises(MalformedError, match="of 3 publishers is signed by number 4"):
        replace(one, signatures=(PublisherSignature(3, signature),))
    two = published_by(3, 2, (A, B), (0, 1))
    with pytest.raises(MalformedError, match="do not ascend"):
        replace(two, signatures=two.signatures[::-1])
