"""Rounds: one letter, one group, one time window (docs/spec.md, "Rounds").

``round_id`` commits to :class:`RoundTerms`, which name the letter, the group, the
trustees and the times. Every proof and every envelope is bound to it. So a member who was
shown another letter, roster or list of trustees makes a signature that is not valid in
any other member's round.

A round of a registered group needs its registrars' grants of the slot. The organizer opens
a :class:`DraftRound`, which registrars read, and no step of members, trustees, publishers or
verifiers takes one: they take a :class:`VerifiedRound`, which has the grants.

Not protected: an organizer can open two rounds with different letters. Members notice
this only if they compare the round (docs/spec.md, "Comparing").
"""

from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, ClassVar

from cosign import labels
from cosign.errors import MalformedError, MismatchError, VerificationError, WindowError
from cosign.primitives import ed25519
from cosign.primitives.hashing import fingerprint
from cosign.primitives.hpke import SealingPublicKey
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.interface import Action, MembershipVerifier
from cosign.records.groups.facts import GroupKind
from cosign.records.groups.grants import Grants, SlotGrant
from cosign.records.groups.group import GROUP_LIMIT, Group, group_fingerprint, group_from_bytes
from cosign.records.groups.membership import Membership
from cosign.records.groups.statements import EnrolmentStatement, Statements
from cosign.records.identified import Identified
from cosign.records.letter import LETTER_LIMIT, Letter
from cosign.records.limits import (
    MEMBER_LIMIT,
    REGISTRAR_LIMIT,
    SLOT_LIMIT,
    TRUSTEE_LIMIT,
    Count,
    Identifier,
    Key,
    Minute,
    Name,
    Salt,
    SealingKey,
    Signature,
    show_minute,
    window_hint,
)
from cosign.records.open_cosignature import longest_cosignature
from cosign.wire.codecs import Array, Bin, Choice, UInt
from cosign.wire.record import Embedded, Record


@dataclass(frozen=True, slots=True)
class Trustee(Record):
    """A person who gets a share of the key to every envelope of a round.

    Attributes:
        name: the trustee's name.
        sealing_key: the X-Wing key to which shares are sealed, 1216 bytes.
    """

    LABEL: ClassVar[str] = labels.TRUSTEE
    MAX_BYTES: ClassVar[int] = 1600

    name: Name
    sealing_key: SealingKey

    def check(self) -> None:
        """Check that the key is valid."""
        SealingPublicKey.from_bytes(self.sealing_key)


@dataclass(frozen=True, slots=True)
class RoundTerms(Identified):
    """What the organizer signs and ``round_id`` commits to.

    Attributes:
        title: a short name of the letter.
        letter_id, group_id: 32 bytes each.
        kind: the kind of group.
        slot: from 1 for registered groups, 0 for rosters.
        organizer_key: the organizer's Ed25519 identity key, 32 bytes.
        organizer_sealing_key: the X-Wing key to which trustees seal their openings, 1216
            bytes.
        trustees: the people who can open envelopes together.
        threshold: how many trustees it takes to open an envelope.
        quorum: the smallest number of cosigners with which the organizer may publish.
        min_set: the smallest anonymity set in which members may sign.
        opens, closes: minutes; members may sign from ``opens`` on and before ``closes``.
        salt: 32 random bytes.
    """

    LABEL: ClassVar[str] = labels.ROUND_TERMS
    IDENTIFIER_LABEL: ClassVar[str] = labels.ROUND_ID
    MAX_BYTES: ClassVar[int] = 3000 + TRUSTEE_LIMIT * (Trustee.MAX_BYTES + 3)

    title: Name
    letter_id: Identifier
    group_id: Identifier
    kind: Annotated[GroupKind, Choice(("registered", "rostered"))]
    slot: Annotated[int, UInt(SLOT_LIMIT)]
    organizer_key: Key
    organizer_sealing_key: SealingKey
    trustees: Annotated[tuple[Trustee, ...], Array(Embedded(Trustee), TRUSTEE_LIMIT, least=1)]
    threshold: Annotated[int, UInt(TRUSTEE_LIMIT, least=1)]
    quorum: Annotated[int, UInt(MEMBER_LIMIT, least=1)]
    min_set: Count
    opens: Minute
    closes: Minute
    salt: Salt

    def check(self) -> None:
        """Check the keys, the threshold and the time window."""
        ed25519.check_public_key(self.organizer_key)
        SealingPublicKey.from_bytes(self.organizer_sealing_key)
        if self.opens >= self.closes:
            raise MalformedError("the round closes before it opens")
        if self.threshold > len(self.trustees):
            raise MalformedError(
                f"there are fewer trustees than the {self.threshold} who have to open"
            )
        if len({t.sealing_key for t in self.trustees}) != len(self.trustees):
            raise MalformedError(
                "two trustees share a key", hint="each trustee makes their own key"
            )

    @property
    def round_id(self) -> bytes:
        """The 32-byte identifier that proofs, envelopes and openings are bound to."""
        return self.identifier


