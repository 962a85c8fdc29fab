"""Framed hashing, identifiers and fingerprints."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign import labels
from cosign.primitives.hashing import (
    H,
    RunningHash,
    fingerprint,
    fingerprint_beside,
    identifier,
    normalize_fingerprint,
    sha256,
)

PARTS = st.lists(st.binary(max_size=20), max_size=6)


def test_h_is_sha512_of_framed_parts() -> None:
    """Label and parts stand after their lengths in eight bytes, most significant first."""
    framed = b"\0\0\0\0\0\0\0\x03abc" + b"\0\0\0\0\0\0\0\x00" + b"\0\0\0\0\0\0\0\x02xy"
    assert H("abc", b"", b"xy") == hashlib.sha512(framed).digest()


@given(PARTS, PARTS)
def test_other_parts_have_another_hash(one: list[bytes], other: list[bytes]) -> None:
    """However the same bytes are cut into parts, the hash differs."""
    assert (H("x", *one) == H("x", *other)) == (one == other)


def test_moving_a_boundary_changes_the_hash() -> None:
    """Label, parts and empty parts cannot run into each other."""
    cases = [
        ("a", b"b", b"c"),
        ("ab", b"c"),
        ("a", b"bc"),
        ("a", b"b", b"c", b""),
        ("a", b"", b"bc"),
    ]
    for one, other in itertools.combinations(cases, 2):
        assert H(one[0], *one[1:]) != H(other[0], *other[1:])  # type: ignore[arg-type]  # tuples of unlike lengths


@given(PARTS)
def test_a_running_hash_ignores_how_the_stream_is_cut(chunks: list[bytes]) -> None:
    """A stream has one hash, whatever chunks it comes in; it starts with the framed label."""
    running, whole = RunningHash("abc"), b"".join(chunks)
    for chunk in chunks:
        running.update(chunk)
    assert running.digest() == hashlib.sha512(b"\0\0\0\0\0\0\0\x03abc" + whole).digest()


def test_a_running_hash_goes_on_after_a_look() -> None:
    """Asking for the digest does not end the stream."""
    running = RunningHash("abc")
    before = running.digest()
    running.update(b"x")
    assert before != running.digest()


def test_an_identifier_is_half_a_hash() -> None:
    """Identifiers are the first 32 bytes under their label."""
    assert identifier(labels.GROUP_ID, b"x") == H(labels.GROUP_ID, b"x")[:32]
    assert identifier(labels.GROUP_ID, b"x") != identifier(labels.ROUND_ID, b"x")


def test_sha256_is_what_the_shell_prints() -> None:
    """The plain hash of a letter can be compared with sha256sum."""
    assert sha256(b"abc").hex().startswith("ba7816bf8f01cfea414140de5dae2223")


@given(st.binary(min_size=32, max_size=32))
def test_a_fingerprint_is_twelve_groups_of_five_digits(raw: bytes) -> None:
    """A fingerprint has one look, and reading it back gives the same one."""
    shown = fingerprint(raw)
    assert [len(g) for g in shown.split(" ")] == [5] * 12
    assert int(shown.replace(" ", "")) == int.from_bytes(raw, "big") % 10**60
    assert normalize_fingerprint(shown) == shown


@given(st.binary(min_size=32, max_size=32), st.integers(0, 255))
def test_a_flipped_bit_changes_the_fingerprint(raw: bytes, bit: int) -> None:
    """Every bit of an identifier shows in its fingerprint."""
    flipped = (int.from_bytes(raw, "big") ^ 1 << bit).to_bytes(32, "big")
    assert fingerprint(raw) != fingerprint(flipped)


@pytest.mark.parametrize("label", ["", "round  "])
def test_a_terminal_shows_three_lines(label: str) -> None:
    """The label stands before the first line; the digits stay in order, one line below another."""
    shown = fingerprint(bytes(range(32)))
    lines = fingerprint_beside(label, shown).split("\n")
    assert [line[: len(label)] for line in lines] == [label, " " * len(label), " " * len(label)]
    assert [line[len(label) :] for line in lines] == [shown[:23], shown[24:47], shown[48:]]
    assert normalize_fingerprint(fingerprint_beside("", shown)) == shown


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_only_identifiers_have_fingerprints(size: int) -> None:
    """Another length is a programmer's error."""
    with pytest.raises(ValueError, match="32 bytes"):
        fingerprint(bytes(size))


@pytest.mark.parametrize("between", ["", " ", "-", "\n", "\r\n", "\t", " - "])
def test_a_typed_fingerprint_may_be_spaced_freely(between: str) -> None:
    """Spaces, dashes and line breaks do not matter."""
    groups = fingerprint(b"*" * 32).split(" ")
    assert normalize_fingerprint(between.join(groups)) == " ".join(groups)


@pytest.mark.parametrize(
    "text",
    ["", "1" * 59, "1" * 61, "1" * 59 + "a", "1" * 59 + "\u0661", "1" * 59 + ".", "\u00b2" * 60],
)
def test_what_is_no_fingerprint_is_none(text: str) -> None:
    """Sixty ASCII digits and nothing else make a fingerprint."""
    assert normalize_fingerprint(text) is None
