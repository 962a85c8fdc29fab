"""Open names that do not belong where they stand make a file not valid.

Each is a valid record with one thing exchanged; the file around it is whole, and signed by
its organizer.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

import pytest

from cosign import labels
from cosign.errors import (
    MalformedError,
    MismatchError,
    ThresholdError,
    VerificationError,
)
from cosign.primitives import ed25519
from cosign.proofs.certificate import Owner
from cosign.proofs.interface import Attestation, Challenge, Naming
from cosign.records.open_cosignature import OpenCosignature, PublicName, cosignature_from_bytes
from cosign.records.published import OpeningSummary, PublishedHeader, write_published
from cosign.roles import member, organizer, registrar, verifier
from tests.support import joint, rosters
from tests.support.examples.rostered import RosteredWorld
from tests.support.published import open_record, record, rewrite, sorted_records
from tests.support.world import NAME_CHALLENGE, NAMES, World, committee, village

ADA = NAMES[0]
Change = Callable[[OpenCosignature], OpenCosignature]


def verify(world: World, *records: bytes) -> verifier.Report:
    """Verify a file with these records, sorted."""
    return world.verify(rewrite(world, sorted_records(records)))


def attested(world: World, numbers: tuple[int, ...], owner: Owner) -> tuple[Attestation, ...]:
    """Let registrars attest whatever they are told."""
    return tuple(world.keys[n].attest_name(owner).attestation for n in numbers)


def owner_of(world: World, number: int, name: PublicName = ADA, **changes: Any) -> Owner:
    """Return a member's key with a name."""
    key = world.prover(number).tag
    return Owner(world.group.group_id, 1, key, *name)._replace(**changes)


def attested_with(changes: dict[str, Any]) -> Change:
    """Exchange the attestations for those of an owner with other facts."""
    world = committee()
    return lambda made: replace(
        made, attestations=attested(world, (0, 1), owner_of(world, 0, **changes))
    )


def consented(label: str, *parts: bytes) -> Change:
    """Exchange the consent for another signature by the same key."""
    key: ed25519.SigningKey = committee().prover(0).key
    return lambda made: replace(made, consent=key.sign(label, *parts))


def _naming(**changes: Any) -> Naming:
    round_id = committee().round.round_id
    return Naming(round_id, "I was there", *ADA)._replace(**changes)


REGISTERED: Final[dict[str, Change]] = {
    "another name": lambda made: replace(made, name="Eva Example"),
    "another role": lambda made: replace(made, role="director"),
    "no role": lambda made: replace(made, role=""),
    "another statement": lambda made: replace(made, statement="I was not there"),
    "an attestation for another name": attested_with({"name": PublicName("Eva", "engineer")}),
    "an attestation for another role": attested_with({"name": PublicName(ADA.name, "director")}),
    "an attestation for another slot": attested_with({"slot": 2}),
    "an attestation for another group": attested_with({"group_id": bytes(32)}),
    "an attestation for another key": attested_with({"key": bytes(32)}),
    "an attestation too few": lambda made: replace(made, attestations=made.attestations[:1]),
    "an attestation too many": lambda made: replace(
        made, attestations=attested(committee(), (0, 1, 2), owner_of(committee(), 0))
    ),
    "another registrar's number": lambda made: replace(
        made, attestations=(made.attestations[0], made.attestations[1]._replace(registrar=2))
    ),
    "a registrar that the group lacks": lambda made: replace(
        made, attestations=(made.attestations[0], made.attestations[1]._replace(registrar=15))
    ),
    "a claim as consent": consented(
        labels.CLAIM_SIGNATURE, *Challenge(committee().round.round_id, "Ada Example").parts()
    ),
    "a cosignature as consent": consented(
        labels.COSIGN, committee().round.round_id, b"cosign", b"I was there"
    ),
    "a request as consent": consented(labels.NAME_REQUEST_SIGNATURE, *_naming().parts()),
    "a consent for another round": consented(
        labels.OPEN_SIGNATURE, *_naming(round_id=bytes(32)).parts()
    ),
    "another member's consent": lambda made: replace(
        made, consent=committee().prover(1).consent(_naming()).proof
    ),
    "a listed key": lambda made: replace(made, key=bytes(32), consent=bytes(96), attestations=()),
}


def test_the_unchanged_name_is_accepted() -> None:
    """By any t registrars, also where the proof names others."""
    made = open_record(committee(), 0, statement="I was there")
    for numbers in ((0, 1), (0, 2), (1, 2)):
        rows = attested(committee(), numbers, owner_of(committee(), 0))
        assert verify(committee(), replace(made, attestations=rows).to_bytes()).named == 1


@pytest.mark.parametrize("change", REGISTERED.values(), ids=REGISTERED)
def test_a_registered_group_s_name_is_one_person_s(change: Change) -> None:
    made = open_record(committee(), 0, statement="I was there")
    with pytest.raises(VerificationError, match="record 1"):
        verify(committee(), change(made).to_bytes())


def test_the_name_of_another_tag_cannot_be_moved() -> None:
    """Name, consent and attestations of one member beside the proof of another one."""
    one, other = (open_record(committee(), n) for n in (0, 1))
    with pytest.raises(VerificationError, match="name in record 1 is not proved"):
        verify(committee(), replace(one, proof=other.proof).to_bytes())


def test_repeated_attestations_are_malformed() -> None:
    """Before anybody verifies them."""
    made = open_record(committee(), 0)
    with pytest.raises(MalformedError, match="twice"):
        replace(made, attestations=made.attestations[:1] * 2)


