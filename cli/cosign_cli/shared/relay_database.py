"""The database of a relay that runs on this machine."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.shared.relay_client import relay_extra

if TYPE_CHECKING:
    from cosign.relay.server.database import Database

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database", metavar="URL", help="sqlite:///FILE or postgresql://USER@HOST/NAME."
    ),
]

DEFAULT_DATABASE: Final = "sqlite:///cosign-relay.sqlite"


def open_database(url: str, *, new: bool = True) -> "Database":
    """Open a relay's database.

    Args:
        url: of an SQLite file or a PostgreSQL server.
        new: make the database if there is none.
    """
    with relay_extra():
        from cosign.relay.server.database import Database
    return Database(url, new=new)
