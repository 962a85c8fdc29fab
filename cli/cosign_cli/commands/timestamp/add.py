"""``cosign-letter timestamp add``: put authorities' answers into a published letter."""

from pathlib import Path
from typing import Annotated

import typer

from cosign.letter_files import open_letter
from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import source
from cosign_cli.shared.options import LetterFile


@command(output=True, anywhere=True)
def run(
    console: Console,
    letter_file: LetterFile,
    answers: Annotated[
        list[str],
        typer.Argument(metavar="ANSWER.tsr...", help="What authorities answered (RFC 3161)."),
    ],
) -> None:
    """Write a published letter again with authorities' time stamps, which change nothing else."""
    with needs_extra("timestamps"):
        from cosign.records.time_stamp import ANSWER_LIMIT
        from cosign.roles.verifier.time_stamps import add_stamps
        from cosign.stores.reading import read_file

        console.check_output()
        read = {path: read_file(Path(path), ANSWER_LIMIT) for path in answers}
        with naming(letter_file), open_letter(source(letter_file)) as (_, reader):
            console.write(add_stamps(reader, read), "published letter")
            added = len({*read.values()} - {stamp.answer for stamp in reader.stamps})
    console.result(
        f"{console.output}: {counted(added, 'time stamp')} added; check them with "
        "cosign-letter verify --timestamp-ca FILE",
        {"output": console.output, "added": added},
    )
