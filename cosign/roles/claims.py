"""Claiming a published cosignature, and checking a claim (docs/spec.md, "Claims").

Not protected: a member can be forced to claim. What a coercer cannot have from
this program is a proof that a cosignature is *not* somebody's.
"""

from dataclasses import dataclass

from cosign.errors import MismatchError, VerificationError
from cosign.proofs.membership import Challenge, MembershipProver
from cosign.records.claim import CHALLENGE, Claim
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.roles.finding import Found, find


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


@dataclass(frozen=True, slots=True)
class VerifiedClaim:
    """A claim that holds.

    Attributes:
        claim: as it was given.
        found: what the published letter has under its tag; at least a cosignature.
    """

    claim: Claim
    found: Found


def verify_claim(
    claim: Claim, text: str, round_: VerifiedRound, reader: PublishedReader
) -> VerifiedClaim:
    """Check that whoever answered the challenge made a cosignature of a published letter.

    The letter itself is not verified here, only what stands under the claim's tag.

    Args:
        claim: as it was given.
        text: the challenge that it has to answer.
        round_: of the published letter, verified.
        reader: of that letter, at its first record.

    Raises:
        MismatchError: a claim about another round.
        VerificationError: it answers another challenge, is false, or the letter has no
            valid cosignature under its tag.
        MalformedError: the letter is cut or changed.
    """
    CHALLENGE.read(text, "challenge")
    if claim.round_id != round_.round_id:
        raise MismatchError(
            "the claim is about another letter's round", hint="give the letter that it is about"
        )
    found = find({claim.tag}, round_, reader)
    if not found.signed:
        raise VerificationError(
            "the letter has no valid cosignature with the claim's tag",
            hint="the claim is false, or the letter is not the one that it is about",
        )
    challenge = Challenge(round_.round_id, text)
    if not round_.membership_verifier().is_claim(challenge, claim.tag, claim.claim_proof):
        raise VerificationError(
            "the claim does not answer this challenge",
            hint="compare every letter and blank; if they are the same, the claim is false",
        )
    return VerifiedClaim(claim, found)
