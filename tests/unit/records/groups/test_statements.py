"""Kinds of evidence: what may be one, and how they stand in a statement."""

import pytest

from cosign.errors import MalformedError, VerificationError
from cosign.records.groups.statements import (
    KIND_LIMIT,
    Admitted,
    EnrolmentStatement,
    evidence_kind,
    totals,
)
from cosign.records.limits import MEMBER_LIMIT
from tests.support.world import World, admitted


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("in person", "in person"),
        ("  in \t person\n", "in person"),
        ("cafe\u0301", "caf\u00e9"),
        ("x" * 40, "x" * 40),
        ("{kind}", "{kind}"),
        ("<b>mail</b>", "<b>mail</b>"),
    ],
)
def test_words_for_a_kind(typed: str, kind: str) -> None:
    """Blanks are one space, text is in NFC; markup and braces are words like others."""
    assert evidence_kind(typed) == kind


@pytest.mark.parametrize(
    "typed",
    ["", " \n", "\u200b", "x" * 41, "\u00e9" * 21, "a\x1b[2J", "\u202enosrep", "a" + "\u0301" * 31],
)
def test_what_is_no_kind(typed: str) -> None:
    with pytest.raises(MalformedError):
        evidence_kind(typed)


def test_the_longest_statement_is_read(committee: World) -> None:
    """Eight kinds of forty bytes, for a million people in all."""
    words = "\u00e9" * 19 + "x"
    people = MEMBER_LIMIT // KIND_LIMIT
    kinds = tuple(Admitted(f"{n}{words}", people) for n in range(KIND_LIMIT))
    statement = committee.keys[0].state_issued(kinds)
    raw = statement.to_bytes()
    assert len(raw) <= EnrolmentStatement.MAX_BYTES
    assert EnrolmentStatement.from_bytes(raw).issued == MEMBER_LIMIT
    assert committee.group.membership((statement,)).statements == (statement,)


def test_kinds_ascend_as_their_bytes_do(committee: World) -> None:
    """Which is not the order of UTF-16, in which other programs may sort."""
    kinds = totals({"\U0001f44b": 1, "\uff0c": 2, "z": 3})
    assert [kind for kind, _ in kinds] == ["z", "\uff0c", "\U0001f44b"]
    statement = committee.keys[0].state_issued(kinds)
    assert EnrolmentStatement.from_bytes(statement.to_bytes()) == statement


def test_a_kind_cannot_move_into_another(committee: World) -> None:
    """The signature covers each kind apart: the same bytes joined elsewhere are another message."""
    one = committee.keys[0].state_issued((Admitted("in person", 3),))
    for kinds in ((Admitted("in perso", 3),), (Admitted("in person", 2),), admitted(3)):
        false = EnrolmentStatement(one.group_id, one.registrar, kinds, one.signature)
        with pytest.raises(VerificationError, match="is not signed by it"):
            committee.group.membership((false,))


def test_a_round_says_whom_each_registrar_admitted(committee: World) -> None:
    """In the registrars' order, and only for those who made a statement."""
    stated = committee.statements
    found = committee.group.membership(stated[:0:-1]).admissions
    assert found == tuple((f"R{s.registrar + 1}", s.admitted) for s in stated[1:])
