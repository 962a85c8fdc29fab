"""Rosters: groups that consist of a public list of keys (docs/spec.md, "Rosters").

Anybody can publish a roster, made from keys that members generated for it, from
membership certificates, or from ssh keys that people publish anyway. A cosignature
proves that its maker has the secret of one of the keys, and its tag shows whether that
key has signed before in the round. Several publishers can vouch for one roster: it is
complete with the signatures of t out of n.

Not protected: only the publishers say that different keys belong to different people.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, NamedTuple

from cosign import labels
from cosign.errors import MalformedError, MismatchError, ThresholdError, VerificationError
from cosign.primitives import ed25519
from cosign.primitives.curve.packed import Packed
from cosign.primitives.curve.signature_rules import SIGNATURE_BYTES
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.certificate import Owner
from cosign.proofs.interface import Anonymity, Attestation
from cosign.proofs.ring.keys import KeyKind
from cosign.proofs.ring.parameters import RingParameters
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import RingVerifier
from cosign.records.groups.facts import GroupKind, KeyKinds, Vouching
from cosign.records.groups.grants import Grants
from cosign.records.groups.membership import NOBODY
from cosign.records.groups.roster_terms import KEY_BYTES, RosterTerms
from cosign.records.groups.statements import Statements
from cosign.records.limits import (
    PUBLISHER_LIMIT,
)
from cosign.wire.codecs import Array, Bin, Row, UInt
from cosign.wire.record import Embedded, Record
from cosign.words import counted, have, phrase, some_of


class PublisherSignature(NamedTuple):
    """One publisher's signature on a roster.

    Attributes:
        publisher: the publisher's number in the terms, from 0.
        signature: by its identity key over the terms, 64 bytes.
    """

    publisher: int
    signature: bytes


_SIGNATURE: Final = Row((UInt(PUBLISHER_LIMIT - 1), Bin(SIGNATURE_BYTES)), PublisherSignature)


_RINGS: Final = 2

_rings: dict[bytes, Ring] = {}
"""The rings that were loaded last, by the keys of their roster."""


def load_ring(
    keys: bytes,
    *,
    checked: bool = False,
    executor: Executor | None = None,
    progress: Progress = no_progress,
) -> Ring:
    """Return a roster's keys, checked and decoded; the last two rings are kept.

    Args:
        keys: of the roster, 32 bytes each.
        checked: their order was checked before.
        executor: of threads or processes, for large rosters.
        progress: told how many keys are done.

    Raises:
        MalformedError: a key is not a canonical point of prime order.
    """
    found = _rings.pop(keys, None)
    if found is None:
        packed = Packed(keys)
        found = Ring.load(packed, checked=checked, executor=executor, progress=progress)
    _rings[keys] = found
    while len(_rings) > _RINGS:
        del _rings[next(iter(_rings))]
    return found


@dataclass(frozen=True, slots=True)
class Roster(Record):
    """A rostered group; see :class:`~cosign.records.groups.group.Group`.

    Attributes:
        terms: what the publishers sign.
        signatures: one a publisher, by ascending number; the roster is complete with
            ``terms.threshold`` of them, and they do not change its ``group_id``.
    """

    LABEL: ClassVar[str] = labels.ROSTER
    MAX_BYTES: ClassVar[int] = RosterTerms.MAX_BYTES + 2_000

    terms: Annotated[RosterTerms, Embedded(RosterTerms)]
    signatures: Annotated[tuple[PublisherSignature, ...], Array(_SIGNATURE, PUBLISHER_LIMIT)]

    def check(self) -> None:
        """Check that each signature is of a publisher of its own."""
        numbers = [number for number, _ in self.signatures]
        for number in numbers:
            if number >= len(self.terms.publishers):
                raise MalformedError(
                    f"a roster of {len(self.terms.publishers)} publishers is signed by number "
                    f"{number + 1}"
                )
            if numbers.count(number) > 1:
                raise MalformedError(
                    f"publisher {self.terms.publishers[number].name!r} signed a roster twice",
                    hint="each publisher signs once; take the file from before the second time",
                )
        if numbers != sorted(numbers):
            raise MalformedError("the signatures of a roster do not ascend")

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
    def key_kinds(self) -> KeyKinds:
        """How many of the keys are fresh, and how many are ssh keys."""
        fresh = int.from_bytes(self.terms.fresh, "little").bit_count()
        return KeyKinds(fresh, self.size - fresh)

    def key_kinds_without(self, keys: Iterable[bytes]) -> KeyKinds:
        """See :class:`~cosign.records.groups.group.Group`."""
        fresh, ssh = self.key_kinds
        gone = Counter(map(self.kind_of, keys))
        return KeyKinds(fresh - gone["fresh"], ssh - gone["ssh"])

    @property
    def anonymity(self) -> Anonymity:
        """Everlasting among fresh keys, if there are two; computational for ssh keys."""
        return self.key_kinds.anonymity

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
        """See :class:`~cosign.records.groups.group.Group`; who signed, not who could have."""
        terms = self.terms
        who = tuple(terms.publishers[number].name for number, _ in self.signatures)
        return Vouching("publisher", who, terms.threshold, len(terms.publishers), terms.source)

    @property
    def trust_sentence(self) -> str:
        """See :class:`~cosign.records.groups.group.Group`."""
        fresh, ssh = self.key_kinds
        signed, signers = len(self.signatures), self.signers
        kinds = "_kinds" if ssh and fresh else ""
        return phrase(
            f"not_checked.roster{kinds}", count=signed, keys=self.size, fresh=fresh, signers=signers
        )

    @property
    def signers(self) -> str:
        """Return who signed, in words: "the publisher", "2 of the 3 publishers"."""
        signed, of = len(self.signatures), len(self.terms.publishers)
        if signed == of:
            return some_of(of, of, "publisher")
        return phrase("publishers.some", signed=signed, count=of)

    def check_slot(self, slot: int) -> None:
        """Raise ``MalformedError`` unless ``slot`` is 0: a roster has no slots."""
        if slot:
            raise MalformedError("a round of a roster has no slot", hint="leave --slot out")

    def verifier(
        self,
        slot: int,
        round_id: bytes,
        *,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> RingVerifier:
        """See :class:`~cosign.records.groups.group.Group`; checks and decodes every key.

        Raises:
            MalformedError: a key is not a canonical point of prime order.
        """
        self.check_slot(slot)
        ring = load_ring(self.terms.keys, executor=executor, progress=progress)
        return RingVerifier(ring, self.group_id, round_id)

    def member_keys(self) -> Packed:
        """Return the N keys of 32 bytes each, ascending."""
        return Packed(self.terms.keys)

    def kind_of(self, key: bytes) -> KeyKind:
        """Return what the roster says of one of its keys."""
        index = self.member_keys().index(key)
        return "fresh" if self.terms.fresh[index // 8] >> index % 8 & 1 else "ssh"

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

    @property
    def attestations_needed(self) -> int:
        """Always 0: the listed key stands beside a name, without attestations."""
        return 0

    def check_attestation(self, owner: Owner, attestation: Attestation) -> None:  # noqa: ARG002  # there are no registrars
        """See :class:`~cosign.records.groups.group.Group`; a roster has no registrars."""
        raise MismatchError(
            f"nobody attests the name {owner.name!r} in a group with a list of keys",
            hint="leave --attested out",
        )

    @property
    def grants_needed(self) -> int:
        """Always 0: a roster has no slots."""
        return 0

    def check_grants(self, grants: Grants, slot: int, round_id: bytes) -> None:  # noqa: ARG002  # no slots
        """See :class:`~cosign.records.groups.group.Group`; a roster has no slots to grant."""
        if grants:
            raise MismatchError(
                "a round of a roster carries no slot grants", hint="leave the grants out"
            )

    def verify(self) -> None:
        """Check that every signature is valid, and that there are enough of them.

        Raises:
            VerificationError: a signature is false.
            ThresholdError: fewer publishers signed than have to.
        """
        self.verify_signatures()
        signed, terms = len(self.signatures), self.terms
        publishers = counted(len(terms.publishers), "publisher")
        if signed < terms.threshold:
            raise ThresholdError(
                f"the roster is signed by {signed} of {publishers}, and {terms.threshold} "
                f"{have(terms.threshold)} to",
                hint="give it to another of its publishers, who adds a signature with roster sign",
            )

    def verify_signatures(self) -> None:
        """Check every signature, however many there are.

        Raises:
            VerificationError: one is false; the message names the publisher.
        """
        raw, label = self.terms.to_bytes(), labels.ROSTER_SIGNATURE
        for number, signature in self.signatures:
            name, key = (publisher := self.terms.publishers[number]).name, publisher.identity_key
            if not ed25519.is_valid_signature(key, signature, label, raw):
                raise VerificationError(
                    f"the signature of publisher {name!r} on the roster is false",
                    hint="the roster was changed or damaged; ask its publishers for it again",
                )

    def registrar_names(self, certifiers: tuple[int, ...]) -> tuple[str, ...]:  # noqa: ARG002  # no registrars
        """See :class:`~cosign.records.groups.group.Group`."""
        return ()


@dataclass(frozen=True, slots=True)
class RosteredMembership:
    """A roster's members, as :class:`~cosign.records.groups.membership.Membership`.

    Attributes:
        anonymity_set: N, the number of keys on the roster.
    """

    anonymity_set: int

    @property
    def admissions(self) -> tuple[()]:
        """Always empty: a roster has no registrars."""
        return ()

    def combination_set(
        self,
        certifiers: tuple[int, ...],  # noqa: ARG002  # no registrars
        named: Mapping[int, int] = NOBODY,  # noqa: ARG002  # likewise
    ) -> int:
        """The number of keys: a proof does not show which registrars certified a key."""
        return self.anonymity_set

    def certain_set(self, certifiers: tuple[int, ...]) -> int:  # noqa: ARG002  # no registrars
        """The number of keys, which the roster lists."""
        return self.anonymity_set

    def check_counts(self, by_registrar: Mapping[int, int]) -> None:
        """Check nothing: valid proofs with distinct tags are by distinct keys."""
