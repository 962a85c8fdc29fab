"""Moving a relay's data to another one (docs/spec.md, "Moving a relay").

::

    magic | Mailbox | records of its shelves ... | Mailbox | ... | empty frame | running hash

Everything ascends by address, shelf and id, so an export holds nothing of the order
in which things came, and neither does a new database that it is read into. Reading
it in is one transaction, adds what is missing and changes nothing that is there.

Not protected: whoever has an export has what the relay had.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

import sqlalchemy as sa

from cosign import labels
from cosign.errors import MalformedError, MismatchError, RefusedError, VerificationError
from cosign.primitives.hashing import HASH_BYTES, RunningHash
from cosign.records.envelope import Opening
from cosign.records.mailbox import Mailbox
from cosign.relay.server.database import Database, Item, add_items, add_mailbox
from cosign.relay.shelves import SHELVES, Shelf
from cosign.wire.framing import FrameReader, frame
from cosign.wire.record import label_of

MAGIC: Final = b"COSIGN RELAY\n"
_FRAME_LIMIT: Final = Opening.MAX_BYTES
"""The longest record that any shelf takes."""

_BATCH: Final = 128
_HINT: Final = "the file is cut or damaged; export it again"


class Moved(NamedTuple):
    """What an import found.

    Attributes:
        mailboxes, records: in the file.
        added: how many of these records were not there before.
    """

    mailboxes: int
    records: int
    added: int


def export(database: Database) -> Iterator[bytes]:
    """Give the chunks of an export: all that was stored before it began, and perhaps more."""
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
        for shelf in SHELVES[mailbox.terms.kind].values():
            count, last = shelf.page(mailbox.terms), b""
            while page := database.page(address, shelf.number, last, count):
                last = page[-1].item_id
                yield from (frame(record.content) for record in page)
    yield frame(b"")


def read_in(database: Database, stream: BinaryIO) -> Moved:
    """Read an export into a database: all of it or, if anything is wrong, nothing.

    Raises:
        MalformedError: not an export, or a record that no relay takes.
        VerificationError: the file is not what was exported, or a mailbox is not signed.
        MismatchError: a record that does not belong to its mailbox, or another mailbox or
            record stands in its place.
        RefusedError: a shelf would hold more than its mailbox allows.
        StorageError: the database failed.
    """
    with database.transaction(write=True) as connection:
        return _Importer(connection).read(_frames(stream))


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
        raise VerificationError("the file does not have the content it ended with", hint=_HINT)


class _Importer:
    """Adds frames in batches; remembers the mailbox that they belong to."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._mailbox: Mailbox | None = None
        self._batch: list[Item] = []
        self._mailboxes = self._records = self._added = 0

    def read(self, frames: Iterator[bytes]) -> Moved:
        """Take all frames."""
        for raw in frames:
            if label_of(raw) == labels.MAILBOX:
                self._take_mailbox(raw)
            else:
                self._take_record(raw)
        self._flush()
        return Moved(self._mailboxes, self._records, self._added)

    def _take_mailbox(self, raw: bytes) -> None:
        self._mailbox = Mailbox.from_bytes(raw)
        self._mailbox.verify()
        self._mailboxes += 1
        if add_mailbox(self._connection, self._mailbox) == "different":
            raise MismatchError(
                "the database has another mailbox at an address of the file",
                hint="its owner registered it twice; import into a new database",
            )

    def _take_record(self, raw: bytes) -> None:
        if self._mailbox is None:
            raise MalformedError("a record stands before any mailbox", hint=_HINT)
        terms = self._mailbox.terms
        shelf = _shelf_for(self._mailbox, label_of(raw))
        item_id, quota = shelf.check(terms, raw), shelf.space(terms).quota
        self._batch.append(Item(terms.address, shelf.number, item_id, raw, quota))
        self._records += 1
        if len(self._batch) == _BATCH or not shelf.exact:  # openings are large
            self._flush()

    def _flush(self) -> None:
        outcomes = add_items(self._connection, self._batch)
        self._batch = []
        if "full" in outcomes:
            raise RefusedError(
                "a mailbox would hold more than its owner allows",
                hint="import into a new database",
            )
        if "different" in outcomes:
            raise MismatchError(
                "the database holds another answer to a request", hint="import into a new database"
            )
        self._added += outcomes.count("added")


def _shelf_for(mailbox: Mailbox, label: str) -> Shelf:
    for shelf in SHELVES[mailbox.terms.kind].values():
        if label == shelf.record.LABEL:
            return shelf
    raise MismatchError("a record lies in a mailbox of another kind", hint=_HINT)
