"""``cosign-letter joint create``: put the published letters of several groups into one file."""

from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import read_record
from cosign_cli.shared.streams import STREAM


@command(output=True, anywhere=True)
def run(
    console: Console,
    letters: Annotated[
        list[str],
        typer.Argument(metavar="LETTER", help="The published letter of each group."),
    ],
    campaign: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="A campaign that names the rounds of these letters; may be repeated.",
        ),
    ] = None,
) -> None:
    """Put published letters with one text into one file; each stays as its organizer signed it."""
    from cosign.errors import UsageError
    from cosign.joint_files import join_letters
    from cosign.letter_files import JOINT_ARMOR_NAME
    from cosign.records.campaign import Campaign

    if STREAM in letters:
        raise UsageError("letters are read twice, so none comes from stdin", hint="name its file")
    console.check_output()
    campaigns = set()
    for path in campaign or ():
        record = read_record(path, Campaign)
        with naming(path):
            record.verify()
        campaigns.add(record)
    console.write(join_letters(letters, [*campaigns]), JOINT_ARMOR_NAME)
    console.note("the letters' proofs were not checked: cosign-letter verify does that")
    console.result(
        f"{console.output}: {counted(len(letters), 'letter')}, "
        f"{counted(len(campaigns), 'campaign')}",
        {"output": console.output, "letters": len(letters), "campaigns": len(campaigns)},
    )
