"""Verifying ring proofs, one or thousands at once (docs/spec.md, "Ring proof: verifying").

Three equations a proof, each multiplied by a fresh random weight, all summed to
one multi-scalar multiplication that must give zero; the sum is multiplied by the
cofactor, so that one proof alone and the same proof in a batch always agree.

Not protected: verifying takes time that depends on the proofs, which are public.
Naming each bad proof that is well-formed costs up to log2(batch) sums over the ring,
naming the first one only no more than that in all.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.primitives.curve.digit_products import sum_of_digit_products
from cosign.primitives.curve.edwards25519 import (
    BASE,
    ORDER,
    Affine,
    Extended,
    Scalar,
    add,
    decode,
    decode_prime_order,
    decode_scalar,
    is_small_order,
    negate,
)
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.primitives.parallel import Progress, no_progress
from cosign.proofs.interface import Anonymity, Binding, Challenge, ClaimProof
from cosign.proofs.ring.claim import is_claim
from cosign.proofs.ring.parameters import Generators, RingProof
from cosign.proofs.ring.statement import Ring, RingStatement
from cosign.randomness import SYSTEM, Randomness

TAG_BYTES: Final = 32
WEIGHT_BYTES: Final = 16
_BATCH: Final = 1_024


class _Claim(NamedTuple):
    """One proof's three equations, weighted and added up to a sum that has to be zero.

    Attributes:
        place: in the batch.
        weight: of the second equation, the one that holds the ring's keys.
        digits: f, completed with each digit's answer for the value 0.
        keys: sum of the scalars of all keys.
        shared: scalars of B, Q, K, all G and all H.
        own: scalars of ``points``.
        points: T, A, B', all X and all Y.
    """

    place: int
    weight: Scalar
    digits: list[list[Scalar]]
    keys: Scalar
    shared: list[Scalar]
    own: list[Scalar]
    points: list[Affine]


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
    def anonymity(self) -> Anonymity:
        """Tags hide their makers from those who cannot compute discrete logarithms."""
        return "computational"

    @property
    def proof_bytes(self) -> int:
        """Length of every proof of this round, with the tag."""
        return self._statement.parameters.proof_bytes

    most_bytes = proof_bytes

    @property
    def batch_size(self) -> int:
        """Enough that the ring's part of the sum costs less than the proofs' own."""
        return _BATCH

    def tag(self, proof: bytes) -> bytes:
        """Return the tag; compare tags of verified proofs only."""
        return proof[:TAG_BYTES]

    def has_prime_order(self, tag: bytes) -> bool:  # noqa: ARG002  # the face of every kind of proof
        """Return True: a proof whose tag has another order does not verify."""
        return True

    def vouchers(self, proof: bytes) -> tuple[int, ...]:  # noqa: ARG002  # the face of every kind of proof
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
        """Verify proofs and give the places of the bad ones: ``()`` if all hold.

        A bad proof is accepted with probability at most 2^-128, whatever the others are.

        Args:
            items: what each proof has to bind, and the proof.
            first_only: name the first bad one only.
            randomness: for the weights, unpredictable to whoever made the proofs.
            executor: of processes, for large rings.
            progress: told about the sum over all proofs.

        Raises:
            ValueError: an empty batch, which would verify nothing.
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
        """Tell whether a claim holds for a tag, and for the listed key that it reveals."""
        statement = self._statement
        listed = claim.key is None or claim.key in statement.ring.keys
        here = challenge.round_id == statement.round_id
        return here and listed and is_claim(statement.tag_base, challenge, tag, claim)

    def _claim(self, place: int, binding: Binding, raw: bytes, weights: Sequence[Scalar]) -> _Claim:
        """Decode and check a proof's parts, and weigh its three equations.

        Raises:
            MalformedError: a wrong length, point or scalar, or another round.
        """
        statement = self._statement
        if binding.round_id != statement.round_id:
            raise MalformedError("a proof was made for another round")
        proof = RingProof.from_bytes(raw, statement.parameters)
        points = [decode_prime_order(proof.T)]  # before anyone compares it
        points += [decode(P) for P in (proof.A, proof.B, *proof.X, *proof.Y)]
        z_A, z = decode_scalar(proof.z_a), decode_scalar(proof.z)
        xi = statement.challenge(binding, proof)
        digits = [_complete(xi, [decode_scalar(f) for f in row]) for row in proof.f]
        f = [f for row in digits for f in row]
        *powers, top = [pow(xi, j, ORDER) for j in range(len(proof.X) + 1)]
        u, v, w = weights
        shared = [-v * z, -w * z, -u * z_A, *(-u * f for f in f), *(-u * f * (xi - f) for f in f)]
        own = [w * top, u, u * xi, *(-v * p for p in powers), *(-w * p for p in powers)]
        return _Claim(place, v, digits, v * top, shared, own, points)

    def _sum(
        self, claims: Sequence[_Claim], executor: Executor | None, progress: Progress = no_progress
    ) -> Extended:
        """Sum the claims: of small order if all hold, and otherwise with probability 2^-128."""
        size, radices = self._statement.parameters
        tables = [(claim.weight, claim.digits) for claim in claims]
        keys = sum_of_digit_products(tables, radices, size - 1)
        # The last key stands for all further indices too, so it takes what is left.
        keys.append(sum(claim.keys for claim in claims) - sum(keys))
        shared = map(sum, zip(*(claim.shared for claim in claims), strict=True))
        own = (scalar for claim in claims for scalar in claim.own)
        K, G, H = Generators.first(sum(radices))
        points = [*self._statement.ring.points, BASE, self._statement.tag_base, K, *G, *H]
        points += [point for claim in claims for point in claim.points]
        scalars = [scalar % ORDER for scalar in (*keys, *shared, *own)]
        return multiscalar(scalars, points, executor=executor, progress=progress)

    def _bisect(
        self,
        claims: Sequence[_Claim],
        total: Extended,
        executor: Executor | None,
        *,
        first_only: bool,
    ) -> list[int]:
        """Name the bad claims among those whose sum is ``total``, or the first of them.

        The weights stay, so the right half's sum is the total less the left half's.
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
    """Put the answer for the value 0 first: a digit's answers add up to xi."""
    return [(xi - sum(answers)) % ORDER, *answers]


def _weight(randomness: Randomness) -> Scalar:
    """Give a weight from 1 to 2^128: none is zero, whatever the source does."""
    return 1 + int.from_bytes(randomness(WEIGHT_BYTES), "little")
