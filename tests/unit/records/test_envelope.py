"""Envelopes and openings as records."""

import struct
from dataclasses import replace
from typing import Any

import pytest

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import H
from cosign.records.envelope import Envelope, OpenedShares, Opening
from cosign.secret import Secret
from tests.support.wire import pack, peak_bytes
from tests.support.world import World

ONE, TWO = b"1" * 32 + b"s" * 32, b"2" * 32 + b"t" * 32


def test_an_envelope_s_identifier_covers_every_byte(committee: World) -> None:
    """Openings name an envelope by the hash of the whole of it."""
    envelope = committee.envelopes[0]
    assert envelope.envelope_id == H(labels.ENVELOPE_ID, envelope.to_bytes())[:32]
    changes: list[dict[str, Any]] = [
        {"round_id": bytes(32)},
        {"shares": envelope.shares[::-1]},
        {"commitment": bytes(64)},
        {"ciphertext": envelope.ciphertext + b"\0"},
    ]
    ids = {replace(envelope, **change).envelope_id for change in changes}
    assert len(ids | {envelope.envelope_id}) == 5


@pytest.mark.parametrize("number", [0, 17])
def test_trustees_count_from_one_to_sixteen(number: int) -> None:
    """Number 0 would be the secret itself."""
    with pytest.raises(MalformedError, match=r"^trustee: not within 1 to 16"):
        OpenedShares.of(bytes(32), number, {}).to_bytes()
    with pytest.raises(MalformedError, match=r"^trustee: not within 1 to 16"):
        Opening(bytes(32), number, bytes(1136)).to_bytes()


def test_shares_are_packed_by_envelope() -> None:
    """64 bytes a share, ascending by envelope however they came; no repr shows one."""
    shares = {b"2" * 32: Secret(b"t" * 32), b"1" * 32: Secret(b"s" * 32)}
    opened = OpenedShares.of(bytes(32), 1, shares)
    assert opened.entries.reveal() == ONE + TWO
    again = OpenedShares.from_bytes(opened.to_bytes())
    assert again == opened
    assert again.shares() == shares
    assert list(again.shares()) == sorted(shares)
    assert not any(secret in repr((again, again.shares())) for secret in ("ssss", "tttt"))


def test_an_opening_may_be_empty() -> None:
    """A trustee for whom nothing opened says so with no entries."""
    opened = OpenedShares.of(bytes(32), 1, {})
    assert OpenedShares.from_bytes(opened.to_bytes()).shares() == {}


@pytest.mark.parametrize(
    "entries",
    [TWO + ONE, ONE + ONE, ONE + ONE[:32] + TWO[32:], ONE + TWO + ONE],
    ids=["descending", "twice", "twice with two shares", "the last descends"],
)
def test_entries_ascend(entries: bytes) -> None:
    """One set of shares has one encoding: ascending, each envelope once."""
    raw = pack([OpenedShares.LABEL, bytes(32), 1, entries])
    with pytest.raises(MalformedError, match="do not ascend"):
        OpenedShares.from_bytes(raw)
    with pytest.raises(MalformedError, match="do not ascend"):
        OpenedShares(bytes(32), 1, Secret(entries))


@pytest.mark.parametrize("size", [1, 32, 63, 65, 127])
def test_entries_are_whole(size: int) -> None:
    """Every entry has an envelope_id and a share of 32 bytes each."""
    raw = pack([OpenedShares.LABEL, bytes(32), 1, (ONE + TWO)[:size]])
    with pytest.raises(MalformedError, match="the last entry of an opening is cut off"):
        OpenedShares.from_bytes(raw)


@pytest.mark.parametrize("share", [b"", b"s" * 31, b"s" * 33])
def test_a_share_of_another_length_is_not_packed(share: bytes) -> None:
    """A share of another length, which would shift later entries, is refused when it is packed."""
    with pytest.raises(MalformedError, match="is cut"):
        OpenedShares.of(bytes(32), 1, {b"1" * 32: Secret(share)})


SEVEN_MEGABYTES = 7 * 10**6
START = b"\x94" + pack(OpenedShares.LABEL)
HOSTILE = {
    "only empty arrays": b"\x90" * SEVEN_MEGABYTES,
    "empty arrays after the label": START + b"\x90" * SEVEN_MEGABYTES,
    "empty arrays for entries": (
        START + pack(bytes(32)) + b"\x01\xdd" + struct.pack(">I", 10**6) + b"\x90" * 10**6
    ),
    "rows for entries": (
        START + pack(bytes(32)) + b"\x01\xdd" + struct.pack(">I", 10**6) + b"\x92\xa1x\xc0" * 10**6
    ),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_arrays_in_an_opening_take_no_memory(raw: bytes) -> None:
    """Megabytes of arrays, of a byte each, are refused for no more than twice their length."""

    def read() -> None:
        with pytest.raises(MalformedError):
            OpenedShares.from_bytes(raw)

    read()
    assert peak_bytes(read) < 2 * len(raw) + 2**16


@pytest.mark.parametrize("shares", [0, 17])
def test_an_envelope_has_a_share_for_each_of_1_to_16_trustees(
    committee: World, shares: int
) -> None:
    """An envelope without shares, or with more than trustees can be, is refused."""
    envelope = replace(committee.envelopes[0], shares=committee.envelopes[0].shares[:1] * shares)
    with pytest.raises(MalformedError, match=r"^shares: "):
        envelope.to_bytes()
    with pytest.raises(MalformedError, match="shares"):
        replace(envelope, shares=(bytes(32 + 1136 - 1),)).to_bytes()
    assert isinstance(envelope, Envelope)
