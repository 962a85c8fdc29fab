"""Claims: "the cosignature with this tag is mine" (docs/spec.md, "Claims").

A claim answers one challenge. The text of the challenge is not in the record, because
the person who set it knows it. A claim shows authorship, with or without revealing the
member's key on the roster.

Not protected: a claim convinces everybody who sees it together with its challenge. There
is no record that proves that a cosignature is *not* by a certain member.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.errors import MalformedError
from cosign.proofs.interface import (
    CLAIM_PROOF_BYTES,
    REVEALING_CLAIM_PROOF_BYTES,
    ClaimProof,
)
from cosign.records.limits import Identifier, Key
from cosign.wire.codecs import Bin, Optional, Text
from cosign.wire.record import Record

CHALLENGE_LIMIT: Final = 4000
"""Greatest length of a challenge in bytes of UTF-8."""

CHALLENGE: Final = Text(CHALLENGE_LIMIT, least=1, multiline=True)
"""The rules for a challenge, which are checked before a claim is made for it."""


@dataclass(frozen=True, slots=True)
class Claim(Record):
    """Shows the person who set the challenge that its sender made a published cosignature.

    Attributes:
        round_id: 32 bytes.
        tag: the 32-byte tag of the cosignature.
        key: the member's 32-byte key on the roster if it is revealed, else None.
        proof: 64 bytes, or 96 if the key is revealed.
    """

    LABEL: ClassVar[str] = labels.CLAIM
    MAX_BYTES: ClassVar[int] = 250

    round_id: Identifier
    tag: Key
    key: Annotated[bytes | None, Optional(Bin(32))]
    proof: Annotated[bytes, Bin(CLAIM_PROOF_BYTES, REVEALING_CLAIM_PROOF_BYTES)]

    def check(self) -> None:
        """Check that the proof is as long as what it has to show."""
        length = CLAIM_PROOF_BYTES if self.key is None else REVEALING_CLAIM_PROOF_BYTES
        if len(self.proof) != length:
            raise MalformedError(
                f"the proof of a claim has {len(self.proof)} bytes, not {length}",
                hint="the claim is damaged or was made by a faulty program",
            )

    @property
    def claim_proof(self) -> ClaimProof:
        """The key, if it is revealed, and the proof."""
        return ClaimProof(self.key, self.proof)
