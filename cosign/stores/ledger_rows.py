"""Rows of a ledger: seals checked as they are read, and made anew (docs/spec.md, "Ledger").

Not protected: a row that is replaced by an older copy of it.
"""

import hmac
from collections.abc import Iterator, Sequence

from cosign import labels
from cosign.errors import VoucherError, WindowError
from cosign.primitives.hashing import H
from cosign.stores.ledger_file import COLUMNS, LedgerFile, Run, VoucherRow
from cosign.text.names import name_key


class LedgerRows(LedgerFile):
    """An open ledger's vouchers, within a transaction."""

    def _write(self, run: Run, row: VoucherRow) -> None:
        """Write what may change in a voucher's row, and seal it again."""
        update = "UPDATE vouchers SET person = ?, revoked = ?, blinded_hash = ?, seal = ?"
        values = [row.person, row.revoked, row.blinded_hash, self._seal(row), row.voucher_hash]
        run(f"{update} WHERE voucher_hash = ?", values)

    def _rows(
        self, run: Run, where: str = "", values: Sequence[object] = ()
    ) -> Iterator[VoucherRow]:
        """Yield vouchers, whose seals are checked."""
        query = f"SELECT {COLUMNS}, seal FROM vouchers {where}"  # noqa: S608  # constants
        for *found, seal in run(query, values):
            row = VoucherRow(*found)
            if not hmac.compare_digest(self._seal(row), seal):
                raise self._unsealed("a voucher")
            yield row

    def _known(self, run: Run, voucher_hash: bytes) -> VoucherRow:
        """Return a voucher.

        Raises:
            VoucherError: the voucher is unknown.
        """
        found = next(self._rows(run, "WHERE voucher_hash = ?", [voucher_hash]), None)
        if found is None:
            raise VoucherError(
                "the voucher is unknown to this registrar",
                hint="it is for another registrar or group, or was never handed out",
            )
        return found

    def _valid_one(self, run: Run, person: bytes) -> VoucherRow | None:
        """Return the voucher of a person that was not revoked, or None."""
        return next(self._rows(run, "WHERE person = ? AND revoked = 0", [person]), None)

    def _person(self, name: str) -> bytes:
        """Return the 32 bytes by which the ledger knows a name; only its owner can compute them."""
        return self._hmac(H(labels.LEDGER_PERSON, name_key(name).encode()))

    def _stored(self, run: Run, voucher_hash: bytes) -> bytes | None:
        query = "SELECT signatures FROM vouchers WHERE voucher_hash = ?"
        [(stored,)] = run(query, [voucher_hash])
        return None if stored is None else bytes(stored)

    def _check_not_ended(self, run: Run, *, may_bind: bool = True) -> None:
        [(closed,)] = run("SELECT closed FROM ledger")
        if closed or not may_bind:
            raise WindowError(
                "enrolment in this group is not open",
                hint="it has not begun, or it is over; only requests that were answered before "
                "are answered again",
            )