@dataclass(frozen=True, slots=True)
class Round(Record):
    """The signed terms, and everything that a signer has to see.

    Attributes:
        terms: what the organizer signed.
        signature: by the organizer's identity key, over the terms.
        letter: the exact bytes of the letter.
        group: the exact bytes of the group.
        statements: the enrolment statements known so far. They are not part of the terms,
            because registrars make them later, and each is signed by its registrar.
        grants: the registrars' grants of the round's slot; none where the group is a roster.
            They name round_id, so they cannot be part of what it commits to.
    """

    LABEL: ClassVar[str] = labels.ROUND
    MAX_BYTES: ClassVar[int] = (
        RoundTerms.MAX_BYTES
        + LETTER_LIMIT
        + GROUP_LIMIT
        + REGISTRAR_LIMIT * (EnrolmentStatement.MAX_BYTES + 3)
        + REGISTRAR_LIMIT * (SlotGrant.MAX_BYTES + 3)
        + 200
    )

    terms: Annotated[RoundTerms, Embedded(RoundTerms)]
    signature: Signature
    letter: Annotated[bytes, Bin(1, LETTER_LIMIT)]
    group: Annotated[bytes, Bin(1, GROUP_LIMIT)]
    statements: Annotated[
        tuple[EnrolmentStatement, ...], Array(Embedded(EnrolmentStatement), REGISTRAR_LIMIT)
    ]
    grants: Annotated[Grants, Array(Embedded(SlotGrant), REGISTRAR_LIMIT)]

    def check(self) -> None:
        """Check that registrars ascend, so each has at most one statement and one grant."""
        if any(a.registrar >= b.registrar for a, b in pairwise(self.statements)):
            raise MalformedError("the enrolment statements of a round do not ascend")
        for before, after in pairwise(self.grants):
            if before.registrar >= after.registrar:
                raise MalformedError(
                    "the slot grants of a round do not ascend: that of registrar "
                    f"{after.registrar + 1} follows that of registrar {before.registrar + 1}"
                )


@dataclass(frozen=True)
class DraftRound:
    """A round whose parts belong together, but which may lack grants of its slot.

    Made by :func:`verify_draft`. Organizers and registrars read it; nothing is signed, opened
    or published with it.

    Attributes:
        round: the round.
        letter: the letter that is cosigned.
        group: the group whose members may cosign.
        membership: the group with the round's enrolment statements.
        round_id: 32 bytes.
    """

    round: Round
    letter: Letter
    group: Group
    membership: Membership
    round_id: bytes

    @property
    def terms(self) -> RoundTerms:
        """The signed terms."""
        return self.round.terms

    @property
    def statements(self) -> Statements:
        """The verified enrolment statements."""
        return self.round.statements

    @property
    def fingerprint(self) -> str:
        """The round's fingerprint, twelve groups of five digits."""
        return fingerprint(self.round_id)

    @property
    def group_fingerprint(self) -> str:
        """The group's fingerprint, twelve groups of five digits."""
        return group_fingerprint(self.group)

    @property
    def opened_by_organizer(self) -> bool:
        """Whether the organizer can open envelopes alone, and so at any time."""
        return self.terms.threshold == 1 and bool(self.organizer_trustees)

    @property
    def organizer_trustees(self) -> tuple[int, ...]:
        """The numbers from 1 of trustees whose key is the organizer's: they are not independent."""
        numbered = enumerate(self.terms.trustees, 1)
        return tuple(n for n, t in numbered if t.sealing_key == self.terms.organizer_sealing_key)


