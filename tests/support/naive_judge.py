"""One verdict from two verifiers of ring proofs, and the mutations they are asked about.

:func:`judge` asks the naive verifier, which checks each equation alone, and the library,
which checks batches, and fails the test if they disagree. :func:`strange`, :func:`flip`
and :func:`exchange` make proofs to ask about.
"""

import functools
import random
from collections.abc import Iterable, Iterator
from typing import Final, cast

from cosign.proofs.interface import Action, Binding
from cosign.proofs.ring.keys import MemberSecret
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import RingVerifier
from cosign.secret import Secret
from tests.support.naive_edwards import (
    BASE,
    ORDER,
    PRIME,
    Point,
    Refused,
    add,
    combine,
    decode,
    encode,
    is_identity,
    to_affine,
)
from tests.support.naive_ring import Statement, blinding_base, verify
from tests.support.naive_ring_prover import Witness, scalar_of
from tests.support.rings import Stream

ROSTER, ROUND = b"roster".ljust(32, b"."), b"round".ljust(32, b".")
SALT: Final = bytes(range(32))


def dice(seed: int) -> random.Random:
    """Return a seeded source of choices."""
    return random.Random(seed)  # noqa: S311  # tests repeat


def seed_of(member: int) -> bytes:
    """Return the Ed25519 seed of a member whose number is odd."""
    return member.to_bytes(32, "big")


@functools.cache
def witness_of(member: int) -> Witness:
    """Return x and r of a member: of a fresh key if its number is even, else of an ssh key."""
    if member % 2:
        return scalar_of(seed_of(member)), 0
    source = Stream(b"fresh" + seed_of(member))
    x, r = (int.from_bytes(source(64), "little") % ORDER for _ in range(2))
    return x, r


@functools.cache
def key_of(member: int) -> bytes:
    """Return the public key of a member."""
    x, r = witness_of(member)
    return encode(combine([(x, BASE), (r, blinding_base())]))


def secret_of(member: int) -> MemberSecret:
    """Return a member's secret in the library's form."""
    if member % 2:
        return MemberSecret.from_seed(Secret(seed_of(member)))
    raw = b"".join(scalar.to_bytes(32, "little") for scalar in witness_of(member))
    return MemberSecret.from_bytes(Secret(raw))


@functools.cache
def ring_of(keys: tuple[bytes, ...]) -> Ring:
    """Load a ring once."""
    return Ring.load(list(keys))


def statement_of(size: int, text: str = "") -> Statement:
    """Return the statement that a test's ring of members 0 to ``size`` - 1 proves."""
    return Statement(tuple(map(key_of, range(size))), ROSTER, ROUND, "cosign", text)


@functools.cache
def honest(statement: Statement, member: int, salt: bytes = SALT) -> bytes:
    """Make a proof with the library."""
    ring, ids = ring_of(statement.keys), (statement.roster_id, statement.round_id)
    prover = RingProver(ring, *ids, secret_of(member), randomness=Stream(salt))
    return prover.prove(binding_of(statement))


def binding_of(statement: Statement) -> Binding:
    """Return the library's form of what is bound."""
    return Binding(statement.round_id, cast("Action", statement.action), statement.text)


Case = tuple[Statement, bytes]


def naive(statement: Statement, proof: bytes, round_id: bytes = ROUND) -> bool:
    """Ask the naive verifier of a round."""
    return statement.round_id == round_id and verify(
        statement.keys,
        statement.roster_id,
        statement.round_id,
        statement.action,
        statement.text,
        proof,
    )


def library(cases: Iterable[Case]) -> tuple[int, ...]:
    """Ask the library's verifier of the round :data:`ROUND` about proofs of one ring."""
    items = list(cases)
    ring, roster_id = ring_of(items[0][0].keys), items[0][0].roster_id
    verifier = RingVerifier(ring, roster_id, ROUND)
    return verifier.verify_batch([(binding_of(statement), proof) for statement, proof in items])


