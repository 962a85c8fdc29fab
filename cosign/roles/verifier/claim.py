"""Checking a claim of authorship (docs/spec.md, "Claims").

Not protected: a claim says that its maker has the key, not that they made it freely.
"""

from dataclasses import dataclass

from cosign.errors import MismatchError, VerificationError
from cosign.proofs.interface import Challenge
from cosign.records.claim import CHALLENGE, Claim
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.roles.member.receipts import Found, find


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
