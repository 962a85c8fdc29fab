"""Rings of known secrets, and a prover that uses all of them to be fast.

Members with an even number have fresh keys, those with an odd one ssh keys. The
omniscient prover shares nothing with the real one but generators, challenge and
layout: it computes with logarithms instead of points and in variable time.
"""

import functools
import hashlib
from collections.abc import Sequence

from cosign.primitives.curve.edwards25519 import (
    BASE,
    ORDER,
    Affine,
    Extended,
    Scalar,
    add,
    affine,
    decode_scalar,
    encode,
    encode_scalar,
    extended,
)
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.proofs.interface import Binding
from cosign.proofs.ring.keys import MemberSecret, blinding_base
from cosign.proofs.ring.parameters import Generators, RingProof
from cosign.proofs.ring.statement import Ring, RingStatement
from cosign.secret import Secret

_Row = Sequence[Scalar]

ROSTER_ID = hashlib.sha256(b"roster").digest()
ROUND_ID = hashlib.sha256(b"round").digest()
BINDING = Binding(ROUND_ID, "cosign", "with my whole heart")


def stream(name: str) -> "Stream":
    """Return reproducible randomness."""
    return Stream(name.encode())


class Stream:
    """Deterministic bytes in the place of the operating system's."""

    def __init__(self, key: bytes) -> None:
        self._key, self._count = key, 0

    def __call__(self, length: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._key + self._count.to_bytes(8, "big")).digest(length)


def seed_of(member: int) -> Secret:
    """Return the Ed25519 private key of a member with an ssh key."""
    return Secret(hashlib.sha256(b"member %d" % member).digest())


@functools.cache
def secret_of(member: int) -> MemberSecret:
    """Return the secret of a member of every test ring."""
    if member % 2:
        return MemberSecret.from_seed(seed_of(member))
    return MemberSecret.draw(stream(f"fresh {member}"))


@functools.cache
def key_of(member: int) -> bytes:
    """Return the public key of a member."""
    return secret_of(member).public_key


@functools.cache
def ring_of(size: int) -> Ring:
    """Return a ring of so many members, in the order of their numbers."""
    return Ring.load([key_of(member) for member in range(size)])


def _com(u: Sequence[Scalar], v: Sequence[Scalar], r: Scalar) -> Affine:
    points = Generators.first(len(u))
    scalars = [s % ORDER for s in (*u, *v, r)]
    return affine(multiscalar(scalars, [*points.G, *points.H, points.K]))


