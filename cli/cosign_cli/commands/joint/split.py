"""``cosign-letter joint split``: take the letters out of a joint file, exactly as they were."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import check_folder, source
from cosign_cli.shared.streams import STREAM


@command(force=True, anywhere=True)
def run(
    console: Console,
    joint_file: Annotated[str, typer.Argument(metavar="FILE", help="The joint letter.")],
    folder: Annotated[
        str,
        typer.Option("--output", "-o", metavar="DIR", help="Where the letters are written."),
    ],
) -> None:
    """Write each letter and campaign of a joint file into a file of its own.

    The files are called 1.letter, 2.letter, 1.campaign and so on, in the order in which verify
    reports them.
    """
    from cosign.errors import UsageError
    from cosign.joint_files import open_joint

    if folder == STREAM:
        raise UsageError("several files do not fit into stdout", hint="name a folder")
    check_folder(Path(folder))
    with naming(joint_file), open_joint(source(joint_file)) as reader:
        header = reader.header
        kinds = {"letter": len(header.parts), "campaign": len(header.campaigns)}
        names = [f"{n}.{kind}" for kind, count in kinds.items() for n in range(1, count + 1)]
        places = {name: replace(console, output=str(Path(folder) / name)) for name in names}
        for place in places.values():
            place.check_output()
        for number, campaign in enumerate(header.campaigns, 1):
            places[f"{number}.campaign"].write_record(campaign)
        for number, (_round_id, part) in enumerate(reader.parts(), 1):
            places[f"{number}.letter"].write(iter(lambda p=part: p.read(2**16), b""), "letter")  # type: ignore[misc]  # a default as a binding
    console.result(
        f"{folder}: {counted(len(header.parts), 'letter')}, "
        f"{counted(len(header.campaigns), 'campaign')}; nothing in them was checked",
        {"output": folder, "files": names},
    )
