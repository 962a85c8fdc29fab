"""Claims: "the cosignature with this tag is mine" (docs/spec.md, "Claims").

A claim answers one challenge text, which is not in the record: whoever set it
knows it. It shows authorship, with or without the key on the roster.

Not protected: a claim convinces everybody who is shown it together with its
challenge. No record proves that a cosignature is *not* somebody's.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.proofs.interface import CLAIM_PROOF_BYTES, ClaimProof
from cosign.records.limits import Identifier, Key
from cosign.wire.codecs import Bin, Optional, Text
from cosign.wire.record import Record

CHALLENGE_LIMIT: Final = 4000
"""Longest challenge, in bytes of UTF-8."""

CHALLENGE: Final = Text(CHALLENGE_LIMIT, least=1, multiline=True)
"""How a challenge is checked before anything is claimed about it."""


@dataclass(frozen=True, slots=True)
class Claim(Record):
    """Shows who made a published cosignature to whoever set the challenge.

    Attributes:
        round_id: 32 bytes.
        tag: of the cosignature.
        key: the member's key on the roster, if it is revealed.
        proof: 64 bytes.
    """

    LABEL: ClassVar[str] = labels.CLAIM
    MAX_BYTES: ClassVar[int] = 250

    round_id: Identifier
    tag: Key
    key: Annotated[bytes | None, Optional(Bin(32))]
    proof: Annotated[bytes, Bin(CLAIM_PROOF_BYTES)]

    @property
    def claim_proof(self) -> ClaimProof:
        """What proves it."""
        return ClaimProof(self.key, self.proof)