class OmniscientProver:
    """Proves for any member of a ring of known secrets, reusing A and B' of each member."""

    def __init__(self, size: int, name: str = "omniscient") -> None:
        self.statement = RingStatement(ring_of(size), ROSTER_ID, ROUND_ID)
        held = [secret_of(member) for member in range(size)]
        self.secrets = [decode_scalar(secret.x.reveal()) for secret in held]
        self._hiding = [decode_scalar(secret.r.reveal()) for secret in held]
        self._stream = stream(name)
        self._a = [self._zero_sum(n) for n in self.statement.parameters.radices]
        self._r_A, self._r_B = self._random(), self._random()
        flat = [e for row in self._a for e in row]
        self._A = encode(_com(flat, [-e * e for e in flat], self._r_A))
        self._no_digits = extended(_com([0 for _ in flat], flat, self._r_B))

    def prove(self, member: int, binding: Binding = BINDING) -> bytes:
        """Prove as one member."""
        parameters = self.statement.parameters
        digits = zip(parameters.digits(member), parameters.radices, strict=True)
        return self.prove_digits([[int(i == d) for i in range(n)] for d, n in digits], binding)

    def prove_digits(self, sigma: Sequence[_Row], binding: Binding = BINDING) -> bytes:
        """Prove as the product of any digits, also ones that are not one-hot.

        Each row must add up to 1, as the verifier takes it to.
        """
        m, base = len(self._a), self.statement.tag_base
        rho = [self._random() for _ in range(m)]
        tau = [self._random() for _ in range(m)]
        *hidden, x = self._coefficients(self.secrets, sigma)
        *hidden_r, r = self._coefficients(self._hiding, sigma)
        blinded = [
            (p + b, p_r + b_r) for p, b, p_r, b_r in zip(hidden, rho, hidden_r, tau, strict=True)
        ]
        proof = RingProof(
            T=_multiple(x, base),
            A=self._A,
            B=encode(affine(self._digit_commitment(sigma))),
            X=tuple(_combination(pair, (BASE, blinding_base())) for pair in blinded),
            Y=tuple(_multiple(b, base) for b in rho),
            f=(),
            z_a=b"",
            z=b"",
            z_r=b"",
        )
        xi = self.statement.challenge(binding, proof)
        f = tuple(
            tuple(
                encode_scalar((s * xi + e) % ORDER) for s, e in zip(bits[1:], row[1:], strict=True)
            )
            for bits, row in zip(sigma, self._a, strict=True)
        )
        blinding = encode_scalar((self._r_A + xi * self._r_B) % ORDER)
        z, z_r = (
            encode_scalar((e * pow(xi, m, ORDER) - _evaluate(blinds, xi)) % ORDER)
            for e, blinds in ((x, rho), (r, tau))
        )
        return proof._replace(f=f, z_a=blinding, z=z, z_r=z_r).to_bytes()

    def _random(self) -> Scalar:
        return int.from_bytes(self._stream(64), "little") % ORDER

    def _zero_sum(self, length: int) -> _Row:
        rest = [self._random() for _ in range(length - 1)]
        return [-sum(rest) % ORDER, *rest]

    def _digit_commitment(self, sigma: Sequence[_Row]) -> Extended:
        """Com(sigma, a(1 - 2 sigma); r_B), from the one for sigma = 0."""
        points = Generators.first(sum(self.statement.parameters.radices))
        bits = [bit for row in sigma for bit in row]
        flat = [e for row in self._a for e in row]
        total = self._no_digits
        for left, right, bit, e in zip(points.G, points.H, bits, flat, strict=True):
            if bit:
                total = add(total, multiscalar([bit % ORDER, -2 * bit * e % ORDER], [left, right]))
        return total

    def _coefficients(self, secrets: Sequence[Scalar], sigma: Sequence[_Row]) -> list[Scalar]:
        """The coefficients of the sum of p_i(xi) times the i-th secret, the highest last."""
        nodes: list[_Row] = [[secret] for secret in secrets]
        padding = nodes[-1]
        for row, bits in zip(self._a, sigma, strict=True):
            nodes += [padding] * (-len(nodes) % len(row))
            groups = [nodes[i : i + len(row)] for i in range(0, len(nodes), len(row))]
            chosen = [(i, bit) for i, bit in enumerate(bits) if bit]
            nodes = [_fold(row, chosen, group) for group in groups]
            padding = [0, *padding]
        return list(nodes[0])


def _fold(row: _Row, chosen: Sequence[tuple[int, Scalar]], group: Sequence[_Row]) -> _Row:
    """The sum of (sigma_i xi + a_i) times the i-th node."""
    columns = zip(*group, strict=True)
    low = [sum(e * c for e, c in zip(row, column, strict=True)) for column in columns]
    high = [sum(bit * group[i][j] for i, bit in chosen) for j in range(len(low))]
    return [(s + c) % ORDER for s, c in zip([*low, 0], [0, *high], strict=True)]


def _evaluate(coefficients: Sequence[Scalar], xi: Scalar) -> Scalar:
    return sum(c * pow(xi, j, ORDER) for j, c in enumerate(coefficients))


def _multiple(scalar: Scalar, point: Affine) -> bytes:
    return _combination([scalar], [point])


def _combination(scalars: Sequence[Scalar], points: Sequence[Affine]) -> bytes:
    return encode(affine(multiscalar([s % ORDER for s in scalars], points)))
