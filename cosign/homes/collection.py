"""Collecting keys for a roster, and handing one in (docs/spec.md, "Collecting keys").

Not protected: an older copy of the publisher's home does not know which slips were used since.
"""

import contextlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from cosign.errors import MissingError, StorageError, VoucherError, WindowError, naming
from cosign.homes.organizer import find_organizer, open_organizer
from cosign.homes.vouchers import VoucherSession
from cosign.proofs.ring.keys import MemberSecret
from cosign.quoting import quoted
from cosign.randomness import SYSTEM, Randomness
from cosign.records.collection import Collection, KeyDelivery
from cosign.records.enrolment import voucher_hash
from cosign.records.member_key import MemberKey, MemberKeySecrets, make_member_key
from cosign.records.secrets import OrganizerSecrets
from cosign.records.voucher import decode_slip, encode_slip
from cosign.roles.roster_publisher.collected import CollectedKey
from cosign.roles.roster_publisher.collecting import (
    Rehearsal,
    collect,
    collection_ledger_key,
    is_own,
    key_id,
    make_collection,
    open_delivery,
)
from cosign.secret import Secret
from cosign.stores.handed_in import note, noted_key
from cosign.stores.home import Home
from cosign.stores.keys import KEY, collection_name, key_name
from cosign.stores.ledger import Ledger


def add_collection(
    home: Home,
    name: str,
    publisher: str,
    purpose: str,
    closes: int,
    randomness: Randomness = SYSTEM,
) -> Collection:
    """Make a collection of keys, and the publisher's keys if the home has none.

    Args:
        home: of the publisher.
        name: of the roster that is to be made.
        publisher: what people call the publisher.
        purpose: who belongs on the roster, in plain words.
        closes: the minute since 1970 from which no further keys are taken.
        randomness: for the salt, and for new keys.

    Raises:
        MalformedError: a text that may not stand in a record.
        BusyError: another process holds the home.
        PassphraseError, StorageError: the home cannot be opened or written.
    """
    with open_organizer(home, randomness) as secrets:
        return make_collection(secrets, name, publisher, purpose, closes, randomness)


class CollectionSession(VoucherSession):
    """A publisher who collects keys: its secrets, the collection and the ledger.

    Args:
        home: of the publisher.
        collection: of the publisher.

    Raises:
        MissingError: the home holds no keys of the collection's publisher.
    """

    def __init__(self, home: Home, collection: Collection) -> None:
        self.home, self.collection = home, collection

    @cached_property
    def secrets(self) -> OrganizerSecrets:
        """The publisher's keys; the vault is opened when they are first needed."""
        found = find_organizer(self.home)
        if not is_own(found, self.collection):
            raise MissingError(
                "this home has no key of the collection's publisher",
                hint="use the home in which the collection was made, with --home",
            )
        return found

    @property
    def subject_id(self) -> bytes:
        """The collection's identifier."""
        return self.collection.collection_id

    @property
    def ledger_path(self) -> Path:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return self.home.path(collection_name(self.collection.collection_id), ".sqlite")

    @property
    def ledger_key(self) -> Secret:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return collection_ledger_key(self.secrets, self.collection)

    def nothing_yet(self) -> MissingError:
        """See :class:`~cosign.homes.vouchers.VoucherSession`; a home of another person says so."""
        self.secrets  # noqa: B018  # whose home it is
        return MissingError(
            "no slips were made for this collection yet",
            hint="run cosign-letter roster vouch first",
        )

    def encode(self, voucher: Secret) -> str:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return encode_slip(self.collection, voucher)

    def decode(self, code: str) -> Secret:
        """See :class:`~cosign.homes.vouchers.VoucherSession`."""
        return decode_slip(self.collection, code)

    def take(self, delivery: KeyDelivery, minute: int, people: Iterable[str] = ()) -> MemberKey:
        """Take a key; see :func:`cosign.roles.roster_publisher.collecting.collect`.

        Args:
            delivery: from a member.
            minute: now, in minutes since 1970.
            people: names of the list for which slips were made; an error names the one whose
                slip was refused.
        """
        with self.ledger() as ledger:
            try:
                return collect(self.secrets, self.collection, ledger, delivery, minute)
            except (VoucherError, WindowError) as e:
                if name := self._holder(ledger, delivery, people):
                    e.name_source(f"slip of {quoted(name)}")
                raise

    def _holder(self, ledger: Ledger, delivery: KeyDelivery, people: Iterable[str]) -> str:
        """Return whose slip came with a delivery that opens; "" if that is not known."""
        voucher = open_delivery(self.secrets, self.collection, delivery).voucher
        return ledger.holder(voucher_hash(self.subject_id, self.number, voucher), people)

    @contextlib.contextmanager
    def rehearsal(self) -> Iterator[Rehearsal]:
        """Provide what takes deliveries as :meth:`take` does, and changes nothing.

        Raises:
            MissingError: no slips were made yet.
        """
        with self.ledger(reading=True) as ledger, ledger.in_memory() as copied:
            yield Rehearsal(self.secrets, self.collection, copied)

    def taken(self, people: Iterable[str] = ()) -> list[CollectedKey]:
        """Return all keys that were taken, ascending, whatever the order in which they came.

        Args:
            people: names of the list for which slips were made, to tell whose key is whose.

        Raises:
            StorageError: another program wrote a row of the ledger, or changed a key in it.
        """
        with self.ledger(reading=True) as ledger:
            found = [one for one in ledger.stored(people) if one.content is not None]
        return sorted(
            (
                CollectedKey(one.person, self._checked(one.bound, one.content), one.kind)
                for one in found
            ),
            key=lambda one: one.record.key,
        )

    def _checked(self, bound: bytes, content: bytes | None) -> MemberKey:
        """Return a stored key: it is not under the row's seal, but its identifier is."""
        with naming(str(self.ledger_path)):
            record = MemberKey.from_bytes(content or b"")
            record.verify()
        if key_id(record.key) != bound:
            raise StorageError(
                f"{self.ledger_path}: a key in it is not the one that was handed in",
                hint="find out who can write there; take the deliveries again into a ledger "
                "that nobody changed",
            )
        return record


def key_for(home: Home, collection: Collection, randomness: Randomness = SYSTEM) -> MemberKey:
    """Return the key that a home hands in for a collection: one, however often it is asked.

    The first time a key is made. It is on the disk when this returns.

    Args:
        home: of the member.
        collection: of any publisher.
        randomness: for the key and the proof that its maker holds it.

    Raises:
        BusyError: another process holds the home.
        PassphraseError, StorageError: the home cannot be written.
        MalformedError: a file of the home is damaged.
    """
    with home.lock():
        kept = noted_key(home, collection.collection_id)
        if kept and key_name(kept.key) in home.names(KEY):
            return kept
        secret = MemberSecret.draw(randomness)
        record = make_member_key(secret, randomness)
        home.write(key_name(record.key), MemberKeySecrets(record.key, secret.to_bytes(), ()))
        note(home, collection.collection_id, record)
        return record
