"""Making ring proofs (docs/spec.md, "Ring proof: proving").

The sums over the ring are folded digit by digit: of N scalar multiplications
for the first digit, a fraction is left for each further one. All that touches
the secret runs in libsodium's constant-time operations.

Not protected: which keys and generators are read shows in the caches of the
signer's own machine.
"""

import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from functools import reduce
from itertools import accumulate, islice
from typing import Final

from cosign import labels
from cosign.errors import MismatchError
from cosign.primitives.curve import core
from cosign.primitives.curve.constant_time import (
    ZERO,
    add_points,
    add_scalars,
    multiply,
    multiply_scalars,
    negate_scalar,
    subtract_scalars,
)
from cosign.primitives.curve.edwards25519 import encode, encode_scalar
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import Binding, Challenge, ClaimProof, Consent, Naming
from cosign.proofs.ring.claim import prove_claim
from cosign.proofs.ring.keys import MemberSecret, commit
from cosign.proofs.ring.naming import prove_consent
from cosign.proofs.ring.nonces import hedged_nonces
from cosign.proofs.ring.parameters import Generators, RingProof
from cosign.proofs.ring.statement import Ring, RingStatement
from cosign.randomness import SYSTEM, Randomness
from cosign.secret import Secret

_ONE: Final = b"\x01" + ZERO[1:]
_BITS: Final = (ZERO, _ONE)
_SIGNS: Final = (_ONE, negate_scalar(_ONE))
_Row = Sequence[bytes]
"""The scalars of one digit's values."""


