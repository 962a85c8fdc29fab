"""Open cosignatures: a proof with a name beside it, and the consent of its owner."""

from dataclasses import replace
from typing import Any

import pytest

from cosign.errors import MalformedError, MismatchError
from cosign.proofs.interface import Attestation, Binding, Naming
from cosign.records.cosignature import STATEMENT_LIMIT, Cosignature
from cosign.records.open_cosignature import (
    NAME_LIMIT,
    OpenCosignature,
    cosignature_from_bytes,
)
from tests.support import rosters
from tests.support.world import World

LISTED = OpenCosignature("hello", bytes(32), "Ada", "engineer", bytes(32), bytes(96), ())
ATTESTED = replace(LISTED, key=None, consent=bytes(64), attestations=(Attestation(0, bytes(64)),))


def test_it_binds_what_an_anonymous_one_binds_and_the_name_beside_it() -> None:
    """The proof is that of the anonymous cosignature, so one member has one tag."""
    assert LISTED.binding(b"r" * 32) == Binding(b"r" * 32, "cosign", "hello")
    assert LISTED.naming(b"r" * 32) == Naming(b"r" * 32, "hello", "Ada", "engineer")
    assert LISTED.naming(b"r" * 32).parts() == (b"r" * 32, b"hello", b"Ada", b"engineer")


@pytest.mark.parametrize("record", [LISTED, ATTESTED, Cosignature("cosign", "", bytes(32))])
def test_either_kind_is_read_by_its_label(record: OpenCosignature | Cosignature) -> None:
    assert cosignature_from_bytes(record.to_bytes()) == record


def test_another_record_is_no_cosignature() -> None:
    with pytest.raises(MismatchError, match="not a cosignature"):
        cosignature_from_bytes(rosters.round_of(3).terms.to_bytes())


@pytest.mark.parametrize(
    "changes",
    [
        {"key": None},
        {"consent": bytes(64)},
        {"consent": bytes(95)},
        {"attestations": ATTESTED.attestations},
        {"key": None, "consent": bytes(64)},
        {"key": None, "consent": bytes(96), "attestations": ATTESTED.attestations},
        {"attestations": ATTESTED.attestations, "consent": bytes(64)},
    ],
)
def test_key_consent_and_attestations_are_of_one_kind_of_group(changes: dict[str, Any]) -> None:
    """Either a listed key with 96 bytes, or attestations with 64 and no key."""
    with pytest.raises(MalformedError):
        replace(LISTED, **changes)


@pytest.mark.parametrize("numbers", [(0, 0), (1, 0), (0, 2, 1)])
def test_each_registrar_attests_once_in_order(numbers: tuple[int, ...]) -> None:
    rows = tuple(Attestation(n, bytes(64)) for n in numbers)
    with pytest.raises(MalformedError, match="twice"):
        replace(ATTESTED, attestations=rows)


@pytest.mark.parametrize("name", ["", "x" * 101, "ä" * 51, "a\nb", "\u202e", "e\u0301", "\x07"])
def test_names_keep_the_rules_of_text(name: str) -> None:
    """A name is one line of 1 to 100 bytes."""
    with pytest.raises(MalformedError, match=r"^name: "):
        replace(LISTED, name=name).to_bytes()


def test_a_role_may_be_empty() -> None:
    assert OpenCosignature.from_bytes(replace(LISTED, role="").to_bytes()).role == ""
    with pytest.raises(MalformedError, match=r"^role: "):
        replace(LISTED, role="x" * 101).to_bytes()


def test_the_longest_cosignature_has_every_byte_that_one_can_have(committee: World) -> None:
    """No statement, name, action or proof of the round makes a longer record of either kind."""
    for round_ in (committee.round, rosters.round_of(5)):
        proof, needed = bytes(round_.longest_proof), round_.group.attestations_needed
        said, name = "x" * STATEMENT_LIMIT, "x" * NAME_LIMIT
        rows = tuple(Attestation(15 - n, bytes(64)) for n in reversed(range(needed)))
        form: dict[str, Any] = (
            {"key": None, "consent": bytes(64)}
            if needed
            else {"key": bytes(32), "consent": bytes(96)}
        )
        full = OpenCosignature(said, proof, name, name, attestations=rows, **form)
        assert len(full.to_bytes()) == round_.longest_cosignature
        assert len(Cosignature("cosign", said, proof).to_bytes()) < round_.longest_cosignature
