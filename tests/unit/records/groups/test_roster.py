"""Rosters, their limits, and the evidence beside them."""

from dataclasses import replace
from functools import cache

import pytest

from cosign import labels
from cosign.errors import (
    CosignError,
    MalformedError,
    MismatchError,
    ThresholdError,
    VerificationError,
)
from cosign.primitives import ed25519
from cosign.primitives.curve import edwards25519
from cosign.primitives.curve.packed import Packed
from cosign.primitives.hashing import identifier
from cosign.records.enrolment import MembershipCertificate
from cosign.records.groups.evidence import RosterEvidence
from cosign.records.groups.facts import Vouching
from cosign.records.groups.group import group_from_bytes
from cosign.records.groups.publisher import Publisher
from cosign.records.groups.roster import PublisherSignature, Roster, load_ring
from cosign.records.groups.roster_terms import KEY_BYTES, LeftOut, RosterTerms, fresh_flags
from cosign.records.limits import MEMBER_LIMIT
from cosign.roles.member.enrolment import export_certificate
from cosign.wire.encoding import encode
from tests.support import world
from tests.support.rosters import ORGANIZER, credential, open_round, roster, roster_of, signed
from tests.support.torsion import shifted, torsion
from tests.support.wire import peak_bytes, unpack

THREE = roster(3)
PUBLISHER = ed25519.SigningKey(ORGANIZER.identity_seed)
ONE = Publisher("P1", PUBLISHER.public_key)
NOBODY = LeftOut(0, 0, 0, 0, 0, 0)
ZERO = bytes([1]) + bytes(31)


def terms_of(keys: bytes) -> RosterTerms:
    """Put keys on a roster, as they are."""
    fresh = bytes(-(-len(keys) // KEY_BYTES // 8))
    return RosterTerms("Staff", "", (ONE,), 1, NOBODY, fresh, keys)


def published(keys: list[bytes]) -> Roster:
    """Sign a roster without checking its keys, as a faulty or hostile publisher would."""
    return signed(terms_of(b"".join(sorted(keys))))


def numbers(count: int) -> bytes:
    """Return so many ascending strings of 32 bytes, no points most of them."""
    return b"".join(number.to_bytes(KEY_BYTES, "big") for number in range(1, count + 1))


def test_a_large_roster_is_held_twice_at_most() -> None:
    """While it is read it is there as bytes and as keys, beside the file; so when it is verified.

    Further copies would count twice: freed ones stay in the heap, below what came after them.
    """
    raw = signed(terms_of(numbers(400_000))).to_bytes()
    assert peak_bytes(lambda: Roster.from_bytes(raw).verify()) < 2.5 * len(raw)


def test_a_roster_is_read_back_as_a_group() -> None:
    """By its label, among all kinds; and its identifier commits to every key."""
    again = group_from_bytes(THREE.to_bytes())
    assert again == THREE
    assert again.kind == "rostered"
    assert again.group_id == identifier(labels.GROUP_ID, THREE.terms.to_bytes())
    assert list(again.member_keys()) == sorted(credential(i).key for i in range(3))
    assert len({roster(size).group_id for size in (2, 3, 5)}) == 3


def test_a_roster_answers_what_rounds_ask() -> None:
    """No slots, no statements, no registrars; everybody hides among all."""
    assert (THREE.size, THREE.first_slot, THREE.earliest_opening) == (3, 0, 0)
    assert (THREE.splits, THREE.registrar_names(())) == (False, ())
    membership = THREE.membership(())
    assert membership.anonymity_set == membership.combination_set(()) == 3
    assert sum(THREE.left_out.values()) == 0
    assert "3 keys on the list belong to 3 different members" in THREE.trust_sentence
    assert THREE.vouching == Vouching("publisher", ("the organizer",), 1, 1, "a test")


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_keys_are_refused(count: int) -> None:
    """One key hides nobody."""
    with pytest.raises(MalformedError):
        terms_of(numbers(count)).to_bytes()


def test_a_million_keys_are_the_limit() -> None:
    """One more is refused, by length alone, when made and when read."""
    terms = terms_of(numbers(MEMBER_LIMIT))
    assert RosterTerms.from_bytes(terms.to_bytes()) == terms
    assert len(terms.to_bytes()) < RosterTerms.MAX_BYTES
    with pytest.raises(MalformedError, match="keys"):
        replace(terms, keys=numbers(MEMBER_LIMIT + 1)).to_bytes()
    fields = unpack(terms.to_bytes())
    longer = encode([*fields[:-1], numbers(MEMBER_LIMIT + 1)])
    with pytest.raises(MalformedError):
        RosterTerms.from_bytes(longer)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (numbers(3)[:-1], "last key is cut"),
        (numbers(3) + b"\0", "last key is cut"),
        (numbers(2) + numbers(1), "do not ascend"),
        (numbers(2) + numbers(2)[KEY_BYTES:], "do not ascend"),
        (2 * numbers(1), "do not ascend"),
        (b"\xff" * 32 + numbers(1), "do not ascend"),
    ],
)
def test_keys_are_whole_and_ascend(keys: bytes, message: str) -> None:
    """So a roster has one encoding and no key stands twice."""
    terms = terms_of(numbers(3))
    with pytest.raises(MalformedError, match=message):
        replace(terms, keys=keys)
    changed = encode([*unpack(terms.to_bytes())[:-1], keys])
    with pytest.raises(MalformedError, match=message):
        RosterTerms.from_bytes(changed)


