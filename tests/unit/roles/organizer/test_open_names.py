"""Which of a member's records are published, openly and anonymously, at first and later."""

import io
from collections.abc import Iterable
from dataclasses import replace

import pytest

from cosign.records.envelope import Envelope
from cosign.records.open_cosignature import (
    OpenCosignature,
    PublicName,
    cosignature_from_bytes,
)
from cosign.records.published import PublishedReader
from cosign.roles.organizer.withdrawals import Addition, append_withdrawals
from cosign.roles.shared.sealing import seal_cosignature
from tests.support.published import open_record, record, sorted_records
from tests.support.world import CLOSED_MINUTE, NAMES, World

LATER = CLOSED_MINUTE + 1000
ADA, OTHER = NAMES[0], PublicName("Ada Other", "engineer")


def sealed(world: World, *records: bytes) -> list[Envelope]:
    """Seal records as they are, also those that an honest program does not make."""
    return [seal_cosignature(cosignature_from_bytes(raw), world.round) for raw in records]


def opened(world: World, number: int, name: PublicName = ADA, statement: str = "") -> bytes:
    """Return a record with a name."""
    return open_record(world, number, name, statement).to_bytes()


def append(world: World, raw: bytes, envelopes: Iterable[Envelope]) -> Addition:
    """Append as the organizer."""
    held = tuple(envelopes)
    opened = world.openings(held, range(1, world.round.terms.threshold + 1))
    return append_withdrawals(world.round, PublishedReader(io.BytesIO(raw)), held, opened, LATER)


def test_the_open_record_is_published_where_there_are_both(village: World) -> None:
    """One member, one count, with the name; the anonymous one is a duplicate."""
    both = [record(village, 0), opened(village, 0), record(village, 1)]
    published = village.publish(sealed(village, *both))
    assert list(published.records) == sorted_records(both[1:])
    assert (published.cosigners, published.header.opening.duplicates) == (2, 1)
    report = village.verify(village.file(published))
    assert [(n.name, n.role) for n in report.names] == [("Ada Example", "engineer")]
    assert (report.named, report.keys, report.cosigners, report.conflicts) == (1, 2, 2, 0)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ([(None, "a"), (ADA, "b")], [0, 1]),
        ([(ADA, "a"), (ADA, "b"), (None, "a")], [2, 1]),
        ([(ADA, "a"), (OTHER, "a"), (None, "a")], [0, 1]),
        ([(ADA, "a"), (ADA._replace(role=""), "a")], [0, 1]),
    ],
    ids=["statements", "statements, one without a name", "names", "roles"],
)
def test_a_member_who_contradicts_itself_is_counted_and_not_shown(
    village: World, said: list[tuple[PublicName | None, str]], kept: list[int]
) -> None:
    """Two records are kept as evidence; names only where statements agree or there is no choice."""
    raws = [
        opened(village, 0, name, words) if name else record(village, 0, statement=words)
        for name, words in said
    ]
    published = village.publish(sealed(village, *raws))
    assert list(published.records) == sorted_records(raws[number] for number in kept)
    report = village.verify(village.file(published))
    assert (report.cosigners, report.conflicts, report.named) == (1, 1, 0)
    assert (report.names, report.statements) == ((), ())


def test_a_withdrawal_takes_the_name_with_it(village: World) -> None:
    """Before publication nothing is left; after it the record stays and is not shown."""
    both = [opened(village, 0), record(village, 0, "withdraw"), record(village, 1)]
    published = village.publish(sealed(village, *both))
    assert list(published.records) == both[2:]
    raw = village.file(village.publish(sealed(village, both[0], both[2])))
    addition = append(village, raw, sealed(village, both[1]))
    assert (addition.withdrawn, addition.named, addition.cosigners) == (1, 0, 1)
    report = village.verify(village.file(addition))
    assert (report.named, report.withdrawn, report.names) == (0, 1, ())


def test_a_false_name_is_invalid_and_not_anonymous(village: World) -> None:
    """The organizer drops it and counts it; nothing of it is published."""
    false = OpenCosignature.from_bytes(opened(village, 0))
    raws = [replace(false, name="Eva Example").to_bytes(), record(village, 1)]
    published = village.publish(sealed(village, *raws))
    assert list(published.records) == raws[1:]
    assert published.header.opening.invalid == 1


