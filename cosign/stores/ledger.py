"""The registrar's ledger: one certificate a voucher, one round a slot (docs/spec.md, "Ledger").

A database that keeps, for each voucher and each slot, what it was spent on. Every method is one
durable transaction, so a process may die at any point and several may work at
once. In which order the methods are called is the registrar's step
(:mod:`cosign.roles.registrar.issuing`).

A publisher who collects keys has such a ledger, too: it holds, for each slip, which key was
handed in with it (docs/spec.md, "Collecting keys").

The ledger holds hashes of vouchers and of blinded messages, never these
themselves: a thief learns how many people enrolled, but neither who nor with which
keys. Until enrolment is ended it also holds a keyed hash of each name for which a
voucher was made, so that no person gets two. Each row is sealed under a key from the
registrar's vault, so someone who can only write to the file cannot admit people or free
a used voucher (:mod:`cosign.stores.ledger_file`).

Not protected: someone who has the file and the vault's passphrase can ask of each name
whether its voucher was used, while enrolment goes on. A registrar who deletes the ledger
can certify people twice, and so can anyone who replaces the ledger, or one of its rows,
by an older copy.
"""

import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cosign.errors import SlotError, VoucherError
from cosign.stores.ledger_file import Run
from cosign.stores.ledger_vouchers import LedgerVouchers


class KindCounts(NamedTuple):
    """How many vouchers there are of one kind of evidence.

    Attributes:
        kind: the registrar's words for how it checked these people.
        unused, used, revoked: numbers of vouchers.
    """

    kind: str
    unused: int
    used: int
    revoked: int


class LedgerStatus(NamedTuple):
    """Counts that a registrar may see; none of them has a time.

    Attributes:
        vouchers: how many were added and not revoked.
        used: how many are bound to a request, each for one certificate a slot.
        answered: for how many of these the signatures are stored.
        closed: whether enrolment was ended.
        revoked: how many were revoked.
        batches: how many times vouchers were added.
        unnamed: how many of the vouchers were made for nobody by name.
        kinds: the vouchers by kind of evidence, ascending by kind.
    """

    vouchers: int
    used: int
    answered: int
    closed: bool
    revoked: int = 0
    batches: int = 0
    unnamed: int = 0
    kinds: tuple[KindCounts, ...] = ()

    @property
    def unused(self) -> int:
        """How many vouchers could still be used."""
        return self.vouchers - self.used


class Stored(NamedTuple):
    """What a used voucher is bound to.

    Attributes:
        person: the name of the person for whom it was made; "" if that is not known.
        bound: 32 bytes, the hash to which it was bound.
        content: what :meth:`Ledger.store` kept, which is not sealed; None if nothing was kept.
        kind: of evidence, with which the voucher was added.
    """

    person: str
    bound: bytes
    content: bytes | None
    kind: str


