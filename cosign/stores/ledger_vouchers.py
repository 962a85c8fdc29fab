"""Vouchers of a ledger: handed out, held, and taken back (docs/spec.md, "Ledger").

Not protected: someone who has the file and the vault's passphrase can ask of each name
whether it has a voucher, until enrolment is ended.
"""

from collections.abc import Iterable, Sequence

from cosign.errors import VoucherError
from cosign.quoting import quoted
from cosign.records.groups.statements import KIND_LIMIT, NOT_STATED
from cosign.stores import changes
from cosign.stores.ledger_file import COLUMNS, Run, VoucherRow
from cosign.stores.ledger_rows import LedgerRows
from cosign.text.names import name_key


class LedgerVouchers(LedgerRows):
    """An open ledger; which vouchers there are, and for whom."""

    def add_vouchers(
        self, hashes: Iterable[bytes], people: Sequence[str] = (), kind: str = NOT_STATED
    ) -> None:
        """Add vouchers by their 32-byte hashes, all or none, as one batch.

        Args:
            hashes: of the vouchers.
            people: who gets them, one name for each; no names if it is empty. The ledger
                keeps a keyed hash of each name until enrolment is ended.
            kind: of evidence on which these people are admitted, from
                :func:`~cosign.records.groups.statements.evidence_kind`. A kind that the ledger
                has keeps the spelling that it has there.

        Raises:
            WindowError: enrolment was ended.
            VoucherError: one of these people has a voucher that was not revoked, or the kind
                is one too many.
        """
        added = list(hashes)
        holders: list[bytes | None] = [self._person(name) for name in people]
        holders = holders or [None] * len(added)
        with self._transaction() as run:
            self._check_not_ended(run)
            [(batch,)] = run("SELECT coalesce(max(batch), 0) + 1 FROM vouchers")
            kind = self._spelled(run, kind)
            for voucher_hash, person in zip(added, holders, strict=True):
                if person and self._valid_one(run, person):
                    raise VoucherError(
                        f"{people[holders.index(person)]!r} has a voucher already",
                        hint="revoke an unused one with registrar revoke or roster revoke",
                    )
                row = VoucherRow(voucher_hash, batch, kind, person, 0, None)
                insert = f"INSERT INTO vouchers ({COLUMNS}, seal) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # a constant
                run(insert, [*row, self._seal(row)])

    def check_not_ended(self) -> None:
        """Raise what :meth:`add_vouchers` raises where enrolment was ended."""
        with self._transaction("BEGIN") as run:
            self._check_not_ended(run)

    def _spelled(self, run: Run, kind: str) -> str:
        """Return a kind of evidence as the ledger spells it.

        Raises:
            VoucherError: it is new, and there are as many as a statement can have.
        """
        rows = run("SELECT DISTINCT kind FROM vouchers WHERE revoked = 0")
        known: dict[str, str] = {name_key(found): found for (found,) in rows}
        if name_key(kind) not in known and len(known) >= KIND_LIMIT:
            raise VoucherError(
                f"there are {KIND_LIMIT} kinds of evidence already, and a statement has no more",
                hint=f"name one of {', '.join(map(quoted, sorted(known.values())))}",
            )
        return known.get(name_key(kind), kind)

    def holders(self, people: Iterable[str]) -> dict[str, bool]:
        """Return which of these people have a voucher, and whether it was used.

        Raises:
            StorageError: another program wrote a row.
        """
        found = {}
        with self._transaction("BEGIN") as run:
            for name in people:
                row = self._valid_one(run, self._person(name))
                if row:
                    found[name] = row.blinded_hash is not None
        return found

    def revoke(self, hashes: Iterable[bytes]) -> int:
        """Revoke unused vouchers by their hashes, all or none.

        Returns:
            How many were revoked.

        Raises:
            VoucherError: a voucher is unknown, was used, or was revoked before.
            WindowError: enrolment was ended.
        """
        with self._transaction() as run:
            self._check_not_ended(run)
            return sum(self._revoke(run, self._known(run, each)) for each in hashes)

    def revoke_person(self, name: str) -> int:
        """Revoke the unused voucher of a person; see :meth:`revoke`."""
        with self._transaction() as run:
            self._check_not_ended(run)
            row = self._valid_one(run, self._person(name))
            if row is None:
                raise VoucherError(
                    f"no voucher was made for {name!r}, or it was revoked",
                    hint="write the name as in the list, or revoke the voucher by its code",
                )
            return self._revoke(run, row)

    def revoke_batch(self, batch: int) -> tuple[int, int]:
        """Revoke the unused vouchers that were added together.

        Args:
            batch: its number, from 1.

        Returns:
            How many were revoked now, and how many cannot be, because they were used.

        Raises:
            VoucherError: there is no such batch, or none of it is left to revoke.
            WindowError: enrolment was ended.
        """
        with self._transaction() as run:
            self._check_not_ended(run)
            rows = [*self._rows(run, "WHERE batch = ?", [batch])]
            if not rows:
                raise VoucherError(
                    f"there is no batch {batch} of vouchers",
                    hint="registrar vouch and roster vouch print the number of each batch",
                )
            used = sum(row.blinded_hash is not None for row in rows)
            left = [row for row in rows if row.blinded_hash is None and not row.revoked]
            if not left:
                raise VoucherError(
                    f"no voucher of batch {batch} is left to revoke: {used} used, "
                    f"{len(rows) - used} revoked already",
                    hint="used ones stay valid, and revoked ones cannot be used",
                )
            return sum(self._revoke(run, row) for row in left), used

    def _revoke(self, run: Run, row: VoucherRow) -> int:
        """Revoke a voucher, and return 1, their number."""
        if row.blinded_hash is not None:
            raise VoucherError(
                "the voucher was used, so it cannot be revoked",
                hint="its holder must not get another one",
            )
        if row.revoked:
            raise VoucherError(
                "the voucher is revoked already",
                hint="its person can get a new one with registrar vouch or roster vouch",
            )
        self._write(run, row._replace(revoked=1))
        return 1

    def remove_vouchers(self, hashes: Iterable[bytes]) -> None:
        """Remove vouchers that nobody can have: the list with their codes was never written."""
        with self._transaction() as run:
            for voucher_hash in hashes:
                delete = "DELETE FROM vouchers WHERE voucher_hash = ? AND blinded_hash IS NULL"
                run(delete, [voucher_hash])
        if not changes.was_made(self._path):
            changes.note_undone(self._path)
