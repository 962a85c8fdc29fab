"""``cosign-letter guide``: show a guide, each of which is complete for one role."""

from enum import StrEnum
from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console


class Role(StrEnum):
    """The guides, by their names."""

    member = "member"
    organizer = "organizer"
    registrar = "registrar"
    trustee = "trustee"
    platform = "platform"
    python = "python"
    flow = "flow"


_ABOUT = {
    Role.member: "you sign",
    Role.organizer: "you write the letter, open a round for it and publish it",
    Role.registrar: "you admit people to a group",
    Role.trustee: "you keep envelopes sealed until a round closes",
    Role.platform: "you check a letter before you print or show it: a newsroom, a website",
    Role.python: "your program does any of this",
    Role.flow: "you want to see in one picture how a letter travels",
}


@command(anywhere=True)
def run(
    console: Console,
    role: Annotated[
        Role | None,
        typer.Argument(
            metavar="ROLE", help="Whose guide to show; without it, all guides are listed."
        ),
    ] = None,
) -> None:
    """Show the guide for your role: what to type, what you see, and what not to do."""
    from cosign_cli.shared.guides import guide_text

    if role is None:
        lines = [f"cosign-letter guide {name:<11}{about}" for name, about in _ABOUT.items()]
        console.result("\n".join(lines), {"guides": list(_ABOUT)})
        return
    text = guide_text(role)
    console.long_result(text, {"guide": role, "text": text})
