"""The schema of the database, version by version; Alembic records which one it has.

Migrations only go forward: a relay loses nothing. A new one changes the tables in
:mod:`cosign.relay.server.database` in the same commit; a test compares the two.
"""

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from cosign.errors import StorageError

_LOCK: Final = 0x636F7369676E  # "cosign" in ASCII: PostgreSQL's locks have numbers, not names
_FOLDER: Final = Path(__file__).parent


def migrate(connection: sa.Connection) -> None:
    """Migrate the database to the newest version, in the connection's transaction.

    Several relays may start at once. On PostgreSQL they wait for a lock, on SQLite for
    the transaction itself; all but the first find nothing to do.

    Raises:
        StorageError: a newer version of this program made the database.
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
            "a newer version of this program made the relay's database",
            hint="use that version or a newer one",
        ) from e
