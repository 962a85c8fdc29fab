"""A second, slow prover of ring proofs, which also lies on demand (docs/spec.md, "Ring proof").

Written from the specification alone. Honest, it makes byte for byte what the library
makes from the same randomness; with a :class:`Lie` it makes proofs that hold or fail
in chosen places, which mutating bytes cannot: they are hashed after the lie was told.
Not protected: anything; only tests use it.
"""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from tests.support.naive_edwards import (
    BASE,
    IDENTITY,
    ORDER,
    Point,
    add,
    combine,
    decode_prime_order,
    encode,
)
from tests.support.naive_ring import (
    Statement,
    blinding_base,
    commitment_terms,
    digits_of,
    framed_hash,
    tag_base,
)


def scalar_of(seed: bytes) -> int:
    """Return the scalar of an Ed25519 seed of 32 bytes (RFC 8032, section 5.1.5), modulo l."""
    raw = bytearray(hashlib.sha512(seed).digest()[:32])
    raw[0] &= 248
    raw[31] = raw[31] & 127 | 64
    return int.from_bytes(raw, "little") % ORDER


Witness = tuple[int, int]
"""x and r; r is 0 for an Ed25519 key."""

Source = Callable[[int], bytes]
"""Gives so many random bytes."""


@dataclass(frozen=True)
class Lie:
    """Where a prover leaves the path; as constructed, nowhere.

    Attributes:
        bits: sigma for each digit, instead of the digits of the index.
        tag: the scalar of the tag, if it is not the witness.
        shifts: points to add to parts of the first message, by number (0: T, 1: A, ...).
        encodings: bytes to write instead of these parts, by number.
        nonces: values for all nonces, instead of the derived ones.
    """

    bits: tuple[tuple[int, ...], ...] = ()
    tag: int | None = None
    shifts: Mapping[int, Point] = field(default_factory=dict)
    encodings: Mapping[int, bytes] = field(default_factory=dict)
    nonces: Iterator[int] | None = None


def nonces_for(statement: Statement, witness: Witness, source: Source) -> Iterator[int]:
    """Derive the nonces of a ring proof (docs/spec.md, "Nonces")."""
    values = [value for _, value in statement.public_values()]
    return hedged("cosign/v1/ring-proof", witness, values, source)


def hedged(label: str, witness: Witness, values: Sequence[bytes], source: Source) -> Iterator[int]:
    """Add to each nonce that is hashed from salt, witness and statement one that is fresh."""
    secret = b"".join(scalar.to_bytes(32, "little") for scalar in witness)
    seed = framed_hash("cosign/v1/proof-seed", [label.encode(), source(32), secret, *values])
    for number in count():
        digest = framed_hash("cosign/v1/proof-nonce", [seed, number.to_bytes(4, "big")])
        fresh = int.from_bytes(source(64), "little")
        yield (int.from_bytes(digest, "little") + fresh) % ORDER


def one_hot(index: int, radices: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return sigma: for each digit a row with a one at the digit of ``index``."""
    digits = digits_of(index, radices)
    return tuple(
        tuple(int(i == digit) for i in range(radix))
        for digit, radix in zip(digits, radices, strict=True)
    )


def coefficients(
    index: int, bits: Sequence[Sequence[int]], masks: Sequence[Sequence[int]]
) -> list[int]:
    """Return p_{i,0} to p_{i,m}: the product of (sigma X + a) over the digits of ``index``."""
    product = [1]
    digits = digits_of(index, [len(row) for row in bits])
    for bit_row, mask_row, digit in zip(bits, masks, digits, strict=True):
        low = [mask_row[digit] * c for c in product] + [0]
        high = [0] + [bit_row[digit] * c for c in product]
        product = [(a + b) % ORDER for a, b in zip(low, high, strict=True)]
    return product


def prove(
    statement: Statement, index: int, witness: Witness, source: Source, lie: Lie | None = None
) -> bytes:
    """Make a proof (docs/spec.md, "Ring proof: proving").

    Args:
        statement: what is proved.
        index: the signer's place, also in the padding after the last key.
        witness: the signer's scalars.
        source: of random bytes.
        lie: where to leave the path.
    """
    lie = lie or Lie()
    radices, base = statement.radices, tag_base(statement.round_id)
    nonces = lie.nonces or nonces_for(statement, witness, source)
    tails = [[next(nonces) for _ in range(radix - 1)] for radix in radices]
    masks = [[-sum(tail) % ORDER, *tail] for tail in tails]
    opening_a, opening_b, *blinds = [next(nonces) for _ in range(2 + 2 * len(radices))]
    rhos, taus = blinds[: len(radices)], blinds[len(radices) :]
    bits = lie.bits or one_hot(index, radices)
    places = [p for rows in zip(bits, masks, strict=True) for p in zip(*rows, strict=True)]
    flat_masks = [a for _, a in places]
    commitments = [
        combine(commitment_terms(flat_masks, [-a * a for a in flat_masks], opening_a)),
        combine(
            commitment_terms(
                [s for s, _ in places], [a * (1 - 2 * s) for s, a in places], opening_b
            )
        ),
    ]
    tag = combine([((witness[0] if lie.tag is None else lie.tag) % ORDER, base)])
    sums = _ring_sums(statement, bits, masks, list(zip(rhos, taus, strict=True)))
    points = [tag, *commitments, *sums, *(combine([(rho, base)]) for rho in rhos)]
    parts = [encode(add(point, lie.shifts.get(i, IDENTITY))) for i, point in enumerate(points)]
    first = b"".join(lie.encodings.get(i, part) for i, part in enumerate(parts))
    xi = statement.challenge(first)
    rows = zip(bits, masks, strict=True)
    answers = [s * xi + a for row in rows for s, a in list(zip(*row, strict=True))[1:]]
    responses = [
        secret * xi ** len(radices) - sum(blind * xi**j for j, blind in enumerate(row))
        for secret, row in zip(witness, (rhos, taus), strict=True)
    ]
    scalars = [*answers, opening_a + xi * opening_b, *responses]
    return first + b"".join((value % ORDER).to_bytes(32, "little") for value in scalars)


def _ring_sums(
    statement: Statement,
    bits: Sequence[Sequence[int]],
    masks: Sequence[Sequence[int]],
    blinds: Sequence[tuple[int, int]],
) -> list[Point]:
    """Return X_0 to X_{m-1}."""
    keys = [decode_prime_order(key) for key in statement.keys]
    indices = range(math.prod(statement.radices))
    table = [coefficients(i, bits, masks) for i in indices]
    return [
        combine(
            [(table[i][j], keys[min(i, len(keys) - 1)]) for i in indices]
            + [(rho, BASE), (tau, blinding_base())]
        )
        for j, (rho, tau) in enumerate(blinds)
    ]
