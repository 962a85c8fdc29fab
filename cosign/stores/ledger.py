"""The registrar's ledger: one certificate a voucher, one round a slot (docs/spec.md, "Ledger").

A database that keeps, for each voucher and each slot, what it was spent on. Every method is one
durable transaction, so a process may die at any point and several may work at
once. In which order the methods are called is the registrar's step
(:mod:`cosign.roles.registrar.issuing`).

The ledger holds hashes of vouchers and of blinded messages, never these
themselves: who steals it learns how many people enrolled, not who and not with
which keys. Each row is sealed under a key from the registrar's vault, so someone
who can only write to the file cannot admit people or free a used voucher.

Not protected: a registrar who deletes the ledger can certify people twice, and so
can anyone who replaces the ledger, or one of its rows, by an older copy.
"""

import contextlib
import hmac
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from cosign import labels
from cosign.errors import (
    BusyError,
    MismatchError,
    SlotError,
    StorageError,
    VoucherError,
    WindowError,
)
from cosign.primitives.hashing import H
from cosign.records.limits import SLOT_LIMIT
from cosign.secret import Secret
from cosign.stores import changes, sqlite
from cosign.stores.files import storage_errors

_SEAL_BYTES: Final = 32
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS ledger (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    group_id BLOB NOT NULL CHECK (length(group_id) = 32),
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT;
CREATE TABLE IF NOT EXISTS vouchers (
    voucher_hash BLOB PRIMARY KEY CHECK (length(voucher_hash) = 32),
    blinded_hash BLOB CHECK (length(blinded_hash) = 32),
    signatures BLOB,
    seal BLOB NOT NULL CHECK (length(seal) = 32),
    CHECK (signatures IS NULL OR blinded_hash IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slots (
    slot INTEGER PRIMARY KEY,
    round_id BLOB CHECK (length(round_id) = 32),
    seal BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;
"""


_Run = Callable[..., sqlite3.Cursor]


class LedgerStatus(NamedTuple):
    """Counts that a registrar may see.

    Attributes:
        vouchers: how many were added.
        used: how many are bound to a request, each for one certificate a slot.
        answered: for how many of these the signatures are stored.
        closed: whether enrolment was ended.
    """

    vouchers: int
    used: int
    answered: int
    closed: bool


class Ledger:
    """An open ledger; a context manager.

    Args:
        path: the database file; created if it does not exist.
        group_id: 32 bytes; the one group that these registrar keys ever serve.
        key: 32 bytes, under which rows are sealed.
        reading: open an existing file to count only; then nothing is written, and the disk may
            be read-only.

    Raises:
        MismatchError: the keys already serve another group.
        StorageError: the file is damaged, has other tables than this program makes, or
            cannot be written.
        BusyError: another process holds the file.
    """

    def __init__(self, path: Path, group_id: bytes, key: Secret, *, reading: bool = False) -> None:
        self._path, self._key = path, key
        if not reading:
            with storage_errors(path):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sqlite.create_file(path)
        with self._errors():
            self._database = (
                sqlite.connect_reading(path)
                if reading
                else sqlite3.connect(path, timeout=sqlite.BUSY_SECONDS, isolation_level=None)
            )
        try:
            if reading:
                self._check_schema()
            else:
                self._prepare(group_id)
            self._check_group(group_id)
        except BaseException:
            self.close_file()
            raise

    def _prepare(self, group_id: bytes) -> None:
        """Make the tables where there are none, and bind the keys to the group."""
        with self._errors():
            sqlite.make_durable(self._database)
            sqlite.retry_while_busy(self._database, _SCHEMA)
        self._check_schema()
        with self._transaction() as run:
            insert = "INSERT OR IGNORE INTO ledger (only, group_id) VALUES (1, ?)"
            if run(insert, [group_id]).rowcount:
                self._add_slots(run)

    def _check_group(self, group_id: bytes) -> None:
        with self._errors():
            [(bound,)] = self._database.execute("SELECT group_id FROM ledger")
        if bound != group_id:
            raise MismatchError(
                "these registrar keys already serve another group",
                hint="a blind signer cannot see what it signs: make new keys for each group",
            )

    def _add_slots(self, run: _Run) -> None:
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close_file()

    def close_file(self) -> None:
        """Close the database file."""
        self._database.close()

    def add_vouchers(self, hashes: Iterable[bytes]) -> None:
        """Add vouchers by their 32-byte hashes, all or none.

        Raises:
            WindowError: enrolment was ended.
        """
        with self._transaction() as run:
            self._check_not_ended(run)
            for voucher_hash in hashes:
                insert = "INSERT INTO vouchers (voucher_hash, seal) VALUES (?, ?)"
                run(insert, [voucher_hash, self._seal(voucher_hash, None)])

    def remove_vouchers(self, hashes: Iterable[bytes]) -> None:
        """Remove vouchers that nobody can have: the list with their codes was never written."""
        with self._transaction() as run:
            for voucher_hash in hashes:
                delete = "DELETE FROM vouchers WHERE voucher_hash = ? AND blinded_hash IS NULL"
                run(delete, [voucher_hash])

    def bind(
        self, voucher_hash: bytes, blinded_hash: bytes, *, may_bind: bool = True
    ) -> bytes | None:
        """Bind a voucher to blinded messages, once and durably.

        Args:
            voucher_hash: 32 bytes.
            blinded_hash: 32 bytes.
            may_bind: False outside the enrolment window: then only a voucher that is
                bound to these messages already is accepted.

        Returns:
            What :meth:`store` kept for this voucher, or None.

        Raises:
            VoucherError: the voucher is unknown, or bound to other messages.
            StorageError: another program wrote the voucher's row.
            WindowError: the voucher is not bound yet, and ``may_bind`` is False or
                enrolment was ended.
        """
        with self._transaction() as run:
            query = "SELECT blinded_hash, seal, signatures FROM vouchers WHERE voucher_hash = ?"
            row = run(query, [voucher_hash]).fetchone()
            if row is None:
                raise VoucherError(
                    "the voucher is unknown to this registrar",
                    hint="it is for another registrar or group, or was never handed out",
                )
            *sealed, signatures = row
            bound = self._open(voucher_hash, *sealed)
            if bound is None:
                self._check_not_ended(run, may_bind=may_bind)
                update = "UPDATE vouchers SET blinded_hash = ?, seal = ? WHERE voucher_hash = ?"
                seal = self._seal(voucher_hash, blinded_hash)
                run(update, [blinded_hash, seal, voucher_hash])
            elif bound != blinded_hash:
                raise VoucherError(
                    "the voucher was used for another request",
                    hint="one voucher certifies one set of keys; if it was stolen, its owner "
                    "cannot be certified any more: tell the group",
                )
            return None if signatures is None else bytes(signatures)

    def store(self, voucher_hash: bytes, signatures: bytes) -> None:
        """Keep the signatures for a bound voucher, so that a repeated request gets them again."""
        with self._transaction() as run:
            update = "UPDATE vouchers SET signatures = ? WHERE voucher_hash = ?"
            run(update, [signatures, voucher_hash])

    def grant(self, slot: int, round_id: bytes) -> None:
        """Give a slot to a round, once and durably; the same round may ask again.

        Args:
            slot: from 1.
            round_id: 32 bytes.

        Raises:
            SlotError: the slot was granted to another round.
            StorageError: another program wrote or removed the slot's row.
        """
        with self._transaction() as run:
            query = "SELECT round_id, seal FROM slots WHERE slot = ?"
            row = run(query, [slot]).fetchone()
            if row is None:
                raise self._unsealed(f"slot {slot}")
            granted, seal = row
            if not hmac.compare_digest(self._seal_slot(slot, granted), seal):
                raise self._unsealed(f"slot {slot}")
            if granted is None:
                update = "UPDATE slots SET round_id = ?, seal = ? WHERE slot = ?"
                run(update, [round_id, self._seal_slot(slot, round_id), slot])
            elif granted != round_id:
                raise SlotError(
                    f"slot {slot} was granted to another round",
                    hint="a slot belongs to one round; the organizer has to use a fresh slot",
                )

    def end(self) -> int:
        """End enrolment for good and return the number of used vouchers.

        Raises:
            StorageError: another program wrote a row.
        """
        with self._transaction() as run:
            run("UPDATE ledger SET closed = 1")
            return self._count(run).used

    def status(self) -> LedgerStatus:
        """Count vouchers.

        Raises:
            StorageError: another program wrote a row.
        """
        with self._transaction("BEGIN") as run:
            return self._count(run)

    def _count(self, run: _Run) -> LedgerStatus:
        vouchers = used = answered = 0
        query = "SELECT voucher_hash, blinded_hash, seal, signatures IS NOT NULL FROM vouchers"
        for *sealed, is_answered in run(query):
            vouchers += 1
            used += self._open(*sealed) is not None
            answered += is_answered
        [(closed,)] = run("SELECT closed FROM ledger")
        return LedgerStatus(vouchers, used, answered, bool(closed))

    def _seal(self, voucher_hash: bytes, blinded_hash: bytes | None) -> bytes:
        return self._hmac(H(labels.LEDGER_SEAL, voucher_hash, blinded_hash or b""))

    def _seal_slot(self, slot: int, round_id: bytes | None) -> bytes:
        return self._hmac(H(labels.LEDGER_SLOT_SEAL, slot.to_bytes(8, "big"), round_id or b""))

    def _hmac(self, content: bytes) -> bytes:
        """HMAC-SHA-512 (RFC 2104) over a row's hash, cut to 32 bytes."""
        return hmac.digest(self._key.reveal(), content, "sha512")[:_SEAL_BYTES]

    def _open(self, voucher_hash: bytes, blinded_hash: bytes | None, seal: bytes) -> bytes | None:
        """Check a row's seal and return what its voucher is bound to."""
        if not hmac.compare_digest(self._seal(voucher_hash, blinded_hash), seal):
            raise self._unsealed("a voucher")
        return blinded_hash

    def _unsealed(self, row: str) -> StorageError:
        return StorageError(
            f"{self._path}: {row} in it is not sealed by this registrar's keys",
            hint="find out who can write there; do not go back to an older copy, "
            "which would accept used vouchers and slots again",
        )

    def _check_not_ended(self, run: _Run, *, may_bind: bool = True) -> None:
        [(closed,)] = run("SELECT closed FROM ledger")
        if closed or not may_bind:
            raise WindowError(
                "enrolment in this group is not open",
                hint="it has not begun, or it is over; only requests that were answered before "
                "are answered again",
            )

    @contextlib.contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[_Run]:
        """Run statements in one transaction, which locks the file at once, or undo them all."""
        with self._errors():
            self._database.execute(begin)
            before = self._database.total_changes
            try:
                yield self._database.execute
                self._database.execute("COMMIT")
                if self._database.total_changes > before:
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
