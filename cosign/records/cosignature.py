"""Cosignatures: one member's anonymous voice (docs/spec.md, "Cosignatures").

A cosignature says an action and a public statement, and proves that it comes
from a member. Its round is not a field: the proof binds ``round_id``, and the
envelope or published file around it names the round (docs/adr/0003).
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.errors import MalformedError
from cosign.proofs.interface import Action, Binding
from cosign.wire.codecs import Bin, Choice, Text
from cosign.wire.record import Record

STATEMENT_LIMIT: Final = 280
"""Longest public statement, in bytes of UTF-8."""

STATEMENT: Final = Text(STATEMENT_LIMIT)
"""How a statement is checked, before anything is proved about it too."""

ACTION: Final = Choice(("cosign", "withdraw"))

PROOF_LIMIT: Final = 16_384
"""Longest proof of any kind, in bytes: 16 registrars with 4096-bit keys take 8,816."""


@dataclass(frozen=True, slots=True)
class Cosignature(Record):
    """One member's action in a round.

    Attributes:
        action: ``cosign``, or ``withdraw`` to take the cosignature back.
        statement: public text by the signer, one line, usually empty.
        proof: of membership, bound to round, action and statement.
    """

    LABEL: ClassVar[str] = labels.COSIGNATURE
    MAX_BYTES: ClassVar[int] = PROOF_LIMIT + STATEMENT_LIMIT + 100

    action: Annotated[Action, ACTION]
    statement: Annotated[str, STATEMENT]
    proof: Annotated[bytes, Bin(32, PROOF_LIMIT)]

    def check(self) -> None:
        """Check that a withdrawal says nothing else."""
        if self.action == "withdraw" and self.statement:
            raise MalformedError("a withdrawal carries no statement")

    def binding(self, round_id: bytes) -> Binding:
        """Give what the proof has to bind."""
        return Binding(round_id, self.action, self.statement)


def longest_cosignature(proof_bytes: int) -> int:
    """Give the length in bytes of the longest cosignature with proofs of so many bytes."""
    return len(Cosignature("cosign", "x" * STATEMENT_LIMIT, bytes(proof_bytes)).to_bytes())
