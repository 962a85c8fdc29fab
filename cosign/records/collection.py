"""Collecting members' keys for a roster (docs/spec.md, "Collecting keys").

::

    publisher: Collection --> members, with a slip for each person
    member: slip's voucher, MemberKey --> KeyPlea --sealed--> KeyDelivery --> publisher

All deliveries have one form and one length. What ties a key to a person is the voucher, and
only the publisher's ledger knows whose it is.

Not protected: anybody can make a collection of any name. The publisher's slip has its
fingerprint, so that a member can compare it.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from cosign import labels
from cosign.errors import WindowError
from cosign.primitives.hashing import IDENTIFIER_BYTES, identifier
from cosign.primitives.hpke import SEAL_OVERHEAD, SealingPublicKey, sealing_info
from cosign.proofs.ring.keys import POSSESSION_BYTES
from cosign.records.enrolment import VOUCHER_BYTES
from cosign.records.groups.publisher import Publisher
from cosign.records.identified import Identified
from cosign.records.limits import (
    PURPOSE_LIMIT,
    Identifier,
    Minute,
    Name,
    Purpose,
    Salt,
    SealingKey,
    show_minute,
)
from cosign.records.member_key import MemberKey
from cosign.secret import Secret
from cosign.wire.codecs import Bin, SecretBin
from cosign.wire.record import Embedded, Record


@dataclass(frozen=True, slots=True)
class Collection(Identified):
    """Where members hand in their keys for a roster that is being made.

    Attributes:
        name: the roster's name.
        purpose: text that says who belongs on the roster.
        publisher: who collects the keys; its identity key owns the mailbox.
        sealing_key: the X-Wing key to which keys are sealed, 1216 bytes.
        closes: the minute from which no further keys are taken.
        salt: 32 random bytes.
    """

    LABEL: ClassVar[str] = labels.COLLECTION
    IDENTIFIER_LABEL: ClassVar[str] = labels.COLLECTION_ID
    MAX_BYTES: ClassVar[int] = PURPOSE_LIMIT + Publisher.MAX_BYTES + 1700

    name: Name
    purpose: Purpose
    publisher: Annotated[Publisher, Embedded(Publisher)]
    sealing_key: SealingKey
    closes: Minute
    salt: Salt

    def check(self) -> None:
        """Check that the sealing key is valid."""
        SealingPublicKey.from_bytes(self.sealing_key)

    @property
    def collection_id(self) -> bytes:
        """The 32-byte identifier to which vouchers and deliveries are bound."""
        return self.identifier

    def check_open(self, minute: int) -> None:
        """Raise :class:`WindowError` if it takes no further keys at a minute since 1970."""
        if minute >= self.closes:
            raise WindowError(
                f"keys for {self.name!r} were collected until {show_minute(self.closes)}",
                hint="it is over: ask the publisher for another collection; if that time has not "
                "come, check the clock here",
            )


@dataclass(frozen=True, slots=True)
class KeyPlea(Record):
    """What a member tells a publisher; travels only inside a :class:`KeyDelivery`.

    Attributes:
        voucher: 16 bytes that the publisher gave to one person.
        member_key: the member's fresh key, with the proof that its maker has the secret.
    """

    LABEL: ClassVar[str] = labels.KEY_PLEA
    MAX_BYTES: ClassVar[int] = MemberKey.MAX_BYTES + VOUCHER_BYTES + 40

    voucher: Annotated[Secret, SecretBin(VOUCHER_BYTES)]
    member_key: Annotated[MemberKey, Embedded(MemberKey)]


PLEA_BYTES: Final = len(
    KeyPlea(Secret(bytes(VOUCHER_BYTES)), MemberKey(bytes(32), bytes(POSSESSION_BYTES))).to_bytes()
)
"""The one length of a plea: all its fields have one."""


@dataclass(frozen=True, slots=True)
class KeyDelivery(Record):
    """A member's key and voucher, sealed to the publisher; all have one length.

    Attributes:
        collection_id: 32 bytes.
        sealed: the plea, HPKE with :func:`delivery_info`.
    """

    LABEL: ClassVar[str] = labels.KEY_DELIVERY
    MAX_BYTES: ClassVar[int] = PLEA_BYTES + SEAL_OVERHEAD + IDENTIFIER_BYTES + 40

    collection_id: Identifier
    sealed: Annotated[bytes, Bin(PLEA_BYTES + SEAL_OVERHEAD)]

    @property
    def delivery_id(self) -> bytes:
        """The 32-byte identifier under which a relay keeps the record."""
        return identifier(labels.DELIVERY_ID, self.to_bytes())


def delivery_info(collection_id: bytes) -> bytes:
    """Return the HPKE ``info`` under which a plea is sealed, 64 bytes."""
    return sealing_info(labels.SEAL_DELIVERY, collection_id)
