"""``cosign-letter check``: look for your own cosignature in a published letter."""

from typing import Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.homes import open_home, openable
from cosign_cli.shared.options import LetterFile
from cosign_cli.shared.published_letter import open_letter


@command(secrets=True, anywhere=True)
def run(
    console: Console,
    letter_file: LetterFile,
    receipt: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="Receipt from sign --receipt, instead of the home. Other users can see it here.",
        ),
    ] = None,
) -> None:
    """Look for your own cosignature in a published letter."""
    from cosign.homes import find_own
    from cosign.roles.member.receipts import decode_receipt, find, require_counted
    from cosign.stores.keys import KEY, MEMBER

    tag = decode_receipt(receipt) if receipt else None
    with open_letter(letter_file) as (round_, reader):
        if tag:
            found = find({tag}, round_, reader)
            require_counted(found)
        else:
            home = open_home(console)
            found = find_own(home, round_, reader, openable(console, home, MEMBER, KEY))
    said = f", with the statement {quoted(found.statement)}" if found.statement else ""
    console.result(
        f"your cosignature is in this file{said}",
        {"included": True, "statement": found.statement, "round": round_.fingerprint},
    )
