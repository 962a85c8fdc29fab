"""Withdrawals that come after publication take cosignatures out of the count."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cosign.errors import MalformedError, MismatchError, ThresholdError, VerificationError
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.roles.organizer.openings import own_key
from cosign.roles.organizer.rounds import check_organizer
from cosign.roles.organizer.withdrawals import Addition, append_withdrawals
from tests.support import rosters
from tests.support.dealer import Dealer
from tests.support.published import record, rewrite, split
from tests.support.world import CLOSED_MINUTE, World

LATER = CLOSED_MINUTE + 1000


def append(world: World, raw: bytes, envelopes: Iterable[Envelope]) -> Addition:
    """Append as the organizer, with two trustees."""
    held = tuple(envelopes)
    reader, openings = PublishedReader(io.BytesIO(raw)), world.openings(held)
    return append_withdrawals(world.round, reader, held, openings, LATER)


def written(world: World, addition: Addition) -> bytes:
    """Write the new file."""
    return b"".join(addition.chunks(check_organizer(world.organizer, world.round)))


def withdrawal(world: World, number: int) -> Envelope:
    """Withdraw after the close."""
    return world.sign(number, action="withdraw", minute=LATER)


def test_a_withdrawal_after_publication_counts(committee: World) -> None:
    """The member is out of the count, the statement out of sight; nothing else changed."""
    addition = append(committee, committee.published, [withdrawal(committee, 0)])
    assert (addition.withdrawn, addition.ignored, addition.unreadable) == (1, 0, 0)
    raw = written(committee, addition)
    before, after = committee.verify(committee.published), committee.verify(raw)
    assert (after.keys, after.withdrawn) == (before.keys - 1, 1)
    assert before.statements == ("I was there",)
    assert after.statements == ()
    old, new = split(committee.published), split(raw)
    assert new.header == old.header
    assert set(old.records) < set(new.records)
    assert len(new.records) == len(old.records) + 1
    assert addition.cosigners == after.cosigners


def test_a_rostered_withdrawal_counts_too() -> None:
    """Withdrawals are matched by tag."""
    round_ = rosters.round_of(5)
    raw = rosters.file_of(round_, [rosters.speak(round_, n)[1] for n in (1, 2, 3)])
    late = [rosters.speak(round_, 2, action="withdraw", minute=LATER)[1]]
    addition = _append_rostered(round_, raw, late)
    key = check_organizer(rosters.ORGANIZER, round_)
    report = rosters.verify(round_, b"".join(addition.chunks(key)))
    assert (report.cosigners, report.withdrawn) == (2, 1)


def _append_rostered(round_: VerifiedRound, raw: bytes, late: list[Envelope]) -> Addition:
    opened = own_key(rosters.ORGANIZER, round_)
    return append_withdrawals(round_, PublishedReader(io.BytesIO(raw)), late, opened, LATER)


def test_replaying_the_cosignature_undoes_nothing(committee: World) -> None:
    """The cosignature's own envelope beside the withdrawal, and again later, changes nothing."""
    both = [withdrawal(committee, 0), committee.envelopes[0]]
    first = append(committee, committee.published, both)
    assert (first.withdrawn, first.ignored) == (1, 1)
    raw = written(committee, first)
    again = append(committee, raw, [committee.envelopes[0], committee.sign(0)])
    assert (again.withdrawn, again.ignored) == (0, 2)
    assert written(committee, again) == raw


def test_withdrawing_twice_counts_once(committee: World) -> None:
    """In one go or in two."""
    twice = [withdrawal(committee, 1), withdrawal(committee, 1)]
    addition = append(committee, committee.published, twice)
    assert (addition.withdrawn, addition.ignored) == (1, 1)
    later = append(committee, written(committee, addition), [withdrawal(committee, 1)])
    assert (later.withdrawn, later.ignored) == (0, 1)


def test_who_is_not_in_the_file_cannot_withdraw_from_it(committee: World) -> None:
    """Somebody who never signed only would add to a number."""
    raw = committee.file(committee.publish(committee.envelopes[1:]))
    addition = append(committee, raw, [withdrawal(committee, 0)])
    assert (addition.withdrawn, addition.ignored) == (0, 1)
    assert written(committee, addition) == raw


