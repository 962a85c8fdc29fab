"""Checking a claim of authorship (docs/spec.md, "Claims").

Not protected: a claim shows that its maker has the key, but not that they made the claim
of their own free will.
"""

from concurrent.futures import Executor
from dataclasses import dataclass

from cosign.errors import MismatchError, VerificationError
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import Challenge
from cosign.records.claim import CHALLENGE, Claim
from cosign.records.published import PublishedReader
from cosign.records.round import VerifiedRound
from cosign.roles.member.receipts import Found, find


@dataclass(frozen=True, slots=True)
class VerifiedClaim:
    """A claim that was verified.

    Attributes:
        claim: the claim.
        found: what the published letter has under the claim's tag: a cosignature, and
            perhaps a withdrawal.
    """

    claim: Claim
    found: Found


def verify_claim(
    claim: Claim,
    text: str,
    round_: VerifiedRound,
    reader: PublishedReader,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> VerifiedClaim:
    """Check that the person who answered the challenge cosigned a published letter.

    Of the letter only the records with the claim's tag are verified.

    Args:
        claim: the claim.
        text: the challenge that the claim has to answer.
        round_: the round of the published letter, verified.
        reader: of the letter's file, at its first record.
        executor: for the keys of a large roster; in this thread if None.
        progress: told how many records are read, and how many keys of a large roster are done.

    Raises:
        MismatchError: the claim is about another round.
        VerificationError: the claim is false or answers another challenge, or the letter has
            no valid cosignature with its tag.
        MalformedError: the letter is cut off or changed, or the challenge is not text of the
            allowed form.
    """
    CHALLENGE.read(text, "challenge")
    if claim.round_id != round_.round_id:
        raise MismatchError(
            "the claim is about another letter", hint="give the letter that the claim is about"
        )
    found = find({claim.tag}, round_, reader, executor, progress)
    if not found.signed:
        raise VerificationError(
            "the letter has no valid cosignature with the claim's tag",
            hint="the claim is false, or the letter is not the one that it is about",
        )
    challenge = Challenge(round_.round_id, text)
    if not round_.membership_verifier().is_claim(challenge, claim.tag, claim.claim_proof):
        raise VerificationError(
            "the claim does not answer this challenge",
            hint="compare every letter and space; if the challenge is the same, the claim is false",
        )
    return VerifiedClaim(claim, found)
