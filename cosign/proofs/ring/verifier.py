"""Verifying ring proofs, one or thousands at once (docs/spec.md, "Ring proof: verifying").

A proof has three equations. Each is multiplied by a fresh random weight, and all of them are
added up to one multi-scalar multiplication, whose result has to be zero. The sum is
multiplied by the cofactor, so a proof alone and the same proof in a batch have the same
result.

Not protected: the time of verifying depends on the proofs, which are public. Finding each
proof that is well-formed but not valid takes up to log2(batch) sums over the ring; finding
only the first takes no more than that in total.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import cached_property
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.primitives.curve import core
from cosign.primitives.curve.edwards25519 import (
    BASE,
    ORDER,
    Extended,
    Scalar,
    add,
    decode_scalar,
    encode,
    is_small_order,
    negate,
)
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import (
    Attestation,
    Binding,
    Challenge,
    ClaimProof,
    Consent,
    Naming,
)
from cosign.proofs.ring.claim import is_claim
from cosign.proofs.ring.keys import blinding_base
from cosign.proofs.ring.naming import is_consent
from cosign.proofs.ring.parameters import Generators, RingProof
from cosign.proofs.ring.statement import Ring, RingStatement
from cosign.randomness import SYSTEM, Randomness

TAG_BYTES: Final = 32
WEIGHT_BYTES: Final = 16
_BATCH: Final = 1_024

_SHARED: Final = 300
"""Proofs that take half a second."""

_KEYS_OF_A_PROOF: Final = 64
"""Keys of a ring that take about as long in the sum as one proof's own part."""


class _Claim(NamedTuple):
    """The three equations of one proof, weighted and added up; the sum has to be zero.

    Attributes:
        place: the index of the proof in the batch.
        weight: that of the second equation, in which the ring's keys are.
        digits: f, with the answer for the value 0 added to each digit.
        keys: the sum of the scalars of all keys.
        shared: scalars of B, U, Q, K, all G and all H.
        own: scalars of ``points``.
        points: T, and A, B', all X and all Y.
    """

    place: int
    weight: Scalar
    digits: list[list[Scalar]]
    keys: Scalar
    shared: list[Scalar]
    own: list[Scalar]
    points: tuple[core.Points, core.Points]


