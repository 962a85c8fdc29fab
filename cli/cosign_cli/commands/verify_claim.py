"""``cosign-letter verify-claim``: check a claim to a published cosignature."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.options import ChallengeText
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.published_letter import open_letter, read_challenge
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.roles.verifier.claim import VerifiedClaim


@command(anywhere=True)
def run(
    console: Console,
    claim_file: Annotated[str, typer.Argument(metavar="CLAIM", help="The claim.")],
    letter_file: Annotated[
        str, typer.Option("--letter", metavar="FILE", help="The published letter.")
    ],
    challenge: ChallengeText,
) -> None:
    """Check a claim against the challenge that you set and against the published letter."""
    from cosign.records.claim import Claim
    from cosign.roles import verifier

    claim = read_record(claim_file, Claim)
    text = read_challenge(challenge)
    with (
        open_letter(letter_file, lambda r: r.round_id == claim.round_id) as (round_, reader),
        process_pool() as executor,
        show_progress("verifying") as progress,
    ):
        verified = verifier.verify_claim(claim, text, round_, reader, executor, progress)
    _report(console, round_, verified)


def _report(console: Console, round_: "VerifiedRound", verified: "VerifiedClaim") -> None:
    from cosign.primitives.hashing import fingerprint_beside

    found, key = verified.found, verified.claim.key
    lines = [
        f"VALID: the person who answered the challenge cosigned {quoted(round_.terms.title)}",
        fingerprint_beside("round        ", round_.fingerprint),
        f"statement    {quoted(found.statement)}",
        f"withdrawn    {'yes: it does not count' if found.withdrawn else 'no'}",
        f"key          {key.hex() if key else 'not revealed'}",
        "not checked  the letter as a whole: run cosign-letter verify on it",
        "             who made the claim: only a challenge that you set for one person, with",
        "             your name in it, shows that it was the person who gave you the claim",
    ]
    data = {
        "valid": True,
        "round": round_.fingerprint,
        "group": round_.group_fingerprint,
        "statement": found.statement,
        "withdrawn": found.withdrawn,
        "key": key.hex() if key else None,
    }
    console.result("\n".join(lines), data)
