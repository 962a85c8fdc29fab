"""The publisher collects members' keys (docs/spec.md, "Collecting keys").

A delivery is opened, its key is checked, and its voucher is bound to the key in a ledger,
before anything is written down elsewhere. A voucher is good for one key, and a key for one
voucher; the same delivery, or another one with the same two, changes nothing. So the work can
be repeated after a crash, with all deliveries.

The step does no I/O of its own: the caller passes a ledger, such as
:class:`cosign.stores.ledger.Ledger`.

Not protected: the publisher can list keys of people who do not exist.
"""

from typing import Protocol

from cosign import labels
from cosign.errors import MismatchError, VoucherError
from cosign.primitives import ed25519, hpke
from cosign.primitives.hashing import H, identifier
from cosign.randomness import SYSTEM, Randomness
from cosign.records.collection import Collection, KeyDelivery, KeyPlea, delivery_info
from cosign.records.enrolment import voucher_hash
from cosign.records.groups.publisher import Publisher
from cosign.records.limits import SALT_BYTES
from cosign.records.member_key import MemberKey
from cosign.records.secrets import OrganizerSecrets
from cosign.secret import Secret


class KeyLedger(Protocol):
    """What collecting needs of a publisher's ledger; each method is durable when it returns."""

    def bind_alone(
        self, voucher_hash: bytes, key_id: bytes, *, may_bind: bool = True
    ) -> bytes | None:
        """Bind a voucher to a key, once; return what :meth:`store` kept for it.

        Raises:
            VoucherError: the voucher is unknown, revoked, or bound to another key; or another
                voucher is bound to this key.
            WindowError: the voucher is not bound yet, and ``may_bind`` is False or the
                collection was ended.
        """

    def store(self, voucher_hash: bytes, record: bytes) -> None:
        """Keep the member's record for a bound voucher."""


def make_collection(
    secrets: OrganizerSecrets,
    name: str,
    publisher: str,
    purpose: str,
    closes: int,
    randomness: Randomness = SYSTEM,
) -> Collection:
    """Return the public record of a new collection.

    Args:
        secrets: of the publisher.
        name: of the roster that is to be made.
        publisher: what people call the publisher.
        purpose: who belongs on the roster, in plain words.
        closes: the minute since 1970 from which no further keys are taken.
        randomness: for the salt.

    Raises:
        MalformedError: a text that may not stand in a record.
    """
    identity = ed25519.SigningKey(secrets.identity_seed).public_key
    sealing_key = hpke.SealingSecretKey(secrets.sealing_seed).public_key.to_bytes()
    made = Publisher(publisher, identity), sealing_key, closes, randomness(SALT_BYTES)
    return Collection.from_bytes(Collection(name, purpose, *made).to_bytes())


def is_own(secrets: OrganizerSecrets, collection: Collection) -> bool:
    """Return whether these secrets are those of a collection's publisher.

    Args:
        secrets: of a home.
        collection: of any publisher.
    """
    identity = ed25519.SigningKey(secrets.identity_seed).public_key
    sealing_key = hpke.SealingSecretKey(secrets.sealing_seed).public_key.to_bytes()
    found = collection.publisher.identity_key, collection.sealing_key
    return found == (identity, sealing_key)


def collection_ledger_key(secrets: OrganizerSecrets, collection: Collection) -> Secret:
    """Return the key, 32 bytes, under which the rows of a collection's ledger are sealed.

    Args:
        secrets: of the publisher.
        collection: of the publisher.
    """
    seed, collection_id = secrets.identity_seed.reveal(), collection.collection_id
    return Secret(H(labels.COLLECTION_LEDGER_KEY, seed, collection_id)[:32])


def key_id(key: bytes) -> bytes:
    """Return the 32 bytes to which a ledger binds a voucher, for a member's key."""
    return identifier(labels.MEMBER_KEY_ID, key)


