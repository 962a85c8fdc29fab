"""Moving a relay's data to another relay (docs/spec.md, "Moving a relay").

::

    magic | Mailbox | records of its shelves ... | Mailbox | ... | empty frame | running hash

Everything ascends by address, shelf and id, so neither an export nor a new database
that it is read into tells the order in which records came. An import is one
transaction; it adds what is missing and changes nothing that exists.

Not protected: an export holds everything that the relay held.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

import sqlalchemy as sa

from cosign import labels
from cosign.errors import MalformedError, MismatchError, RefusedError, VerificationError
from cosign.primitives.hashing import HASH_BYTES, RunningHash
from cosign.records.envelope import Opening
from cosign.records.mailbox import Mailbox
from cosign.relay.server.database import Database, Item, add_mailbox
from cosign.relay.shelves import BoundShelf, shelves_of
from cosign.wire.framing import FrameReader, frame
from cosign.wire.record import label_of

MAGIC: Final = b"COSIGN RELAY\n"
_FRAME_LIMIT: Final = Opening.MAX_BYTES
"""Longest record of any shelf, in bytes."""

_BATCH: Final = 128
_HINT: Final = "the file is cut or damaged; export it again"


class Moved(NamedTuple):
    """What an import did.

    Attributes:
        mailboxes, records: how many are in the file.
        added: how many of these records were new to the database.
    """

    mailboxes: int
    records: int
    added: int


def export(database: Database) -> Iterator[bytes]:
    """Yield an export in chunks: at least everything that was stored before it began."""
    running = RunningHash(labels.RELAY_EXPORT)
    for chunk in _chunks(database):
        running.update(chunk)
        yield chunk
    yield running.digest()


def _chunks(database: Database) -> Iterator[bytes]:
    yield MAGIC
    address = b""
    while mailbox := database.next_mailbox(address):
        address = mailbox.terms.address
        yield frame(mailbox.to_bytes())
        for shelf in shelves_of(mailbox.terms):
            last = b""
            while page := database.page(shelf, last):
                last = page[-1].item_id
                yield from (frame(record.content) for record in page)
    yield frame(b"")


def read_in(database: Database, stream: BinaryIO) -> Moved:
    """Read an export into a database: all of it or, after any error, nothing.

    Raises:
        MalformedError: not an export, or a record that no relay accepts.
        VerificationError: the file was changed, or a mailbox is not signed by its owner.
        MismatchError: a record does not belong to its mailbox, or the database has another
            mailbox or record in its place.
        RefusedError: a shelf would hold more records than its quota.
        StorageError: the database failed.
    """
    with database.transaction(write=True) as connection:
        return _Importer(database, connection).read(_frames(stream))


def _frames(stream: BinaryIO) -> Iterator[bytes]:
    reader, running = FrameReader(stream, "the file", _HINT), RunningHash(labels.RELAY_EXPORT)
    if reader.take(len(MAGIC)) != MAGIC:
        raise MalformedError("not an export of a relay", hint="this is not the file you meant")
    running.update(MAGIC)
    while raw := reader.frame(_FRAME_LIMIT):
        running.update(frame(raw))
        yield raw
    running.update(frame(b""))
    if reader.take(HASH_BYTES) != running.digest() or not reader.ends():
        raise VerificationError(
            "the content of the file is not what its last record states", hint=_HINT
        )


class _Importer:
    """Adds records in batches, each to the mailbox before it in the file."""

    def __init__(self, database: Database, connection: sa.Connection) -> None:
        self._database, self._connection = database, connection
        self._mailbox: Mailbox | None = None
        self._batch: list[Item] = []
        self._mailboxes = self._records = self._added = 0

    def read(self, frames: Iterator[bytes]) -> Moved:
        """Add the content of all frames."""
        for raw in frames:
            if label_of(raw) == labels.MAILBOX:
                self._add_mailbox(raw)
            else:
                self._add_record(raw)
        self._flush()
        return Moved(self._mailboxes, self._records, self._added)

    def _add_mailbox(self, raw: bytes) -> None:
        self._mailbox = Mailbox.from_bytes(raw)
        self._mailbox.verify()
        self._mailboxes += 1
        if add_mailbox(self._connection, self._mailbox) == "different":
            raise MismatchError(
                "the database has another mailbox at an address of the file",
                hint="its owner registered it twice; import into a new database",
            )

    def _add_record(self, raw: bytes) -> None:
        if self._mailbox is None:
            raise MalformedError("a record comes before any mailbox", hint=_HINT)
        shelf = _shelf_for(self._mailbox, label_of(raw))
        self._batch.append(Item.on(shelf, shelf.check(raw), raw))
        self._records += 1
        if len(self._batch) == _BATCH or not shelf.kind.exact:  # openings are large
            self._flush()

    def _flush(self) -> None:
        outcomes = self._database.add_within(self._connection, self._batch)
        self._batch = []
        if "full" in outcomes:
            raise RefusedError(
                "a mailbox would hold more records than its owner allows",
                hint="import into a new database",
            )
        if "different" in outcomes:
            raise MismatchError(
                "the database has another answer to a request", hint="import into a new database"
            )
        self._added += outcomes.count("added")


def _shelf_for(mailbox: Mailbox, label: str) -> BoundShelf:
    for shelf in shelves_of(mailbox.terms):
        if label == shelf.kind.record.LABEL:
            return shelf
    raise MismatchError("a record is in a mailbox of another kind", hint=_HINT)
