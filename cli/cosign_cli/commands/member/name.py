"""``cosign-letter member name``: ask a registrar to attest your name."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.clock import current_minute
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.open_names import Role, check_name, shown_name
from cosign_cli.shared.options import ChallengeText, InvitationSecret, RoundOrInvite, as_typed
from cosign_cli.shared.published_letter import read_challenge
from cosign_cli.shared.rounds import read_round

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound


_SignerName = Annotated[
    str,
    typer.Argument(metavar="NAME", callback=as_typed, help="Your name, as it is to be published."),
]
_Asked = Annotated[
    int, typer.Option(metavar="N", min=1, help="The number of the registrar who is asked, from 1.")
]


@command(secrets=True, output=True, asks=True)
def run(
    console: Console,
    round_file: RoundOrInvite,
    signer_name: _SignerName,
    registrar: _Asked,
    challenge: ChallengeText,
    role: Role = "",
    secret: InvitationSecret = None,
) -> None:
    """Ask a registrar to attest your name, so that you can sign a round openly.

    The registrar gives you a text as a challenge and learns which membership key is yours,
    and so which cosignature in this round, also if you do not sign openly then. Ask only if
    you mean to sign openly.
    """
    from cosign.homes import find_member

    called, text = check_name(signer_name, role), read_challenge(challenge)
    round_ = read_round(round_file, secret)
    _check_registered(round_, registrar)
    console.check_output()
    member = find_member(open_home(console), round_)
    [who] = round_.group.registrar_names((registrar - 1,))
    request = member.request_name(round_, called, registrar - 1, text, current_minute())
    console.facts(f"name       {shown_name(called)}")
    console.note(
        f"warning: registrar {quoted(who)} will know for good which cosignature in this round is "
        "yours, also if you then sign anonymously or not at all"
    )
    console.confirm(f"do you want to show registrar {quoted(who)} which key is yours?")
    console.write_record(request)
    console.result(
        f"{console.output}: asks registrar {quoted(who)} to attest the name {shown_name(called)}; "
        "give the file to this registrar only",
        {
            "output": console.output,
            "name": called.name,
            "role": called.role,
            "registrar": registrar,
            "round": round_.fingerprint,
        },
    )


def _check_registered(round_: "VerifiedRound", registrar: int) -> None:
    """Check that the round's group has this registrar, by its number from 1.

    Raises:
        RefusedError: the group has no registrars.
        MismatchError: the group has other registrars.
    """
    from cosign.errors import MismatchError, RefusedError

    group = round_.group
    if not group.attestations_needed:
        raise RefusedError(
            f"{quoted(group.name)} lists its keys, and nobody attests names in it",
            hint="sign with --openly; your listed key stands beside your name",
        )
    if registrar > group.vouching.of:
        raise MismatchError(
            f"the group has registrars 1 to {group.vouching.of}, not {registrar}",
            hint="choose one with --registrar",
        )
