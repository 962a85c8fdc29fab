"""The registrar's ledger: one voucher, one certificate a slot (docs/spec.md, "Ledger").

SQLite with a write-ahead log and full synchronisation; every step is one
transaction, so a process may die at any point, and several may work at once:

1. ``bind``: voucher <- hash of the blinded messages. Durable before anything is signed.
2. sign: pure, and the same messages always give the same signatures.
3. ``store``: voucher <- signatures. A repeated request gets the same bytes.

The ledger keeps hashes of vouchers, never vouchers, and blinded messages only as a
hash: who steals it learns how many enrolled, not who and not which keys. Each row is
sealed under a key from the registrar's vault, so who can only write to the file admits
nobody and unbinds nothing.

Not protected: a registrar who deletes the ledger can certify people twice, and so can
whoever puts an older copy of the ledger, or of a row, in its place.
"""

import contextlib
import hmac
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from cosign import labels
from cosign.errors import BusyError, MismatchError, StorageError, VoucherError, WindowError
from cosign.primitives.hashing import H
from cosign.randomness import SYSTEM, Randomness
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
from cosign.records.groups.registered import EnrolmentStatement, RegisteredGroup
from cosign.roles.registrar import RegistrarKeys
from cosign.secret import Secret
from cosign.stores.files import SECRET_MODE, storage_errors

_BUSY_SECONDS: Final = 30.0
_BUSY_STEP: Final = 0.02
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
"""


_Run = Callable[..., sqlite3.Cursor]


class LedgerStatus(NamedTuple):
    """Counts that a registrar may see.

    Attributes:
        vouchers: handed out.
        used: bound to a request, so certified for each slot.
        answered: of these, how many answers are stored.
        closed: whether enrolment was ended.
    """

    vouchers: int
    used: int
    answered: int
    closed: bool


class Ledger:
    """An open ledger; a context manager.

    Args:
        path: the database file, made if it is not there.
        group_id: the one group that these registrar keys serve, for ever.
        key: the 32 bytes of :func:`cosign.roles.registrar.ledger_key`.

    Raises:
        MismatchError: the keys already serve another group.
        StorageError: the file is damaged, is not as this program makes it, or cannot be
            written.
    """

    def __init__(self, path: Path, group_id: bytes, key: Secret) -> None:
        self._path, self._key = path, key
        with storage_errors(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                # Only a new file: closing one that SQLite holds would drop this process's locks.
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, SECRET_MODE))
        with self._errors():
            self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            self._prepare(group_id)
        except BaseException:
            self.close_file()
            raise

    def _prepare(self, group_id: bytes) -> None:
        with self._errors():
            retry_while_busy(self._database, "PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            retry_while_busy(self._database, _SCHEMA)
            self._check_schema()
        with self._transaction() as run:
            run("INSERT OR IGNORE INTO ledger (only, group_id) VALUES (1, ?)", [group_id])
            [(bound,)] = run("SELECT group_id FROM ledger")
        if bound != group_id:
            raise MismatchError(
                "these registrar keys already serve another group",
                hint="a blind signer cannot see what it signs: make new keys for each group",
            )

    def _check_schema(self) -> None:
        """Check that the file has our tables and no more: a trigger could undo what is written."""
        query = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
        with contextlib.closing(sqlite3.connect(":memory:")) as fresh:
            fresh.executescript(_SCHEMA)
            if self._database.execute(query).fetchall() != fresh.execute(query).fetchall():
                raise StorageError(
                    f"{self._path}: not a ledger as this program makes it",
                    hint="something else changed it, or an older version made it; find out which",
                )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close_file()

    def close_file(self) -> None:
        """Close the database file."""
        self._database.close()

    def add_vouchers(self, hashes: Iterable[bytes]) -> None:
        """Admit vouchers by their 32-byte hashes, all or none.

        Raises:
            WindowError: enrolment was ended.
        """
        with self._transaction() as run:
            self._check_not_ended(run)
            for voucher_hash in hashes:
                insert = "INSERT INTO vouchers (voucher_hash, seal) VALUES (?, ?)"
                run(insert, [voucher_hash, self._seal(voucher_hash, None)])

    def bind(
        self, voucher_hash: bytes, blinded_hash: bytes, *, may_bind: bool = True
    ) -> bytes | None:
        """Bind a voucher to blinded messages, once and durably.

        Args:
            voucher_hash: 32 bytes.
            blinded_hash: 32 bytes.
            may_bind: False outside the enrolment window: repeated requests only.

        Returns:
            The stored signatures if these messages were signed before, else None.

        Raises:
            VoucherError: unknown, or bound to other messages.
            StorageError: something else than this program wrote the voucher's row.
            WindowError: a new request after enrolment has ended or outside its window.
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
            bound = self._opened(voucher_hash, *sealed)
            if bound is None:
                self._check_not_ended(run, may_bind=may_bind)
                update = "UPDATE vouchers SET blinded_hash = ?, seal = ? WHERE voucher_hash = ?"
                seal = self._seal(voucher_hash, blinded_hash)
                run(update, [blinded_hash, seal, voucher_hash])
            elif bound != blinded_hash:
                raise VoucherError(
                    "the voucher was used for another request",
                    hint="one voucher certifies one set of keys; "
                    "if it was stolen, give the person's place up and tell the group",
                )
            return None if signatures is None else bytes(signatures)

    def store(self, voucher_hash: bytes, signatures: bytes) -> None:
        """Keep the signatures for a bound voucher, so that a repetition gets the same bytes."""
        with self._transaction() as run:
            update = "UPDATE vouchers SET signatures = ? WHERE voucher_hash = ?"
            run(update, [signatures, voucher_hash])

    def end(self) -> int:
        """End enrolment for good and give the number of used vouchers.

        Raises:
            StorageError: something else than this program wrote a row.
        """
        with self._transaction() as run:
            run("UPDATE ledger SET closed = 1")
            return self._count(run).used

    def status(self) -> LedgerStatus:
        """Count.

        Raises:
            StorageError: something else than this program wrote a row.
        """
        with self._transaction() as run:
            return self._count(run)

    def _count(self, run: _Run) -> LedgerStatus:
        vouchers = used = answered = 0
        query = "SELECT voucher_hash, blinded_hash, seal, signatures IS NOT NULL FROM vouchers"
        for *sealed, is_answered in run(query):
            vouchers += 1
            used += self._opened(*sealed) is not None
            answered += is_answered
        [(closed,)] = run("SELECT closed FROM ledger")
        return LedgerStatus(vouchers, used, answered, bool(closed))

    def _seal(self, voucher_hash: bytes, blinded_hash: bytes | None) -> bytes:
        """HMAC-SHA-512 (RFC 2104), cut to 32 bytes, of what a row says."""
        said = H(labels.LEDGER_SEAL, voucher_hash, blinded_hash or b"")
        return hmac.digest(self._key.reveal(), said, "sha512")[:_SEAL_BYTES]

    def _opened(self, voucher_hash: bytes, blinded_hash: bytes | None, seal: bytes) -> bytes | None:
        """Give what a voucher is bound to, if this registrar's keys say so."""
        if not hmac.compare_digest(self._seal(voucher_hash, blinded_hash), seal):
            raise StorageError(
                f"{self._path}: a voucher in it is not by this registrar's keys",
                hint="find who can write there; an older copy has forgotten who came",
            )
        return blinded_hash

    def _check_not_ended(self, run: _Run, *, may_bind: bool = True) -> None:
        [(closed,)] = run("SELECT closed FROM ledger")
        if closed or not may_bind:
            raise WindowError(
                "enrolment in this group is not open",
                hint="only repeated requests are answered outside the window",
            )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[_Run]:
        """Run statements in one transaction that writes from its start, or undo them all."""
        with self._errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database.execute
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as e:
            if _is_busy(e):
                raise BusyError(
                    f"{self._path}: another process is using the ledger",
                    hint="wait until it has finished, then repeat the command",
                ) from e
            raise StorageError(
                f"{self._path}: {e}",
                hint="free some space or repair the disk, then repeat; nothing is lost",
            ) from e


