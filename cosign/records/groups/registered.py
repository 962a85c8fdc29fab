"""Registered groups (docs/spec.md, "Groups").

A :class:`RegisteredGroup` names the registrars, who admit people and sign membership keys
blindly. ``group_id`` commits to all keys of the registrars. If a registrar gave different
keys to different people, to recognize them by their signatures, the fingerprints of their
groups would differ.

Not protected: nothing in a group proves that its registrars admit only real members.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Annotated, ClassVar

from cosign import labels
from cosign.errors import (
    MalformedError,
    MismatchError,
    ThresholdError,
    VerificationError,
    WindowError,
)
from cosign.primitives import ed25519
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.certificate import CertificateVerifier, Owner
from cosign.proofs.interface import Anonymity, Attestation
from cosign.records.groups.facts import Admissions, GroupKind, Vouching
from cosign.records.groups.grants import Grants, SlotGrant, grants_needed
from cosign.records.groups.membership import NOBODY
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.statements import EnrolmentStatement, Statements
from cosign.records.identified import Identified
from cosign.records.limits import (
    MEMBER_LIMIT,
    REGISTRAR_LIMIT,
    Minute,
    Name,
    Purpose,
    Salt,
    show_minute,
    window_hint,
)
from cosign.wire.codecs import Array, UInt
from cosign.wire.record import Embedded
from cosign.words import counted, have, phrase, some_of


@dataclass(frozen=True, slots=True)
class RegisteredGroup(Identified):
    """A group of people whom t of n registrars admit.

    Attributes:
        name: the group's name.
        purpose: text that says who belongs to the group.
        enrol_opens: the first minute of enrolment.
        enrol_closes: the minute at which enrolment is over.
        threshold: t, the number of registrars who have to sign a membership key.
        registrars: the n registrars; their numbers are their places here, from 0.
        salt: 32 random bytes.
    """

    LABEL: ClassVar[str] = labels.REGISTERED_GROUP
    IDENTIFIER_LABEL: ClassVar[str] = labels.GROUP_ID
    MAX_BYTES: ClassVar[int] = 5000 + REGISTRAR_LIMIT * (Registrar.MAX_BYTES + 5)

    name: Name
    purpose: Purpose
    enrol_opens: Minute
    enrol_closes: Minute
    threshold: Annotated[int, UInt(REGISTRAR_LIMIT, least=1)]
    registrars: Annotated[
        tuple[Registrar, ...], Array(Embedded(Registrar), REGISTRAR_LIMIT, least=1)
    ]
    salt: Salt

    def check(self) -> None:
        """Check the enrolment window, the threshold, and that all keys are different."""
        if self.enrol_opens >= self.enrol_closes:
            raise MalformedError("enrolment closes before it opens")
        if self.threshold > len(self.registrars):
            raise MalformedError(
                f"there are fewer registrars than the {self.threshold} who have to sign"
            )
        if len({len(r.slot_keys) for r in self.registrars}) != 1:
            raise MalformedError("the registrars do not have the same number of slots")
        keys = [k for r in self.registrars for k in (*r.slot_keys, r.identity_key, r.request_key)]
        if len(set(keys)) != len(keys):
            raise MalformedError(
                "two registrars share a key", hint="each registrar makes its own keys"
            )

    @property
    def kind(self) -> GroupKind:
        """Always ``registered``."""
        return "registered"

    @property
    def group_id(self) -> bytes:
        """See :class:`~cosign.records.groups.group.Group`."""
        return self.identifier

    @property
    def slots(self) -> int:
        """The number of slots, and so of letters for which one enrolment is enough."""
        return len(self.registrars[0].slot_keys)

    @property
    def first_slot(self) -> int:
        """Always 1: slots are numbered from 1."""
        return 1

    @property
    def anonymity(self) -> Anonymity:
        """Blindness holds against any computer, a future one too (RFC 9474, section 7.1)."""
        return "everlasting"

    @property
    def key_kinds(self) -> None:
        """None: the group lists no keys of members."""

    def key_kinds_without(self, keys: Iterable[bytes]) -> None:
        """None, as above."""

    @property
    def earliest_opening(self) -> int:
        """The end of enrolment, so that nobody can match times of enrolling and of signing."""
        return self.enrol_closes

    @property
    def left_out(self) -> dict[str, int]:
        """Always empty: a registered group has no list of keys."""
        return {}

    @property
    def splits(self) -> bool:
        """True if fewer than all registrars have to sign: a proof then shows which ones did."""
        return self.threshold < len(self.registrars)

    @property
    def vouching(self) -> Vouching:
        """See :class:`~cosign.records.groups.group.Group`."""
        names = tuple(r.name for r in self.registrars)
        return Vouching("registrar", names, self.threshold, len(names), self.purpose)

    @property
    def trust_sentence(self) -> str:
        """See :class:`~cosign.records.groups.group.Group`."""
        count = len(self.registrars)
        together = "_together" if self.threshold > 1 else ""
        noun, some = (
            phrase("noun.registrar", count=count),
            some_of(self.threshold, count, "registrar"),
        )
        return phrase(f"not_checked.registrars{together}", noun=noun, some=some)

    def check_slot(self, slot: int) -> None:
        """See :class:`~cosign.records.groups.group.Group`; slots are numbered from 1."""
        if not 1 <= slot <= self.slots:
            raise MalformedError(
                f"the group has slots 1 to {self.slots}, not {slot}", hint="choose another slot"
            )

    def longest_proof(self, slot: int) -> int:
        """See :class:`~cosign.records.groups.group.Group`."""
        return self.verifier(slot, b"").most_bytes

    def member_keys(self) -> tuple[bytes, ...]:
        """Always empty: a registered group does not list its members' keys."""
        return ()

    def check_registrar(self, number: int) -> None:
        """Raise :class:`MismatchError` if the group has no registrar of this number, from 0."""
        if not 0 <= number < len(self.registrars):
            raise MismatchError(
                f"the group has registrars 1 to {len(self.registrars)}, not {number + 1}",
                hint="choose one with --registrar",
            )

    def check_enrolment(self, minute: int) -> None:
        """Raise :class:`WindowError` outside the enrolment window."""
        if not self.enrol_opens <= minute < self.enrol_closes:
            opens, closes = show_minute(self.enrol_opens), show_minute(self.enrol_closes)
            raise WindowError(
                f"enrolment is open from {opens} until {closes}",
                hint=window_hint(
                    minute, self.enrol_opens, "it is over: ask the registrar for another group"
                ),
            )

    def verifier(
        self,
        slot: int,
        round_id: bytes,  # noqa: ARG002  # certificates serve any round
        *,
        executor: Executor | None = None,  # noqa: ARG002  # there are no keys to check
        progress: Progress = no_progress,  # noqa: ARG002  # so there is nothing to tell
    ) -> CertificateVerifier:
        """See :class:`~cosign.records.groups.group.Group`."""
        self.check_slot(slot)
        keys = tuple(r.public_keys[slot - 1] for r in self.registrars)
        identities = tuple(r.identity_key for r in self.registrars)
        return CertificateVerifier(self.group_id, slot, keys, self.threshold, identities)

    @property
    def attestations_needed(self) -> int:
        """As many registrars as certify a member, so that fewer cannot name a person either."""
        return self.threshold

    def membership(self, statements: Statements) -> "RegisteredMembership":
        """See :class:`~cosign.records.groups.group.Group`."""
        if len({s.registrar for s in statements}) != len(statements):
            raise MismatchError("there are two enrolment statements by one registrar")
        for statement in statements:
            self._verify_statement(statement)
        return RegisteredMembership(self, statements)

    def _verify_statement(self, statement: EnrolmentStatement) -> None:
        if statement.group_id != self.group_id or statement.registrar >= len(self.registrars):
            raise MismatchError(
                "an enrolment statement belongs to another group",
                hint="ask the registrar for the statement of this group",
            )
        registrar = self.registrars[statement.registrar]
        parts = statement.signed_parts()
        key, label = registrar.identity_key, labels.STATEMENT_SIGNATURE
        if not ed25519.is_valid_signature(key, statement.signature, label, *parts):
            raise VerificationError(
                f"the enrolment statement of registrar {registrar.name!r} is not signed by it",
                hint="it was changed or forged; ask the registrar for it again",
            )

    def check_attestation(self, owner: Owner, attestation: Attestation) -> None:
        """See :class:`~cosign.records.groups.group.Group`."""
        if owner.group_id != self.group_id or attestation.registrar >= len(self.registrars):
            raise MismatchError(
                f"the attestation of the name {owner.name!r} belongs to another group",
                hint="ask the registrars of the round's group",
            )
        registrar = self.registrars[attestation.registrar]
        if not owner.is_attested(registrar.identity_key, attestation):
            raise VerificationError(
                f"the attestation of registrar {registrar.name!r} is not signed by it",
                hint="it was changed or forged; ask the registrar for it again",
            )

    @property
    def grants_needed(self) -> int:
        """See :func:`grants_needed`."""
        return grants_needed(len(self.registrars), self.threshold)

    def check_grants(self, grants: Grants, slot: int, round_id: bytes) -> None:
        """See :class:`~cosign.records.groups.group.Group`; q registrars have to grant a slot."""
        self.check_one_round_a_slot(grants)
        for grant in grants:
            name = self.registrars[grant.registrar].name
            if grant.slot != slot:
                raise MismatchError(
                    f"registrar {name!r} granted slot {grant.slot}, but the round has slot {slot}",
                    hint="ask the registrar for a grant of this round",
                )
            if grant.round_id != round_id:
                raise MismatchError(
                    f"registrar {name!r} granted slot {slot} to another round",
                    hint="a slot belongs to one round; the organizer has to use a fresh slot",
                )
        granted = len({grant.registrar for grant in grants})
        if granted < self.grants_needed:
            raise ThresholdError(
                f"slot {slot} was granted to the round by {granted} of "
                f"{counted(len(self.registrars), 'registrar')}, and "
                f"{self.grants_needed} {have(self.grants_needed)} to",
                hint="the organizer gives the round to the registrars, who run registrar grant, "
                "and adds what they send with round grant",
            )

    def check_one_round_a_slot(self, grants: Iterable[SlotGrant]) -> None:
        """Verify grants of any rounds, and that no registrar granted one slot to two of them.

        Two such grants are evidence: only the registrar can have signed both.

        Raises:
            VerificationError: a signature is not valid.
            MismatchError: a grant of another group, or the evidence; the message names the
                registrar.
        """
        rounds: dict[tuple[int, int], bytes] = {}
        for grant in grants:
            self._verify_grant(grant)
            key = grant.registrar, grant.slot
            if rounds.setdefault(key, grant.round_id) != grant.round_id:
                name = self.registrars[grant.registrar].name
                raise MismatchError(
                    f"registrar {name!r} granted slot {grant.slot} to two rounds",
                    hint="keep both grants: they prove it; the group needs another registrar",
                )

    def _verify_grant(self, grant: SlotGrant) -> None:
        if grant.group_id != self.group_id or grant.registrar >= len(self.registrars):
            raise MismatchError(
                f"a slot grant of registrar {grant.registrar + 1} belongs to another group",
                hint="ask the registrars of this group for grants",
            )
        registrar = self.registrars[grant.registrar]
        key, label, parts = registrar.identity_key, labels.GRANT_SIGNATURE, grant.signed_parts()
        if not ed25519.is_valid_signature(key, grant.signature, label, *parts):
            raise VerificationError(
                f"the slot grant of registrar {registrar.name!r} is not signed by it",
                hint="it was changed or forged; ask the registrar for it again",
            )

    def registrar_names(self, certifiers: tuple[int, ...]) -> tuple[str, ...]:
        """See :class:`~cosign.records.groups.group.Group`."""
        return tuple(self.registrars[v].name for v in certifiers)


