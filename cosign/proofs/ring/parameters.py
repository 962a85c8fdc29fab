"""What the size of a ring fixes (docs/spec.md, "Ring proof: parameters").

Radices, generators and the layout of a proof are functions of the number of
keys, and of nothing that a prover sends.

Glossary, for all ring modules: N keys C_0 to C_(N-1), of which the signer knows
x and r with C_l = x B + r U; U is the blinding base of keys. An index has m digits,
digit t below its radix n_t, the first digit the lowest. T = x Q is the tag for the
round's tag base Q. A and B (B' in the specification) commit to the digits of l under
the generators G, H (G' in the specification) and K; X_j and Y_j, j < m, hide the rest,
under the blinds rho_j and tau_j; f, z_A, z and z_r answer the challenge xi.
"""

import functools
import math
from typing import Final, NamedTuple, Self

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.curve.edwards25519 import POINT_BYTES, SCALAR_BYTES, Affine
from cosign.primitives.curve.hash_to_curve import hash_to_curve

LEAST_KEYS: Final = 2
MOST_KEYS: Final = 1_000_000

RADICES: Final[tuple[tuple[int, ...], ...]] = (
    (4,),
    (4, 4),
    (8, 4),
    (4, 4, 4),
    (8, 4, 4),
    (4, 4, 4, 4),
    (8, 4, 4, 4),
    (4, 4, 4, 4, 4),
    (8, 4, 4, 4, 4),
    (8, 8, 4, 4, 4),
    (16, 5, 5, 5, 5),
    (16, 5, 5, 5, 5, 5),
    (16, 5, 5, 5, 5, 5, 5),
    (16, 5, 5, 5, 5, 5, 5, 5),
)
"""A ring takes the first row whose product is at least its number of keys.

Radix 4 gives the shortest proofs. Folding takes N (1 + 2/n_1 + 3/(n_1 n_2) + ...)
scalar multiplications, so large rings, whose proofs take seconds, begin with 16.
"""

_INDEX_BYTES: Final = 4


class RingParameters(NamedTuple):
    """The dimensions of all proofs over rings of one size.

    Attributes:
        size: number of keys, N.
        radices: n_1 to n_m.
    """

    size: int
    radices: tuple[int, ...]

    @classmethod
    def of(cls, size: int) -> Self:
        """Return the parameters for a number of keys.

        >>> RingParameters.of(1_024).proof_bytes, RingParameters.of(10_000).proof_bytes
        (992, 1504)

        Raises:
            ValueError: fewer than 2 keys or more than 1,000,000.
        """
        if not LEAST_KEYS <= size <= MOST_KEYS:
            raise ValueError(f"a ring has {LEAST_KEYS} to {MOST_KEYS} keys, not {size}")
        return cls(size, next(r for r in RADICES if math.prod(r) >= size))

    @property
    def proof_bytes(self) -> int:
        """Length of a proof: 32 (6 + sum of n_t + 1), with the tag."""
        digits = len(self.radices)
        return POINT_BYTES * (3 + 2 * digits) + SCALAR_BYTES * (sum(self.radices) - digits + 3)

    def digits(self, index: int) -> tuple[int, ...]:
        """Return the digits of a key's index.

        >>> RingParameters.of(10_000).digits(9_999)
        (15, 4, 4, 4, 4)
        """
        found = []
        for radix in self.radices:
            index, digit = divmod(index, radix)
            found.append(digit)
        return tuple(found)


class Generators(NamedTuple):
    """Independent generators of the commitments, one G and one H for each digit's value.

    Attributes:
        K: of the blinding.
        G: of the digits, in the order of positions (1, 0), (1, 1), ... (m, n_m - 1).
        H: of the products, in the same order.
    """

    K: Affine
    G: tuple[Affine, ...]
    H: tuple[Affine, ...]

    @classmethod
    @functools.cache
    def first(cls, positions: int) -> Self:
        """Return the generators for so many positions, the sum of the radices."""
        found = [_generator(i) for i in range(2 * positions + 1)]
        return cls(found[0], tuple(found[1::2]), tuple(found[2::2]))


@functools.cache
def _generator(index: int) -> Affine:
    return hash_to_curve(labels.RING_GENERATOR, index.to_bytes(_INDEX_BYTES, "big"))


class RingProof(NamedTuple):
    """The parts of a proof, each 32 bytes; points and scalars are not decoded.

    Attributes:
        T: the tag.
        A: commitment to random a and to -a^2.
        B: commitment to the digits sigma and to a(1 - 2 sigma).
        X: m points.
        Y: m points.
        f: for each digit its n_t - 1 answers, that for the value 0 left out.
        z_a: answer for the commitments' blinding.
        z: answer for x.
        z_r: answer for r.
    """

    T: bytes
    A: bytes
    B: bytes
    X: tuple[bytes, ...]
    Y: tuple[bytes, ...]
    f: tuple[tuple[bytes, ...], ...]
    z_a: bytes
    z: bytes
    z_r: bytes

    def to_bytes(self) -> bytes:
        """Join the parts in their order."""
        answers = (f for row in self.f for f in row)
        last = self.z_a, self.z, self.z_r
        return b"".join((self.T, self.A, self.B, *self.X, *self.Y, *answers, *last))

    @classmethod
    def from_bytes(cls, raw: bytes, parameters: RingParameters) -> Self:
        """Cut a proof into its parts; the inverse of :meth:`to_bytes`.

        Raises:
            MalformedError: not exactly ``parameters.proof_bytes`` long.
        """
        if len(raw) != parameters.proof_bytes:
            raise MalformedError(
                f"a ring proof has {len(raw)} bytes, not {parameters.proof_bytes}",
                hint="it was cut, or made for a roster of another size",
            )
        parts = iter([raw[i : i + POINT_BYTES] for i in range(0, len(raw), POINT_BYTES)])

        def take(count: int) -> tuple[bytes, ...]:
            return tuple(next(parts) for _ in range(count))

        m = len(parameters.radices)
        T, A, B = take(3)
        X, Y = take(m), take(m)
        f = tuple(take(n - 1) for n in parameters.radices)
        return cls(T, A, B, X, Y, f, *take(3))
