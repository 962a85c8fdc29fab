"""Verifying ring proofs, alone and many at once."""

import pickle
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.primitives import multiscalar
from cosign.primitives.edwards25519 import ORDER
from cosign.proofs.membership import Binding, MembershipVerifier
from cosign.proofs.ring_verifier import WEIGHT_BYTES, RingVerifier
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
    """In any number."""
    for count in (1, 2, 3, BATCH):
        assert VERIFIER.verify_batch(GOOD[:count]) == ()


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, BATCH - 1)))
def test_exactly_the_bad_ones_are_named(bad: set[int]) -> None:
    """Whichever they are, also all."""
    assert VERIFIER.verify_batch(with_bad(sorted(bad))) == tuple(sorted(bad))


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


def test_one_bad_proof_is_found_by_bisection(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sum for the batch and one for each halving, not one for each proof."""
    sums = []
    original = RingVerifier._sum

    def counted(self: RingVerifier, claims: Sequence[object], *rest: object) -> object:
        sums.append(len(claims))
        return original(self, claims, *rest)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(RingVerifier, "_sum", counted)
    assert VERIFIER.verify_batch(with_bad([BATCH - 1])) == (BATCH - 1,)
    assert sums == [16, 8, 4, 2, 1]


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
    assert face.anonymity == "computational"
    assert face.most_bytes == VERIFIER.proof_bytes == len(proof)
    assert face.batch_size > 1
    assert face.tag(proof) == proof[:32]
    assert face.vouchers(proof) == ()
    with pytest.raises(MalformedError, match="a ring proof has"):
        face.vouchers(proof + b"\0")


def test_verifiers_travel_to_workers() -> None:
    """A process pool verifies with a pickled verifier."""
    with ProcessPoolExecutor(1) as executor:
        assert executor.submit(VERIFIER.verify_batch, with_bad([3])).result() == (3,)
    copy = pickle.loads(pickle.dumps(VERIFIER))  # noqa: S301  # our own bytes
    assert copy.verify_batch(with_bad([1, 2])) == (1, 2)


def test_large_sums_are_shared_and_tell_their_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """An executor changes no answer; progress counts the pieces of the first sum."""
    monkeypatch.setattr(multiscalar, "LEAST_TERMS", 20)
    told: list[tuple[int, int]] = []
    with ProcessPoolExecutor(2) as executor:
        bad = VERIFIER.verify_batch(
            with_bad([5]), executor=executor, progress=lambda *args: told.append(args)
        )
    assert bad == (5,)
    assert told == [(i + 1, told[0][1]) for i in range(told[0][1])]
    assert len(told) > 1