class Ledger(LedgerVouchers):
    """An open ledger; a context manager. See :class:`~cosign.stores.ledger_file.LedgerFile`."""

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
            VoucherError: the voucher is unknown, revoked, or bound to other messages.
            StorageError: another program wrote the voucher's row.
            WindowError: the voucher is not bound yet, and ``may_bind`` is False or
                enrolment was ended.
        """
        with self._transaction() as run:
            return self._bind(run, voucher_hash, blinded_hash, may_bind=may_bind)

    def bind_alone(
        self, voucher_hash: bytes, key_id: bytes, *, may_bind: bool = True
    ) -> bytes | None:
        """Bind a voucher to a key, as :meth:`bind`, unless another voucher is bound to it.

        Args:
            voucher_hash: 32 bytes.
            key_id: 32 bytes.
            may_bind: False where no further vouchers are bound.

        Raises:
            VoucherError: as in :meth:`bind`; or another voucher is bound to the key.
            StorageError, WindowError: as in :meth:`bind`.
        """
        with self._transaction() as run:
            self._check_key(run, voucher_hash, key_id, may_bind=may_bind)
            return self._bind(run, voucher_hash, key_id, may_bind=may_bind)

    def _bind(
        self, run: Run, voucher_hash: bytes, blinded_hash: bytes, *, may_bind: bool
    ) -> bytes | None:
        row = self._known(run, voucher_hash)
        if row.revoked:
            raise VoucherError(
                "the voucher was revoked", hint="its owner has to ask for another one"
            )
        if row.blinded_hash is None:
            self._check_not_ended(run, may_bind=may_bind)
            self._write(run, row._replace(blinded_hash=blinded_hash))
        elif row.blinded_hash != blinded_hash:
            raise VoucherError(
                "the voucher was used for another request",
                hint="one voucher certifies one set of keys; if it was stolen, its owner "
                "cannot be certified any more: tell the group",
            )
        return self._stored(run, voucher_hash)

    def bound_to(self, voucher_hash: bytes) -> bytes | None:
        """Return the 32 bytes to which a voucher is bound; None if it is bound to nothing.

        Raises:
            StorageError: another program wrote the voucher's row.
        """
        with self._transaction("BEGIN") as run:
            rows = self._rows(run, "WHERE voucher_hash = ?", [voucher_hash])
            return next((row.blinded_hash for row in rows), None)

    def holder(self, voucher_hash: bytes, people: Iterable[str]) -> str:
        """Return who of these people has a voucher; "" if none of them.

        Raises:
            StorageError: another program wrote the voucher's row.
        """
        with self._transaction("BEGIN") as run:
            row = next(self._rows(run, "WHERE voucher_hash = ?", [voucher_hash]), None)
        return next((name for name in people if row and row.person == self._person(name)), "")

    def stored(self, people: Iterable[str] = ()) -> Iterator[Stored]:
        """Yield what is bound, with its person's name where one of ``people`` has the voucher.

        Raises:
            StorageError: another program wrote a row.
        """
        names = {self._person(name): name for name in people}
        with self._transaction("BEGIN") as run:
            for row in self._rows(run, "WHERE blinded_hash IS NOT NULL"):
                name = names.get(row.person or b"", "")
                bound = row.blinded_hash or b""
                yield Stored(name, bound, self._stored(run, row.voucher_hash), row.kind)

    def store(self, voucher_hash: bytes, signatures: bytes) -> None:
        """Keep the signatures for a bound voucher, so that a repeated request gets them again."""
        with self._transaction() as run:
            update = "UPDATE vouchers SET signatures = ? WHERE voucher_hash = ?"
            run(update, [signatures, voucher_hash])

    def check_slot(self, slot: int, round_id: bytes) -> None:
        """Raise what :meth:`grant` would raise, and change nothing."""
        with self._transaction() as run:
            self._granted(run, slot, round_id)

    def _granted(self, run: Run, slot: int, round_id: bytes) -> bool:
        """Return whether the round has the slot already."""
        row = run("SELECT round_id, seal FROM slots WHERE slot = ?", [slot]).fetchone()
        if row is None or not hmac.compare_digest(self._seal_slot(slot, row[0]), row[1]):
            raise self._unsealed(f"slot {slot}")
        if row[0] not in {None, round_id}:
            raise SlotError(
                f"slot {slot} was granted to another round",
                hint="a slot belongs to one round; the organizer has to use a fresh slot",
            )
        return row[0] is not None

    def grant(self, slot: int, round_id: bytes) -> None:
        """Grant a slot to a round, once and durably; the same round may ask again.

        Args:
            slot: from 1.
            round_id: 32 bytes.

        Raises:
            SlotError: the slot was granted to another round.
            StorageError: another program wrote or removed the slot's row.
        """
        with self._transaction() as run:
            if not self._granted(run, slot, round_id):
                update = "UPDATE slots SET round_id = ?, seal = ? WHERE slot = ?"
                run(update, [round_id, self._seal_slot(slot, round_id), slot])

    def end(self) -> dict[str, int]:
        """End enrolment for good and return the number of used vouchers of each kind.

        The hashes of names are erased: nobody gets a voucher any more.

        Raises:
            StorageError: another program wrote a row.
        """
        with self._transaction() as run:
            run("UPDATE ledger SET closed = 1")
            for row in [*self._rows(run, "WHERE person IS NOT NULL")]:
                self._write(run, row._replace(person=None))
            return {each.kind: each.used for each in self._count(run).kinds}

    def status(self) -> LedgerStatus:
        """Count vouchers.

        Raises:
            StorageError: another program wrote a row.
        """
        with self._transaction("BEGIN") as run:
            return self._count(run)

    def _count(self, run: Run) -> LedgerStatus:
        batches = unnamed = 0
        found: Counter[tuple[str, str]] = Counter()
        for row in self._rows(run):
            state = "used" if row.blinded_hash else "revoked" if row.revoked else "unused"
            found[row.kind, state] += 1
            batches = max(batches, row.batch)
            unnamed += row.person is None and not row.revoked
        kinds = tuple(
            KindCounts(kind, *(found[kind, state] for state in KindCounts._fields[1:]))
            for kind in sorted({kind for kind, _ in found})
        )
        used, revoked = sum(k.used for k in kinds), sum(k.revoked for k in kinds)
        valid = used + sum(k.unused for k in kinds)
        [(answered,)] = run("SELECT count(*) FROM vouchers WHERE signatures IS NOT NULL")
        [(closed,)] = run("SELECT closed FROM ledger")
        return LedgerStatus(valid, used, answered, bool(closed), revoked, batches, unnamed, kinds)
