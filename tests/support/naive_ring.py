"""A second, slow verifier of ring proofs, written from docs/spec.md alone ("Ring proof").

It exists to disagree: the library's verifier and this one share no code, and tests
compare their verdicts. The three equations are checked one by one, each times 8.
Not protected: anything; only tests use it.
"""

import hashlib
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tests.support.naive_edwards import (
    BASE,
    ORDER,
    Point,
    Refused,
    combine,
    decode,
    decode_prime_order,
    double,
    encode,
    hash_to_curve,
    is_identity,
)

TABLE: Final = (
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
LEAST_KEYS: Final = 2
MOST_KEYS: Final = 1_000_000
MOST_STATEMENT_BYTES: Final = 280
ID_BYTES: Final = 32
PART_BYTES: Final = 32


def radices_for(count: int) -> tuple[int, ...]:
    """Return the radices of a ring of ``count`` keys: the first row that is large enough."""
    return next(row for row in TABLE if math.prod(row) >= count)


def proof_bytes(radices: Sequence[int]) -> int:
    """Return the length of a proof."""
    return PART_BYTES * (6 + sum(radix + 1 for radix in radices))


def framed_hash(label: str, parts: Iterable[bytes]) -> bytes:
    """Return the 64 bytes of H (docs/spec.md, "Hashing")."""
    frames = b"".join(len(x).to_bytes(8, "big") + x for x in (label.encode("ascii"), *parts))
    return hashlib.sha512(frames).digest()


def tag_base(round_id: bytes) -> Point:
    """Return Q, the tag base of a round with an id of 32 bytes."""
    return hash_to_curve(b"cosign/v1/ring-tag-base", round_id)


def blinding_base() -> Point:
    """Return U, the second base of member keys."""
    return hash_to_curve(b"cosign/v1/member-key-generator", b"")


def generator(index: int) -> Point:
    """Return generator number ``index``."""
    return hash_to_curve(b"cosign/v1/ring-generator", index.to_bytes(4, "big"))


def digits_of(index: int, radices: Sequence[int]) -> list[int]:
    """Return the digits of an index, the lowest first."""
    digits = []
    for radix in radices:
        index, digit = divmod(index, radix)
        digits.append(digit)
    return digits


def commitment_terms(
    first: Sequence[int], second: Sequence[int], blinding: int
) -> list[tuple[int, Point]]:
    """Return the terms of Com(u, v; r), the positions of all digits in one row."""
    terms = [(blinding, generator(0))]
    for position, (u, v) in enumerate(zip(first, second, strict=True)):
        terms += [(u, generator(1 + 2 * position)), (v, generator(2 + 2 * position))]
    return [(scalar % ORDER, point) for scalar, point in terms]


@dataclass(frozen=True)
class Statement:
    """What everybody knows: the ring, where it is used, and what is said.

    Attributes:
        keys: public keys of 32 bytes, in the roster's order.
        roster_id: 32 bytes.
        round_id: 32 bytes.
        action: ``cosign`` or ``withdraw``.
        text: the statement.
    """

    keys: tuple[bytes, ...]
    roster_id: bytes
    round_id: bytes
    action: str
    text: str

    @property
    def radices(self) -> tuple[int, ...]:
        """The radices for this many keys."""
        return radices_for(len(self.keys))

    def check(self) -> None:
        """Check what "Ring proof: parameters" and "statement and challenge" demand.

        Raises:
            Refused: keys, identifiers, action or text break a rule.
        """
        if not LEAST_KEYS <= len(self.keys) <= MOST_KEYS:
            raise Refused("too few or too many keys")
        if len(set(self.keys)) != len(self.keys):
            raise Refused("keys repeat")
        for key in self.keys:
            decode_prime_order(key)
        if len(self.roster_id) != ID_BYTES or len(self.round_id) != ID_BYTES:
            raise Refused("identifiers have 32 bytes")
        if self.action not in {"cosign", "withdraw"}:
            raise Refused("unknown action")
        if not unicodedata.is_normalized("NFC", self.text):
            raise Refused("the statement is not in NFC")
        if len(self.text.encode()) > MOST_STATEMENT_BYTES:
            raise Refused("the statement is too long")

    def public_values(self) -> list[tuple[str, bytes]]:
        """Return the eight named values that the transcript absorbs before the proof."""
        return [
            ("suite", b"edwards25519_XMD:SHA-512_ELL2_RO_"),
            ("radices", bytes(self.radices)),
            ("size", len(self.keys).to_bytes(8, "big")),
            ("roster", self.roster_id),
            ("round", self.round_id),
            ("Q", encode(tag_base(self.round_id))),
            ("action", self.action.encode("ascii")),
            ("statement", self.text.encode()),
        ]

    def challenge(self, first_message: bytes) -> int:
        """Return the challenge after T, A, B', X and Y, which are ``first_message``."""
        width = PART_BYTES * len(self.radices)
        ends = (0, 32, 64, 96, 96 + width, 96 + 2 * width)
        values = [first_message[start:end] for start, end in pairwise(ends)]
        named = self.public_values() + list(zip("TABXY", values, strict=True))
        flat = [part for name, value in named for part in (name.encode("ascii"), value)]
        digest = framed_hash("cosign/v1/ring-proof", flat)
        return 1 + int.from_bytes(digest, "little") % (ORDER - 1)


@dataclass(frozen=True)
class Claim:
    """A well-formed proof, with nothing known about its equations yet.

    Attributes:
        points: T, A, B', then all X, then all Y.
        answers: f for each digit, the one for 0 included.
        opening: z_A.
        response: z.
        second_response: z_r.
    """

    statement: Statement
    challenge: int
    points: tuple[Point, ...]
    answers: tuple[tuple[int, ...], ...]
    opening: int
    response: int
    second_response: int

    def first(self) -> bool:
        """Check equation (1): the answers fit the commitments A and B'."""
        flat = [answer for row in self.answers for answer in row]
        products = [answer * (self.challenge - answer) for answer in flat]
        negated = [-answer for answer in flat], [-product for product in products]
        terms = commitment_terms(*negated, -self.opening)
        return _holds([(1, self.points[1]), (self.challenge, self.points[2]), *terms])

    def second(self) -> bool:
        """Check equation (2): the sum over the ring."""
        radices, keys = self.statement.radices, self.statement.keys
        weights = [0] * len(keys)
        for index in range(math.prod(radices)):
            rows = zip(self.answers, digits_of(index, radices), strict=True)
            weights[min(index, len(keys) - 1)] += math.prod(row[digit] for row, digit in rows)
        ring = zip(weights, map(decode_prime_order, keys), strict=True)
        responses = [(-self.response, BASE), (-self.second_response, blinding_base())]
        return _holds([*ring, *self._corrections(0), *responses])

    def third(self) -> bool:
        """Check equation (3): the tag."""
        power = pow(self.challenge, len(self.statement.radices), ORDER)
        base = tag_base(self.statement.round_id)
        return _holds([(power, self.points[0]), *self._corrections(1), (-self.response, base)])

    def _corrections(self, which: int) -> list[tuple[int, Point]]:
        count = len(self.statement.radices)
        points = self.points[3 + which * count :][:count]
        return [(-pow(self.challenge, j, ORDER), point) for j, point in enumerate(points)]


def _holds(terms: Iterable[tuple[int, Point]]) -> bool:
    """Return whether 8 times the sum is the identity."""
    total = combine([(scalar % ORDER, point) for scalar, point in terms])
    return is_identity(double(double(double(total))))


def _scalar(raw: bytes) -> int:
    value = int.from_bytes(raw, "little")
    if value >= ORDER:
        raise Refused("a scalar is not reduced")
    return value


def read(statement: Statement, proof: bytes) -> Claim:
    """Make all checks that need no equation.

    Raises:
        Refused: ring, statement or proof break a rule.
    """
    statement.check()
    radices = statement.radices
    if len(proof) != proof_bytes(radices):
        raise Refused("a proof of another length")
    parts = [proof[at : at + PART_BYTES] for at in range(0, len(proof), PART_BYTES)]
    count = 3 + 2 * len(radices)
    points = (decode_prime_order(parts[0]), *(decode(part) for part in parts[1:count]))
    *answers, opening, response, second = [_scalar(part) for part in parts[count:]]
    challenge = statement.challenge(proof[: PART_BYTES * count])
    rows, left = [], iter(answers)
    for radix in radices:
        row = [next(left) for _ in range(radix - 1)]
        rows.append(((challenge - sum(row)) % ORDER, *row))
    return Claim(statement, challenge, points, tuple(rows), opening, response, second)


def verify(
    keys: Sequence[bytes],
    roster_id: bytes,
    round_id: bytes,
    action: str,
    statement: str,
    proof: bytes,
) -> bool:
    """Return whether a proof is valid (docs/spec.md, "Ring proof: verifying").

    Args:
        keys: public keys of 32 bytes, in the roster's order.
        roster_id: 32 bytes.
        round_id: 32 bytes.
        action: ``cosign`` or ``withdraw``.
        statement: the signer's public text.
        proof: any bytes.
    """
    try:
        claim = read(Statement(tuple(keys), roster_id, round_id, action, statement), proof)
    except ValueError:  # Refused, and text that has no UTF-8
        return False
    return claim.third() and claim.first() and claim.second()