@dataclass(frozen=True)
class VerifiedRound(DraftRound):
    """A round that :func:`verify_round` has checked, with the grants that its group asks for."""

    _verifier: MembershipVerifier | None = field(
        default=None, init=False, compare=False, repr=False
    )

    def check_action(self, action: Action, minute: int, *, again: bool = False) -> None:
        """Raise :class:`WindowError` unless members may do this at ``minute``.

        Members may cosign until the round closes. They may withdraw after that, too, and add
        their name to what they cosigned, because both can be published later.

        Args:
            action: ``cosign`` or ``withdraw``.
            minute: now, in minutes since 1970.
            again: the member cosigned before, and now does so openly.
        """
        opens, closes = self.terms.opens, self.terms.closes
        late = action == "cosign" and not again and minute >= closes
        if minute < opens or late:
            raise WindowError(
                f"the round is open from {show_minute(opens)} until {show_minute(closes)}",
                hint=window_hint(minute, opens, "it is over, and takes no more cosignatures"),
            )

    def check_closed(self, minute: int) -> None:
        """Raise :class:`WindowError` if members may still sign at ``minute``."""
        if minute < self.terms.closes:
            raise WindowError(
                f"envelopes stay closed until {show_minute(self.terms.closes)}",
                hint="come back after the round has closed",
            )

    @property
    def longest_proof(self) -> int:
        """Length in bytes of the longest proof in this round."""
        return self.group.longest_proof(self.terms.slot)

    @property
    def longest_cosignature(self) -> int:
        """Length in bytes of the longest cosignature in this round, of either kind."""
        return longest_cosignature(self.longest_proof, self.group.attestations_needed)

    def membership_verifier(
        self, executor: Executor | None = None, progress: Progress = no_progress
    ) -> MembershipVerifier:
        """Return the verifier for proofs of this round, which is made at the first call.

        Args:
            executor: for checking the keys of a large roster; in this thread if None.
            progress: told how many keys are checked.

        Raises:
            MalformedError: a key on the roster is not a point of prime order.
        """
        if self._verifier is None:
            found = self.group.verifier(
                self.terms.slot, self.round_id, executor=executor, progress=progress
            )
            object.__setattr__(self, "_verifier", found)  # the class is frozen
            return found
        return self._verifier


def verify_round(round_: Round) -> VerifiedRound:
    """Check everything in a round, the grants of its slot included.

    Raises:
        ThresholdError: too few registrars granted the slot to the round, or too few
            publishers signed the roster.
        VerificationError: a signature is not valid.
        MismatchError: the letter or the group is not the one in the terms, or a statement
            or grant is not of the group or the round.
        MalformedError: as :func:`verify_draft`.
    """
    draft = verify_draft(round_)
    draft.group.check_grants(round_.grants, round_.terms.slot, draft.round_id)
    return VerifiedRound(round_, draft.letter, draft.group, draft.membership, draft.round_id)


def verify_draft(round_: Round) -> DraftRound:
    """Check all of a round but its grants: the signature, letter, group and statements.

    Raises:
        VerificationError: a signature is not valid.
        ThresholdError: too few publishers signed the roster.
        MismatchError: the letter or the group is not the one in the terms, or a statement
            is not of the group.
        MalformedError: the letter or the group is not well-formed, or the round opens
            before enrolment is over.
    """
    terms = round_.terms
    parts = terms.organizer_key, round_.signature, labels.ROUND_SIGNATURE, terms.to_bytes()
    if not ed25519.is_valid_signature(*parts):
        raise VerificationError(
            "the round is not signed by its organizer", hint="ask the organizer for it again"
        )
    letter = Letter.from_bytes(round_.letter)
    if letter.letter_id != terms.letter_id:
        raise MismatchError(
            "the letter is not the one that the organizer signed",
            hint="the text was exchanged; ask the organizer for the round again",
        )
    group = group_from_bytes(round_.group)
    if (group.group_id, group.kind) != (terms.group_id, terms.kind):
        raise MismatchError(
            "the group is not the one that the organizer signed",
            hint="the group was exchanged; ask the organizer for the round again",
        )
    group.check_slot(terms.slot)
    if terms.opens < group.earliest_opening:
        raise MalformedError(
            "the round opens before enrolment in its group is over",
            hint="members enrol first and sign later; the organizer has to choose a later opening",
        )
    membership = group.membership(round_.statements)
    return DraftRound(round_, letter, group, membership, terms.round_id)
