"""Stamps: work that pays for one record in one mailbox."""

import pytest

from cosign import labels
from cosign.primitives.hashing import H
from cosign.relay.stamps import is_stamp, make_stamp

ADDRESS, ITEM = b"a" * 32, b"i" * 32


@pytest.mark.parametrize("difficulty", [0, 1, 7, 8, 9, 12])
def test_a_stamp_has_leading_zero_bits(difficulty: int) -> None:
    """The hash of mailbox, record and stamp begins with so many zero bits, and it is the first."""
    stamp = make_stamp(ADDRESS, ITEM, difficulty)

    def zeros(number: int) -> int:
        raw = number.to_bytes(8, "big")
        bits = "".join(f"{byte:08b}" for byte in H(labels.RELAY_STAMP, ADDRESS, ITEM, raw))
        return bits.index("1")

    number = int.from_bytes(stamp, "big")
    assert len(stamp) == 8
    assert zeros(number) >= difficulty
    assert all(zeros(n) < difficulty for n in range(number))


def test_a_stamp_is_bound() -> None:
    """A stamp for another mailbox, record or number, or of another length, pays for nothing."""
    stamp = make_stamp(ADDRESS, ITEM, 12)
    assert is_stamp(stamp, ADDRESS, ITEM, 12)
    assert not is_stamp(stamp, b"b" * 32, ITEM, 12)
    assert not is_stamp(stamp, ADDRESS, b"j" * 32, 12)
    assert not is_stamp(bytes(8), ADDRESS, ITEM, 12)
    assert not is_stamp(stamp, ADDRESS, ITEM, 40)
    for raw in (b"", stamp[:-1], stamp + b"\0", b"\0" + stamp):
        assert not is_stamp(raw, ADDRESS, ITEM, 0)


def test_progress_is_reported() -> None:
    """Progress comes with the number of hashes done and to be expected."""
    told: list[tuple[int, int]] = []
    stamp = make_stamp(ADDRESS, ITEM, 16, lambda done, total: told.append((done, total)))
    assert told == [(2**14 * n, 2**16) for n in range(1, int.from_bytes(stamp, "big") // 2**14 + 1)]
    assert told