@dataclass(frozen=True, slots=True)
class RegisteredMembership:
    """A registered group's members, as :class:`~cosign.records.groups.membership.Membership`.

    Attributes:
        group: the group.
        statements: verified, at most one by each registrar.
    """

    group: RegisteredGroup
    statements: Statements

    @property
    def anonymity_set(self) -> int | None:
        """The largest k such that k members can hold certificates by t registrars each.

        A registrar certifies each member once, so it has certified at most k of them. So k
        is the largest number with sum(min(issued, k)) >= t k, which is found from above.
        """
        if len(self.statements) < len(self.group.registrars):
            return None
        counts, threshold = [s.issued for s in self.statements], self.group.threshold
        size = MEMBER_LIMIT
        while (next_size := sum(min(count, size) for count in counts) // threshold) < size:
            size = next_size
        return size

    @property
    def admissions(self) -> tuple[Admissions, ...]:
        """See :class:`~cosign.records.groups.membership.Membership`."""
        stated = sorted(self.statements, key=lambda s: s.registrar)
        return tuple(
            Admissions(self.group.registrars[s.registrar].name, s.admitted) for s in stated
        )

    def combination_set(
        self, certifiers: tuple[int, ...], named: Mapping[int, int] = NOBODY
    ) -> int | None:
        """The smallest number that one of these registrars states, less its named keys.

        A registrar certifies each member once, so the owner of a named key that it certified
        is none of the others whom it did.
        """
        counts = self._counts(certifiers)
        if counts is None:
            return None
        return min(n - named.get(v, 0) for v, n in zip(certifiers, counts, strict=True))

    def certain_set(self, certifiers: tuple[int, ...]) -> int | None:
        """The smallest number of these registrars, less all whom the skipped ones certified.

        A proof shows the first t registrars that certified its key, so it also shows that no
        registrar between them did: its maker is not one of those whom they certified.
        """
        counts = self._counts(certifiers)
        skipped = self._counts(tuple(set(range(max(certifiers))) - set(certifiers)))
        if counts is None or skipped is None:
            return None
        return max(1, min(counts) - sum(skipped))

    def _counts(self, registrars: tuple[int, ...]) -> list[int] | None:
        """Return what these registrars state; None if one of them made no statement."""
        stated = {s.registrar: s.issued for s in self.statements}
        if not stated.keys() >= set(registrars):
            return None
        return [stated[r] for r in registrars]

    def check_counts(self, by_registrar: Mapping[int, int]) -> None:
        """See :class:`~cosign.records.groups.membership.Membership`."""
        for statement in self.statements:
            certified = by_registrar.get(statement.registrar, 0)
            if certified > statement.issued:
                name = self.group.registrars[statement.registrar].name
                raise VerificationError(
                    f"registrar {name!r} certified {counted(certified, 'key')} and issued "
                    f"{counted(statement.issued, 'certificate')}",
                    hint="the registrar understated its count, or its keys were stolen",
                )
