"""What a ring verifier has to refuse; each attack changes one thing of an accepted case.

Attacks that only a weakened verifier would miss are shown to work against it, so
that a refusal is not an accident.
"""

import math
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from cosign.primitives.curve import core
from cosign.primitives.curve.constant_time import add_points, add_scalars, subtract_scalars
from cosign.primitives.curve.edwards25519 import (
    BASE,
    ORDER,
    PRIME,
    add,
    affine,
    decode,
    encode,
    extended,
    negate,
)
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.primitives.curve.transcript import Transcript
from cosign.proofs.interface import Binding
from cosign.proofs.ring import keys, prover, verifier
from cosign.proofs.ring.keys import MemberSecret
from cosign.proofs.ring.parameters import RingParameters
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import Ring, RingStatement
from cosign.proofs.ring.verifier import RingVerifier
from cosign.secret import Secret
from tests.support.rings import (
    BINDING,
    ROSTER_ID,
    ROUND_ID,
    OmniscientProver,
    key_of,
    ring_of,
    secret_of,
)
from tests.support.torsion import shifted

SIZE = 5
RING = ring_of(SIZE)
VERIFIER = RingVerifier(RING, ROSTER_ID, ROUND_ID)
PARAMETERS = RingParameters.of(SIZE)
PROOF = RingProver(RING, ROSTER_ID, ROUND_ID, secret_of(1)).prove(BINDING)
OTHER = RingProver(RING, ROSTER_ID, ROUND_ID, secret_of(2)).prove(BINDING)
PARTS = range(0, len(PROOF), 32)
POINTS = 3 + 2 * len(PARAMETERS.radices)
FIELDS = [
    "suite",
    "radices",
    "size",
    "roster",
    "round",
    "Q",
    "action",
    "statement",
    "T",
    "A",
    "B",
    "X",
    "Y",
]


def accepts(proof: bytes, binding: Binding = BINDING, verifier: RingVerifier = VERIFIER) -> bool:
    """Verify one proof."""
    return verifier.verify_batch([(binding, proof)]) == ()


def prover_of(member: int, kind: type[RingProver] = RingProver) -> RingProver:
    """Return a prover for the test round."""
    return kind(RING, ROSTER_ID, ROUND_ID, secret_of(member))


def replace(offset: int, part: bytes, proof: bytes = PROOF) -> bytes:
    """Put 32 other bytes in the place of a part."""
    return proof[:offset] + part + proof[offset + 32 :]


def test_the_case_that_all_attacks_start_from_is_accepted() -> None:
    """A verifier that refuses everything would fail here."""
    assert accepts(PROOF)
    assert accepts(OTHER)


# Bytes.


def test_every_changed_byte_is_refused() -> None:
    """One flipped bit in each byte of the proof, each named in one batch."""
    flipped = [
        PROOF[:i] + bytes([PROOF[i] ^ 1 << i % 8]) + PROOF[i + 1 :] for i in range(len(PROOF))
    ]
    bad = VERIFIER.verify_batch([(BINDING, proof) for proof in flipped])
    assert bad == tuple(range(len(PROOF)))


@pytest.mark.parametrize("length", [0, 1, 31, 32, len(PROOF) - 32, len(PROOF) - 1])
def test_truncated_proofs_are_refused(length: int) -> None:
    """Exact length, from the ring."""
    assert not accepts(PROOF[:length])


@pytest.mark.parametrize("junk", [b"\0", bytes(32), PROOF])
def test_extended_proofs_are_refused(junk: bytes) -> None:
    """Before and after."""
    assert not accepts(PROOF + junk)
    assert not accepts(junk + PROOF)


@pytest.mark.parametrize("offset", PARTS)
def test_parts_of_another_proof_are_refused(offset: int) -> None:
    """Each of the same round, ring, action and statement; so nobody can take another's tag."""
    assert not accepts(replace(offset, OTHER[offset : offset + 32]))


@pytest.mark.parametrize("offset", list(PARTS)[POINTS:])
def test_scalars_that_are_not_reduced_are_refused(offset: int) -> None:
    """Adding the order would make a second proof of an accepted one."""
    number = int.from_bytes(PROOF[offset : offset + 32], "little") + int(ORDER)
    assert not accepts(replace(offset, number.to_bytes(32, "little")))


