"""The first schema: mailboxes, shelves, items."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "mailboxes"
down_revision: Final = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "mailboxes",
        sa.Column("address", sa.LargeBinary, primary_key=True),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shelves",
        sa.Column("address", sa.LargeBinary, primary_key=True),
        sa.Column("shelf", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("filled", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "items",
        sa.Column("address", sa.LargeBinary, primary_key=True),
        sa.Column("shelf", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        # Ciphertext does not compress, and trying takes time.
        op.execute("ALTER TABLE items ALTER COLUMN content SET STORAGE EXTERNAL")
