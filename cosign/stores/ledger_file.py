"""The file of a registrar's ledger: its tables, seals and transactions (docs/spec.md, "Ledger").

Each row is sealed under a key from the registrar's vault, so someone who can only write
to the file cannot admit people or free a used voucher. :class:`cosign.stores.ledger.Ledger`
decides what is written.

A ledger is created whole, with its tables, its group and its slots, or not at all. So a file
that lacks them is damaged and is refused (docs/adr/0051).

Not protected: a file, or a row of it, that is replaced by an older copy.
"""

import contextlib
import copy
import hmac
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from cosign import labels
from cosign.errors import BusyError, ExistsError, MismatchError, StorageError
from cosign.primitives.hashing import H
from cosign.records.limits import SLOT_LIMIT
from cosign.secret import Secret
from cosign.stores import changes, sqlite
from cosign.stores.files import SECRET_MODE, write_file
from cosign.stores.system_errors import storage_errors

_SEAL_BYTES: Final = 32
_SCHEMA: Final = """
CREATE TABLE ledger (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    group_id BLOB NOT NULL CHECK (length(group_id) = 32),
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT;
CREATE TABLE vouchers (
    voucher_hash BLOB PRIMARY KEY CHECK (length(voucher_hash) = 32),
    batch INTEGER NOT NULL DEFAULT 1 CHECK (batch > 0),
    kind TEXT NOT NULL CHECK (length(kind) > 0),
    person BLOB CHECK (length(person) = 32),
    revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
    blinded_hash BLOB CHECK (length(blinded_hash) = 32),
    signatures BLOB,
    seal BLOB NOT NULL CHECK (length(seal) = 32),
    CHECK (signatures IS NULL OR blinded_hash IS NOT NULL),
    CHECK (blinded_hash IS NULL OR revoked = 0)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_voucher_each ON vouchers (person)
    WHERE person IS NOT NULL AND revoked = 0;
CREATE TABLE slots (
    slot INTEGER PRIMARY KEY,
    round_id BLOB CHECK (length(round_id) = 32),
    seal BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;
"""


Run = Callable[..., sqlite3.Cursor]
"""Runs one statement of a transaction."""

COLUMNS: Final = "voucher_hash, batch, kind, person, revoked, blinded_hash"
"""What a row's seal covers, in this order."""


class VoucherRow(NamedTuple):
    """A voucher's row, without its signatures and its seal."""

    voucher_hash: bytes
    batch: int
    kind: str
    person: bytes | None
    revoked: int
    blinded_hash: bytes | None


