"""Records that never leave a home."""

import pickle
from dataclasses import fields

import pytest

from cosign.records.public import PUBLIC_RECORDS
from cosign.records.secrets import (
    MemberState,
    OrganizerSecrets,
    RegistrarSecrets,
    TrusteeSecrets,
)
from cosign.secret import Secret
from cosign.wire.record import Record
from tests.support.examples.records import record_types
from tests.support.world import World


def records(world: World) -> list[Record]:
    """Return one secret record of each type, the member's with a request under way."""
    return [world.secrets[0], world.organizer, world.trustees[0], world.enrolments[0].before]


def secrets_in(value: object) -> list[bytes]:
    """Return all secret bytes inside a value."""
    if isinstance(value, Secret):
        return [value.reveal()]
    if isinstance(value, tuple):
        return [s for v in value for s in secrets_in(v)]
    if isinstance(value, Record):
        return secrets_in(tuple(getattr(value, f.name) for f in fields(value)))
    return []


def test_secret_records_survive_and_show_nothing(committee: World) -> None:
    """Each comes back from its bytes, and repr holds none of its secrets."""
    for record in records(committee):
        assert type(record).from_bytes(record.to_bytes()) == record
        found = secrets_in(record)
        assert found
        shown = repr(record)
        assert not any(s.hex() in shown or repr(s)[2:-1] in shown for s in found)


def test_secret_records_are_not_pickled(committee: World) -> None:
    """No process pool carries one away."""
    for record in records(committee):
        with pytest.raises(TypeError):
            pickle.dumps(record)


def test_no_public_record_can_hold_a_secret() -> None:
    """Secret record types are found among all types and never among the public ones."""
    secret = {RegistrarSecrets, OrganizerSecrets, TrusteeSecrets, MemberState}
    assert not secret & set(PUBLIC_RECORDS.values())
    for label, record in PUBLIC_RECORDS.items():
        assert label == record.LABEL
        assert not any("Secret" in str(t) for t in record.__annotations__.values())
    assert secret <= set(record_types())
