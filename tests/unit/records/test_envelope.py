"""Envelopes and openings as records."""

from dataclasses import replace
from typing import Any

import pytest

from cosign import labels
from cosign.errors import MalformedError
from cosign.primitives.hashing import H
from cosign.records.envelope import Envelope, OpenedShares, Opening
from cosign.secret import Secret
from tests.support.world import World

ONE, TWO = (b"1" * 32, Secret(b"s" * 32)), (b"2" * 32, None)


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
        OpenedShares(bytes(32), number, ()).to_bytes()
    with pytest.raises(MalformedError, match=r"^trustee: not within 1 to 16"):
        Opening(bytes(32), number, bytes(1136)).to_bytes()


def test_a_share_that_did_not_open_is_nil() -> None:
    """Shares survive as secrets, missing ones as None, and neither shows in repr."""
    opened = OpenedShares(bytes(32), 1, (ONE, TWO))
    again = OpenedShares.from_bytes(opened.to_bytes())
    assert again == opened
    assert "ssss" not in repr(again)


@pytest.mark.parametrize("entries", [(TWO, ONE), (ONE, ONE)], ids=["descending", "twice"])
def test_entries_ascend(entries: tuple[tuple[bytes, Secret | None], ...]) -> None:
    """One set of shares has one encoding: ascending, each envelope once."""
    with pytest.raises(MalformedError, match="do not ascend"):
        OpenedShares.from_bytes(OpenedShares(bytes(32), 1, entries).to_bytes())


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
