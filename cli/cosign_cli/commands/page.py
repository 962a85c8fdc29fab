"""``cosign-letter page``: write a page for a browser, to verify letters or to sign them."""

from dataclasses import replace
from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import source


@command(force=True, anywhere=True)
def run(
    console: Console,
    letter_file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="The published letter that the page shows; without, it asks for one.",
        ),
    ] = None,
    member: Annotated[
        bool,
        typer.Option("--member", help="Write the page with which members enrol and sign instead."),
    ] = False,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The page; - is stdout.")
    ] = "",
) -> None:
    """Write a page that verifies published letters in a browser, offline.

    With FILE the letter is in the page, which shows and verifies it wherever it is opened. The
    proofs are not verified here.
    """
    from cosign.errors import UsageError
    from cosign.letter_files import page_chunks
    from cosign.stores.pages import MEMBER, READER, shipped_pages

    if member and letter_file is not None:
        raise UsageError(
            "no letter is put into the page of members", hint="leave out --member or the letter"
        )
    console = replace(console, output=output)
    console.check_output()
    if letter_file is None:
        console.write(shipped_pages()[MEMBER if member else READER], "page")
    else:
        with naming(letter_file):
            console.write(page_chunks(source(letter_file)), "page")
    console.result(f"{output}: open it in a browser", {"output": output})
