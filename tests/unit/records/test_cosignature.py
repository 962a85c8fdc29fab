"""Cosignatures: an action, a statement and a proof."""

import pytest

from cosign.errors import MalformedError
from cosign.proofs.interface import Action, Binding
from cosign.records.cosignature import PROOF_LIMIT, Cosignature


def test_a_cosignature_binds_round_action_and_statement() -> None:
    """The binding joins the fields with the round around them."""
    record = Cosignature("cosign", "hello", bytes(32))
    assert record.binding(b"r" * 32) == Binding(b"r" * 32, "cosign", "hello")
    assert record.binding(b"r" * 32).parts() == (b"r" * 32, b"cosign", b"hello")


def test_a_withdrawal_says_nothing_else() -> None:
    assert Cosignature("withdraw", "", bytes(32)).to_bytes()
    with pytest.raises(MalformedError, match="no statement"):
        Cosignature("withdraw", "because", bytes(32))


@pytest.mark.parametrize("action", ["", "Cosign", "cosign ", "retract", "withdraw\0"])
def test_there_are_two_actions(action: Action) -> None:
    """Any other word is refused."""
    with pytest.raises(MalformedError, match="not one of cosign, withdraw"):
        Cosignature(action, "", bytes(32)).to_bytes()


@pytest.mark.parametrize(
    "statement", ["x" * 281, "\u00e4" * 141, "a\nb", "a\tb", "\u202e", "e\u0301", "\x07"]
)
def test_statements_keep_the_rules_of_text(statement: str) -> None:
    """A statement is one line of at most 280 bytes."""
    with pytest.raises(MalformedError, match=r"^statement: "):
        Cosignature("cosign", statement, bytes(32)).to_bytes()


@pytest.mark.parametrize("size", [31, PROOF_LIMIT + 1])
def test_proofs_have_a_length(size: int) -> None:
    """A proof holds at least a tag, and at most what any group can need."""
    with pytest.raises(MalformedError, match=r"^proof: "):
        Cosignature("cosign", "", bytes(size)).to_bytes()


def test_the_largest_group_s_proof_fits() -> None:
    """Sixteen registrars with keys of 4096 bits stay below the limit."""
    assert 32 + 64 + 16 * (1 + 32 + 512) == 8816 < PROOF_LIMIT
