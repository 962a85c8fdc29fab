"""Every field of every record: other types, and values that are true elsewhere.

A mutant that passes is excused by name, with its reason; an excuse that nothing needs
fails. So does a field that was never exchanged for a value that could stand there:
such a test would show that the record is well-formed, not that it is bound.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from cosign.errors import CosignError
from cosign.wire.record import layout_of
from tests.reject.test_records import (
    CASES,
    FURTHER_CASES,
    IN_A_VAULT,
    Case,
    accepted,
    each_case,
    survives,
    with_field,
)
from tests.support.examples.values import other_values
from tests.support.wire import FOREIGN, unpack

BOUND = [case for case in [*CASES, *FURTHER_CASES] if case.record not in IN_A_VAULT]
"""The vault binds what never leaves a home: nothing of it is exchanged here, but VaultFile's is."""
each_bound = pytest.mark.parametrize("case", BOUND, ids=lambda c: c.name)

_LATER = (
    "registrars make statements after the round was signed, so they are not among its terms; each "
    "is signed, and without one the anonymity set is unknown, never larger"
)
_OWN_WORD = "the organizer's own word about envelopes, by whose key this file is signed anew"

_LEFT_OUT = "nothing signs the whole of a joint letter, so anybody can leave a campaign out"

EXCUSED: dict[tuple[str, str, str], str] = {
    ("Round", "statements", "an empty array"): _LATER,
    ("Round", "statements", "the first only"): _LATER,
    ("Round", "statements", "all but the first"): _LATER,
    ("PublishedHeader signed anew", "opening", "the other example's"): _OWN_WORD,
    ("PublishedHeader signed anew", "opening", "reversed"): _OWN_WORD,
    ("JointHeader", "campaigns", "an empty array"): _LEFT_OUT,
    ("JointHeader", "campaigns", "all but the first"): _LEFT_OUT,
    ("TimeStamp", "answer", "the other example's"): "both are true stamps of one message",
    ("MemberKeySecrets", "secret", "nil"): "what is kept of an ssh key, whose secret is not here",
    ("MemberState", "pending", "an empty array"): "no enrolment is under way",
    ("KeyFile", "memberships", "an empty array"): "the file of a member of no registered group",
    ("KeyFile", "handed_in", "an empty array"): "the key was handed over in person",
}
"""Mutants that pass: case, field, what was done to it, and why this harms nobody."""

ALONE: dict[tuple[str, str], str] = {
    ("Claim", "key"): "a key goes with a longer proof: see 'Claim with its key'",
    ("Claim in a roster", "key"): "the same",
    ("Cosignature", "action"): "a withdrawal says nothing: see 'Cosignature without words'",
    ("Cosignature of a roster", "action"): "the same: see 'Cosignature of a roster without words'",
    ("OpenCosignature", "key"): "the tag is the key",
    ("OpenCosignature of a roster", "attestations"): "nobody attests a listed key",
    ("Withdrawal", "statement"): "a withdrawal says nothing",
    ("Withdrawal of a roster", "statement"): "a withdrawal says nothing",
    ("MailboxTerms", "registrar"): "a round has none: see 'MailboxTerms of a registrar'",
    ("MailboxTerms of a registrar", "kind"): "a round names no registrar: see 'MailboxTerms'",
    ("MailboxKey", "capability"): "the mailbox holds its hash",
    ("RoundTerms of a roster", "threshold"): "one trustee cannot be two",
    ("VaultFile", "kind"): "a bare file has no salt",
}
"""Fields that no other value goes together with the others for, and why."""


def of_case(case: Case, found: dict[tuple[str, str, str], str]) -> set[tuple[str, str]]:
    """Return field and mutant of the excuses for a case."""
    return {(field, what) for name, field, what in found if name == case.name}


def names(case: Case) -> list[str]:
    """Return the names of a record's fields, in order."""
    return [field.name for field in dataclasses.fields(case.record)]


def arrays(wire: Any) -> Iterator[tuple[str, Any]]:
    """Yield what can be made of an array by leaving out, repeating and moving entries."""
    if isinstance(wire, list):
        yield from (
            ("an empty array", []),
            ("the first only", wire[:1]),
            ("all but the first", wire[1:]),
            ("reversed", wire[::-1]),
            ("the first twice", [*wire[:1], *wire]),
        )


def exchanges(case: Case, place: int) -> Iterator[tuple[str, Any]]:
    """Yield other values for a field, none of them its own."""
    name, codec = layout_of(case.record)[place - 1]
    wire = unpack(accepted(case).record.to_bytes())[place]
    found = [("the other example's", unpack(accepted(case).other.to_bytes())[place])]
    further = other_values(case.name).get(name, [])
    found += [(f"other value {i}", codec.write(v)) for i, v in enumerate(further)]
    yield from ((what, value) for what, value in [*found, *arrays(wire)] if value != wire)


def stands(case: Case, raw: bytes) -> bool:
    """Return whether a mutant is well-formed, so that only a verifier can refuse it."""
    try:
        case.record.from_bytes(raw)
    except CosignError:
        return False
    return True


@each_case
def test_fields_have_one_type_and_value(case: Case) -> None:
    """A value of another type, or a trivial one of the same type, is noticed in every field."""
    wire = unpack(accepted(case).record.to_bytes())
    passed = {
        (name, what)
        for place, name in enumerate(names(case), 1)
        for what, value in FOREIGN.items()
        if value != wire[place] and survives(case, with_field(case, place, value))
    }
    assert passed == {found for found in of_case(case, EXCUSED) if found[1] in FOREIGN}


@each_bound
def test_fields_cannot_be_exchanged(case: Case) -> None:
    """A field of a valid record from another group and round, or another value, does not fit."""
    passed = {
        (name, what)
        for place, name in enumerate(names(case), 1)
        for what, value in exchanges(case, place)
        if survives(case, with_field(case, place, value))
    }
    assert passed == of_case(case, EXCUSED)


@each_bound
def test_every_field_is_exchanged_for_a_value_that_could_stand_there(case: Case) -> None:
    """What refuses an exchanged field is never only its form, but where nothing else can stand."""
    alone = {
        name
        for place, name in enumerate(names(case), 1)
        if not any(stands(case, with_field(case, place, v)) for _, v in exchanges(case, place))
    }
    assert alone == {field for name, field in ALONE if name == case.name}


def test_excuses_are_of_cases() -> None:
    """Every excuse names a case and one of its fields."""
    fields = {(case.name, name) for case in [*CASES, *FURTHER_CASES] for name in names(case)}
    assert {excuse[:2] for excuse in EXCUSED} <= fields
    assert set(ALONE) <= fields
