"""Handing out vouchers, and the ledger that knows them (docs/spec.md, "Ledger").

A registrar's vouchers are for enrolling in a group, a publisher's for handing in a key.

Not protected: an older copy of a home does not know which vouchers were used since.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cosign.errors import MissingError
from cosign.randomness import SYSTEM, Randomness
from cosign.records.enrolment import voucher_hash
from cosign.records.groups.statements import NOT_STATED, evidence_kind
from cosign.roles.registrar.keys import make_voucher
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.ledger import Ledger


class VoucherSession(ABC):
    """A registrar or publisher who hands out vouchers, at work in a home.

    Attributes:
        home: in which the ledger is.
        number: of the registrar in its group, from 0; 0 for a publisher.
    """

    home: Home
    number: int = 0

    @property
    @abstractmethod
    def subject_id(self) -> bytes:
        """What vouchers are bound to: group_id or collection_id, 32 bytes."""

    @property
    @abstractmethod
    def ledger_path(self) -> Path:
        """The ledger's file."""

    @property
    @abstractmethod
    def ledger_key(self) -> Secret:
        """The key under which the ledger's rows are sealed, 32 bytes; opens the vault."""

    @abstractmethod
    def nothing_yet(self) -> MissingError:
        """Return what says that no voucher was made yet, and what to do."""

    @abstractmethod
    def encode(self, voucher: Secret) -> str:
        """Return a voucher as the code that a person types; it shows the voucher."""

    @abstractmethod
    def decode(self, code: str) -> Secret:
        """Return the voucher that a person typed.

        Raises:
            UsageError: mistyped, or another kind of code.
            MismatchError: it is of another registrar, group or collection.
        """

    def fits_alone(self, voucher: Secret) -> bool:  # noqa: ARG002  # only registrars share a tag
        """Return whether the code of a fresh voucher fits no other registrar."""
        return True

    def before_vouchers(self) -> None:  # noqa: B027  # nothing to do for most
        """Do what has to be done before the first voucher is handed out."""

    def ledger(self, *, new: bool = False, reading: bool = False) -> Ledger:
        """Open the ledger; a context manager.

        Args:
            new: make one if there is none. That binds a registrar's keys to this group, for ever.
            reading: only count; works on a read-only disk, too.

        Raises:
            MissingError: there is none.
            MismatchError: the keys already serve another group.
            BusyError: another process holds the home or the ledger.
            StorageError: the file is damaged or cannot be written.
            UnconfirmedError: the new file may vanish with a loss of power.
        """
        path = self.ledger_path
        if path.exists():
            return Ledger(path, self.subject_id, self.ledger_key, reading=reading)
        if not new:
            raise self.nothing_yet()
        key = self.ledger_key  # a person may be asked for the passphrase: not while locked
        # Who locks the home erases unfinished files, and a ledger is one until it is whole.
        with self.home.lock():
            return Ledger(path, self.subject_id, key)

    def make_vouchers(
        self,
        count: int,
        randomness: Randomness = SYSTEM,
        *,
        people: Sequence[str] = (),
        evidence: str = NOT_STATED,
    ) -> list[Secret]:
        """Make vouchers, 16 bytes each, and put their hashes into the ledger as one batch.

        Args:
            count: how many.
            randomness: for the vouchers.
            people: who gets them, one name for each; empty for vouchers without names.
            evidence: on which these people are admitted, in words of 1 to 40 bytes of UTF-8.
                The enrolment statement, or the roster's source, has it with the number of people.

        Raises:
            MalformedError: ``evidence`` may not stand in a statement.
            VoucherError: one of these people has a voucher that was not revoked, or the kind of
                evidence is one too many.
            WindowError: enrolment was ended.
            MismatchError: the keys already serve another group.
            BusyError: another process holds the home or the ledger.
            StorageError: the ledger or the home cannot be written.
        """
        kind = evidence_kind(evidence)
        vouchers = [self._make_voucher(randomness) for _ in range(count)]
        with self.ledger(new=True) as ledger:
            self.before_vouchers()
            # The ledger first: a lost voucher harms no one, but one missing there would be refused.
            ledger.add_vouchers(self._hashes(vouchers), people, kind)
        return vouchers

    def remove_vouchers(self, vouchers: Iterable[Secret]) -> None:
        """Take vouchers back out of the ledger, because the list of them could not be written.

        Raises:
            BusyError, StorageError: the ledger cannot be written.
        """
        with self.ledger() as ledger:
            ledger.remove_vouchers(self._hashes(vouchers))

    def revoke_voucher(self, voucher: Secret) -> int:
        """Revoke one voucher; see :meth:`cosign.stores.ledger.Ledger.revoke`."""
        with self.ledger() as ledger:
            return ledger.revoke(self._hashes([voucher]))

    def _make_voucher(self, randomness: Randomness) -> Secret:
        """Make a voucher whose code fits no other registrar; one of 2^16 fits a given one."""
        while True:
            voucher = make_voucher(randomness)
            if self.fits_alone(voucher):
                return voucher

    def _hashes(self, vouchers: Iterable[Secret]) -> Iterator[bytes]:
        return (voucher_hash(self.subject_id, self.number, v) for v in vouchers)