def open_delivery(
    secrets: OrganizerSecrets, collection: Collection, delivery: KeyDelivery
) -> KeyPlea:
    """Open a delivery and check its key.

    Args:
        secrets: of the publisher.
        collection: of the publisher.
        delivery: from a member.

    Raises:
        MismatchError: made for another collection.
        VerificationError: not sealed to this publisher, or the sender does not hold the key.
        MalformedError: the content is not a plea, or the key is not a canonical point of
            prime order; noticed here, before the voucher is spent on it.
    """
    if delivery.collection_id != collection.collection_id:
        raise MismatchError(
            "the key was handed in for another collection",
            hint="name the collection that it was made for",
        )
    key, info = hpke.SealingSecretKey(secrets.sealing_seed), delivery_info(delivery.collection_id)
    plea = KeyPlea.from_bytes(hpke.open_sealed(key, info, delivery.sealed))
    plea.member_key.verify()
    return plea


def collect(
    secrets: OrganizerSecrets,
    collection: Collection,
    ledger: KeyLedger,
    delivery: KeyDelivery,
    minute: int,
) -> MemberKey:
    """Take a key: open, check, bind, store; the same delivery again changes nothing.

    Args:
        secrets: of the publisher.
        collection: of the publisher.
        ledger: of this collection.
        delivery: from a member.
        minute: now, in minutes since 1970.

    Raises:
        VoucherError: the voucher is unknown, revoked, or used for another key; or the key was
            handed in with another voucher.
        WindowError: a new key after the collection is over.
        MismatchError, VerificationError, MalformedError: as in :func:`open_delivery`.
        StorageError: the ledger failed, or another program changed it.
    """
    plea = open_delivery(secrets, collection, delivery)
    _take(collection, ledger, plea, minute)
    return plea.member_key


def _take(collection: Collection, ledger: KeyLedger, plea: KeyPlea, minute: int) -> bool:
    """Bind and store a key, and return whether it was not stored before."""
    used = voucher_hash(collection.collection_id, 0, plea.voucher)
    raw, may_bind = plea.member_key.to_bytes(), minute < collection.closes
    if ledger.bind_alone(used, key_id(plea.member_key.key), may_bind=may_bind) is not None:
        return False
    ledger.store(used, raw)
    return True


class CopiedLedger(KeyLedger, Protocol):
    """What a rehearsal needs of a copy of the ledger, besides."""

    def bound_to(self, voucher_hash: bytes) -> bytes | None:
        """Return the 32 bytes to which a voucher is bound; None if it is bound to nothing."""


class Rehearsal:
    """What :func:`collect` would do with deliveries, counted.

    The ledger keeps no trace of what is refused, so that strangers write nothing into it; the
    deliveries themselves tell which slips were used twice.

    Args:
        secrets: of the publisher.
        collection: of the publisher.
        ledger: a copy that may be changed.

    Attributes:
        new_keys: how many keys would be taken that are not in the ledger yet.
    """

    def __init__(
        self, secrets: OrganizerSecrets, collection: Collection, ledger: CopiedLedger
    ) -> None:
        self._secrets, self._collection, self._ledger = secrets, collection, ledger
        self._used_twice: set[bytes] = set()
        self.new_keys = 0

    @property
    def slips_used_twice(self) -> int:
        """How many slips came with another key than the one to which they are bound."""
        return len(self._used_twice)

    def take(self, delivery: KeyDelivery, minute: int) -> None:
        """Take a key into the copy; arguments and errors are those of :func:`collect`."""
        plea = open_delivery(self._secrets, self._collection, delivery)
        try:
            self.new_keys += _take(self._collection, self._ledger, plea, minute)
        except VoucherError:
            used = voucher_hash(self._collection.collection_id, 0, plea.voucher)
            if self._ledger.bound_to(used) not in {None, key_id(plea.member_key.key)}:
                self._used_twice.add(used)
            raise
