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
                "the voucher is unknown to this ledger",
                hint="it is for another registrar, group or collection, or was never handed out",
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

    def _check_key(self, run: Run, voucher_hash: bytes, key_id: bytes, *, may_bind: bool) -> None:
        """Check that a voucher and a key that is handed in are bound to each other or to nothing.

        Raises:
            VoucherError: one of them is bound to another one.
            WindowError: neither is bound, and no further vouchers are.
        """
        others = self._rows(run, "WHERE blinded_hash = ?", [key_id])
        if any(row.voucher_hash != voucher_hash for row in others):
            raise VoucherError(
                "this key was handed in with another voucher",
                hint="each person makes a key of their own; ask the sender for another key",
            )
        held = self._known(run, voucher_hash)
        if held.blinded_hash not in {None, key_id}:
            raise VoucherError(
                "the voucher was used for another key",
                hint="a slip is good for one key: ask its owner; if another person used it, remove "
                "that key's line from the list, and name the owner's key with roster create "
                "--member",
            )
        if held.blinded_hash is None and not held.revoked and not may_bind:
            raise WindowError(
                "no further keys are taken for this roster",
                hint="the time is over; only keys that were taken before are taken again",
            )
