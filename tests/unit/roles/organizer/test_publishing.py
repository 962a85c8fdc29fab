"""From envelopes to one published file."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cosign import labels
from cosign.errors import (
    MismatchError,
    QuorumError,
    ThresholdError,
    VerificationError,
    WindowError,
)
from cosign.proofs.interface import Binding
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.published import OpeningSummary
from cosign.roles.organizer.publishing import publish
from cosign.roles.shared.sealing import key_commitment, seal_cosignature
from cosign.secret import Secret
from tests.support.dealer import Dealer
from tests.support.forgery import assemble, endorse, sign_with_torsion
from tests.support.published import record, sorted_records
from tests.support.world import CLOSED_MINUTE, Seeded, World, admitted, loaded_rsa_key

NOTHING = OpeningSummary(0, 0, 0, 0, 0)


def summary(world: World, envelopes: list[Envelope]) -> OpeningSummary:
    """Publish and give the organizer's figures."""
    return world.publish(envelopes).header.opening


def test_what_was_sealed_is_published(village: World) -> None:
    """Every valid cosignature stands in the file, sorted by tag, and nothing else."""
    expected = [record(village, 0, statement="I was there"), *(record(village, i) for i in (1, 2))]
    assert list(village.publication.records) == sorted_records(expected)
    assert village.publication.cosigners == 3
    assert village.publication.header.opening == NOTHING._replace(received=3)
    assert village.publication.bad_shares == {}


def test_the_order_of_arrival_leaves_no_trace(committee: World) -> None:
    """Whatever order envelopes come in, the file has the same bytes."""
    for order in ((4, 3, 2, 1, 0), (2, 0, 4, 1, 3)):
        again = committee.publish([committee.envelopes[i] for i in order])
        assert committee.file(again) == committee.published


def test_a_member_who_cosigns_twice_counts_once(village: World) -> None:
    """The same words in two envelopes are one record and one duplicate."""
    envelopes = [village.sign(0), village.sign(0), village.sign(1), village.sign(0)]
    published = village.publish(envelopes)
    assert published.records == tuple(sorted_records([record(village, 0), record(village, 1)]))
    assert published.header.opening == NOTHING._replace(received=4, duplicates=2)
    assert published.cosigners == 2


def test_two_statements_count_once_and_silently(village: World) -> None:
    """Two of several contradicting statements are kept as evidence; the report shows none."""
    texts = ["c", "a", "b"]
    published = village.publish([village.sign(0, statement=t) for t in texts])
    expected = sorted_records([record(village, 0, statement=t) for t in texts])[:2]
    assert list(published.records) == expected
    report = village.verify(village.file(published))
    assert (report.cosigners, report.conflicts, report.statements) == (1, 1, ())
    assert published.header.opening.duplicates == 2


def test_other_registrars_make_no_other_voice(committee: World) -> None:
    """A member with three signatures who shows other two the second time counts once."""
    prover = committee.prover(3)
    binding = Binding(committee.round.round_id, "cosign", "")
    others = [replace(prover, endorsements=prover.endorsements[i:j]) for i, j in ((0, 2), (1, 3))]
    others.append(replace(prover, endorsements=prover.endorsements[::2]))
    envelopes = [
        seal_cosignature(Cosignature("cosign", "", p.prove(binding)), committee.round)
        for p in others
    ]
    published = committee.publish(envelopes)
    assert (published.cosigners, len(published.records)) == (1, 1)
    assert published.header.opening.duplicates == 2


@pytest.mark.parametrize("first", ["cosign", "withdraw"])
def test_a_withdrawal_takes_everything_back(village: World, first: str) -> None:
    """Whichever came first, a member who withdrew leaves a number and no record."""
    both = [village.sign(0, action="cosign", statement="x"), village.sign(0, action="withdraw")]
    envelopes = [*(both if first == "cosign" else both[::-1]), village.sign(1)]
    published = village.publish(envelopes)
    assert published.records == (record(village, 1),)
    assert published.header.opening == NOTHING._replace(received=3, withdrawn=1)
    assert village.prover(0).tag not in village.file(published)


def test_envelopes_count_once(village: World) -> None:
    """A relay that hands out the same bytes twice changes nothing."""
    envelopes = list(village.envelopes) * 3
    assert summary(village, envelopes) == NOTHING._replace(received=3)


def test_another_round_s_cosignature_is_invalid(village: World) -> None:
    """What somebody re-seals from another round of the same slot is dropped and counted."""
    other = village.open_round(title="Another")
    [raw] = village.publish([village.sign(0, other)], other).records
    moved = seal_cosignature(Cosignature.from_bytes(raw), village.round)
    found = summary(village, [moved, village.sign(1)])
    assert found == NOTHING._replace(received=2, invalid=1)


