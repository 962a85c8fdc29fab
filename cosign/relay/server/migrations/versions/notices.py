"""The second schema: each mailbox has a third shelf, for a notice."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from cosign.records.mailbox import Mailbox

revision: Final = "notices"
down_revision: Final = "mailboxes"

_NUMBER: Final = {"round": 5, "registrar": 6}


def upgrade() -> None:
    """Add an empty shelf to each mailbox."""
    shelves = sa.table("shelves", sa.column("address"), sa.column("shelf"), sa.column("filled"))
    mailboxes = sa.table("mailboxes", sa.column("record", sa.LargeBinary))
    for raw in op.get_bind().scalars(sa.select(mailboxes.c.record)).all():
        terms = Mailbox.from_bytes(raw).terms
        row = {"address": terms.address, "shelf": _NUMBER[terms.kind], "filled": 0}
        op.get_bind().execute(sa.insert(shelves), row)
