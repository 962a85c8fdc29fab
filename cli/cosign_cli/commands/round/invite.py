"""``cosign-letter round invite``: a round under a secret that travels elsewhere."""

from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.rounds import read_round


@command(output=True)
def run(
    console: Console,
    round_file: Annotated[str, typer.Argument(metavar="ROUND", help="The round's file.")],
) -> None:
    """Encrypt a round for people who get the secret, on stdout, in another channel."""
    from cosign.primitives.codes import encode_code
    from cosign.records.invitation import INVITATION_PREFIX
    from cosign.roles.organizer.invitations import invite

    console.check_output()
    round_ = read_round(round_file)
    secret, invitation = invite(round_)
    code = encode_code(secret.reveal(), INVITATION_PREFIX)
    console.write_record(invitation)
    console.note(
        f"{console.output}: an invitation to {round_.terms.title!r}; pass the secret on in "
        "another channel than the file: whoever has both reads the letter"
    )
    console.result(code, {"output": console.output, "secret": code, "round": round_.fingerprint})
