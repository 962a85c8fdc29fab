"""Whole proofs by either core: the same bytes, and the same answers."""

import pytest

from cosign.primitives.curve import choice, core, pure_core
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import RingVerifier
from tests.support.rings import BINDING, ROSTER_ID, ROUND_ID, key_of, secret_of, stream

pytestmark = pytest.mark.skipif(
    not choice.IS_NATIVE, reason="the compiled core is not in use: make native builds it"
)

CORES = (core._core, pure_core)


def ring(size: int) -> Ring:
    """Load a ring with the core that is in use at the moment."""
    return Ring.load([key_of(member) for member in range(size)], randomness=stream("coins"))


def proof_by(a_core: core.Core, monkeypatch: pytest.MonkeyPatch, member: int, size: int) -> bytes:
    """Prove with one core, with the same nonces for each."""
    monkeypatch.setattr(core, "_core", a_core)
    clear_caches()
    ids = ROSTER_ID, ROUND_ID
    prover = RingProver(ring(size), *ids, secret_of(member), randomness=stream("nonces"))
    return prover.prove(BINDING)


def answers_of(
    a_core: core.Core, monkeypatch: pytest.MonkeyPatch, size: int, proofs: list[bytes]
) -> tuple[int, ...]:
    """Verify with one core."""
    monkeypatch.setattr(core, "_core", a_core)
    verifier = RingVerifier(ring(size), ROSTER_ID, ROUND_ID)
    return verifier.verify_batch([(BINDING, proof) for proof in proofs])


def clear_caches() -> None:
    """Forget points that another core decoded."""
    from cosign.proofs.ring import prover  # noqa: PLC0415

    prover._bases.cache_clear()


@pytest.fixture(autouse=True)
def _forget() -> object:
    yield
    clear_caches()


@pytest.mark.parametrize(("member", "size"), [(0, 2), (1, 3), (15, 16), (40, 70), (599, 600)])
def test_both_cores_make_the_same_proof(
    member: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte by byte, for fresh keys and ssh keys."""
    native, pure = (proof_by(a_core, monkeypatch, member, size) for a_core in CORES)
    assert native == pure
    for a_core in CORES:
        assert answers_of(a_core, monkeypatch, size, [pure]) == ()


def test_both_cores_give_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a proof with one bit changed, bit by bit, alone and among others."""
    size = 3
    good = proof_by(pure_core, monkeypatch, 1, size)
    bits = range(0, 8 * len(good), 5)
    changed = [
        good[: bit // 8] + bytes([good[bit // 8] ^ 1 << bit % 8]) + good[bit // 8 + 1 :]
        for bit in bits
    ]
    proofs = [good, *changed, good]
    native, pure = (answers_of(a_core, monkeypatch, size, proofs) for a_core in CORES)
    assert native == pure == tuple(range(1, len(changed) + 1))
