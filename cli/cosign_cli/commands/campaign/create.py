"""``cosign-letter campaign create``: sign which groups are asked to cosign a letter."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import usage_errors
from cosign_cli.shared.homes import open_home
from cosign_cli.shared.options import as_typed
from cosign_cli.shared.rounds import read_draft


@command(secrets=True, output=True)
def run(
    console: Console,
    rounds: Annotated[
        list[str],
        typer.Argument(metavar="ROUND", help="The rounds of one letter, each of one group."),
    ],
    title: Annotated[
        str | None,
        typer.Option(callback=as_typed, help="A short title; default: that of your own round."),
    ] = None,
) -> None:
    """Sign which groups are asked to cosign a letter, for members and readers to see.

    The rounds may lack grants. You must have opened at least one of them with this home.
    """
    from cosign.homes import find_organizer
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.roles.organizer.campaigns import make_campaign
    from cosign.words import counted

    console.check_output()
    drafts = [read_draft(path) for path in rounds]
    with usage_errors():
        made = make_campaign(find_organizer(open_home(console)), drafts, title)
    console.write_record(made)
    console.note("a campaign does not show when it was made: publish it before the rounds open")
    lines = [f"{console.output}: {quoted(made.terms.title)}, {counted(len(drafts), 'group')}"]
    by_id = {draft.round_id: draft for draft in drafts}
    for asked in made.terms.rounds:
        lines.append(f"group  {quoted(asked.name)}")
        lines.append(fingerprint_beside("round  ", by_id[asked.round_id].fingerprint))
    console.result(
        "\n".join(lines),
        {
            "output": console.output,
            "title": made.terms.title,
            "groups": [asked.name for asked in made.terms.rounds],
        },
    )