def judge(statement: Statement, proof: bytes) -> bool:
    """Return the verdict on which both agree."""
    verdict = naive(statement, proof)
    assert library([(statement, proof)]) == (() if verdict else (0,)), proof.hex()
    return verdict


def judge_all(cases: Iterable[Case], seed: int = 0) -> list[bool]:
    """Compare verdicts for each proof of one ring alone, then in mixed batches."""
    items = list(cases)
    verdicts = [judge(*case) for case in items]
    good = [case for case, verdict in zip(items, verdicts, strict=True) if verdict]
    bad = [case for case, verdict in zip(items, verdicts, strict=True) if not verdict]
    choose = dice(seed)
    for _ in range(len(items) // 20 + 1):
        batch = choose.choices(good, k=choose.randrange(12)) if good else []
        batch += choose.choices(bad, k=choose.randrange(4)) if bad else []
        choose.shuffle(batch)
        if batch:
            named = tuple(i for i, case in enumerate(batch) if case in bad)
            assert library(batch) == named
    return verdicts


def torsion() -> list[Point]:
    """Return the seven points of order 2, 4 and 8."""
    for y in range(2, 100):
        try:
            point = combine([(ORDER, decode(y.to_bytes(32, "little")))])
        except Refused:
            continue
        if not is_identity(combine([(4, point)])):
            return [combine([(k, point)]) for k in range(1, 8)]
    raise AssertionError("one of two points of the curve has order 8 times something")


TORSION: Final = torsion()


def parts_of(proof: bytes) -> list[bytes]:
    """Cut a proof into parts of 32 bytes."""
    return [proof[at : at + 32] for at in range(0, len(proof), 32)]


def strange_points(raw: bytes) -> Iterator[bytes]:
    """Yield what may stand where a point was: special, shifted, misencoded, off the curve."""
    point = decode(raw)
    yield from map(encode, TORSION)
    yield from (encode(add(point, shift)) for shift in [*TORSION, BASE])
    yield encode(BASE)
    x, y = to_affine(point)
    yield (y | (1 - x % 2) << 255).to_bytes(32, "little")  # its negative
    for value in (0, 1, 2, 7, PRIME - 1, *range(PRIME, 2**255)):
        yield value.to_bytes(32, "little")
        yield (value | 1 << 255).to_bytes(32, "little")
    yield y.to_bytes(32, "big")


def strange_scalars(raw: bytes) -> Iterator[bytes]:
    """Yield what may stand where a scalar was: special, negative, not reduced."""
    value = int.from_bytes(raw, "little")
    specials = (0, 1, ORDER - 1, ORDER, ORDER + 1, 2 * ORDER, 2**252, 2**253, 2**255, 2**256 - 1)
    near = [(value + k) % ORDER for k in (-1, 1, 8)] + [-value % ORDER, 8 * value % ORDER]
    unreduced = [value + k * ORDER for k in range(1, 15)] + [value | 1 << 255, value | 1 << 254]
    yield from (number.to_bytes(32, "little") for number in (*specials, *near, *unreduced))


def strange(statement: Statement, proof: bytes) -> Iterator[bytes]:
    """Yield proofs with one part replaced by something strange."""
    parts, points = parts_of(proof), 3 + 2 * len(statement.radices)
    for place, part in enumerate(parts):
        options = strange_points(part) if place < points else strange_scalars(part)
        for option in options:
            yield b"".join([*parts[:place], option, *parts[place + 1 :]])


def flip(proof: bytes, bit: int) -> bytes:
    """Flip one bit."""
    return (int.from_bytes(proof, "little") ^ 1 << bit).to_bytes(len(proof), "little")


def exchange(proof: bytes, place: int, donor: bytes, other: int) -> bytes:
    """Replace one part by a part of another proof."""
    parts = parts_of(proof)
    parts[place] = parts_of(donor)[other]
    return b"".join(parts)
