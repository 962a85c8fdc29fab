"""Identifiers of records."""

import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest

from cosign import labels
from cosign.primitives.hashing import H
from cosign.records import identified
from cosign.records.identified import Identified
from tests.support.rosters import round_of
from tests.support.world import World

MAKERS: dict[str, tuple[str, Callable[[World], Identified]]] = {
    "envelope": (labels.ENVELOPE_ID, lambda w: w.envelopes[0]),
    "round": (labels.ROUND_ID, lambda w: w.round.terms),
    "group": (labels.GROUP_ID, lambda w: w.group),
    "roster": (labels.GROUP_ID, lambda _: round_of(3).group.terms),  # type: ignore[attr-defined]  # a roster
}


@pytest.mark.parametrize("name", MAKERS)
def test_an_identifier_is_a_hash_of_the_exact_bytes(name: str, village: World) -> None:
    """The same for a record that was made, read, or carried to another process."""
    label, make = MAKERS[name]
    record = make(village)
    raw = record.to_bytes()
    again = type(record).from_bytes(raw)
    carried = pickle.loads(pickle.dumps(again))  # noqa: S301  # our own bytes
    found = {record.identifier, again.identifier, carried.identifier}
    assert found == {H(label, raw)[:32]}
    assert record == again == carried


def test_it_is_computed_once(village: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the bytes that were read, which are not encoded again to be hashed."""
    envelope = type(village.envelopes[0]).from_bytes(village.envelopes[0].to_bytes())
    monkeypatch.setattr(identified, "identifier", lambda *_: pytest.fail("hashed again"))
    monkeypatch.setattr(type(envelope), "to_bytes", lambda _: pytest.fail("encoded again"))
    assert envelope.envelope_id == envelope.identifier


def test_a_changed_record_has_an_identifier_of_its_own(village: World) -> None:
    """What was kept for the old one does not come along."""
    envelope = village.envelopes[0]
    assert replace(envelope, commitment=bytes(64)).envelope_id != envelope.envelope_id
