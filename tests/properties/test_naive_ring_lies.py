"""A prover that lies meets two verifiers, and both give the verdict that the lie deserves.

Mutated bytes change the challenge, so nearly all fail in every equation. Here the lie
is told before the challenge is drawn: exactly one equation fails, or none.
"""

from dataclasses import replace
from itertools import repeat
from typing import Final, cast

import pytest

from cosign.errors import CosignError
from cosign.proofs.ring.statement import Ring
from tests.support.naive_edwards import BASE, ORDER, PRIME, Refused, add, combine, decode, encode
from tests.support.naive_judge import (
    SALT,
    TORSION,
    honest,
    judge,
    judge_all,
    key_of,
    library,
    parts_of,
    statement_of,
    witness_of,
)
from tests.support.naive_ring import Statement, radices_for, read
from tests.support.naive_ring_prover import Lie, Witness, prove
from tests.support.rings import Stream

ALL: Final = (True, True, True)
SOURCE: Final = Stream(SALT)
_HALF: Final = pow(2, -1, ORDER)


def equations(statement: Statement, proof: bytes) -> tuple[bool, bool, bool]:
    """Say which equations hold."""
    claim = read(statement, proof)
    return claim.first(), claim.second(), claim.third()


@pytest.mark.parametrize("size", [3, 5])
def test_parts_of_small_order_are_accepted_in_commitments(size: int) -> None:
    """A, B', X and Y may have a part of small order if it was hashed; T may not."""
    statement = statement_of(size)
    x = witness_of(1)
    cases = []
    for place in range(3 + 2 * len(statement.radices)):
        lies = [Lie(shifts={place: point}) for point in TORSION]
        lies += [replace(lie, nonces=repeat(0)) for lie in lies]
        cases += [(statement, prove(statement, 1, x, SOURCE, lie)) for lie in lies]
    all_shifted = Lie(shifts=dict(enumerate(TORSION[: 2 + len(statement.radices)], 1)))
    cases.append((statement, prove(statement, 1, x, SOURCE, all_shifted)))
    assert judge_all(cases) == [False] * 14 + [True] * (len(cases) - 14)


@pytest.mark.parametrize("size", [2, 3, 5, 17])
def test_degenerate_proofs_are_accepted(size: int) -> None:
    """Nonces that are all zero give identities and zero scalars, and still hold."""
    statement = statement_of(size)
    cases = [
        (statement, prove(statement, i, witness_of(i), SOURCE, Lie(nonces=repeat(0))))
        for i in range(size)
    ]
    assert all({bytes([1, *bytes(31)]), bytes(32)} < set(parts_of(proof)) for _, proof in cases)
    assert all(judge_all(cases))


@pytest.mark.parametrize(("size", "index"), [(2, 3), (3, 3), (5, 5), (5, 15), (17, 31)])
def test_the_padding_is_the_last_key(size: int, index: int) -> None:
    """An index after the ring's end stands for the last key, and for no other."""
    statement = statement_of(size)
    last, other = witness_of(size - 1), witness_of(0)
    proof = prove(statement, index, last, SOURCE)
    assert judge(statement, proof)
    assert proof[:32] == honest(statement, size - 1)[:32]
    assert not judge(statement, prove(statement, index, other, SOURCE))


@pytest.mark.parametrize("size", [3, 5])
def test_each_equation_is_needed(size: int) -> None:
    """Lies that break one equation alone are named, alone and in batches."""
    statement, m = statement_of(size), len(radices_for(size))
    one, two, stranger = (witness_of(i) for i in (0, 1, 99))
    x, r = one
    rest = ((1, 0, 0, 0),) * (m - 1)
    told = [
        ((True, True, True), one, Lie()),
        ((False, True, True), _mix(2, one, -1, two), Lie(bits=((2, -1, 0, 0), *rest))),
        ((False, True, True), _mix(_HALF, one, _HALF, two), Lie(bits=_halves(rest))),
        ((True, False, True), stranger, Lie()),
        ((True, False, True), (x, r + 1), Lie()),
        ((True, False, True), (x, 0), Lie()),
        ((True, True, False), one, Lie(tag=stranger[0])),
        ((True, True, False), one, Lie(tag=two[0])),
        ((True, True, False), one, Lie(tag=-x)),
        ((True, False, False), (x + 1, r), Lie(tag=x)),
        ((True, False, False), stranger, Lie(tag=x)),
    ]
    for place in range(1, 3 + 2 * m):
        broken = 0 if place <= 2 else 1 if place < 3 + m else 2  # A and B'
        holds = cast("tuple[bool, bool, bool]", tuple(i != broken for i in range(3)))
        told.append((holds, one, Lie(shifts={place: BASE})))
    cases = [(statement, prove(statement, 0, witness, SOURCE, lie)) for _, witness, lie in told]
    assert [equations(*case) for case in cases] == [holds for holds, _, _ in told]
    assert judge_all(cases * 3) == [holds == ALL for holds, _, _ in told] * 3