def test_a_key_with_torsion_is_not_published(village: World) -> None:
    """A crooked key, although certified, is dropped, so that all verifiers agree on the file."""
    binding = Binding(village.round.round_id, "cosign", "")
    key, signature = sign_with_torsion(Secret(b"t" * 32), labels.COSIGN, *binding.parts())
    row = endorse(loaded_rsa_key(6), (village.group.group_id, 1, 0), key, Seeded("torsion"))
    crooked = Cosignature("cosign", "", assemble(key, signature, [row]))
    assert village.round.membership_verifier().verify_batch([(binding, crooked.proof)]) == ()
    found = summary(village, [seal_cosignature(crooked, village.round), village.sign(1)])
    assert found == NOTHING._replace(received=2, invalid=1)


def bad_deals(world: World) -> dict[str, Callable[[], Envelope]]:
    """List what a signer may seal to spoil things."""
    dealer, good = Dealer(world.round), world.sign(0)
    padded = dealer.pad(Cosignature.from_bytes(record(world, 0)))
    other = key_commitment(world.round.round_id, Secret(b"o" * 32))
    scalars = [Secret(bytes([i]) + bytes(31)) for i in (1, 2, 4)]
    return {
        "inconsistent shares": lambda: dealer.envelope(padded, scalars),
        "shares that are no scalars": lambda: dealer.envelope(padded, [Secret(b"\xff" * 32)] * 3),
        "a false commitment": lambda: dealer.envelope(padded, commitment=other),
        "noise instead of shares": lambda: replace(good, shares=(bytes(1168),) * 3),
        "shares in another order": lambda: replace(good, shares=good.shares[::-1]),
        "fewer shares": lambda: replace(good, shares=good.shares[:1]),
        "more shares": lambda: replace(good, shares=good.shares * 2),
        "a short ciphertext": lambda: replace(good, ciphertext=good.ciphertext[:-1]),
        "a long ciphertext": lambda: replace(good, ciphertext=good.ciphertext + b"\0"),
        "another ciphertext": lambda: replace(good, ciphertext=bytes(len(good.ciphertext))),
        "noise inside": lambda: dealer.envelope(padded[:4] + bytes(len(padded) - 4)),
        "no padding": lambda: dealer.envelope(padded.rstrip(b"\0")),
        "fill that is not zero": lambda: dealer.envelope(padded[:-1] + b"\1"),
    }  # fmt: skip


BAD_DEALS = (
    "inconsistent shares", "shares that are no scalars", "a false commitment",
    "noise instead of shares", "shares in another order", "fewer shares", "more shares",
    "a short ciphertext", "a long ciphertext", "another ciphertext", "noise inside",
    "no padding", "fill that is not zero",
)  # fmt: skip


@pytest.mark.parametrize("name", BAD_DEALS)
def test_a_bad_dealer_spoils_its_own_envelope_only(committee: World, name: str) -> None:
    """Whatever one signer seals, the others' cosignatures are published."""
    assert set(bad_deals(committee)) == set(BAD_DEALS)
    spoilt = bad_deals(committee)[name]()
    opened = committee.openings([spoilt, *committee.envelopes[1:]], (1, 2, 3))
    published = publish(committee.round, [spoilt, *committee.envelopes[1:]], opened, CLOSED_MINUTE)
    assert published.header.opening == NOTHING._replace(received=5, unreadable=1)
    assert len(published.records) == 4


def test_a_dealer_can_make_one_bad_share(committee: World) -> None:
    """One bad share of three does not hide the cosignature, and is counted."""
    dealer = Dealer(committee.round)
    padded = dealer.pad(Cosignature.from_bytes(record(committee, 0)))
    one, two, _ = dealer.shares()
    envelope = dealer.envelope(padded, [one, two, Secret(b"\x09" + bytes(31))])
    envelopes = [envelope, *committee.envelopes[1:]]
    opened = committee.openings(envelopes, (1, 2, 3))
    published = publish(committee.round, envelopes, opened, CLOSED_MINUTE)
    assert len(published.records) == 5
    assert published.bad_shares == {3: 1}


def lying(opened: OpenedShares) -> OpenedShares:
    """Replace every share by another scalar."""
    false = {name: Secret(name[:31] + b"\0") for name in opened.shares()}
    return OpenedShares.of(opened.round_id, opened.trustee, false)


@pytest.mark.parametrize("liar", [1, 2, 3])
def test_a_lying_trustee_is_found_out(committee: World, liar: int) -> None:
    """With one opening more than needed, all is read and the liar's shares do not fit."""
    envelopes = committee.envelopes
    opened = committee.openings(envelopes, (1, 2, 3))
    given = tuple(lying(o) if o.trustee == liar else o for o in opened)
    published = publish(committee.round, envelopes, given, CLOSED_MINUTE)
    assert published.records == committee.publication.records
    assert published.bad_shares == {liar: 5}


