"""Sealing a cosignature to the trustees, and recovering it."""

from dataclasses import replace

import pytest

from cosign import labels
from cosign.errors import CosignError, MalformedError, ThresholdError, VerificationError
from cosign.primitives import hpke, shamir
from cosign.primitives.hashing import H
from cosign.records.cosignature import STATEMENT_LIMIT, Cosignature
from cosign.records.envelope import SEALED_SHARE_BYTES, Envelope
from cosign.records.round import VerifiedRound
from cosign.roles import member
from cosign.roles.shared.sealing import (
    content_info,
    content_key,
    envelope_form,
    key_commitment,
    recover,
    seal_cosignature,
    share_info,
)
from cosign.secret import Secret
from tests.support.dealer import Dealer
from tests.support.world import SIGN_MINUTE, Seeded, World, build, make_registrar

PROOF = b"p" * 930
RECORD = Cosignature("cosign", "hello", PROOF)


def shares_of(world: World, envelope: Envelope) -> dict[int, Secret]:
    """Return the share of every trustee."""
    opened = world.openings([envelope], range(1, len(world.trustees) + 1))
    return {o.trustee: o.shares().get(envelope.envelope_id, Secret(b"")) for o in opened}


def test_any_threshold_of_shares_gives_the_cosignature(committee: World) -> None:
    """Every two of three trustees, and all three, recover the same record."""
    envelope = seal_cosignature(RECORD, committee.round)
    shares = shares_of(committee, envelope)
    for chosen in ((1, 2), (1, 3), (2, 3), (1, 2, 3)):
        found = recover(envelope, {n: shares[n] for n in chosen}, 2)
        assert found == (RECORD.to_bytes(), (), chosen[:2])


def test_fewer_shares_give_nothing(committee: World) -> None:
    """Below the threshold there is an error that says how many are missing."""
    envelope = seal_cosignature(RECORD, committee.round)
    shares = shares_of(committee, envelope)
    for chosen in ((), (1,), (3,)):
        with pytest.raises(ThresholdError, match=f"{len(chosen)} of 2 shares"):
            recover(envelope, {n: shares[n] for n in chosen}, 2)


def test_what_is_derived_from_the_scalar(committee: World) -> None:
    """Content key and commitment are labelled hashes of round and scalar, and differ."""
    scalar, round_id = Secret(b"s" * 32), committee.round.round_id
    assert content_key(round_id, scalar).reveal() == H(labels.CONTENT_KEY, round_id, b"s" * 32)[:32]
    assert key_commitment(round_id, scalar) == H(labels.KEY_COMMITMENT, round_id, b"s" * 32)
    assert content_info(round_id) == H(labels.SEAL_CONTENT, round_id)
    assert share_info(round_id, 2) == H(labels.SEAL_SHARE, round_id, bytes(7) + b"\x02")
    assert key_commitment(bytes(32), scalar) != key_commitment(round_id, scalar)


def test_sealing_twice_gives_unlike_envelopes(committee: World) -> None:
    """Two envelopes of one cosignature share no part but the round."""
    one, two = (seal_cosignature(RECORD, committee.round) for _ in range(2))
    assert one.round_id == two.round_id
    assert one.commitment != two.commitment
    assert one.ciphertext != two.ciphertext
    assert not set(one.shares) & set(two.shares)


def envelopes_of_every_kind(world: World, round_: VerifiedRound) -> list[Envelope]:
    """Let every member cosign, withdraw, and say something of every length class."""
    found = []
    for number in range(len(world.members)):
        found.append(world.sign(number, round_, action="withdraw"))
        for size in (0, 1, 31, 32, 255, 256, STATEMENT_LIMIT):
            found.append(world.sign(number, round_, statement="x" * size))  # noqa: PERF401  # two kinds
    return found