class RingVerifier:
    """Verifies ring proofs; see :class:`~cosign.proofs.interface.MembershipVerifier`.

    Args:
        ring: the roster's keys.
        roster_id: 32 bytes that commit to the keys.
        round_id: 32 bytes.
    """

    def __init__(self, ring: Ring, roster_id: bytes, round_id: bytes) -> None:
        self._statement = RingStatement(ring, roster_id, round_id)

    @property
    def proof_bytes(self) -> int:
        """Length of every proof of this round, with the tag."""
        return self._statement.parameters.proof_bytes

    most_bytes = proof_bytes

    @property
    def batch_size(self) -> int:
        """Enough that the ring's part of the sum costs less than the proofs' own."""
        return _BATCH

    @property
    def share_from(self) -> int:
        """Where the proofs' own work, which batches share, is more than the ring's in each."""
        return max(_SHARED, self._statement.parameters.size // _KEYS_OF_A_PROOF)

    def tag(self, proof: bytes) -> bytes:
        """Return the tag; compare tags of verified proofs only."""
        return proof[:TAG_BYTES]

    def find_wrong_orders(self, tags: Sequence[bytes]) -> tuple[int, ...]:  # noqa: ARG002  # part of the interface
        """Return (): a proof whose tag has another order is not valid."""
        return ()

    def certifiers(self, proof: bytes) -> tuple[int, ...]:  # noqa: ARG002  # part of the interface
        """Return no registrars: a roster has none."""
        return ()

    def verify_batch(
        self,
        items: Sequence[tuple[Binding, bytes]],
        *,
        first_only: bool = False,
        randomness: Randomness = SYSTEM,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> tuple[int, ...]:
        """Verify proofs and return the indices of those that are not valid.

        A proof that is not valid is accepted with probability at most 2^-128, whatever the
        other proofs are.

        Args:
            items: for each proof the values to which it has to be bound, and the proof.
            first_only: return the index of the first proof that is not valid only.
            randomness: for the weights; the makers of the proofs must not predict it.
            executor: of threads or processes, for large rings.
            progress: told how many keys of a large ring are done.

        Raises:
            ValueError: the batch is empty, so nothing would be verified.
        """
        if not items:
            raise ValueError("an empty batch verifies nothing")
        claims, bad = [], []
        for place, (binding, raw) in enumerate(items):
            weights = [_weight(randomness) for _ in range(3)]
            try:
                claims.append(self._claim(place, binding, raw, weights))
            except MalformedError:
                bad.append(place)
                if first_only:
                    break
        if claims:
            total = self._sum(claims, executor, progress)
            bad += self._bisect(claims, total, executor, first_only=first_only)
        return tuple(sorted(bad))[: 1 if first_only else None]

    def is_claim(self, challenge: Challenge, tag: bytes, claim: ClaimProof) -> bool:
        """Return whether a claim is valid for a tag, and for the listed key that it reveals."""
        statement = self._statement
        listed = claim.key is None or claim.key in statement.ring.keys
        here = challenge.round_id == statement.round_id
        return here and listed and is_claim(statement.tag_base, challenge, tag, claim)

    def is_named(
        self, naming: Naming, tag: bytes, consent: Consent, attestations: Sequence[Attestation]
    ) -> bool:
        """Return whether a consent is valid for a tag and a listed key, without attestations."""
        statement = self._statement
        here = naming.round_id == statement.round_id and not attestations
        listed = consent.key is not None and consent.key in statement.ring.keys
        return here and listed and is_consent(statement.tag_base, naming, tag, consent)

    def _claim(self, place: int, binding: Binding, raw: bytes, weights: Sequence[Scalar]) -> _Claim:
        """Decode and check the parts of a proof, and add up its weighted equations.

        Raises:
            MalformedError: the length, a point or a scalar is not valid, or the round is
                another one.
        """
        statement = self._statement
        if binding.round_id != statement.round_id:
            raise MalformedError("a proof was made for another round")
        proof = RingProof.from_bytes(raw, statement.parameters)
        tag = core.decode_prime_order([proof.T])  # canonical, because tags are compared as bytes
        points = core.decode([proof.A, proof.B, *proof.X, *proof.Y])
        z_A, z, z_r = map(decode_scalar, (proof.z_a, proof.z, proof.z_r))
        xi = statement.challenge(binding, proof)
        digits = [_complete(xi, [decode_scalar(f) for f in row]) for row in proof.f]
        f = [f for row in digits for f in row]
        *powers, top = [pow(xi, j, ORDER) for j in range(len(proof.X) + 1)]
        u, v, w = weights
        shared = [-v * z, -v * z_r, -w * z, -u * z_A]
        shared += [*(-u * f for f in f), *(-u * f * (xi - f) for f in f)]
        own = [w * top, u, u * xi, *(-v * p for p in powers), *(-w * p for p in powers)]
        return _Claim(place, v, digits, v * top, shared, own, (tag, points))

    def _sum(
        self, claims: Sequence[_Claim], executor: Executor | None, progress: Progress = no_progress
    ) -> Extended:
        """Return the sum of the claims.

        It has small order if all are valid, and else with probability at most 2^-128.
        """
        tables = [(claim.weight, claim.digits) for claim in claims]
        total = sum(claim.keys for claim in claims) % ORDER
        shared = map(sum, zip(*(claim.shared for claim in claims), strict=True))
        own = (scalar for claim in claims for scalar in claim.own)
        parts = [
            (core.scalars([s % ORDER for s in shared]), self._shared_points),
            (
                core.scalars([s % ORDER for s in own]),
                core.join([points for claim in claims for points in claim.points]),
            ),
        ]
        keys = self._statement.ring.points
        return keys.weighted_sum(tables, total, parts, executor=executor, progress=progress)

    @cached_property
    def _shared_points(self) -> core.Points:
        """B, U, Q, K, all G and all H."""
        K, G, H = Generators.first(sum(self._statement.parameters.radices))
        bases = BASE, blinding_base(), self._statement.tag_base
        return core.decode([encode(point) for point in (*bases, K, *G, *H)])

    def _bisect(
        self,
        claims: Sequence[_Claim],
        total: Extended,
        executor: Executor | None,
        *,
        first_only: bool,
    ) -> list[int]:
        """Return the indices of claims that are not valid, or of the first of them.

        ``total`` is the sum of the claims. The weights stay the same, so the sum of the right
        half is the total minus the sum of the left half.
        """
        if is_small_order(total):
            return []
        if len(claims) == 1:
            return [claims[0].place]
        left, right = claims[: len(claims) // 2], claims[len(claims) // 2 :]
        part = self._sum(left, executor)
        found = self._bisect(left, part, executor, first_only=first_only)
        if found and first_only:
            return found
        rest = add(total, negate(part))
        return found + self._bisect(right, rest, executor, first_only=first_only)


def _complete(xi: Scalar, answers: list[Scalar]) -> list[Scalar]:
    """Return all answers of a digit, that for the value 0 first: they add up to xi."""
    return [(xi - sum(answers)) % ORDER, *answers]


def _weight(randomness: Randomness) -> Scalar:
    """Return a weight from 1 to 2^128, so it is never zero, whatever the source returns."""
    return 1 + int.from_bytes(randomness(WEIGHT_BYTES), "little")
