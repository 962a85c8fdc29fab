"""The database's form, version after version; Alembic keeps count.

Migrations only go forward: a relay loses nothing. Whoever adds one changes the tables in
:mod:`cosign.relay.server.database` in the same commit; a test compares the two.
"""

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from cosign.errors import StorageError

_LOCK: Final = 0x636F7369676E  # "cosign": a lock of PostgreSQL has a number for a name
_FOLDER: Final = Path(__file__).parent


def migrate(connection: sa.Connection) -> None:
    """Bring the database up to date, in the connection's transaction.

    Several relays may start at once: on PostgreSQL they wait for a lock, on SQLite
    for the transaction itself, and all but the first find nothing to do.

    Raises:
        StorageError: a newer version was here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as e:
        raise StorageError(
            "the relay's database was made by another version", hint="use the newer one of the two"
        ) from e
