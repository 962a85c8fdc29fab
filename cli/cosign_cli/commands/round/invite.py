"""``cosign-letter round invite``: encrypt a round for the people who may read it."""

from pathlib import Path

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import RoundFile
from cosign_cli.shared.rounds import read_round


@command(output=True)
def run(
    console: Console,
    round_file: RoundFile,
) -> None:
    """Encrypt a round; people open it with the secret, which is printed on stdout."""
    from cosign.roles.organizer.invitations import encode_secret, invite
    from cosign.stores.files import undo_file

    console.check_told()  # before anything is written: the secret is printed once
    console.check_output()
    round_ = read_round(round_file)
    secret, invitation = invite(round_)
    code = encode_secret(secret)
    console.write_record(invitation)
    console.note(
        f"{console.output}: an invitation to {quoted(round_.terms.title)}; send the secret over "
        "another channel than the file: anyone who has both can read the letter"
    )
    data = {"output": console.output, "secret": code, "round": round_.fingerprint}
    try:
        console.result(code, data)
    except OSError:
        undo_file(Path(console.output))  # without its secret nobody can open it
        raise