class RingProver:
    """Makes ring proofs; see :class:`~cosign.proofs.interface.MembershipProver`.

    Args:
        ring: the roster's keys.
        roster_id: 32 bytes that commit to the keys.
        round_id: 32 bytes.
        secret: of the member's key.
        randomness: hedged with the secret and the statement, so that a broken
            source costs anonymity only towards those who have unlimited computing power.
        executor: of threads, for large rings.
        progress: told how many scalar multiplications are done.

    Raises:
        MismatchError: the key is not on the roster.
    """

    def __init__(
        self,
        ring: Ring,
        roster_id: bytes,
        round_id: bytes,
        secret: MemberSecret,
        *,
        randomness: Randomness = SYSTEM,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self._statement = RingStatement(ring, roster_id, round_id)
        self._secret = secret
        self._randomness, self._executor, self._progress = randomness, executor, progress
        try:
            self._index = ring.keys.index(secret.public_key)
        except ValueError as e:
            raise MismatchError(
                "your key is not on this roster",
                hint="ask its publisher for the roster that names you, or use another key",
            ) from e

    @property
    def tag(self) -> bytes:
        """T = x Q, 32 bytes: in every proof of this member in this round."""
        return multiply(self._secret.x.reveal(), encode(self._statement.tag_base))

    @property
    def certifiers(self) -> tuple[int, ...]:
        """Always empty: a ring proof shows no registrars."""
        return ()

    def prove(self, binding: Binding) -> bytes:
        """Prove membership, bound to ``binding``.

        Returns:
            ``proof_bytes`` of this ring's parameters.

        Raises:
            ValueError: the binding is for another round.
        """
        statement = self._statement
        if binding.round_id != statement.round_id:
            raise ValueError("this prover is for another round")
        digits = statement.parameters.digits(self._index)
        nonces = self._nonces(binding)
        a = [_zero_sum(nonces, n) for n in statement.parameters.radices]
        r_A, r_B, *blinds = islice(nonces, 2 + 2 * len(digits))
        rho, tau = blinds[: len(digits)], blinds[len(digits) :]
        A, B = _commitments(a, digits, r_A, r_B)
        Q, P = encode(statement.tag_base), self._fold(a, digits)
        X = tuple(add_points(P_j, commit(p, t)) for P_j, p, t in zip(P, rho, tau, strict=True))
        Y = tuple(multiply(p, Q) for p in rho)
        proof = RingProof(self.tag, A, B, X, Y, f=(), z_a=b"", z=b"", z_r=b"")
        xi = encode_scalar(statement.challenge(binding, proof))
        f = tuple(_answers(row, digit, xi)[1:] for row, digit in zip(a, digits, strict=True))
        z_A = add_scalars(r_A, multiply_scalars(xi, r_B))
        z, z_r = _response(self._secret.x, rho, xi), _response(self._secret.r, tau, xi)
        return proof._replace(f=f, z_a=z_A, z=z, z_r=z_r).to_bytes()

    def claim(self, challenge: Challenge, *, reveal: bool) -> ClaimProof:
        """Prove that T is one's own; with ``reveal``, of which listed key.

        Raises:
            ValueError: the challenge is for another round.
        """
        if challenge.round_id != self._statement.round_id:
            raise ValueError("this prover is for another round")
        key = self._statement.ring.keys[self._index] if reveal else None
        base = self._statement.tag_base
        return prove_claim(self._secret, base, challenge, key, self._randomness)

    def consent(self, naming: Naming) -> Consent:
        """Prove that T and the listed key are one's own, and that the name may stand beside them.

        Raises:
            ValueError: the name is for another round.
        """
        if naming.round_id != self._statement.round_id:
            raise ValueError("this prover is for another round")
        return prove_consent(self._secret, self._statement.tag_base, naming, self._randomness)

    def _nonces(self, binding: Binding) -> Iterator[bytes]:
        values = [value for _, value in self._statement.fields(binding)]
        secret = self._secret.to_bytes()
        return hedged_nonces(labels.RING_PROOF, secret, values, self._randomness)

    def _fold(self, a: Sequence[_Row], digits: Sequence[int]) -> tuple[bytes, ...]:
        """Return P_0 to P_(m-1): the coefficients of the sum of p_i(xi) C_i but the highest."""
        keys = self._statement.ring.points
        return keys.fold(a, digits, executor=self._executor, progress=self._progress)


def _zero_sum(nonces: Iterator[bytes], length: int) -> _Row:
    """Return a digit's a: random but for the first, so that they sum to zero."""
    rest = list(islice(nonces, length - 1))
    return [negate_scalar(reduce(add_scalars, rest)), *rest]


@functools.cache
def _bases(points: Generators) -> tuple[list[bytes], core.Points, core.Points]:
    """Return all G, encoded, and decoded what A is made of, and what B' is, but for the G."""
    G, H = [encode(P) for P in points.G], [*map(encode, points.H), encode(points.K)]
    return G, core.decode([*G, *H]), core.decode(H)


def _commitments(
    a: Sequence[_Row], digits: Sequence[int], r_A: bytes, r_B: bytes
) -> tuple[bytes, bytes]:
    """Return A = Com(a, -a^2; r_A) and B' = Com(sigma, a(1 - 2 sigma); r_B)."""
    radices = [len(row) for row in a]
    G, bases, product_bases = _bases(Generators.first(sum(radices)))
    u = [e for row in a for e in row]
    squares = [negate_scalar(multiply_scalars(e, e)) for e in u]
    A = core.secret_sum([*u, *squares, r_A], bases)
    signed = [
        multiply_scalars(_SIGNS[i == digit], e)
        for row, digit in zip(a, digits, strict=True)
        for i, e in enumerate(row)
    ]
    B = core.secret_sum([*signed, r_B], product_bases)
    for start, digit in zip(accumulate(radices, initial=0), digits, strict=False):
        B = add_points(B, G[start + digit])  # sigma is 1 here and 0 elsewhere
    return A, B


def _response(secret: Secret, blinds: Sequence[bytes], xi: bytes) -> bytes:
    """Return secret * xi^m - sum of blinds_j xi^j, by Horner's rule."""
    response = secret.reveal()
    for blind in reversed(blinds):
        response = subtract_scalars(multiply_scalars(response, xi), blind)
    return response


def _answers(row: _Row, digit: int, xi: bytes) -> tuple[bytes, ...]:
    """Return f = sigma xi + a for all values of a digit."""
    return tuple(add_scalars(multiply_scalars(_BITS[i == digit], xi), e) for i, e in enumerate(row))