def _is_busy(error: sqlite3.Error) -> bool:
    # The low byte: an extended code says why it is busy.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def retry_while_busy(database: sqlite3.Connection, script: str) -> None:
    """Run statements outside a transaction; SQLite's own timeout does not wait for all of them."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            database.executescript(script)
        except sqlite3.OperationalError as e:
            if not _is_busy(e) or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_STEP)
        else:
            return


def issue(
    keys: RegistrarKeys,
    group: RegisteredGroup,
    ledger: Ledger,
    request: EnrolmentRequest,
    minute: int,
    randomness: Randomness = SYSTEM,
) -> EnrolmentResponse:
    """Answer a request: bind, sign, store; the same request gets the same bytes for ever.

    Raises:
        VoucherError: unknown voucher, or used for other messages.
        WindowError: a new request outside the window.
        MismatchError, VerificationError, MalformedError: as in
            :meth:`~cosign.roles.registrar.RegistrarKeys.open_request`.
    """
    opened = keys.open_request(request)
    may_bind = group.enrol_opens <= minute < group.enrol_closes
    kept = ledger.bind(opened.voucher_hash, opened.blinded_hash, may_bind=may_bind)
    if kept is None or not keys.are_signatures(opened.blinded, kept):  # a rotten row heals
        kept = b"".join(keys.sign_blinded(opened.blinded, randomness))
        ledger.store(opened.voucher_hash, kept)
    return keys.answer(opened, kept)


def end_enrolment(keys: RegistrarKeys, ledger: Ledger) -> EnrolmentStatement:
    """End enrolment and sign how many certificates were issued."""
    return keys.state_issued(ledger.end())
