"""Rosters: groups that consist of a public list of keys (docs/spec.md, "Rosters").

Anybody can publish a roster, made from keys that members generated for it, from
membership certificates, or from ssh keys that people publish anyway. A cosignature
proves that its maker has the secret of one of the keys, and its tag shows whether that
key has signed before in the round.

Not protected: only the publisher says that different keys belong to different people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, MismatchError, VerificationError
from cosign.primitives import ed25519
from cosign.primitives.hashing import fingerprint
from cosign.proofs.ring.parameters import RingParameters
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import RingVerifier
from cosign.records.groups.registered import GroupKind, Statements, Vouching
from cosign.records.identified import Identified
from cosign.records.limits import MEMBER_LIMIT, Key, Name, Purpose, Signature
from cosign.wire.codecs import Bin, Row, UInt
from cosign.wire.record import Embedded, Record

KEY_BYTES: Final = 32

LEAST_KEYS: Final = 2


class LeftOut(NamedTuple):
    """How many entries of the sources are not on the roster, by reason.

    Attributes:
        other_type: keys of other types, such as RSA, ECDSA and certificate authorities.
        security_key: keys that never leave a hardware device.
        bad_key: keys that are not canonical points of prime order.
        same_person: further keys of people who are on the roster.
        same_key: keys that are on the roster for other people.
    """

    other_type: int
    security_key: int
    bad_key: int
    same_person: int
    same_key: int


_LEFT_OUT: Final = Row((UInt(2**32 - 1),) * len(LeftOut._fields), LeftOut)


@dataclass(frozen=True, slots=True)
class RosterTerms(Identified):
    """What the publisher signs and ``group_id`` commits to.

    Attributes:
        name: the group's name.
        source: text that says where the keys come from.
        publisher_key: the publisher's Ed25519 identity key, 32 bytes.
        left_out: how many keys are not on the roster, by reason.
        keys: N keys of 32 bytes each, strictly ascending.
    """

    LABEL: ClassVar[str] = labels.ROSTER_TERMS
    IDENTIFIER_LABEL: ClassVar[str] = labels.GROUP_ID
    MAX_BYTES: ClassVar[int] = 5000 + KEY_BYTES * MEMBER_LIMIT

    name: Name
    source: Purpose
    publisher_key: Key
    left_out: Annotated[LeftOut, _LEFT_OUT]
    keys: Annotated[bytes, Bin(KEY_BYTES * LEAST_KEYS, KEY_BYTES * MEMBER_LIMIT)]

    def check(self) -> None:
        """Check that no key is cut off, and that the keys ascend, so none occurs twice.

        Whether each is a point of prime order is checked when the ring is loaded.
        """
        ed25519.check_public_key(self.publisher_key)
        if len(self.keys) % KEY_BYTES:
            raise MalformedError("a roster's last key is cut off")
        if any(a >= b for a, b in pairwise(split_keys(self.keys))):
            raise MalformedError("the keys of a roster do not ascend")


def split_keys(keys: bytes) -> list[bytes]:
    """Return a list of keys of 32 bytes each."""
    return [keys[i : i + KEY_BYTES] for i in range(0, len(keys), KEY_BYTES)]


@lru_cache(maxsize=2)
def load_ring(keys: bytes) -> Ring:
    """Return a roster's keys, checked and decoded; the last two results are cached.

    Raises:
        MalformedError: a key is not a canonical point of prime order.
    """
    return Ring.load(split_keys(keys))


@dataclass(frozen=True, slots=True)
class Roster(Record):
    """A rostered group; see :class:`~cosign.records.groups.group.Group`.

    Attributes:
        terms: what the publisher signed.
        signature: by the publisher's identity key.
    """

    LABEL: ClassVar[str] = labels.ROSTER
    MAX_BYTES: ClassVar[int] = RosterTerms.MAX_BYTES + 200

    terms: Annotated[RosterTerms, Embedded(RosterTerms)]
    signature: Signature

    @property
    def name(self) -> str:
        """The group's name."""
        return self.terms.name

    @property
    def kind(self) -> GroupKind:
        """Always ``rostered``."""
        return "rostered"

    @property
    def size(self) -> int:
        """N, the number of keys."""
        return len(self.terms.keys) // KEY_BYTES

    @property
    def group_id(self) -> bytes:
        """The 32-byte identifier, which commits to the terms and so to every key."""
        return self.terms.identifier

    @property
    def first_slot(self) -> int:
        """Always 0: a roster has no slots and serves any number of rounds."""
        return 0

    @property
    def earliest_opening(self) -> int:
        """Always 0, so at any time: a roster has no enrolment whose times could be compared."""
        return 0

    @property
    def left_out(self) -> dict[str, int]:
        """See :class:`~cosign.records.groups.group.Group`."""
        return self.terms.left_out._asdict()

    @property
    def splits(self) -> bool:
        """Always false: a proof shows only that its maker is on the roster."""
        return False

    @property
    def vouching(self) -> Vouching:
        """See :class:`~cosign.records.groups.group.Group`; a publisher has a key but no name."""
        who = (fingerprint(self.terms.publisher_key),)
        return Vouching("publisher", who, 1, self.terms.source)

    @property
    def trust_sentence(self) -> str:
        """See :class:`~cosign.records.groups.group.Group`."""
        return (
            f"that the {self.size} keys on the list belong to {self.size} different members: only "
            "the publisher of the list says so"
        )

    def check_slot(self, slot: int) -> None:
        """Raise ``MalformedError`` unless ``slot`` is 0: a roster has no slots."""
        if slot:
            raise MalformedError("a round of a roster has no slot", hint="leave --slot out")

    def verifier(self, slot: int, round_id: bytes) -> RingVerifier:
        """See :class:`~cosign.records.groups.group.Group`; checks and decodes every key.

        Raises:
            MalformedError: a key is not a canonical point of prime order.
        """
        self.check_slot(slot)
        return RingVerifier(load_ring(self.terms.keys), self.group_id, round_id)

    def member_keys(self) -> tuple[bytes, ...]:
        """Return the N keys of 32 bytes each, ascending."""
        return tuple(split_keys(self.terms.keys))

    def longest_proof(self, slot: int) -> int:
        """See :class:`~cosign.records.groups.group.Group`."""
        self.check_slot(slot)
        return RingParameters.of(self.size).proof_bytes

    def membership(self, statements: Statements) -> "RosteredMembership":
        """See :class:`~cosign.records.groups.group.Group`; a roster has no enrolment."""
        if statements:
            raise MismatchError("a roster has no enrolment statements", hint="leave them out")
        self.verify()
        return RosteredMembership(self.size)

    def verify(self) -> None:
        """Raise :class:`VerificationError` unless the publisher signed the roster."""
        key, label = self.terms.publisher_key, labels.ROSTER_SIGNATURE
        if not ed25519.is_valid_signature(key, self.signature, label, self.terms.to_bytes()):
            raise VerificationError(
                "the roster is not signed by its publisher", hint="ask the publisher for it again"
            )

    def registrar_names(self, vouchers: tuple[int, ...]) -> tuple[str, ...]:  # noqa: ARG002  # no registrars
        """See :class:`~cosign.records.groups.group.Group`."""
        return ()


@dataclass(frozen=True, slots=True)
class RosteredMembership:
    """A roster's members, as :class:`~cosign.records.groups.membership.Membership`.

    Attributes:
        anonymity_set: N, the number of keys on the roster.
    """

    anonymity_set: int

    def combination_set(self, vouchers: tuple[int, ...]) -> int:  # noqa: ARG002  # no registrars
        """The number of keys: a proof does not show which registrars certified a key."""
        return self.anonymity_set

    def check_counts(self, by_registrar: Mapping[int, int]) -> None:
        """Check nothing: valid proofs with distinct tags are by distinct keys."""