def test_a_name_is_added_later_in_the_place_of_the_anonymous_record(village: World) -> None:
    """The header and all other records stay, and so does the count; again it changes nothing."""
    raws = [record(village, 0, statement="a"), record(village, 1)]
    raw = village.file(village.publish(sealed(village, *raws)))
    named = opened(village, 0, statement="a")
    addition = append(village, raw, sealed(village, named, named))
    assert (addition.named, addition.withdrawn, addition.ignored) == (1, 0, 1)
    assert list(addition.records) == sorted_records([named, raws[1]])
    before, after = village.verify(raw), village.verify(village.file(addition))
    assert (after.opening, after.cosigners) == (before.opening, before.cosigners)
    assert (before.statements, after.statements, after.named) == (("a",), (), 1)
    again = append(village, village.file(addition), sealed(village, named))
    assert (again.named, again.ignored) == (0, 1)
    assert village.file(again) == village.file(addition)


@pytest.mark.parametrize(
    ("held", "later", "why"),
    [
        (["anonymous a"], ["Ada b"], {"other_statement": 1}),
        (["anonymous a"], ["Ada a", "Other a"], {"contradicting": 1}),
        (["Ada a"], ["Other a"], {"named_already": 1}),
        (["Ada a"], ["Ada a", "Ada a"], {"named_already": 1}),
        (["anonymous a", "anonymous b"], ["Ada a"], {"contradicting": 1}),
        (["anonymous a"], ["anonymous a", "anonymous b"], {}),
        ([], ["Ada a"], {"no_cosignature": 1}),
    ],
)
def test_what_does_not_fit_the_file_is_left_out_and_counted(
    village: World, held: list[str], later: list[str], why: dict[str, int]
) -> None:
    """Another statement or name, two names, a conflict, a late signature: the file stays.

    Of names it is said why.
    """

    def made(words: str) -> bytes:
        name, statement = words.split()
        if name == "anonymous":
            return record(village, 0, statement=statement)
        return opened(village, 0, {"Ada": ADA, "Other": OTHER}[name], statement)

    others = [record(village, 1)]
    raw = village.file(village.publish(sealed(village, *map(made, held), *others)))
    addition = append(village, raw, sealed(village, *map(made, later)))
    assert (addition.named, addition.withdrawn) == (0, 0)
    assert addition.ignored == len(later)
    assert addition.names_left_out == why
    assert village.file(addition) == raw


def test_of_a_name_and_a_withdrawal_the_withdrawal_counts(village: World) -> None:
    """In one go, and after each other."""
    raw = village.file(village.publish(sealed(village, record(village, 0), record(village, 1))))
    both = [opened(village, 0), record(village, 0, "withdraw")]
    addition = append(village, raw, sealed(village, *both))
    assert (addition.named, addition.withdrawn, addition.ignored) == (0, 1, 1)
    later = append(village, village.file(addition), sealed(village, both[0]))
    assert (later.named, later.ignored) == (0, 1)
    assert later.names_left_out == {"withdrawn": 1}
    assert addition.names_left_out == {}


def by_other_registrars(world: World, named: OpenCosignature) -> bytes:
    """Return member 3's record with a proof by the last registrars that certified the key."""
    prover = world.prover(3)
    rows = prover.endorsements[1:]
    other = type(prover)(prover.key, rows, prover.threshold)
    return replace(named, proof=other.prove(named.binding(world.round.round_id))).to_bytes()


def test_what_is_published_is_counted_as_readers_count_it(committee: World) -> None:
    """A member who enrolled further can sign openly with other registrars than at first.

    These are what the file shows: the two keys have two registrars in common, and then one.
    """
    named = by_other_registrars(committee, open_record(committee, 3))
    held = sealed(committee, record(committee, 0), record(committee, 3), named)
    assert committee.publish(held[:2]).cosigners == 2
    published = committee.publish(held)
    assert published.cosigners == committee.verify(committee.file(published)).cosigners == 1


def test_a_name_that_shows_other_registrars_is_left_out(committee: World) -> None:
    """It would change for whom registrars are counted, so that readers could refuse the file."""
    whole = committee.members[3]
    assert len(whole.endorsements[0]) == 3
    raw = committee.file(committee.publish(sealed(committee, record(committee, 3))))
    named = open_record(committee, 3)
    moved = by_other_registrars(committee, named)
    assert append(committee, raw, sealed(committee, named.to_bytes())).named == 1
    addition = append(committee, raw, sealed(committee, moved))
    assert (addition.named, addition.ignored) == (0, 1)
    assert addition.names_left_out == {"other_registrars": 1}