class LedgerFile:
    """An open ledger; a context manager.

    Args:
        path: the database file; made, whole or not at all, if it does not exist.
        group_id: 32 bytes; the one group that these registrar keys ever serve.
        key: 32 bytes, under which rows are sealed.
        reading: open an existing file to count only; then nothing is written, and the disk may
            be read-only.

    Raises:
        MismatchError: the keys already serve another group.
        StorageError: the file is damaged, has other tables than this program makes, or
            cannot be written.
        UnconfirmedError: the file was made, but may vanish with a loss of power.
        BusyError: another process holds the file.
    """

    def __init__(self, path: Path, group_id: bytes, key: Secret, *, reading: bool = False) -> None:
        self._path, self._key, self._in_memory = path, key, False
        if not reading:
            with storage_errors(path):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                self._make(group_id)
        with self._errors():
            self._database = (sqlite.connect_reading if reading else sqlite.connect_writing)(path)
        try:
            # First: a file that is refused stays as it is.
            self._check_schema()
            self._check_group(group_id)
            if not reading:
                self._prepare()
        except BaseException:
            self.close_file()
            raise

    def _make(self, group_id: bytes) -> None:
        """Make the ledger, and so bind the keys to the group, in one step.

        A process that dies, or a disk that fails, on the way leaves no ledger.
        """
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            fresh.executescript(_SCHEMA)
            fresh.execute("INSERT INTO ledger (only, group_id) VALUES (1, ?)", [group_id])
            self._add_slots(fresh.execute)
            content = sqlite.writing_ahead(fresh.serialize())
        # Another process may have been faster; then its ledger counts.
        with contextlib.suppress(ExistsError):
            write_file(self._path, [content], mode=SECRET_MODE, must_stay=True)

    def _prepare(self) -> None:
        with self._errors():
            sqlite.make_durable(self._database)
            self._database.execute("PRAGMA secure_delete = ON")  # names that are erased are gone

    def _check_group(self, group_id: bytes) -> None:
        with self._errors():
            bound = self._database.execute("SELECT group_id FROM ledger").fetchone()
        if bound is None:
            raise StorageError(
                f"{self._path}: it names no group, so it is not a whole ledger",
                hint="another program changed it, or an older version made it; find out which",
            )
        if bound[0] != group_id:
            raise MismatchError(
                "these registrar keys already serve another group",
                hint="a blind signer cannot see what it signs: make new keys for each group",
            )

    def _add_slots(self, run: Run) -> None:
        """Add a sealed row for each slot that a group can have, so that a missing one shows."""
        for slot in range(1, SLOT_LIMIT + 1):
            run("INSERT INTO slots (slot, seal) VALUES (?, ?)", [slot, self._seal_slot(slot, None)])

    def _check_schema(self) -> None:
        """Check that the file has our tables and nothing else: a trigger could undo a write."""
        query = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
        with self._errors(), contextlib.closing(sqlite3.connect(":memory:")) as fresh:
            fresh.executescript(_SCHEMA)
            if self._database.execute(query).fetchall() != fresh.execute(query).fetchall():
                raise StorageError(
                    f"{self._path}: its tables are not those of a ledger",
                    hint="another program changed it, or an older version made it; find out which",
                )

    def in_memory(self) -> Self:
        """Return a copy in memory, to see what steps would do; nothing of it reaches the disk.

        Raises:
            StorageError, BusyError: the file cannot be read.
        """
        made = copy.copy(self)
        with self._errors():
            made._database = sqlite3.connect(":memory:", isolation_level=None)  # noqa: SLF001  # our own class
            self._database.backup(made._database)  # noqa: SLF001  # our own class
        made._in_memory = True  # noqa: SLF001  # our own class
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close_file()

    def close_file(self) -> None:
        """Close the database file."""
        self._database.close()

    def _seal(self, row: VoucherRow) -> bytes:
        batch, revoked = (number.to_bytes(8, "big") for number in (row.batch, row.revoked))
        holder = row.kind.encode(), row.person or b""
        parts = row.voucher_hash, batch, *holder, revoked, row.blinded_hash or b""
        return self._hmac(H(labels.LEDGER_SEAL, *parts))

    def _seal_slot(self, slot: int, round_id: bytes | None) -> bytes:
        return self._hmac(H(labels.LEDGER_SLOT_SEAL, slot.to_bytes(8, "big"), round_id or b""))

    def _hmac(self, content: bytes) -> bytes:
        """HMAC-SHA-512 (RFC 2104) over a row's hash, cut to 32 bytes."""
        return hmac.digest(self._key.reveal(), content, "sha512")[:_SEAL_BYTES]

    def _unsealed(self, row: str) -> StorageError:
        return StorageError(
            f"{self._path}: {row} in it is not sealed by the keys of this home",
            hint="find out who can write there; do not go back to an older copy, "
            "which would accept used vouchers and slots again",
        )

    @contextlib.contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[Run]:
        """Run statements in one transaction, which locks the file at once, or undo them all."""
        with self._errors():
            self._database.execute(begin)
            before = self._database.total_changes
            try:
                yield self._database.execute
                self._database.execute("COMMIT")
                if self._database.total_changes > before and not self._in_memory:
                    changes.note_change(self._path)
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as e:
            if sqlite.is_busy(e):
                raise BusyError(
                    f"{self._path}: another process is using the ledger",
                    hint="wait until it has finished, then repeat the command",
                ) from e
            raise StorageError(f"{self._path}: {e}", hint=sqlite.hint_of(e, self._path)) from e
