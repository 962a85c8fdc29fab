"""Claims in a rostered group: only the tag's owner makes them, each for one challenge."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.curve.edwards25519 import ORDER
from cosign.proofs.interface import Challenge, ClaimProof
from cosign.proofs.ring.claim import prove_claim
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.verifier import RingVerifier
from tests.support import naive_claim
from tests.support.rings import ROSTER_ID, ROUND_ID, key_of, ring_of, secret_of
from tests.support.torsion import shifted

SIZE = 5
CHALLENGE = Challenge(ROUND_ID, "Über den Brief, fragt die Redaktion")
VERIFIER = RingVerifier(ring_of(SIZE), ROSTER_ID, ROUND_ID)


def prover_of(member: int, round_id: bytes = ROUND_ID, **options: object) -> RingProver:
    """Return a member's prover."""
    return RingProver(ring_of(SIZE), ROSTER_ID, round_id, secret_of(member), **options)  # type: ignore[arg-type]  # passed on as they are


TAG = prover_of(2).tag
HIDDEN = prover_of(2).claim(CHALLENGE, reveal=False)
REVEALED = prover_of(2).claim(CHALLENGE, reveal=True)
each_claim = pytest.mark.parametrize("claim", [HIDDEN, REVEALED], ids=["hidden", "revealed"])


def holds(claim: ClaimProof, tag: bytes = TAG, challenge: Challenge = CHALLENGE) -> bool:
    """Judge a claim, and require that the second implementation agrees."""
    keys = set(ring_of(SIZE).keys)
    ours = VERIFIER.is_claim(challenge, tag, claim)
    theirs = naive_claim.holds(
        challenge.round_id, tag, claim.key, challenge.text, claim.proof, keys
    )
    assert ours == (theirs and challenge.round_id == ROUND_ID)
    return ours


@pytest.mark.parametrize("member", range(SIZE))
def test_every_member_can_claim(member: int) -> None:
    """With the key revealed and without."""
    prover = prover_of(member)
    assert holds(prover.claim(CHALLENGE, reveal=False), prover.tag)
    revealed = prover.claim(CHALLENGE, reveal=True)
    assert revealed.key == key_of(member)
    assert holds(revealed, prover.tag)


@each_claim
def test_a_claim_is_for_one_tag_and_one_challenge(claim: ClaimProof) -> None:
    """Nobody else's tag, no other words, not even none, no other round."""
    assert holds(claim)
    assert not holds(claim, tag=prover_of(3).tag)
    for text in ("Uber den Brief, fragt die Redaktion", CHALLENGE.text + " ", ""):
        assert not holds(claim, challenge=Challenge(ROUND_ID, text))
    assert not holds(claim, challenge=CHALLENGE._replace(round_id=bytes(32)))


def test_a_claim_about_another_round_is_refused() -> None:
    """Also one that the tag's owner made for it: the tag is of this round."""
    elsewhere, base = CHALLENGE._replace(round_id=bytes(32)), prover_of(2)._statement.tag_base
    for key in (None, key_of(2)):
        made = prove_claim(secret_of(2), base, elsewhere, key, secrets.token_bytes)
        assert not holds(made, challenge=elsewhere)


@each_claim
def test_every_flipped_bit_is_noticed(claim: ClaimProof) -> None:
    number = int.from_bytes(claim.proof, "big")
    for bit in range(8 * len(claim.proof)):
        flipped = (number ^ 1 << bit).to_bytes(len(claim.proof), "big")
        assert not VERIFIER.is_claim(CHALLENGE, TAG, claim._replace(proof=flipped))


@each_claim
def test_other_lengths_are_refused(claim: ClaimProof) -> None:
    """A cut or extended proof; also one as long as a claim of the other form."""
    whole = claim.proof
    for proof in (b"", whole[:32], whole[:-32], whole[:-1], whole + b"\0", whole + bytes(32)):
        assert not VERIFIER.is_claim(CHALLENGE, TAG, claim._replace(proof=proof))


@each_claim
def test_scalars_have_one_form(claim: ClaimProof) -> None:
    """The same value with the group's order added is refused."""
    for start in range(0, len(claim.proof), 32):
        scalar = int.from_bytes(claim.proof[start : start + 32], "little") + ORDER
        longer = int(scalar).to_bytes(32, "little")
        proof = claim.proof[:start] + longer + claim.proof[start + 32 :]
        assert not holds(claim._replace(proof=proof))


