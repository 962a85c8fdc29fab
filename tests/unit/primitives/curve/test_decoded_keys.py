"""A ring in pieces: the same sums as in one, wherever the pieces are worked off."""

import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from cosign.errors import MalformedError
from cosign.primitives.curve import core, decoded_keys, pure_core
from cosign.primitives.curve.constant_time import multiply_base
from cosign.primitives.curve.decoded_keys import DecodedKeys
from cosign.primitives.curve.digit_products import sum_of_digit_products
from cosign.primitives.curve.edwards25519 import (
    BASE,
    ORDER,
    Affine,
    affine,
    encode_scalar,
)
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.primitives.curve.packed import Packed
from tests.support.rings import stream
from tests.support.torsion import shifted

COUNT = 50
RADICES = (4, 4, 4)
LOGARITHMS = [3 * number + 1 for number in range(COUNT)]
KEYS = Packed.of(multiply_base(encode_scalar(x)) for x in LOGARITHMS)
TABLES = [
    (
        7 + k,
        [[pow(5, 60 + k + 9 * t + i, int(ORDER)) for i in range(n)] for t, n in enumerate(RADICES)],
    )
    for k in range(3)
]
ROWS = [[-6 % ORDER, 1, 2, 3], [-15 % ORDER, 4, 5, 6], [-24 % ORDER, 7, 8, 9]]


@pytest.fixture(params=[None, ThreadPoolExecutor, ProcessPoolExecutor])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor | None]:
    """Provide nothing, threads or processes."""
    if request.param is None:
        yield None
    elif request.param is ThreadPoolExecutor:
        with ThreadPoolExecutor(2) as threads:
            yield threads
    else:
        with ProcessPoolExecutor(2, get_context("fork")) as processes:
            yield processes


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded_keys, "_LEAST", 10)
    monkeypatch.setattr(decoded_keys, "_MOST", 20)
    monkeypatch.setattr(decoded_keys, "_BLOCK", 5)


def weighted(keys: DecodedKeys, executor: Executor | None, told: list[int]) -> Affine:
    """Return the sum of all keys and a part beside them."""
    return affine(
        keys.weighted_sum(
            TABLES, 99, executor=executor, progress=lambda done, _total: told.append(done)
        )
    )


@pytest.mark.parametrize("checked", [False, True])
def test_pieces_add_up(executor: Executor | None, *, checked: bool) -> None:
    """Whether the keys are checked now or were before."""
    told: list[int] = []
    keys = DecodedKeys.load(
        KEYS,
        RADICES,
        None if checked else stream("coins"),
        executor=executor,
        progress=lambda done, _total: told.append(done),
    )
    assert told == ([] if checked else [20, 40, 50])
    weights = sum_of_digit_products(TABLES, RADICES, 0, COUNT - 1)
    total = sum(w * x for w, x in zip(weights, LOGARITHMS, strict=False))
    total += (99 - sum(weights)) * LOGARITHMS[-1]
    told.clear()
    assert weighted(keys, executor, told) == affine(multiscalar([total % ORDER], [BASE]))
    assert told == [20, 40, 50]
    copy = pickle.loads(pickle.dumps(keys))  # noqa: S301  # our own bytes
    assert weighted(copy, executor, told) == weighted(keys, None, told)
    assert (len(copy), copy.encoded) == (COUNT, KEYS)


def test_one_task_adds_up_several_pieces_in_python(
    executor: Executor | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process gets two tasks or more; in which pieces a ring is makes no difference."""
    monkeypatch.setattr(core, "_core", pure_core)
    whole = DecodedKeys.load(KEYS, RADICES, stream("coins"))
    monkeypatch.setattr(decoded_keys, "_MOST", 5)
    keys = DecodedKeys.load(KEYS, RADICES, stream("coins"), executor=executor)
    told: list[int] = []
    assert weighted(keys, executor, told) == weighted(whole, None, [])
    processes = isinstance(executor, ProcessPoolExecutor)
    assert told == ([8, 16, 24, 32, 40, 48, 50] if processes else [16, 32, 50])


def test_no_key_is_decoded_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where it was checked nor by another process, which is sent what it needs.

    That is in Python: threads, which the compiled core works with, share what is decoded.
    """
    monkeypatch.setattr(core, "_core", pure_core)
    with ProcessPoolExecutor(1, get_context("fork")) as first:
        keys = DecodedKeys.load(KEYS, RADICES, stream("coins"), executor=first)
        expected = weighted(keys, first, [])
    monkeypatch.setattr(core, "decode_checked", None)
    with ProcessPoolExecutor(1, get_context("fork")) as other:
        assert weighted(keys, other, []) == expected


def test_a_pickled_ring_has_32_bytes_a_key() -> None:
    """What is decoded stays where it is."""
    keys = DecodedKeys.load(KEYS, RADICES, stream("coins"))
    before = len(pickle.dumps(keys))
    weighted(keys, None, [])
    assert before == len(pickle.dumps(keys)) < 32 * COUNT + 300


def test_blocks_are_folded_as_the_ring_is(executor: Executor | None) -> None:
    """Secret scalars go to threads only, whatever the executor is."""
    raw = [[encode_scalar(e) for e in row] for row in ROWS]
    told: list[tuple[int, int]] = []
    keys = DecodedKeys.load(KEYS, RADICES, None, executor=executor)
    found = keys.fold(raw, (1, 2, 3), executor=executor, progress=lambda *at: told.append(at))
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    expected = [0] * 4
    for index in range(64):
        polynomial, rest = [LOGARITHMS[min(index, COUNT - 1)]], index
        for row, digit in zip(ROWS, (1, 2, 3), strict=True):
            rest, value = divmod(rest, 4)
            high = polynomial if value == digit else [0] * len(polynomial)
            low = [c * row[value] for c in polynomial]
            polynomial = [a + b for a, b in zip([*low, 0], [0, *high], strict=True)]
        expected = [a + b for a, b in zip(expected, polynomial, strict=True)]
    assert found == tuple(multiply_base(encode_scalar(c % ORDER)) for c in expected[:-1])


def test_a_wrong_key_is_named_wherever_it_is_checked(executor: Executor | None) -> None:
    """By its number in the ring, not in its piece."""
    wrong = Packed.of([*KEYS[:33], shifted(KEYS[33], 4), *KEYS[34:]])
    with pytest.raises(MalformedError, match=r"^key 34: not a point of the prime-order group"):
        DecodedKeys.load(wrong, RADICES, stream("coins"), executor=executor)
