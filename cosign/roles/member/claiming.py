"""Claiming a published cosignature (docs/spec.md, "Claims").

Not protected: a member can be forced to claim. But no command proves that a cosignature is
*not* a certain person's.
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
    """Return a proof that a published cosignature is this member's.

    Args:
        prover: of the member in the round.
        round_: verified.
        text: the challenge, 1 to 4,000 bytes of UTF-8, NFC. It should name the person who
            set it: the claim convinces everyone who sees both.
        found: what the published letter has under the prover's tag. Where it has nothing,
            a claim would prove that the member did *not* sign, and would show a tag by
            which the member could be recognized later.
        reveal: whether to show which key of the roster it is.

    Raises:
        VerificationError: the letter has no cosignature by this member that counts.
        MalformedError: the challenge may not stand in a record.
        RefusedError: a key is to be revealed in a registered group, which lists none.
    """
    CHALLENGE.read(text, "challenge")
    if not found.included:
        raise VerificationError(
            "there is no cosignature to claim", hint="claim one that counts in a published letter"
        )
    made = prover.claim(Challenge(round_.round_id, text), reveal=reveal)
    return Claim(round_.round_id, prover.tag, made.key, made.proof)
