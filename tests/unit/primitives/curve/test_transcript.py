"""Transcripts bind what they absorb."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.curve.edwards25519 import ORDER
from cosign.primitives.curve.transcript import Transcript
from cosign.primitives.hashing import H

names = st.text("abcT'", max_size=3)
fields = st.lists(st.tuples(names, st.binary(max_size=3)), max_size=4)


def challenge(label: str, absorbed: list[tuple[str, bytes]]) -> int:
    """Return the challenge after absorbing all."""
    transcript = Transcript(label)
    for name, value in absorbed:
        transcript.absorb(name, value)
    return transcript.challenge()


@given(st.lists(fields, min_size=2, max_size=6, unique_by=repr))
def test_different_contents_give_different_challenges(
    contents: list[list[tuple[str, bytes]]],
) -> None:
    """Lengths are bound: moving a byte from a value to its neighbour changes the challenge."""
    for left, right in pairwise(contents):
        assert challenge("a", left) != challenge("a", right)
        assert challenge("a", left) != challenge("b", left)


@given(fields)
def test_challenges_are_neither_zero_nor_unreduced(absorbed: list[tuple[str, bytes]]) -> None:
    """From 1 to the order less 1."""
    assert 1 <= challenge("a", absorbed) < ORDER


def test_the_challenge_is_one_framed_hash() -> None:
    """As the specification writes it."""
    digest = H("label", b"T", b"value", b"X", b"")
    expected = 1 + int.from_bytes(digest, "little") % (ORDER - 1)
    assert challenge("label", [("T", b"value"), ("X", b"")]) == expected