ROSTERED: Final[dict[str, Change]] = {
    "another name": lambda made: replace(made, name="Eva Example"),
    "another role": lambda made: replace(made, role="director"),
    "another statement": lambda made: replace(made, statement="I was not there"),
    "another's listed key": lambda made: replace(made, key=rosters.credential(1).key),
    "a key that is not listed": lambda made: replace(made, key=rosters.credential(7).key),
    "a key that is no point": lambda made: replace(made, key=b"\x02" + bytes(31)),
    "another's consent": lambda made: replace(
        made, consent=RosteredWorld(6).prover.consent(_rostered_naming(6)).proof
    ),
    "a claim as consent": lambda made: replace(
        made,
        consent=RosteredWorld(5)
        .prover.claim(Challenge(rosters.round_of(5).round_id, ADA.name), reveal=True)
        .proof,
    ),
}


def _rostered_naming(size: int) -> Naming:
    return Naming(rosters.round_of(size).round_id, "I was there", *ADA)


def rostered_file(*records: bytes) -> bytes:
    """Write a roster's file with these records."""
    round_ = rosters.round_of(5)
    header = PublishedHeader(round_.round, OpeningSummary(len(records), 0, 0, 0, 0))
    key = organizer.check_organizer(rosters.ORGANIZER, round_)
    return b"".join(write_published(header, sorted_records(records), key))


@pytest.mark.parametrize("change", ROSTERED.values(), ids=ROSTERED)
def test_a_roster_s_name_is_one_key_s(change: Change) -> None:
    records = map(cosignature_from_bytes, RosteredWorld(5).open_publication.records)
    [made] = [r for r in records if isinstance(r, OpenCosignature) and r.name == ADA.name]
    assert rosters.verify(rosters.round_of(5), rostered_file(made.to_bytes())).named == 1
    with pytest.raises(VerificationError, match="record 1"):
        rosters.verify(rosters.round_of(5), rostered_file(change(made).to_bytes()))


def test_both_kinds_under_one_tag_with_different_statements_are_a_conflict() -> None:
    """Valid, counted once, neither shown."""
    both = open_record(village(), 0, statement="a").to_bytes(), record(village(), 0, statement="b")
    report = verify(village(), *both)
    assert (report.cosigners, report.conflicts, report.named, report.statements) == (1, 1, 0, ())


def test_one_person_open_in_two_groups_is_told() -> None:
    """By the name, compared without case of A to Z and white space; and by a listed key."""
    here = RosteredWorld(5)
    letter = here.round.letter
    group = rosters.roster_of((rosters.credential(n).key for n in range(3)), "Beside")
    plan = organizer.Plan("beside", 0, rosters.WINDOW)
    draft = organizer.open_round(rosters.ORGANIZER, plan, letter, group, ())
    round_ = organizer.complete_round(draft)
    names = [member.SigningName("ada  EXAMPLE"), member.SigningName("Mallory")]
    spoke = [rosters.speak(round_, n, name=name)[1] for n, name in zip((2, 1), names, strict=True)]
    sides = [
        joint.Side(here.round, here.open_published),
        joint.Side(round_, rosters.file_of(round_, spoke)),
    ]
    report = joint.verify(joint.joint_of(sides))
    [by_name], [by_key] = report.same_names, report.same_keys
    assert by_name.letters == by_key.letters == (1, 2)
    assert by_name.key is None
    assert by_key.key == rosters.credential(1).key
    assert {by_name.name, by_key.name} <= {"ada  EXAMPLE", "Ada Example", "Mallory", "Béla"}


def _request(number: int = 0) -> Any:
    return committee().name_request(number, 0)


def _asking_another() -> bytes:
    return committee().name_request(0, 1).signature


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda r: replace(r, name="Eva"), VerificationError),
        (lambda r: replace(r, role=""), VerificationError),
        (
            lambda r: replace(r, signature=committee().name_request(0, 1).signature),
            VerificationError,
        ),
        (lambda r: replace(r, certificate=_request(1).certificate), VerificationError),
        (lambda r: replace(r, certificate=village().members[0].certificates()[0]), MismatchError),
        (
            lambda r: replace(
                r, certificate=replace(r.certificate, endorsements=r.certificate.endorsements[:1])
            ),
            ThresholdError,
        ),
    ],
)
def test_a_registrar_attests_no_request_that_does_not_fit(
    change: Callable[[Any], Any], error: type[Exception]
) -> None:
    """Name, role, registrar, key, group and the number of endorsements are checked."""
    world = committee()
    assert registrar.attest_name(world.keys[0], world.group, _request(), NAME_CHALLENGE)
    with pytest.raises(error):
        registrar.attest_name(world.keys[0], world.group, change(_request()), NAME_CHALLENGE)


def test_a_request_answers_one_challenge() -> None:
    world = committee()
    with pytest.raises(VerificationError, match="does not answer this challenge"):
        registrar.attest_name(world.keys[0], world.group, _request(), NAME_CHALLENGE + "!")


def test_a_file_with_names_verifies_by_workers_as_here() -> None:
    """What a chunk answers is the same wherever it is checked."""
    raw = committee().open_published
    pin = committee().round.group_fingerprint
    with ThreadPoolExecutor(2) as executor:
        there = verifier.verify_letter(io.BytesIO(raw), pin=pin, executor=executor)
    assert there.names == committee().verify(raw).names
