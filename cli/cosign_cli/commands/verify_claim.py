"""``cosign-letter verify-claim``: check a claim to a published cosignature."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.open_names import shown_name
from cosign_cli.shared.options import ChallengeText
from cosign_cli.shared.progress import show_progress
from cosign_cli.shared.published_letter import open_letter, read_challenge
from cosign_cli.shared.workers import process_pool

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.roles.member.receipts import Found
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
    name, role = found.name or (None, None)
    lines = [
        f"VALID: the person who answered the challenge cosigned {quoted(round_.terms.title)}",
        fingerprint_beside("round        ", round_.fingerprint),
        *_said(round_, found),
        f"withdrawn    {'yes: it does not count' if found.withdrawn else 'no'}",
        f"key          {key.hex() if key else 'not revealed by the claim'}",
        "not checked  the letter as a whole: run cosign-letter verify on it",
        "             who made the claim: only a challenge that you set for one person, with",
        "             your name in it, shows that it was the person who gave you the claim",
    ]
    data = {
        "valid": True,
        "round": round_.fingerprint,
        "group": round_.group_fingerprint,
        "statement": found.statement,
        "name": name,
        "role": role,
        "attested_by": _attesting(round_, found),
        "named_key": found.key.hex() if found.key else None,
        "conflict": found.conflict,
        "withdrawn": found.withdrawn,
        "key": key.hex() if key else None,
    }
    console.result("\n".join(lines), data)


def _attesting(round_: "VerifiedRound", found: "Found") -> int | None:
    """Return how many registrars attest the name; None without one, and on a roster."""
    vouching = round_.group.vouching
    # Exactly t attest a name, or the record is not valid (docs/spec.md, "Open names").
    return vouching.threshold if found.name and vouching.role == "registrar" else None


def _said(round_: "VerifiedRound", found: "Found") -> list[str]:
    """Return what the letter says of the claimed cosignature: its statement, and whose it is."""
    from cosign.words import some_of

    if found.conflict:
        return [
            "name         not shown, nor a statement: the letter has several records of this key,",
            "             with statements or names that differ; together they count once",
        ]
    statement = f"statement    {quoted(found.statement)}"
    if not found.name:
        return [statement, "name         none: it is anonymous in the letter"]
    attesting, of = _attesting(round_, found), round_.group.vouching.of
    if found.key:
        whose = ["the signer's own word; the letter shows this listed key beside it:"]
        whose.append(found.key.hex())
    elif attesting is not None and attesting < of:
        whose = [f"attested by {attesting} of the {of} registrars"]
    else:
        whose = [f"attested by {some_of(of, of, 'registrar')}"]
    return [
        statement,
        f"name         {shown_name(found.name)}",
        *(f"             {line}" for line in whose),
    ]