def test_all_envelopes_of_a_round_have_one_size(committee: World) -> None:
    """Neither action, statement nor choice of registrars shows in the length."""
    found = envelopes_of_every_kind(committee, committee.round)
    assert len({len(e.to_bytes()) for e in found}) == 1
    shares, ciphertext = envelope_form(committee.round)
    assert {(len(e.shares), len(e.ciphertext)) for e in found} == {(shares, ciphertext)}
    assert {len(s) for e in found for s in e.shares} == {SEALED_SHARE_BYTES}


def test_keys_of_two_sizes_do_not_show() -> None:
    """Where registrars have keys of two sizes, shorter proofs are padded to the longest."""
    randomness = Seeded("mixed")
    numbers = ((0, 3072), (1, 3072), (0, 4096))
    secrets = tuple(make_registrar(f"M{i}", [n], randomness) for i, n in enumerate(numbers))
    world = build("mixed sizes", secrets, 2, ((0, 1), (1, 2), (0, 2)), (1, 1))
    found = [world.sign(number) for number in range(3)]
    assert len({len(e.to_bytes()) for e in found}) == 1
    lengths = [len(Cosignature.from_bytes(r).proof) for r in world.publication.records]
    assert sorted(lengths) == [930, 1058, 1058]


def test_a_false_share_is_found_out(committee: World) -> None:
    """With a share more than needed, the true ones open and the bad one is named."""
    envelope = seal_cosignature(RECORD, committee.round)
    shares = shares_of(committee, envelope)
    for liar in (1, 2, 3):
        for lie in (Secret(b"\x01" + bytes(31)), Secret(b"\xff" * 32), shares[liar % 3 + 1]):
            found = recover(envelope, shares | {liar: lie}, 2)
            assert (found.record, found.bad_shares) == (RECORD.to_bytes(), (liar,))
            assert liar not in found.subset


def test_two_shares_of_which_one_is_false_open_nothing(committee: World) -> None:
    """With exactly the threshold, a false share spoils the envelope and nobody can tell whose."""
    envelope = seal_cosignature(RECORD, committee.round)
    shares = shares_of(committee, envelope)
    with pytest.raises(VerificationError, match="no combination of shares"):
        recover(envelope, {1: shares[1], 2: shares[3]}, 2)


def test_the_subset_that_worked_is_tried_first(committee: World) -> None:
    """Opening many envelopes pays for a lying trustee only once."""
    envelope = seal_cosignature(RECORD, committee.round)
    shares = shares_of(committee, envelope)
    assert recover(envelope, shares, 2, first=(2, 3)).subset == (2, 3)
    partial = {n: shares[n] for n in (1, 2)}
    assert recover(envelope, partial, 2, first=(2, 3)).subset == (1, 2)


def many_shares(threshold: int, count: int) -> tuple[Envelope, dict[int, Secret]]:
    """Return an envelope, of which only the commitment is looked at, and its shares."""
    scalar, round_id = Secret(b"\x05" + bytes(31)), b"r" * 32
    padded = len(RECORD.to_bytes()).to_bytes(4, "big") + RECORD.to_bytes()
    key = content_key(round_id, scalar)
    ciphertext = hpke.encrypt_once(key, content_info(round_id), padded)
    envelope = Envelope(round_id, (), key_commitment(round_id, scalar), ciphertext)
    shares = shamir.split(scalar, threshold, count, Seeded("many"))
    return envelope, dict(enumerate(shares, 1))


def test_one_liar_among_many_trustees_spoils_nothing() -> None:
    """Fifteen honest trustees of sixteen open an envelope, whichever trustee lies."""
    envelope, shares = many_shares(8, 16)
    for liar in (16, 8, 1):
        found = recover(envelope, shares | {liar: Secret(bytes(32))}, 8)
        assert found.bad_shares == (liar,)


def test_a_bad_dealer_costs_a_bounded_effort() -> None:
    """Shares that fit no combination are given up after a few tries, not after thousands."""
    envelope, shares = many_shares(8, 16)
    lies = {n: Secret(bytes([n]) + bytes(31)) for n in shares}
    with pytest.raises(VerificationError):
        recover(envelope, lies, 8)


