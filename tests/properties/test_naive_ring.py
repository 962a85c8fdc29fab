"""Two verifiers of ring proofs, written apart from one specification, give one verdict.

The naive one (tests/support/naive_ring.py) checks each equation alone; the library's
checks batches. Honest and mutated proofs go through the naive one, through the
library's alone, and through the library's in batches.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any, Final, cast

import pytest

from cosign.primitives.ed25519 import SigningKey
from cosign.proofs.ring.verifier import RingVerifier
from cosign.secret import Secret
from tests.support import places
from tests.support.naive_edwards import (
    BASE,
    combine,
    encode,
    expand_message_xmd,
    hash_to_curve,
    hash_to_field,
    to_affine,
)
from tests.support.naive_judge import (
    ROSTER,
    ROUND,
    SALT,
    dice,
    exchange,
    flip,
    honest,
    judge,
    judge_all,
    key_of,
    naive,
    parts_of,
    ring_of,
    seed_of,
    statement_of,
    strange,
    witness_of,
)
from tests.support.naive_ring import proof_bytes, radices_for
from tests.support.naive_ring_prover import prove, scalar_of
from tests.support.rings import Stream

VECTORS: Final = places.PUBLISHED
ROW_ENDS: Final = (4, 16, 32, 64, 128, 256, 512, 1024, 2048)
SIZES: Final = (*range(2, 21), 32, 64, *(end + 1 for end in ROW_ENDS[2:]))


def load(name: str) -> dict[str, Any]:
    """Read a file of published vectors."""
    return cast("dict[str, Any]", json.loads((VECTORS / name).read_text("utf-8")))


def test_naive_expand_message() -> None:
    """The naive expand_message_xmd gives the figures of RFC 9380, K.3."""
    published = load("rfc9380_expand_message_xmd_SHA-512.json")
    for vector in published["vectors"]:
        length = int(vector["len_in_bytes"], 16)
        out = expand_message_xmd(vector["msg"].encode(), published["dst"].encode(), length)
        assert out.hex() == vector["uniform_bytes"]


def test_naive_hash_to_group() -> None:
    """The naive hash to the group gives the figures of RFC 9380, J.5.1."""
    published = load("rfc9380_edwards25519_XMD_SHA-512_ELL2_RO.json")
    dst = published["dst"].encode()
    for vector in published["vectors"]:
        message = vector["msg"].encode()
        assert hash_to_field(message, dst) == tuple(int(u, 16) for u in vector["u"])
        point = vector["P"]
        expected = int(point["x"], 16), int(point["y"], 16)
        assert to_affine(hash_to_curve(dst, message)) == expected


def test_naive_scalars_give_ed25519_keys() -> None:
    """The naive scalar of a seed times B is libsodium's public key."""
    for member in range(8):
        key = SigningKey(Secret(seed_of(member))).public_key
        assert encode(combine([(scalar_of(seed_of(member)), BASE)])) == key


@pytest.mark.parametrize("size", ROW_ENDS)
def test_dimensions_agree(size: int) -> None:
    """Both give one length to the proofs of a ring, on both sides of a row's end."""
    for count in (size, size + 1):
        verifier = RingVerifier(ring_of(statement_of(count).keys), ROSTER, ROUND)
        assert verifier.most_bytes == proof_bytes(radices_for(count))


@pytest.mark.parametrize("size", SIZES)
def test_honest_proofs_agree(size: int) -> None:
    """Rings of all sizes around the table's rows: honest is valid, a changed answer is not."""
    statement = statement_of(size, "é")
    proof = honest(statement, size - 1)
    assert len(proof) == proof_bytes(radices_for(size))
    first_answer = 3 + 2 * len(statement.radices)
    wrong = [flip(proof, 8 * len(proof) - 256 * last) for last in (1, 2, 3)]
    wrong.append(flip(proof, 256 * first_answer))
    assert judge_all([(statement, p) for p in (proof, *wrong)]) == [True, *[False] * 4]


def test_a_ring_of_a_row_that_is_not_a_power_of_two_agrees() -> None:
    """Radices 16, 5, 5, 5, 5: the first ring that needs them."""
    statement = statement_of(4097)
    assert judge(statement, honest(statement, 4000))


