"""``cosign-letter claim``: prove that a published cosignature is yours."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.credentials import proving
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import source
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import ChallengeText, LetterFile, SshKey, SshPassphraseFile
from cosign_cli.shared.published_letter import read_challenge, read_group_pin

if TYPE_CHECKING:
    from cosign.records.claim import Claim
    from cosign.records.round import VerifiedRound


@command(secrets=True, output=True)
def run(
    console: Console,
    letter_file: LetterFile,
    challenge: ChallengeText,
    group: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|FINGERPRINT",
            help="Of a joint letter, the group as whose member you claim: its file or fingerprint.",
        ),
    ] = None,
    reveal_key: Annotated[
        bool, typer.Option("--reveal-key", help="Also show which key of the roster is yours.")
    ] = False,
    ssh_key: SshKey = None,
    ssh_passphrase_file: SshPassphraseFile = None,
) -> None:
    """Prove to the person who set a challenge that a published cosignature is yours.

    Anyone who has the claim and its challenge can show both to others.
    """
    console.check_output()
    text = read_challenge(challenge)
    pin = read_group_pin(group) if group else None
    wanted = _Wanted(letter_file, pin, text, reveal_key)
    made, round_ = _claim(console, wanted, ssh_key, ssh_passphrase_file)
    console.write_record(made)
    console.note(
        "the person who set the challenge now learns that you signed, and can show the claim and "
        "the challenge to others"
    )
    console.result(
        f"{console.output}: answers {quoted(text)}; give the file to the person who set this "
        "challenge",
        {"output": console.output, "round": round_.fingerprint, "revealed": reveal_key},
    )


def _check_alone(made: "list[tuple[Claim, VerifiedRound]]", round_: "VerifiedRound") -> None:
    """Refuse to choose for the member between two letters of a file."""
    from cosign.errors import UsageError

    if made:
        [(_claim, other)] = made
        raise UsageError(
            f"this home signed in the letters of {quoted(other.group.name)} and "
            f"{quoted(round_.group.name)}",
            hint="name the one that you claim with --group, which takes a group's file or its "
            "60 digits",
        )


class _Wanted(NamedTuple):
    """What is claimed: the letter and perhaps its group, the challenge, and whether to reveal."""

    path: str
    pin: str | None
    text: str
    reveal: bool


def _claim(
    console: Console, wanted: _Wanted, ssh_key: Path | None, ssh_passphrase_file: Path | None
) -> "tuple[Claim, VerifiedRound]":
    """Claim the cosignature in the one letter of the file that is meant.

    Raises:
        UsageError: the home signed in several letters of the file, and none is named.
        MissingError: no letter of the file is of the named group, or the home has no key.
    """
    from cosign.errors import MissingError
    from cosign.homes import find_member, signed_in
    from cosign.joint_files import open_letters

    home = open_home(console)
    made: list[tuple[Claim, VerifiedRound]] = []
    with naming(wanted.path), open_letters(source(wanted.path)) as letters:
        for round_, reader, is_last in letters:
            named = wanted.pin == round_.group_fingerprint
            if wanted.pin and not named:
                continue
            if not (named or signed_in(home, round_.round_id) or (is_last and not made)):
                continue
            _check_alone(made, round_)
            with proving(console, round_, ssh_key, ssh_passphrase_file) as means:
                member = find_member(home, round_, **means)
                claim = member.claim(round_, reader, wanted.text, reveal=wanted.reveal)
            made.append((claim, round_))
    if not made:
        raise MissingError(
            "no letter of the file is of this group",
            hint="name a group of the file, or leave --group out",
        )
    return made[0]