def open_with_all(world: World, envelope: Envelope) -> Cosignature:
    """Recover with the shares of all trustees that open."""
    shares = {n: s for n, s in shares_of(world, envelope).items() if len(s)}
    return Cosignature.from_bytes(recover(envelope, shares, world.round.terms.threshold).record)


def test_the_dealer_of_these_tests_is_honest_by_default(committee: World) -> None:
    """What the next test spoils would be accepted unspoilt."""
    dealer = Dealer(committee.round)
    assert open_with_all(committee, dealer.envelope(dealer.pad(RECORD))) == RECORD


def test_paddings_have_one_form(committee: World) -> None:
    """Length, content and fill are exact; damaged padding is malformed, no matter who caused it."""
    dealer = Dealer(committee.round)
    good = dealer.pad(RECORD)
    size = len(RECORD.to_bytes())
    paddings = {
        "fill that is not zero": good[:-1] + b"\x01",
        "a length too long": (size + 1).to_bytes(4, "big") + good[4:],
        "a length too short": (size - 1).to_bytes(4, "big") + good[4:],
        "a length beyond the end": b"\xff\xff\xff\xff" + good[4:],
        "no content": bytes(len(good)),
        "nothing": b"",
        "part of a length": b"\0\0",
    }
    for padded in paddings.values():
        with pytest.raises(MalformedError):
            open_with_all(committee, dealer.envelope(padded))


def test_the_commitment_decides(committee: World) -> None:
    """Shares of another key than the committed one open nothing, so nobody reads two texts."""
    dealer = Dealer(committee.round)
    padded = dealer.pad(RECORD)
    other = key_commitment(committee.round.round_id, Secret(b"o" * 32))
    for envelope in (
        dealer.envelope(padded, commitment=other),
        dealer.envelope(padded, commitment=bytes(64)),
        dealer.envelope(padded, shares=[Secret(bytes([i]) + bytes(31)) for i in (1, 2, 4)]),
    ):
        with pytest.raises(VerificationError, match="no combination of shares"):
            open_with_all(committee, envelope)


def test_a_ciphertext_belongs_to_its_round_and_key(committee: World) -> None:
    """A changed or foreign ciphertext does not decrypt under the committed key."""
    envelope = seal_cosignature(RECORD, committee.round)
    other = seal_cosignature(RECORD, committee.round)
    changed = envelope.ciphertext[:-1] + bytes([envelope.ciphertext[-1] ^ 1])
    for ciphertext in (other.ciphertext, changed, bytes(16)):
        with pytest.raises(VerificationError, match="does not fit its own key"):
            open_with_all(committee, replace(envelope, ciphertext=ciphertext))


def test_shares_belong_to_one_trustee_and_round(committee: World) -> None:
    """A share that stands at another trustee's place does not open."""
    envelope = seal_cosignature(RECORD, committee.round)
    one, two, three = envelope.shares
    swapped = replace(envelope, shares=(two, one, three))
    assert [len(s) for s in shares_of(committee, swapped).values()] == [0, 0, 32]
    with pytest.raises(CosignError):
        open_with_all(committee, swapped)


def test_randomness_is_used_for_scalar_and_polynomial(committee: World) -> None:
    """A seeded source gives the same commitment and ciphertext; only HPKE has its own."""
    one, two = (seal_cosignature(RECORD, committee.round, Seeded("x")) for _ in range(2))
    assert (one.commitment, one.ciphertext) == (two.commitment, two.ciphertext)
    assert one.shares != two.shares


def test_cosigning_seals_what_it_proves(committee: World) -> None:
    """The envelope that a member sends holds one valid cosignature of this round."""
    prover = committee.prover(0)
    _, envelope = member.cosign(
        prover, committee.round, (), statement="yes", minute=SIGN_MINUTE, min_set=1
    )
    record = open_with_all(committee, envelope)
    binding = record.binding(committee.round.round_id)
    assert record.statement == "yes"
    assert committee.round.membership_verifier().verify_batch([(binding, record.proof)]) == ()