@pytest.mark.parametrize("size", [2, 4, 5, 16, 17, 20, 33])
def test_provers_agree_byte_for_byte(size: int) -> None:
    """From the same 32 random bytes both provers make the same proof."""
    statement = statement_of(size, "both")
    for member in (0, size // 2, size - 1):
        mine = prove(statement, member, witness_of(member), Stream(SALT))
        assert mine == honest(statement, member)


def test_flipped_bits_agree() -> None:
    """No proof survives a flipped bit: two or three of every byte."""
    statement = statement_of(3)
    proof = honest(statement, 1)
    cases = [(statement, flip(proof, bit)) for bit in range(0, 8 * len(proof), 3)]
    assert not any(judge_all([(statement, proof), *cases])[1:])


@pytest.mark.parametrize("size", [4, 5])
def test_strange_parts_agree(size: int) -> None:
    """Each part replaced by special, shifted, misencoded and unreduced values."""
    statement = statement_of(size)
    proof = honest(statement, 1)
    cases = [(statement, p) for p in strange(statement, proof) if p != proof]
    assert not any(judge_all([(statement, proof), *cases])[1:])


@pytest.mark.parametrize("size", [3, 17])
def test_exchanged_parts_agree(size: int) -> None:
    """Parts moved within a proof, or from proofs with other tag, text or randomness."""
    statement = statement_of(size)
    proof = honest(statement, 0)
    places = range(len(parts_of(proof)))
    cases = [(statement, proof)]
    for donor in (
        honest(statement, 1),
        honest(statement, 0, bytes(32)),
        honest(statement_of(size, "other"), 0),
    ):
        cases += [(statement, exchange(proof, i, donor, i)) for i in places]
        cases += [(statement, proof[: 32 * i] + donor[32 * i :]) for i in places]
    for i, j in combinations(places, 2):
        cases.append((statement, exchange(exchange(proof, i, proof, j), j, proof, i)))
    whole = {honest(statement, 0), honest(statement, 1), honest(statement, 0, bytes(32))}
    assert judge_all(cases) == [proof in whole for _, proof in cases]


@pytest.mark.parametrize("size", [2, 5, 20])
def test_wrong_lengths_agree(size: int) -> None:
    """Proofs cut, extended, or of a ring of another size."""
    statement = statement_of(size)
    proof = honest(statement, 1)
    wrong = [proof[:n] for n in (0, 1, 31, 32, *range(64, len(proof), 32), len(proof) - 1)]
    wrong += [proof[n:] for n in (1, 32)] + [b"\0" + proof, proof + b"\0", proof + bytes(32)]
    wrong += [honest(statement_of(other), 1) for other in (2, 3, 4, 5, 16, 17, 20) if other != size]
    assert not any(judge_all([(statement, p) for p in [proof, *wrong]])[1:])


@pytest.mark.parametrize("size", [2, 5, 17])
def test_other_statements_agree(size: int) -> None:
    """A proof is false for every other ring, order, roster id, round, action and text."""
    statement = statement_of(size, "ja")
    proof = honest(statement, 1)
    keys = statement.keys
    changed = [
        replace(statement, keys=keys[::-1]),
        replace(statement, keys=(keys[1], keys[0], *keys[2:])),
        replace(statement, keys=(*keys[:-1], key_of(99))),
        replace(statement, keys=(*keys, key_of(99))),
        replace(statement, roster_id=bytes(32)),
        replace(statement, round_id=bytes(32)),
        replace(statement, action="withdraw"),
        *(replace(statement, text=text) for text in ("", "j", "jaa", "ja ", "Ja", "ja\0")),
    ]
    assert judge(statement, proof)
    assert not any(judge(other, proof) for other in changed)


def test_a_verifier_of_another_round_agrees() -> None:
    """A binding to another round is false, even with a proof that holds there."""
    statement = replace(statement_of(3), round_id=bytes(32))
    proof = honest(statement, 1)
    assert naive(statement, proof, bytes(32))
    assert not judge(statement, proof)


@pytest.mark.parametrize("seed", range(4))
def test_random_mutations_agree(seed: int) -> None:
    """Up to three mutations of random kinds, on proofs with several texts and members."""
    choose = dice(seed)
    size = choose.choice([2, 3, 4, 5, 9])
    pool = [honest(statement_of(size, t), i) for t in "ab" for i in range(2)]
    cases = [
        (statement_of(size, t), honest(statement_of(size, t), i)) for t in "ab" for i in (0, 1)
    ]
    odd = list(strange(statement_of(size), pool[0]))
    places = range(len(parts_of(pool[0])))
    kinds: list[Callable[[bytes], bytes]] = [
        lambda p: flip(p, choose.randrange(8 * len(p))),
        lambda p: exchange(p, choose.choice(places), choose.choice(pool), choose.choice(places)),
        lambda p: exchange(p, i := choose.choice(places), choose.choice(odd), i),
        lambda p: exchange(p, i := choose.choice(places), choose.choice(pool), i),
    ]
    for _ in range(250):
        proof = choose.choice(pool)
        for _ in range(choose.randrange(4)):
            proof = choose.choice(kinds)(proof)
        cases.append((statement_of(size, choose.choice("ab")), proof))
    assert {True, False} == set(judge_all(cases, seed))
