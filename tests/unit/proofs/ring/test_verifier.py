"""Verifying ring proofs, alone and many at once."""

import pickle
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosign.primitives.curve import decoded_keys
from cosign.primitives.curve.edwards25519 import ORDER
from cosign.proofs.interface import Binding, MembershipVerifier
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import WEIGHT_BYTES, RingVerifier
from cosign.randomness import SYSTEM
from tests.support.rings import BINDING, ROSTER_ID, ROUND_ID, OmniscientProver, ring_of

SIZE = 6
BATCH = 16
VERIFIER = RingVerifier(ring_of(SIZE), ROSTER_ID, ROUND_ID)
PROVER = OmniscientProver(SIZE)
GOOD = [(BINDING, PROVER.prove(i % SIZE)) for i in range(BATCH)]


def with_bad(places: Sequence[int]) -> list[tuple[Binding, bytes]]:
    """Spoil the answers of some proofs; they stay well-formed."""
    items = list(GOOD)
    for place in places:
        binding, proof = items[place]
        z = (int.from_bytes(proof[-32:], "little") + 1) % int(ORDER)
        items[place] = (binding, proof[:-32] + z.to_bytes(32, "little"))
    return items


def test_good_proofs_are_accepted_alone_and_together() -> None:
    for count in (1, 2, 3, BATCH):
        assert VERIFIER.verify_batch(GOOD[:count]) == ()


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, BATCH - 1)))
def test_exactly_the_bad_ones_are_named(bad: set[int]) -> None:
    """Whichever they are, also all; and the first of them, if that is all that is asked for."""
    assert VERIFIER.verify_batch(with_bad(sorted(bad))) == tuple(sorted(bad))
    assert VERIFIER.verify_batch(with_bad(sorted(bad)), first_only=True) == tuple(sorted(bad))[:1]


def test_malformed_and_false_proofs_are_named_together() -> None:
    """In ascending order, and they spoil no other."""
    items = with_bad([4])
    items[2] = (BINDING, b"")
    items[9] = (BINDING._replace(round_id=bytes(32)), items[9][1])
    items[11] = (BINDING, bytes(VERIFIER.proof_bytes))
    assert VERIFIER.verify_batch(items) == (2, 4, 9, 11)


def test_only_malformed_proofs_need_no_sum() -> None:
    """A batch of nothing well-formed is all bad."""
    assert VERIFIER.verify_batch([(BINDING, b"")] * 3) == (0, 1, 2)


def sums_for(items: list[tuple[Binding, bytes]], *, first_only: bool = False) -> list[int]:
    """Verify a batch and give how many claims each sum over the ring had."""
    sums: list[int] = []
    original = RingVerifier._sum

    def counted(self: RingVerifier, claims: Sequence[object], *rest: object) -> object:
        sums.append(len(claims))
        return original(self, claims, *rest)  # type: ignore[arg-type]  # passed on as they are

    with mock.patch.object(RingVerifier, "_sum", counted):
        VERIFIER.verify_batch(items, first_only=first_only)
    return sums


def test_one_bad_proof_is_found_by_bisection() -> None:
    """One sum for the batch and one for each halving, not one for each proof."""
    for first_only in (False, True):
        assert sums_for(with_bad([BATCH - 1]), first_only=first_only) == [16, 8, 4, 2, 1]


@pytest.mark.parametrize("count", [1, 2, 4, 8, BATCH])
def test_bad_proofs_that_are_spread_cost_no_more_than_halvings(count: int) -> None:
    """At each depth, one sum for each half that holds a bad one; all of a batch, one each."""
    most = 1 + sum(min(2**depth, count) for depth in range(BATCH.bit_length() - 1))
    spread = [place * BATCH // count for place in range(count)]
    assert len(sums_for(with_bad(spread))) == most <= BATCH
    assert len(sums_for(with_bad(list(range(count))))) <= most


@pytest.mark.parametrize("count", [1, 2, 4, BATCH])
def test_the_first_bad_proof_costs_one_way_down(count: int) -> None:
    """However many there are, and wherever: what a reader of a hostile file has to do."""
    for first in (0, BATCH // 2, BATCH - count):
        bad = [first, *range(BATCH - count + 1, BATCH)]
        assert len(sums_for(with_bad(bad), first_only=True)) <= BATCH.bit_length()


def test_a_malformed_proof_ends_the_search_for_the_first() -> None:
    """Those before it are verified, those behind it are not even decoded."""
    items = with_bad([9])
    items[5] = (BINDING, b"")
    assert VERIFIER.verify_batch(items, first_only=True) == (5,)
    assert sums_for(items, first_only=True) == [5]
    items[5] = items[4]
    items[12] = (BINDING, b"")
    assert VERIFIER.verify_batch(items, first_only=True) == (9,)
    items[0] = (BINDING, b"")
    assert VERIFIER.verify_batch(items, first_only=True) == (0,)


def test_an_empty_batch_is_an_error() -> None:
    """It would verify nothing and look like success."""
    with pytest.raises(ValueError, match="empty batch"):
        VERIFIER.verify_batch([])


def test_each_equation_has_a_fresh_weight_of_128_bits() -> None:
    """From the given source, three for each proof, the same for nobody."""
    drawn: list[bytes] = []

    def spy(length: int) -> bytes:
        drawn.append(SYSTEM(length))
        return drawn[-1]

    assert VERIFIER.verify_batch(GOOD, randomness=spy) == ()
    assert VERIFIER.verify_batch(GOOD, randomness=spy) == ()
    assert len(set(drawn)) == len(drawn) == 2 * 3 * BATCH
    assert {len(weight) for weight in drawn} == {WEIGHT_BYTES} == {16}


def test_the_face_of_all_proofs() -> None:
    """Records and roles need no more than this."""
    face: MembershipVerifier = VERIFIER
    proof = GOOD[0][1]
    assert face.most_bytes == VERIFIER.proof_bytes == len(proof)
    assert face.batch_size > 1
    assert face.tag(proof) == proof[:32]
    assert face.certifiers(proof) == ()
    assert face.find_wrong_orders([face.tag(proof)]) == ()


def test_verifiers_travel_to_workers() -> None:
    """A process pool verifies with a pickled verifier."""
    with ProcessPoolExecutor(1) as executor:
        assert executor.submit(VERIFIER.verify_batch, with_bad([3])).result() == (3,)
    copy = pickle.loads(pickle.dumps(VERIFIER))  # noqa: S301  # our own bytes
    assert copy.verify_batch(with_bad([1, 2])) == (1, 2)


def test_large_sums_are_shared_and_tell_their_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """An executor changes no answer; progress counts the keys of the first sum."""
    for name in ("_LEAST", "_MOST", "_BLOCK"):
        monkeypatch.setattr(decoded_keys, name, 2)
    verifier = RingVerifier(Ring.load(ring_of(SIZE).keys), ROSTER_ID, ROUND_ID)
    told: list[tuple[int, int]] = []
    with ProcessPoolExecutor(2) as executor:
        bad = verifier.verify_batch(
            with_bad([5]), executor=executor, progress=lambda *args: told.append(args)
        )
    assert bad == (5,)
    assert told == [(2, SIZE), (4, SIZE), (6, SIZE)]