def test_a_key_can_be_neither_added_nor_taken_away_nor_exchanged() -> None:
    """The key, or that there is none, is part of what is proved."""
    hidden, revealed = HIDDEN.proof, REVEALED.proof
    assert not VERIFIER.is_claim(CHALLENGE, TAG, ClaimProof(None, revealed))
    assert not VERIFIER.is_claim(CHALLENGE, TAG, ClaimProof(key_of(2), hidden))
    assert not holds(ClaimProof(None, revealed[:64]))
    assert not holds(ClaimProof(key_of(2), hidden + revealed[64:]))
    assert not holds(REVEALED._replace(key=key_of(3)))
    assert not holds(REVEALED._replace(key=key_of(4)))


def test_a_revealed_key_has_to_be_listed() -> None:
    """Somebody outside the ring shows nothing by an own key."""
    outside = RingProver(ring_of(SIZE + 1), ROSTER_ID, ROUND_ID, secret_of(SIZE))
    claim = outside.claim(CHALLENGE, reveal=True)
    assert claim.key == key_of(SIZE)
    assert not holds(claim, outside.tag)


@pytest.mark.parametrize("multiple", range(1, 8))
def test_points_of_small_order_help_nobody(multiple: int) -> None:
    """Neither in the tag nor in the key."""
    assert not holds(HIDDEN, tag=shifted(TAG, multiple))
    assert not holds(REVEALED._replace(key=shifted(key_of(2), multiple)))


def test_a_tag_that_is_no_point_is_refused() -> None:
    """Zero, the identity, not reduced, too long."""
    for tag in (bytes(32), b"\1" + bytes(31), b"\xff" * 32, TAG + b"\0", TAG[:31]):
        assert not VERIFIER.is_claim(CHALLENGE, tag, HIDDEN)


def test_knowing_one_key_does_not_claim_another_s_tag() -> None:
    """A member who answers for somebody else's tag with an own secret fails."""
    claim = prover_of(3).claim(CHALLENGE, reveal=False)
    assert holds(claim, prover_of(3).tag)
    assert not holds(claim)


def test_nonces_depend_on_randomness_secret_and_challenge() -> None:
    """A source that repeats gives no two answers to one commitment, so no secret away."""
    stuck = prover_of(2, randomness=bytes)
    first = stuck.claim(CHALLENGE, reveal=False)
    assert first == stuck.claim(CHALLENGE, reveal=False)
    others = (
        stuck.claim(CHALLENGE._replace(text="another"), reveal=False),
        stuck.claim(CHALLENGE, reveal=True),
        prover_of(3, randomness=bytes).claim(CHALLENGE, reveal=False),
        prover_of(2).claim(CHALLENGE, reveal=False),
    )
    secret = int.from_bytes(prover_of(2)._secret.x.reveal(), "little")
    for other in others:
        c, z, d, y = (
            int.from_bytes(part, "little")
            for claim in (first, other)
            for part in (claim.proof[:32], claim.proof[32:64])
        )
        # One nonce for two challenges would give x = (z - y) / (c - d).
        assert (z - y) * pow(c - d, -1, ORDER) % ORDER != secret


def test_a_prover_answers_for_its_own_round() -> None:
    """A challenge of another round is a mistake of the caller."""
    with pytest.raises(ValueError, match="another round"):
        prover_of(2).claim(CHALLENGE._replace(round_id=bytes(32)), reveal=False)


@given(st.integers(0, SIZE - 1), st.text(max_size=40), st.booleans())
def test_claims_hold_for_any_words(member: int, text: str, reveal: bool) -> None:  # noqa: FBT001  # drawn
    prover = prover_of(member)
    try:
        challenge = Challenge(ROUND_ID, text.encode().decode())
    except UnicodeEncodeError:
        return
    claim = prover.claim(challenge, reveal=reveal)
    assert holds(claim, prover.tag, challenge)
    assert not holds(claim, prover.tag, challenge._replace(text=text + "."))


def test_a_hidden_claim_says_nothing_about_the_key() -> None:
    """A claim that anybody who knew x could make: the ring and the index are not in it."""
    elsewhere = RingProver(ring_of(SIZE + 3), bytes(32), ROUND_ID, secret_of(2), randomness=bytes)
    assert elsewhere.claim(CHALLENGE, reveal=False) == prover_of(2, randomness=bytes).claim(
        CHALLENGE, reveal=False
    )
