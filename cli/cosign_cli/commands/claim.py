"""``cosign-letter claim``: prove that a published cosignature is yours."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.credentials import proving
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import ChallengeText, LetterFile, SshKey, SshPassphraseFile
from cosign_cli.shared.published_letter import open_letter, read_challenge


@command(secrets=True, output=True)
def run(
    console: Console,
    letter_file: LetterFile,
    challenge: ChallengeText,
    reveal_key: Annotated[
        bool, typer.Option("--reveal-key", help="Also show which key of the roster is yours.")
    ] = False,
    ssh_key: SshKey = None,
    ssh_passphrase_file: SshPassphraseFile = None,
) -> None:
    """Prove to the person who set a challenge that a published cosignature is yours.

    Anyone who has the claim and its challenge can show both to others.
    """
    from cosign.homes import find_member, signed_in

    console.check_output()
    text = read_challenge(challenge)
    home = open_home(console)
    with (
        open_letter(letter_file, lambda r: bool(signed_in(home, r.round_id))) as (round_, reader),
        proving(console, round_, ssh_key, ssh_passphrase_file) as means,
    ):
        made = find_member(home, round_, **means).claim(round_, reader, text, reveal=reveal_key)
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
