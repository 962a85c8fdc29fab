"""``cosign-letter check``: look for your own cosignature in a published letter."""

from typing import TYPE_CHECKING, Annotated

import typer

from cosign.quoting import quoted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import source
from cosign_cli.shared.homes import open_home, openable
from cosign_cli.shared.options import LetterFile
from cosign_cli.shared.published_letter import open_letter

if TYPE_CHECKING:
    from cosign.records.round import VerifiedRound
    from cosign.roles.member.receipts import Found


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
    round_, found = _by_receipt(letter_file, receipt) if receipt else _by_home(console, letter_file)
    said = f", with the statement {quoted(found.statement)}" if found.statement else ""
    console.result(
        f"your cosignature is in this file{said}",
        {"included": True, "statement": found.statement, "round": round_.fingerprint},
    )


def _by_receipt(path: str, receipt: str) -> "tuple[VerifiedRound, Found]":
    """Look in every letter of the file until one has the receipt's tag."""
    from cosign.joint_files import open_letters
    from cosign.roles.member.receipts import decode_receipt, find, require_counted

    tag = decode_receipt(receipt)
    with naming(path), open_letters(source(path)) as letters:
        for round_, reader, is_last in letters:
            found = find({tag}, round_, reader)
            if is_last or found.signed or found.withdrawn:
                break
        require_counted(found)
    return round_, found


def _by_home(console: Console, path: str) -> "tuple[VerifiedRound, Found]":
    """Look in the letter of the first round in which the home signed."""
    from cosign.homes import find_own, signed_in
    from cosign.stores.keys import KEY, MEMBER

    home = open_home(console)
    names = openable(console, home, MEMBER, KEY)
    with open_letter(path, lambda r: bool(signed_in(home, r.round_id, names))) as (round_, reader):
        return round_, find_own(home, round_, reader, names)