@pytest.mark.parametrize("count", [2, 7, 8, 9, 17])
def test_each_key_has_a_kind(count: int) -> None:
    """One bit each, and no others: so a roster has one encoding."""
    keys = list(Packed(numbers(count)))
    for some in ([], keys, keys[1:], keys[::2]):
        terms = replace(terms_of(numbers(count)), fresh=fresh_flags(keys, set(some)))
        made = Roster(terms, ())
        assert made.key_kinds == (len(some), count - len(some))
        assert [made.kind_of(key) == "fresh" for key in keys] == [key in some for key in keys]
        assert RosterTerms.from_bytes(terms.to_bytes()) == terms
    for wrong in (
        fresh_flags(keys, set(keys)) + b"\0",
        fresh_flags(keys, set())[1:],
        bytes(-(-count // 8) + 1),
        *([b"\x80".rjust(-(-count // 8), b"\0")] if count % 8 else []),
        *([bytes([1 << count % 8]).rjust(-(-count // 8), b"\0")] if count % 8 else []),
    ):
        with pytest.raises(MalformedError):
            replace(terms_of(numbers(count)), fresh=wrong)
        changed = encode([*unpack(terms_of(numbers(count)).to_bytes())[:-2], wrong, numbers(count)])
        with pytest.raises(MalformedError):
            RosterTerms.from_bytes(changed)


def test_the_identifier_commits_to_each_kind() -> None:
    """Calling an ssh key fresh makes another group."""
    ids = {
        Roster(replace(THREE.terms, fresh=bytes([flags])), THREE.signatures).group_id
        for flags in range(8)
    }
    assert len(ids) == 8


def test_the_publishers_key_is_a_proper_point() -> None:
    """So all verifiers agree on its signatures."""
    for key in (ZERO, shifted(PUBLISHER.public_key, 4)):
        with pytest.raises(MalformedError, match="prime-order"):
            replace(ONE, identity_key=key)


def test_every_change_of_a_signed_roster_is_refused() -> None:
    """Each byte of terms and signature: refused when read, or by the signature."""
    raw = THREE.to_bytes()
    Roster.from_bytes(raw).verify()
    for place in range(len(raw)):
        for mask in (1, 128):
            changed = raw[:place] + bytes([raw[place] ^ mask]) + raw[place + 1 :]
            with pytest.raises(CosignError):
                Roster.from_bytes(changed).verify()
    for cut in (raw[:-1], raw + b"\0", raw[1:]):
        with pytest.raises(MalformedError):
            Roster.from_bytes(cut)


def test_a_roster_by_another_publisher_is_not_this_ones() -> None:
    """The terms name their publisher, and its signature is over its own name."""
    other = ed25519.SigningKey(ORGANIZER.sealing_seed)
    signature = other.sign(labels.ROSTER_SIGNATURE, THREE.terms.to_bytes())
    with pytest.raises(VerificationError, match="publisher 'the organizer' on the roster is false"):
        Roster(THREE.terms, (PublisherSignature(0, signature),)).verify()
    renamed = replace(THREE.terms, publishers=(Publisher("other", other.public_key),))
    with pytest.raises(VerificationError, match="of publisher 'other' on the roster is false"):
        Roster(renamed, THREE.signatures).verify()


def test_a_signature_for_another_purpose_is_refused() -> None:
    """The label is under it."""
    signature = PUBLISHER.sign(labels.ROUND_SIGNATURE, THREE.terms.to_bytes())
    with pytest.raises(VerificationError):
        Roster(THREE.terms, (PublisherSignature(0, signature),)).verify()


def test_statements_and_slots_are_refused() -> None:
    """A roster knows neither enrolment nor slots."""
    statement = world.village().statements[0]
    with pytest.raises(MismatchError, match="no enrolment statements"):
        THREE.membership((statement,))
    for ask in (
        THREE.check_slot,
        THREE.longest_proof,
        lambda slot: THREE.verifier(slot, bytes(32)),
    ):
        with pytest.raises(MalformedError, match="has no slot"):
            ask(1)


BAD_KEYS = {
    "identity": ZERO,
    "order two": edwards25519.encode(edwards25519.affine(torsion(4))),
    "order four": bytes(32),
    "order eight": edwards25519.encode(edwards25519.affine(torsion(1))),
    "torsion added": shifted(credential(7).key, 1),
    "order two added": shifted(credential(7).key, 4),
    "not reduced": int(edwards25519.PRIME + 3).to_bytes(32, "little"),
    "not reduced, sign": (2**256 - 1).to_bytes(32, "little"),
    "identity with sign": bytes([1]) + bytes(30) + b"\x80",
    "not on the curve": bytes([2]) + bytes(31),
}


@pytest.mark.parametrize("name", BAD_KEYS)
def test_bad_keys_are_refused_when_the_ring_is_loaded(name: str) -> None:
    """It is checked whenever somebody opens a round of the roster, proves or verifies."""
    good = [credential(0).key, credential(1).key]
    load_ring(published(good).terms.keys)
    bad = published([*good, BAD_KEYS[name]])
    bad.verify()
    with pytest.raises(MalformedError, match=r"roster key \d: not a point of the prime-order"):
        load_ring(bad.terms.keys)
    with pytest.raises(MalformedError, match="roster key"):
        open_round(bad)


@cache
def held(slot: int = 1) -> tuple[MembershipCertificate, ...]:
    """Return the certificates that three villagers have for one slot, by ascending key."""
    found = [export_certificate(m, slot)[1] for m in world.village().members]
    return tuple(sorted(found, key=lambda c: c.key))


LISTED = roster_of([*(c.key for c in held()), credential(0).key])


def evidence(found: tuple[MembershipCertificate, ...] | None = None) -> RosterEvidence:
    """Put certificates beside the roster that lists their keys."""
    return RosterEvidence(
        LISTED.group_id, world.village().group, held() if found is None else found
    )


def test_evidence_says_how_many_keys_are_certified() -> None:
    """All three of four, fewer if there are fewer certificates; read back as it was."""
    assert RosterEvidence.from_bytes(evidence().to_bytes()) == evidence()
    assert evidence().verify(LISTED) == 3
    assert evidence(held()[1:]).verify(LISTED) == 2
    assert evidence(()).verify(LISTED) == 0


def test_a_false_certificate_is_refused() -> None:
    """Another's signature, a flipped bit, a registrar that does not exist."""
    first, second, third = held()
    (row,) = first.endorsements
    flipped = bytes([row.signature[0] ^ 1]) + row.signature[1:]
    for changed in (
        second.endorsements,
        (row._replace(signature=flipped),),
        (row._replace(prefix=bytes(len(row.prefix))),),
        (row._replace(registrar=1),),
    ):
        bad = evidence((replace(first, endorsements=changed), second, third))
        with pytest.raises(VerificationError, match="signature on a membership key is false"):
            bad.verify(LISTED)


def test_evidence_of_another_group_is_refused() -> None:
    """Its certificates name theirs."""
    with pytest.raises(MismatchError, match="of another group"):
        replace(evidence(), group=world.committee().group).verify(LISTED)


def test_too_few_registrars_are_refused() -> None:
    """Where two of three certify a member, two people can have three keys: all three have to."""
    committee = world.committee()
    found = [m.certificates()[0] for m in committee.members]
    assert [len(c.endorsements) for c in found] == [2, 2, 2, 3, 2]
    group = roster_of(c.key for c in found)
    whole = RosterEvidence(group.group_id, committee.group, (found[3],))
    assert whole.verify(group) == 1
    for few in (found[0], replace(found[3], endorsements=found[3].endorsements[1:])):
        with pytest.raises(ThresholdError, match="2 of 3 registrars"):
            replace(whole, certificates=(few,)).verify(group)


def test_a_slot_is_not_spent_for_a_certificate_that_no_roster_takes() -> None:
    """Only what every registrar certified is handed out."""
    members = world.committee().members
    with pytest.raises(ThresholdError, match="2 of 3 registrars"):
        export_certificate(members[0], 1)
    assert export_certificate(members[3], 1)[1].slot == 1


def test_evidence_for_another_roster_is_refused() -> None:
    """Also for one of the same keys that was signed anew under another name."""
    for other in (roster(3), roster_of(LISTED.member_keys(), "Staff 2")):
        with pytest.raises(MismatchError, match="for another roster"):
            evidence().verify(other)


def test_a_key_that_is_not_listed_is_refused() -> None:
    """A certificate for nobody on the roster proves nothing about it."""
    part = roster_of([c.key for c in held()[:2]])
    with pytest.raises(MismatchError, match="not on the roster"):
        replace(evidence(), roster_id=part.group_id).verify(part)


def test_certificates_ascend_and_are_of_one_slot() -> None:
    """A person has a key in each slot, so certificates of two slots would count twice."""
    first, second, third = held()
    for wrong in ((second, first), (first, first), (third, second)):
        with pytest.raises(MalformedError, match="do not ascend"):
            evidence(wrong)
    mixed = tuple(sorted((first, *held(2)[:1]), key=lambda c: c.key))
    with pytest.raises(MismatchError, match="for more than one slot"):
        evidence(mixed)
