"""Making ring proofs."""

import math
import pickle
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from cosign.errors import MismatchError
from cosign.primitives.curve import decoded_keys
from cosign.primitives.curve.edwards25519 import affine, decode_scalar, encode
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.proofs.interface import MembershipProver
from cosign.proofs.ring.parameters import RADICES, RingProof
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import RingStatement
from cosign.proofs.ring.verifier import RingVerifier
from tests.support.rings import (
    BINDING,
    ROSTER_ID,
    ROUND_ID,
    OmniscientProver,
    ring_of,
    secret_of,
    stream,
)

CHANGES = [math.prod(row) for row in RADICES if math.prod(row) <= 10_000]
AROUND_SMALL_CHANGES = sorted({c + d for c in CHANGES if c <= 64 for d in (-1, 0, 1)} | {2})
AT_LARGE_CHANGES = [c + d for c in CHANGES if c > 64 for d in (0, 1)]


def prover_of(member: int, size: int, **options: object) -> RingProver:
    """Return a member's prover in the test round."""
    return RingProver(ring_of(size), ROSTER_ID, ROUND_ID, secret_of(member), **options)  # type: ignore[arg-type]  # passed on as they are


def is_valid(proof: bytes, size: int) -> bool:
    """Verify one proof in the test round."""
    return not RingVerifier(ring_of(size), ROSTER_ID, ROUND_ID).verify_batch([(BINDING, proof)])


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7])
def test_every_member_of_a_small_ring_can_prove(size: int) -> None:
    """First, last and all between, where padding fills up to all but one place."""
    for member in range(size):
        assert is_valid(prover_of(member, size).prove(BINDING), size)


@pytest.mark.parametrize("size", AROUND_SMALL_CHANGES)
def test_first_and_last_members_can_prove_around_each_change_of_radices(size: int) -> None:
    """Where the last key stands for no, one or most of the further indices."""
    for member in (0, size - 1):
        assert is_valid(prover_of(member, size).prove(BINDING), size)


@pytest.mark.parametrize("size", AT_LARGE_CHANGES)
def test_proofs_hold_at_large_changes_of_radices(size: int) -> None:
    """Up to 10,001 keys; made with all secrets, to be quick."""
    prover = OmniscientProver(size)
    items = [(BINDING, prover.prove(member)) for member in (0, size // 2, size - 1)]
    assert RingVerifier(ring_of(size), ROSTER_ID, ROUND_ID).verify_batch(items) == ()


@pytest.mark.parametrize("size", [65, 129])
def test_a_member_in_the_middle_can_prove(size: int) -> None:
    """With padding nodes on several levels of the fold."""
    assert is_valid(prover_of(size // 2, size).prove(BINDING), size)


def test_the_tag_is_the_secret_times_the_rounds_base() -> None:
    """And every proof begins with it."""
    prover: MembershipProver = prover_of(3, 6)
    secret = decode_scalar(secret_of(3).x.reveal())
    base = RingStatement(ring_of(6), ROSTER_ID, ROUND_ID).tag_base
    assert prover.tag == encode(affine(multiscalar([secret], [base])))
    assert prover.prove(BINDING)[:32] == prover.tag


def test_tags_link_one_key_in_one_round_and_nothing_else() -> None:
    """The same for other statements, rings and rosters; another for other rounds and keys."""
    here = prover_of(3, 6).tag
    other_statement = prover_of(3, 6).prove(BINDING._replace(statement="no"))
    assert other_statement[:32] == here
    assert RingProver(ring_of(9), bytes(32), ROUND_ID, secret_of(3)).tag == here
    rounds = [bytes([i]) * 32 for i in range(8)]
    elsewhere = {RingProver(ring_of(6), ROSTER_ID, r, secret_of(3)).tag for r in rounds}
    others = {prover_of(member, 6).tag for member in range(6) if member != 3}
    assert len(elsewhere | others | {here}) == 8 + 5 + 1
    assert not (elsewhere | others | {here}) & set(ring_of(6).keys)


def test_a_stranger_cannot_make_a_prover() -> None:
    """The key has to be on the roster."""
    with pytest.raises(MismatchError, match="not on this roster"):
        prover_of(6, 6)


def test_a_prover_serves_one_round() -> None:
    """A binding to another round is the caller's mistake."""
    with pytest.raises(ValueError, match="another round"):
        prover_of(0, 2).prove(BINDING._replace(round_id=bytes(32)))


def test_broken_randomness_repeats_no_nonce_for_another_statement() -> None:
    """With a constant source, commitments still differ by statement, action and secret."""
    dead = bytes
    proofs = [
        prover_of(member, 4, randomness=dead).prove(binding)
        for member in (0, 1)
        for binding in (
            BINDING,
            BINDING._replace(statement=""),
            BINDING._replace(action="withdraw"),
        )
    ]
    parameters = RingStatement(ring_of(4), ROSTER_ID, ROUND_ID).parameters
    cut = [RingProof.from_bytes(proof, parameters) for proof in proofs]
    for part in ("A", "B", "X", "Y"):
        assert len({getattr(proof, part) for proof in cut}) == len(proofs)


def test_fresh_randomness_makes_a_fresh_proof() -> None:
    """And the same randomness the same proof, so that vectors can be made."""
    first, again, other = (
        prover_of(0, 4, randomness=stream(name)).prove(BINDING) for name in ("a", "a", "b")
    )
    assert first == again
    shared = [i for i in range(0, len(first), 32) if first[i : i + 32] == other[i : i + 32]]
    assert shared == [0]  # the tag alone


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_work_can_be_shared(kind: type[Executor], monkeypatch: pytest.MonkeyPatch) -> None:
    """An executor changes nothing in the proof, and progress ends where it said."""
    monkeypatch.setattr(decoded_keys, "_BLOCK", 8)
    ring_of.cache_clear()
    told: list[tuple[int, int]] = []
    alone = prover_of(7, 21, randomness=stream("a"), progress=lambda *args: told.append(args))
    proof = alone.prove(BINDING)
    assert [total for _, total in told] == [told[-1][0]] * len(told)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    with kind(2) as executor:  # type: ignore[call-arg]  # both take a number of workers
        together = prover_of(7, 21, randomness=stream("a"), executor=executor)
        assert together.prove(BINDING) == proof


def test_a_prover_shows_and_gives_away_nothing() -> None:
    """Neither by representation nor by pickling."""
    prover = prover_of(0, 2)
    for secret in (secret_of(0).x.reveal(), secret_of(0).r.reveal()):
        assert secret.hex() not in repr(vars(prover))
        assert repr(secret) not in repr(vars(prover))
    with pytest.raises(TypeError):
        pickle.dumps(prover)
