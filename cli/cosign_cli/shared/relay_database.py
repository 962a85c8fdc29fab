"""The database of a relay that runs on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.values import file_name

if TYPE_CHECKING:
    from cosign.relay.server.database import Database

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database", metavar="URL", help="sqlite:///FILE or postgresql://USER@HOST/NAME."
    ),
]

_SQLITE: Final = "sqlite:///"
DEFAULT_DATABASE: Final = "sqlite:///cosign-relay.sqlite"


def open_database(url: str, *, new: bool = True) -> "Database":
    """Open a relay's database.

    Args:
        url: of an SQLite file or a PostgreSQL server.
        new: make the database if there is none.
    """
    from cosign.stores.changes import note_file

    with needs_extra("relay"):
        from cosign.relay.server.database import Database
    file = url.removeprefix(_SQLITE)
    if file != url:
        path = Path(file_name(file, "--database"))
        url = f"{_SQLITE}{path}"
        note_file(path)  # so that an export is not written over what it exports
    return Database(url, new=new)
