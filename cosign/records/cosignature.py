"""Cosignatures (docs/spec.md, "Cosignatures").

A cosignature consists of an action, a public statement and a proof that a member of the
group made it. The round is not one of the fields: the proof is bound to ``round_id``, and
the envelope or the published file that contains the cosignature names the round
(docs/adr/0003).
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.errors import MalformedError
from cosign.proofs.interface import Action, Binding
from cosign.wire.codecs import Bin, Choice, Text
from cosign.wire.record import Record

STATEMENT_LIMIT: Final = 280
"""Greatest length of a public statement in bytes of UTF-8."""

STATEMENT: Final = Text(STATEMENT_LIMIT)
"""The rules for a statement, which are checked before a proof is made for it, too."""

ACTION: Final = Choice(("cosign", "withdraw"))

PROOF_LIMIT: Final = 16_384
"""Greatest length of a proof of any kind in bytes: 16 registrars with 4096-bit keys need
8,816."""


@dataclass(frozen=True, slots=True)
class Cosignature(Record):
    """One member's action in a round.

    Attributes:
        action: ``cosign``, or ``withdraw`` to take the cosignature back.
        statement: public text by the signer: one line, often empty.
        proof: proof of membership, bound to round, action and statement.
    """

    LABEL: ClassVar[str] = labels.COSIGNATURE
    MAX_BYTES: ClassVar[int] = PROOF_LIMIT + STATEMENT_LIMIT + 100

    action: Annotated[Action, ACTION]
    statement: Annotated[str, STATEMENT]
    proof: Annotated[bytes, Bin(32, PROOF_LIMIT)]

    def check(self) -> None:
        """Check that a withdrawal has no statement."""
        if self.action == "withdraw" and self.statement:
            raise MalformedError("a withdrawal must have no statement")

    def binding(self, round_id: bytes) -> Binding:
        """Return the values to which the proof has to be bound."""
        return Binding(round_id, self.action, self.statement)

    @property
    def public_name(self) -> None:
        """None: the signer is not named."""