def _halves(rest: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    return ((_HALF, _HALF, 0, 0), *rest)


def _mix(a: int, one: Witness, b: int, two: Witness) -> Witness:
    x, r = ((a * left + b * right) % ORDER for left, right in zip(one, two, strict=True))
    return x, r


@pytest.mark.parametrize("size", [3, 5])
def test_errors_do_not_cancel(size: int) -> None:
    """Errors that add up to nothing, within a proof or over two, are named all the same."""
    statement, m = statement_of(size), len(radices_for(size))
    x, minus = witness_of(0), combine([(ORDER - 1, BASE)])
    pairs = [({place: BASE}, {place: minus}) for place in (1, 3, 3 + m)]
    within = [{1: BASE, 3: BASE}, {1: BASE, 3 + m: BASE}, {3: BASE, 3 + m: minus}]
    shifts = [shift for pair in pairs for shift in pair] + within
    proofs = [prove(statement, 0, x, SOURCE, Lie(shifts=shift)) for shift in shifts]
    cases = [(statement, proof) for proof in proofs]
    assert not any(judge_all(cases))
    assert library(cases) == tuple(range(len(cases)))
    for i in range(0, 2 * len(pairs), 2):
        assert library(cases[i : i + 2]) == (0, 1)


@pytest.mark.parametrize("size", [3, 5])
def test_one_point_has_one_encoding(size: int) -> None:
    """Another encoding of the right point is refused, though all equations would hold."""
    statement = statement_of(size)
    x, sign = witness_of(0), 1 << 255
    for place in (1, *range(3, 3 + 2 * len(statement.radices))):  # B' is never of small order
        for y, wrongs in (
            (1, (1 | sign, PRIME + 1, PRIME + 1 | sign)),  # the identity
            (PRIME - 1, (PRIME - 1 | sign,)),  # order 2
            (0, (PRIME,)),  # order 4
            (0 | sign, (PRIME | sign,)),  # order 4
        ):
            lies = [
                Lie(nonces=repeat(0), encodings={place: number.to_bytes(32, "little")})
                for number in (y, *wrongs)
            ]
            cases = [(statement, prove(statement, 0, x, SOURCE, lie)) for lie in lies]
            assert judge_all(cases) == [True] + [False] * len(wrongs)


def test_a_tag_that_is_the_identity_is_refused() -> None:
    """The scalar zero gives no tag."""
    statement = statement_of(3)
    proof = prove(statement, 0, witness_of(0), SOURCE, Lie(tag=0))
    with pytest.raises(Refused, match="prime order"):
        read(statement, proof)
    assert not judge(statement, proof)


def bad_keys() -> list[bytes]:
    """Return keys that no ring may have."""
    good = decode(key_of(7))
    shifted = [encode(add(good, point)) for point in TORSION]
    return [
        *shifted,
        *map(encode, TORSION),
        *(n.to_bytes(32, "little") for n in (1, 2, PRIME, PRIME + 1, 1 | 1 << 255, 2**256 - 1)),
        key_of(0),
        key_of(7)[:31],
    ]


@pytest.mark.parametrize("key", bad_keys())
def test_bad_keys_agree(key: bytes) -> None:
    """A ring with a key that repeats, is malformed or not of prime order is no ring."""
    statement = statement_of(3)
    keys = (*statement.keys, key)
    with pytest.raises(CosignError):
        Ring.load(list(keys))
    with pytest.raises(Refused):
        replace(statement, keys=keys).check()
