"""``cosign-letter check``, ``claim`` and ``verify-claim``: whose a published cosignature is."""

import contextlib
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cosign_cli.commands import command
from cosign_cli.console import Console, naming, open_input, usage_errors
from cosign_cli.credentials import SshKey, open_prover, openable
from cosign_cli.ssh import SshPassphraseFile

if TYPE_CHECKING:
    from pathlib import Path

    from cosign.records.published import PublishedReader
    from cosign.records.round import VerifiedRound
    from cosign.roles.member.receipts import Found
    from cosign.roles.verifier.claim import VerifiedClaim

LetterFile = Annotated[str, typer.Argument(metavar="FILE", help="The published letter.")]
ChallengeText = Annotated[
    str, typer.Option("--challenge", metavar="TEXT", help="Words of whoever asks; name them.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""

    @command(app, "check", secrets=True)
    def check(
        console: Console,
        letter_file: LetterFile,
        receipt: Annotated[
            str | None,
            typer.Option(
                metavar="CODE",
                help="From sign --receipt; replaces the home. The process list shows it.",
            ),
        ] = None,
    ) -> None:
        """Look for your own cosignature in a published letter."""
        _check(console, letter_file, receipt)

    @command(app, "claim", secrets=True, output=True)
    def claim(
        console: Console,
        letter_file: LetterFile,
        challenge: ChallengeText,
        reveal_key: Annotated[
            bool, typer.Option("--reveal-key", help="Also show which key of the roster is yours.")
        ] = False,
        ssh_key: SshKey = None,
        ssh_passphrase_file: SshPassphraseFile = None,
    ) -> None:
        """Prove to whoever set a challenge that a published cosignature is yours.

        Whoever gets the claim with its challenge can show both to others.
        """
        _claim(console, letter_file, challenge, reveal_key, ssh_key, ssh_passphrase_file)

    @command(app, "verify-claim")
    def verify_claim(
        console: Console,
        claim_file: Annotated[str, typer.Argument(metavar="CLAIM", help="The claim.")],
        letter_file: Annotated[
            str, typer.Option("--letter", metavar="FILE", help="The published letter.")
        ],
        challenge: ChallengeText,
    ) -> None:
        """Check a claim against the challenge that you set and the published letter."""
        _verify_claim(console, claim_file, letter_file, challenge)


@contextlib.contextmanager
def _opened(path: str) -> "Iterator[tuple[VerifiedRound, PublishedReader]]":
    """Open a published letter at its first record."""
    from cosign.records.published import PublishedReader
    from cosign.records.round import verify_round

    with naming(path), open_input(path) as stream:
        reader = PublishedReader(stream)
        yield verify_round(reader.header.round), reader


def _challenge(text: str) -> str:
    """Bring a challenge into form, once, where it is typed."""
    from cosign.records.claim import CHALLENGE

    with usage_errors():
        return CHALLENGE.read(unicodedata.normalize("NFC", text), "challenge")


def _check(console: Console, path: str, receipt: str | None) -> None:
    from cosign.roles.member.receipts import decode_receipt, find, own_tags
    from cosign.stores.keys import KEY, MEMBER, all_uses

    typed_tag = decode_receipt(receipt) if receipt else None
    with _opened(path) as (round_, reader):
        home = console.home()
        names = [] if typed_tag else openable(console, home, MEMBER, KEY)
        tags = {typed_tag} if typed_tag else own_tags(all_uses(home, names), round_)
        found = find(tags, round_, reader)
    _require(found, path)
    said = f", with the statement {found.statement!r}" if found.statement else ""
    console.result(
        f"your cosignature is in this file{said}",
        {"included": True, "statement": found.statement, "round": round_.fingerprint},
    )


def _require(found: "Found", path: str) -> None:
    """Raise :class:`VerificationError` unless the cosignature counts."""
    from cosign.errors import VerificationError

    if found.withdrawn:
        raise VerificationError(
            f"{path}: your cosignature was withdrawn and does not count",
            hint="if you did not withdraw it, somebody has your key",
        )
    if not found.signed:
        raise VerificationError(
            f"{path}: your cosignature is not in this file",
            hint="it was withdrawn before publication, arrived late, or the organizer left it out",
        )


def _claim(
    console: Console,
    path: str,
    challenge: str,
    reveal: bool,
    ssh_key: "Path | None",
    ssh_passphrase_file: "Path | None",
) -> None:
    from cosign.roles import member
    from cosign.roles.member.receipts import find

    console.check_output()
    text = _challenge(challenge)
    key = ssh_key, ssh_passphrase_file
    home = console.home()
    with _opened(path) as (round_, reader), open_prover(console, home, round_, *key) as (_, prover):
        found = find({prover.tag}, round_, reader)
        _require(found, path)
        made = member.claim(prover, round_, text, found, reveal=reveal)
    console.write_record(made)
    console.note(
        "whoever gets to see the claim and its challenge knows who you are, if they know "
        "whom they asked; they can show both to others"
    )
    console.result(
        f"{console.output}: answers {text!r}; give the file to whoever set this challenge",
        {"output": console.output, "round": round_.fingerprint, "revealed": reveal},
    )


def _verify_claim(console: Console, claim_file: str, letter_file: str, challenge: str) -> None:
    from cosign.records.claim import Claim
    from cosign.roles import verifier

    claim = console.read_record(claim_file, Claim)
    text = _challenge(challenge)
    with _opened(letter_file) as (round_, reader):
        verified = verifier.verify_claim(claim, text, round_, reader)
    _report(console, round_, verified)


def _report(console: Console, round_: "VerifiedRound", verified: "VerifiedClaim") -> None:
    found, key = verified.found, verified.claim.key
    lines = [
        f"VALID: whoever answered the challenge made a cosignature of {round_.terms.title!r}",
        f"round        {round_.fingerprint}",
        f"statement    {found.statement!r}",
        f"withdrawn    {'yes: it does not count' if found.withdrawn else 'no'}",
        f"key          {key.hex() if key else 'not revealed'}",
        "not checked  the letter as a whole: run verify on it",
        "             that whoever gave you the claim made it: only your challenge, set for",
        "             them and with your name in it, speaks for that",
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