@pytest.mark.parametrize("offset", list(PARTS)[:POINTS])
@pytest.mark.parametrize("number", [2, int(PRIME) + 3, 1 | 1 << 255])
def test_points_that_are_none_are_refused(offset: int, number: int) -> None:
    """Off the curve, not reduced, with a sign on zero: in every place of a point."""
    assert not accepts(replace(offset, number.to_bytes(32, "little")))


# What is bound.


@pytest.mark.parametrize(
    "change",
    [
        {"action": "withdraw"},
        {"statement": "with my whole heart "},
        {"statement": ""},
        {"round_id": bytes(32)},
    ],
)
def test_what_is_bound_cannot_be_exchanged(change: dict[str, str]) -> None:
    """Action, statement, round."""
    assert not accepts(PROOF, BINDING._replace(**change))  # type: ignore[arg-type]  # each of its field's type


@pytest.mark.parametrize(
    "verifier",
    [
        RingVerifier(RING, bytes(32), ROUND_ID),
        RingVerifier(RING, ROSTER_ID, bytes(32)),
        RingVerifier(ring_of(SIZE + 1), ROSTER_ID, ROUND_ID),
        RingVerifier(ring_of(SIZE - 1), ROSTER_ID, ROUND_ID),
        RingVerifier(Ring.load([key_of(i) for i in (0, 1, 2, 3, 9)]), ROSTER_ID, ROUND_ID),
        RingVerifier(Ring.load([key_of(i) for i in (4, 3, 2, 1, 0)]), ROSTER_ID, ROUND_ID),
        RingVerifier(Ring.load([key_of(i) for i in (1, 0, 2, 3, 4)]), ROSTER_ID, ROUND_ID),
    ],
    ids=["roster", "round", "larger", "smaller", "one-key", "reversed", "swapped"],
)
def test_proofs_hold_for_one_ring_and_round(verifier: RingVerifier) -> None:
    """Not for another roster, round, size, key or order, even under the same identifiers."""
    binding = BINDING._replace(round_id=verifier._statement.round_id)
    assert not accepts(PROOF, binding, verifier)


def test_a_proof_for_another_round_under_this_round_s_tag_is_refused() -> None:
    """A member could make one, and speak in a round under the tag of another."""
    liar, elsewhere = prover_of(1), BINDING._replace(round_id=bytes(32))
    assert liar._statement.tag_base  # kept, before the round is exchanged
    liar._statement.round_id = elsewhere.round_id
    assert not accepts(liar.prove(elsewhere), elsewhere)


def test_permuted_rosters_keep_the_tag() -> None:
    """One person has one voice, wherever the own key stands."""
    ring = Ring.load(RING.keys[::-1])
    proof = RingProver(ring, ROSTER_ID, ROUND_ID, secret_of(1)).prove(BINDING)
    assert accepts(proof, verifier=RingVerifier(ring, ROSTER_ID, ROUND_ID))
    assert proof[:32] == PROOF[:32]