def test_a_lying_trustee_among_t_spoils_all(committee: World) -> None:
    """With exactly t openings a liar makes everything unreadable, and nothing is published."""
    one, two = committee.openings(committee.envelopes, (1, 2))
    with pytest.raises(QuorumError, match="0 cosigned"):
        publish(committee.round, committee.envelopes, (lying(one), two), CLOSED_MINUTE)


def test_shares_do_not_open_another_envelope(committee: World) -> None:
    """A trustee that hands in another envelope's share is a liar like any other."""
    one, two = committee.openings(committee.envelopes, (1, 2))
    ids, shares = list(one.shares()), list(one.shares().values())
    turned = dict(zip(ids, shares[1:] + shares[:1], strict=True))
    lie = OpenedShares.of(one.round_id, one.trustee, turned)
    with pytest.raises(QuorumError):
        publish(committee.round, committee.envelopes, (lie, two), CLOSED_MINUTE)


def test_fewer_openings_than_the_threshold_are_refused(committee: World) -> None:
    """One of three trustees opens nothing, not even the number of cosignatures."""
    for numbers in ((), (1,), (3,)):
        opened = committee.openings(committee.envelopes, numbers)
        with pytest.raises(ThresholdError, match=f"{len(numbers)} trustee.* opened, and 2 have to"):
            publish(committee.round, committee.envelopes, opened, CLOSED_MINUTE)


def test_one_trustee_is_not_two(committee: World) -> None:
    """The same trustee's opening twice does not reach the threshold."""
    opened = committee.openings(committee.envelopes, (1, 1))
    with pytest.raises(MismatchError, match="one trustee gave two openings"):
        publish(committee.round, committee.envelopes, opened, CLOSED_MINUTE)


@pytest.mark.parametrize("number", [4, 16])
def test_a_trustee_that_the_round_lacks_opens_nothing(committee: World, number: int) -> None:
    """An opening by a fourth of three trustees is refused by its number."""
    one, two = committee.openings(committee.envelopes)
    with pytest.raises(MismatchError, match=f"no trustee {number}"):
        publish(
            committee.round, committee.envelopes, (one, replace(two, trustee=number)), CLOSED_MINUTE
        )


def test_a_trustee_that_missed_an_envelope_hides_nothing_else(committee: World) -> None:
    """An envelope that fewer than t trustees opened is unreadable; the others are not."""
    one = committee.openings(committee.envelopes, (1,))
    two = committee.openings(committee.envelopes[1:], (2,))
    published = publish(committee.round, committee.envelopes, one + two, CLOSED_MINUTE)
    assert published.header.opening == NOTHING._replace(received=5, unreadable=1)


def test_parts_of_another_round_are_refused(committee: World, village: World) -> None:
    """Envelopes and openings of another round are the organizer's mistakes."""
    opened = committee.openings(committee.envelopes)
    with pytest.raises(MismatchError, match="an envelope belongs to another round"):
        publish(committee.round, village.envelopes, opened, CLOSED_MINUTE)
    foreign = village.openings(village.envelopes, (1,))
    with pytest.raises(MismatchError, match="an opening belongs to another round"):
        publish(committee.round, committee.envelopes, (*opened, *foreign), CLOSED_MINUTE)


@pytest.mark.parametrize("minute", [0, 299])
def test_nothing_is_published_early(committee: World, minute: int) -> None:
    """Publishing waits for the minute at which the round closes."""
    opened = committee.openings(committee.envelopes)
    with pytest.raises(WindowError):
        publish(committee.round, committee.envelopes, opened, minute)
    assert publish(committee.round, committee.envelopes, opened, 300)


def test_below_the_quorum_nothing_is_published(village: World) -> None:
    """Distinct members who stayed count for the quorum: at it, yes; one below, no."""
    strict = village.open_round(quorum=2)
    envelopes = [village.sign(0, strict), village.sign(0, strict, statement="again")]
    with pytest.raises(QuorumError, match="1 cosigned, the quorum is 2"):
        village.publish(envelopes, strict)
    envelopes.append(village.sign(1, strict))
    assert village.publish(envelopes, strict).cosigners == 2
    envelopes.append(village.sign(1, strict, action="withdraw"))
    with pytest.raises(QuorumError):
        village.publish(envelopes, strict)
    with pytest.raises(QuorumError):
        village.publish([], strict)


def test_what_no_verifier_takes_is_not_published(village: World) -> None:
    """A registrar that says less than it certified is named while the letter can be mended."""
    for issued, refused in ((3, False), (2, True)):
        round_ = village.open_round((village.keys[0].state_issued(admitted(issued)),))
        envelopes = [village.sign(i, round_, min_set=0) for i in range(3)]
        if refused:
            with pytest.raises(VerificationError, match="issued 2 certificates"):
                village.publish(envelopes, round_)
        else:
            assert village.verify(village.file(village.publish(envelopes, round_))).cosigners == 3