def test_a_withdrawal_from_another_round_does_not_fit(committee: World) -> None:
    """Its envelope is refused, and the record itself is invalid here."""
    other = committee.open_round(slot=2)
    foreign = committee.sign(0, other, action="withdraw", minute=LATER)
    with pytest.raises(MismatchError, match="an envelope belongs to another round"):
        append(committee, committee.published, [foreign])


def test_nobody_withdraws_for_another(committee: World) -> None:
    """A withdrawal with a stolen tag and an own signature is invalid."""
    mine, theirs = (record(committee, n, "withdraw") for n in (0, 1))
    own, other = (Cosignature.from_bytes(raw).proof for raw in (mine, theirs))
    forged = Cosignature("withdraw", "", other[:32] + own[32:])
    dealer = Dealer(committee.round)
    addition = append(committee, committee.published, [dealer.envelope(dealer.pad(forged))])
    assert (addition.withdrawn, addition.ignored, addition.unreadable) == (0, 1, 0)


def test_the_old_file_has_to_be_valid_and_of_the_round(committee: World, village: World) -> None:
    """Nothing is built on a cut file, a changed one or somebody else's."""
    late = (withdrawal(committee, 0),)
    with pytest.raises(MalformedError):
        append(committee, committee.published[:-10], late)
    place = committee.published.index(split(committee.published).records[0]) + 200
    flipped = bytearray(committee.published)
    flipped[place] ^= 1
    with pytest.raises(VerificationError):
        append(committee, bytes(flipped), late)
    with pytest.raises(MismatchError, match="of another round"):
        append(committee, village.published, late)
    round_ = replace(committee.round.round, signature=bytes(64))
    header = replace(committee.publication.header, round=round_)
    with pytest.raises(VerificationError, match="not signed by its organizer"):
        append(committee, rewrite(committee, committee.publication.records, header), late)


def test_too_few_trustees_open_nothing_later_either(committee: World) -> None:
    """The threshold is the round's, also after publication."""
    late = (withdrawal(committee, 0),)
    reader = PublishedReader(io.BytesIO(committee.published))
    with pytest.raises(ThresholdError):
        append_withdrawals(committee.round, reader, late, committee.openings(late, (1,)), LATER)


def test_an_envelope_that_does_not_open_is_counted(committee: World) -> None:
    late = withdrawal(committee, 0)
    broken = replace(late, ciphertext=late.ciphertext[:-1] + bytes([late.ciphertext[-1] ^ 1]))
    addition = append(committee, committee.published, [broken])
    assert (addition.withdrawn, addition.unreadable) == (0, 1)


def test_a_member_in_conflict_with_itself_withdraws_all_of_it(committee: World) -> None:
    """Two published statements of one member go with one withdrawal, and nobody else's do."""
    said = [committee.sign(0, statement=words) for words in ("yes", "no")]
    raw = committee.file(committee.publish([*said, *committee.envelopes[1:]]))
    before = committee.verify(raw)
    after = committee.verify(
        written(committee, append(committee, raw, [withdrawal(committee, 0), *said]))
    )
    assert (before.conflicts, before.withdrawn) == (1, 0)
    assert (after.conflicts, after.withdrawn, after.keys) == (0, 1, before.keys - 1)


def test_the_old_file_is_read_once(committee: World, tmp_path: Path) -> None:
    """What is appended to is what was verified, even if the file changes afterwards."""
    path, late = tmp_path / "old", [withdrawal(committee, 0)]
    path.write_bytes(committee.published)

    def changing() -> Iterator[Envelope]:
        path.write_bytes(b"")
        yield from late

    expected = append(committee, committee.published, late)
    with path.open("rb") as stream:
        addition = append_withdrawals(
            committee.round,
            PublishedReader(stream),
            changing(),
            committee.openings(late),
            LATER,
        )
    assert written(committee, addition) == written(committee, expected)
