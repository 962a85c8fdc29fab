"""Loading rings, and what all proofs of a round have in common."""

import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest

from cosign.errors import MalformedError
from cosign.primitives.curve import decoded_keys
from cosign.primitives.curve.constant_time import IDENTITY_BYTES
from cosign.primitives.curve.edwards25519 import PRIME, Affine, affine, decode, encode
from cosign.primitives.curve.multiscalar import multiscalar
from cosign.proofs.ring.parameters import MOST_KEYS
from cosign.proofs.ring.statement import Ring, RingStatement
from tests.support.rings import ROSTER_ID, ROUND_ID, key_of, ring_of
from tests.support.torsion import shifted

KEYS = [key_of(member) for member in range(5)]
FACTORS = [2, 3, 5, 7, 11]


def sum_of(ring: Ring) -> Affine:
    """Return a sum over the decoded keys in which each has a factor of its own."""
    first, second = [FACTORS[:4], [1, 0, 0, 0]], [[FACTORS[4], 0, 0, 0], [0, 1, 0, 0]]
    tables = [(1, first), (1, second)]
    return affine(ring.points.weighted_sum(tables, sum(FACTORS)))


def test_keys_are_decoded_in_order() -> None:
    """A ring keeps its keys' order and encodings."""
    ring = Ring.load(KEYS)
    assert list(ring.keys) == KEYS
    assert sum_of(ring) == affine(multiscalar(FACTORS, [decode(key) for key in KEYS]))


def test_loading_works_on_an_executor_and_tells_its_progress(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Piece by piece, with the same result."""
    expected = sum_of(Ring.load(KEYS))
    for name in ("_LEAST", "_MOST", "_BLOCK"):
        monkeypatch.setattr(decoded_keys, name, 2)
    told: list[tuple[int, int]] = []
    with ProcessPoolExecutor(2) as executor:
        ring = Ring.load(KEYS, executor=executor, progress=lambda *args: told.append(args))
    assert (list(ring.keys), sum_of(ring)) == (KEYS, expected)
    assert told == [(2, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize(
    "bad",
    [
        IDENTITY_BYTES,
        *(shifted(KEYS[3], multiple) for multiple in range(1, 8)),
        *(shifted(IDENTITY_BYTES, multiple) for multiple in range(1, 8)),
        int(PRIME + 3).to_bytes(32, "little"),
        bytes(31),
        KEYS[3] + b"\0",
        b"",
    ],
    ids=lambda raw: raw.hex()[:6] or "empty",
)
def test_a_bad_key_is_named(bad: bytes) -> None:
    """Identity, torsion, second encodings and wrong lengths: a roster with one is refused."""
    with pytest.raises(MalformedError, match="roster key 4: not a point of the prime-order"):
        Ring.load([*KEYS[:3], bad, KEYS[4]])


def test_a_key_stands_once() -> None:
    """Two equal keys would make the set look larger than it is."""
    with pytest.raises(MalformedError, match="twice"):
        Ring.load([*KEYS, KEYS[2]])


@pytest.mark.parametrize("count", [0, 1, MOST_KEYS + 1])
def test_rings_have_limits(count: int) -> None:
    """Checked before any key is."""
    with pytest.raises(ValueError, match="a ring has 2 to 1000000 keys"):
        Ring.load([b""] * count)


@pytest.mark.parametrize(("roster_id", "round_id"), [(b"", ROUND_ID), (ROSTER_ID, bytes(31))])
def test_identifiers_have_32_bytes(roster_id: bytes, round_id: bytes) -> None:
    """A short identifier is a programmer's mistake."""
    with pytest.raises(ValueError, match="32 bytes each"):
        RingStatement(ring_of(2), roster_id, round_id)


def test_tag_bases_belong_to_one_round() -> None:
    """Whichever the ring."""
    here = RingStatement(ring_of(2), ROSTER_ID, ROUND_ID).tag_base
    assert here == RingStatement(ring_of(3), bytes(32), ROUND_ID).tag_base
    assert here != RingStatement(ring_of(2), ROSTER_ID, ROSTER_ID).tag_base


def test_statements_travel_to_workers() -> None:
    """Pickling keeps everything."""
    statement = RingStatement(ring_of(5), ROSTER_ID, ROUND_ID)
    copy = pickle.loads(pickle.dumps(statement))  # noqa: S301  # our own bytes
    assert copy.ring.keys == statement.ring.keys
    assert sum_of(copy.ring) == sum_of(statement.ring)
    assert encode(copy.tag_base) == encode(statement.tag_base)
