"""``cosign-letter relay import``: read an export into a database."""

from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.files import open_input
from cosign_cli.shared.relay_database import DEFAULT_DATABASE, DatabaseUrl, open_database


@command()
def run(
    console: Console,
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file that relay export wrote.")],
    database: DatabaseUrl = DEFAULT_DATABASE,
) -> None:
    """Read an export into a database: all of it or nothing; reading it twice adds nothing."""
    with open_database(database) as opened, naming(path), open_input(path) as stream:
        from cosign.relay.server.export import read_in

        moved = read_in(opened, stream)
    console.result(
        f"{path}: {counted(moved.mailboxes, 'mailbox')} with {counted(moved.records, 'record')}, "
        f"of which {moved.added} were new here",
        moved._asdict(),
    )
