"""``cosign-letter registrar name``: attest whose a membership key is."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign.reports.hidden import hidden_characters
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.files import read_record
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import ChallengeText
from cosign_cli.shared.published_letter import read_challenge

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.names import NameRequest


@command(secrets=True, output=True, asks=True)
def run(
    console: Console,
    request_file: Annotated[
        str, typer.Argument(metavar="REQUEST", help="The member's request, from member name.")
    ],
    challenge: ChallengeText,
) -> None:
    """Attest the name of a person whom you know, so that this member can sign openly.

    Give the person a challenge yourself, and only then read their request. You learn which
    membership key is theirs; nothing of it is kept here.
    """
    from cosign.homes import Issuer
    from cosign.records.names import NameRequest

    request, text = read_record(request_file, NameRequest), read_challenge(challenge)
    console.check_output()
    session = Issuer(open_home(console)).session(request.certificate.group_id)
    attestation = session.attest_name(request, text)  # false requests end before anything is asked
    _show(console, session.group, request)
    console.confirm(
        "did you give the challenge to a person whom you know by this name and role, and do you "
        "stand for it in public?"
    )
    console.write_record(attestation)
    console.result(
        f"{console.output}: attests the name {quoted(request.name)}; give the file to the member",
        {
            "output": console.output,
            "name": request.name,
            "role": request.role,
            "slot": request.certificate.slot,
            "registrar": session.number + 1,
        },
    )


def _show(console: Console, group: "RegisteredGroup", request: "NameRequest") -> None:
    """Show what the registrar will stand for."""
    console.facts(f"group   {quoted(group.name)}")
    console.facts(f"slot    {request.certificate.slot}")
    console.facts(f"name    {quoted(request.name)}")
    console.facts(f"role    {quoted(request.role) if request.role else '(none)'}")
    for where, words in (("name", request.name), ("role", request.role)):
        for sentence in hidden_characters(words):
            console.note(f"warning: in the {where}, {sentence}")