@pytest.mark.parametrize("field", FIELDS)
def test_the_challenge_binds_every_field(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof whose challenge saw one other value is refused, whichever it was."""
    absorb, seen = Transcript.absorb, []

    def lie(self: Transcript, name: str, value: bytes) -> None:
        seen.append(name)
        absorb(self, name, bytes([value[0] ^ 1]) + value[1:] if name == field else value)

    monkeypatch.setattr(Transcript, "absorb", lie)
    proof = prover_of(1).prove(BINDING)
    assert accepts(proof)  # to a verifier that lies in the same way
    monkeypatch.undo()
    assert not accepts(proof)
    assert seen == FIELDS * 2


# Points of small order.


def tag_shifter(multiple: int) -> type[RingProver]:
    """Return a prover that adds torsion to the tag before all challenges: equations hold."""

    class Shifter(RingProver):
        @property
        def tag(self) -> bytes:
            return shifted(super().tag, multiple)

    return Shifter


@pytest.mark.parametrize("multiple", range(1, 8))
def test_torsion_added_to_a_tag_is_refused(multiple: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would give every member eight voices: the cofactored equations cannot see it."""
    proof = prover_of(1, tag_shifter(multiple)).prove(BINDING)
    assert proof[:32] != PROOF[:32]
    assert not accepts(proof)
    monkeypatch.setattr(core, "decode_prime_order", core.decode)
    assert accepts(proof)  # the attack works where only the curve is checked


@pytest.mark.parametrize("multiple", range(8))
def test_small_order_tags_are_refused(multiple: int) -> None:
    """The identity, too, is nobody's tag."""
    identity = encode((0, 1))
    assert not accepts(replace(0, shifted(identity, multiple)))


@pytest.mark.parametrize("multiple", range(1, 8))
def test_torsion_in_a_commitment_divides_nobody(
    multiple: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a proof is the signer's own; alone and in batches, every time, it is accepted."""
    honest = prover._commitments
    monkeypatch.setattr(
        prover,
        "_commitments",
        lambda *args: tuple(shifted(point, multiple) for point in honest(*args)),
    )
    proof = prover_of(1).prove(BINDING)
    for count in (1, 2, 3):
        assert VERIFIER.verify_batch([(BINDING, proof)] * count) == ()


# Indices.


def misplaced(member: int, index: int) -> bytes:
    """Prove as a member who claims another index."""
    prover = prover_of(member)
    prover._index = index
    return prover.prove(BINDING)


@pytest.mark.parametrize("index", range(SIZE - 1, math.prod(PARAMETERS.radices)))
def test_padding_stands_for_the_last_key_alone(index: int) -> None:
    """The last member may use any further index, with the same tag; nobody else may."""
    proof = misplaced(SIZE - 1, index)
    assert accepts(proof)
    assert proof[:32] == prover_of(SIZE - 1).tag
    assert not accepts(misplaced(0, index))


@pytest.mark.parametrize("index", [0, 2, 3, 4])
def test_a_member_cannot_stand_in_anothers_place(index: int) -> None:
    """The secret has to belong to the chosen key."""
    assert not accepts(misplaced(1, index))


def test_a_stranger_is_refused() -> None:
    """Whatever index is claimed, a secret that is not in the ring proves nothing."""
    stranger = RingProver(ring_of(SIZE + 1), ROSTER_ID, ROUND_ID, secret_of(SIZE))
    stranger._statement = RingStatement(RING, ROSTER_ID, ROUND_ID)
    for index in range(SIZE):
        stranger._index = index
        assert not accepts(stranger.prove(BINDING))


def secret_with(x: int, r: int) -> MemberSecret:
    """Return the secret of any scalars."""
    x_raw, r_raw = (Secret(int(n % ORDER).to_bytes(32, "little")) for n in (x, r))
    return MemberSecret(x_raw, r_raw, "fresh")


def with_secret(member: int, x: int, r: int) -> bytes:
    """Prove in a member's place, with other scalars."""
    prover = prover_of(member)
    prover._secret = secret_with(x, r)
    return prover.prove(BINDING)


@pytest.mark.parametrize("member", [1, 2], ids=["ssh", "fresh"])
def test_both_scalars_of_a_key_are_needed(member: int) -> None:
    """One of them, the sum of both and the two exchanged are refused."""
    x, r = (
        int.from_bytes(s.reveal(), "little") for s in (secret_of(member).x, secret_of(member).r)
    )
    assert accepts(with_secret(member, x, r))
    for wrong in ((x, r + 1), (x + 1, r), (x + r + 1, 0), (r, x), (0, r), (-x, -r), (x, -r - 1)):
        assert not accepts(with_secret(member, *wrong))


def test_a_key_has_one_tag_because_nobody_knows_the_logarithm_of_u(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With U = 3B, C = (x + 3)B + (r - 1)U as well, and the member has a second tag."""
    triple = affine(multiscalar([3], [BASE]))
    secret = secret_of(2)
    x, r = (int.from_bytes(part.reveal(), "little") for part in (secret.x, secret.r))
    assert not accepts(with_secret(2, x + 3, r - 1))
    for module in (keys, verifier):
        monkeypatch.setattr(module, "blinding_base", lambda: triple)
    ring = Ring.load([*RING.keys[:2], secret.public_key, *RING.keys[3:]])
    weak = RingVerifier(ring, ROSTER_ID, ROUND_ID)
    second = secret_with(x + 3, r - 1)
    proofs = [RingProver(ring, ROSTER_ID, ROUND_ID, s).prove(BINDING) for s in (secret, second)]
    assert all(accepts(proof, verifier=weak) for proof in proofs)
    assert proofs[0][:32] != proofs[1][:32]


def test_two_members_cannot_make_a_third_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digits 2 and -1 add up to 1, and 2 x_0 - x_1, 2 r_0 - r_1 are known to the two together.

    Their tag is new and the second and third equation hold; only the first one,
    which asks for digits that are 0 or 1, refuses it.
    """
    first, *rest = PARAMETERS.radices
    sigma = [[2, -1] + [0] * (first - 2)] + [[1] + [0] * (n - 1) for n in rest]
    proof = OmniscientProver(SIZE).prove_digits(sigma)
    assert proof[:32] not in {prover_of(member).tag for member in range(SIZE)}
    assert not accepts(proof)
    monkeypatch.setattr(verifier, "_weight", weights(0, 1, 1))
    assert accepts(proof)


def test_keys_with_a_known_difference_have_related_tags() -> None:
    """A limit, not an attack on proofs: never derive membership keys by addition."""
    difference = OmniscientProver(SIZE).secrets[0] - OmniscientProver(SIZE).secrets[1]
    base = VERIFIER._statement.tag_base
    left, right = (extended(decode(prover_of(member).tag)) for member in (0, 1))
    related = affine(multiscalar([difference % ORDER], [base]))
    assert affine(add(left, negate(right))) == related


# Weights.


def weights(*values: int) -> Callable[[object], int]:
    """Return a weakened verifier's weights: the same for each proof."""
    source = cycle(values)
    return lambda _: next(source)


def cancelling_pair() -> list[tuple[Binding, bytes]]:
    """Two false proofs whose errors are each other's negatives: z + 1 and z - 1."""
    one = b"\x01" + bytes(31)
    return [
        (BINDING, PROOF[:-32] + add_scalars(PROOF[-32:], one)),
        (BINDING, OTHER[:-32] + subtract_scalars(OTHER[-32:], one)),
    ]


def test_errors_that_cancel_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all proofs have one weight, two false ones pass together."""
    assert VERIFIER.verify_batch(cancelling_pair()) == (0, 1)
    monkeypatch.setattr(verifier, "_weight", weights(1))
    assert VERIFIER.verify_batch(cancelling_pair()) == ()
    assert VERIFIER.verify_batch(cancelling_pair()[:1]) == (0,)


def plus_base(point: bytes) -> bytes:
    """Add the base point."""
    return add_points(point, encode(BASE))


class CancellingProver(RingProver):
    """Adds the base point to X_0, which spoils the second equation."""

    def _fold(self, *args: Any) -> tuple[bytes, ...]:
        first, *rest = super()._fold(*args)
        return plus_base(first), *rest


def test_errors_that_cancel_within_one_proof_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the equations have one weight, the same point added to A and X_0 goes unseen."""
    honest = prover._commitments
    with monkeypatch.context() as patch:
        patch.setattr(
            prover,
            "_commitments",
            lambda *args: (plus_base(honest(*args)[0]), honest(*args)[1]),
        )
        proof = prover_of(1, CancellingProver).prove(BINDING)
    assert not accepts(proof)
    monkeypatch.setattr(verifier, "_weight", weights(1))
    assert accepts(proof)


def test_zero_weights_would_accept_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """So no weight is zero, even from a source that gives nothing else."""
    false = replace(len(PROOF) - 32, OTHER[-32:])
    monkeypatch.setattr(verifier, "_weight", weights(0))
    assert accepts(false)
    monkeypatch.undo()
    assert verifier._weight(bytes) == 1
    assert VERIFIER.verify_batch([(BINDING, false)], randomness=bytes) == (0,)
