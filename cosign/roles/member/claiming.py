"""Claiming a published cosignature (docs/spec.md, "Claims").

Not protected: a member can be forced to claim. What a coercer cannot have from
this program is a proof that a cosignature is *not* somebody's.
"""

from cosign.errors import VerificationError
from cosign.proofs.interface import Challenge, MembershipProver
from cosign.records.claim import CHALLENGE, Claim
from cosign.records.round import VerifiedRound
from cosign.roles.member.receipts import Found


def claim(
    prover: MembershipProver,
    round_: VerifiedRound,
    text: str,
    found: Found,
    *,
    reveal: bool = False,
) -> Claim:
    """Claim the cosignature that this prover made in a round.

    Args:
        prover: of the member in the round.
        round_: verified.
        text: the challenge, 1 to 4,000 bytes of UTF-8, NFC.
        found: what a published letter has under the prover's tag. Where it has nothing, a
            claim would prove that its maker did *not* sign, and would hand out a tag that
            may stand in another round.
        reveal: whether to show which key of the roster it is.

    Raises:
        VerificationError: no cosignature that counts was found.
        MalformedError: a challenge that may not stand in a record.
        RefusedError: a key is to be revealed where none is listed.
    """
    CHALLENGE.read(text, "challenge")
    if not found.included:
        raise VerificationError(
            "there is no cosignature to claim", hint="claim one that counts in a published letter"
        )
    made = prover.claim(Challenge(round_.round_id, text), reveal=reveal)
    return Claim(round_.round_id, prover.tag, made.key, made.proof)
