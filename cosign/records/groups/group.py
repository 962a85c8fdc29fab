"""The interface that both kinds of group have (docs/spec.md, "Groups").

Rounds and all layers above them use a :class:`Group` and never ask which kind it is. A
third kind would need one module and one line in the table below.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from typing import Final, Protocol

from cosign.primitives.hashing import fingerprint
from cosign.primitives.progress import Progress, no_progress
from cosign.proofs.certificate import Owner
from cosign.proofs.interface import Anonymity, Attestation, MembershipVerifier
from cosign.records.groups.facts import GroupKind, KeyKinds, Vouching
from cosign.records.groups.grants import Grants
from cosign.records.groups.membership import Membership
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.roster import Roster
from cosign.records.groups.statements import Statements
from cosign.wire.record import label_of


class Group(Protocol):
    """What rounds need from a group of either kind."""

    @property
    def name(self) -> str:
        """What people call the group."""

    @property
    def kind(self) -> GroupKind:
        """``registered`` or ``rostered``."""

    @property
    def group_id(self) -> bytes:
        """The 32-byte identifier that commits to the whole group."""

    @property
    def anonymity(self) -> Anonymity:
        """Which kind of anonymity cosignatures of its members have."""

    @property
    def key_kinds(self) -> KeyKinds | None:
        """How many listed keys are of each kind; None where members are not listed."""

    def key_kinds_without(self, keys: Iterable[bytes]) -> KeyKinds | None:
        """Return how many of the listed keys beside these are of each kind; None as above.

        Args:
            keys: distinct listed keys of 32 bytes.
        """

    @property
    def first_slot(self) -> int:
        """The slot of a round for which none was chosen; 0 if the group has no slots."""

    @property
    def earliest_opening(self) -> int:
        """The first minute at which a round of this group may open."""

    @property
    def left_out(self) -> dict[str, int]:
        """How many keys are not listed, by reason; empty for registered groups."""

    @property
    def splits(self) -> bool:
        """Whether a cosignature shows which registrars certified its member."""

    @property
    def vouching(self) -> Vouching:
        """Who vouches for the members, and on which basis."""

    @property
    def trust_sentence(self) -> str:
        """What a verifier cannot check about the members, as a clause beginning with "that"."""

    def to_bytes(self) -> bytes:
        """Return the encoded group."""

    def check_slot(self, slot: int) -> None:
        """Raise ``MalformedError`` if the group has no such slot."""

    def verifier(
        self,
        slot: int,
        round_id: bytes,
        *,
        executor: Executor | None = None,
        progress: Progress = no_progress,
    ) -> MembershipVerifier:
        """Return the verifier for the proofs of one round.

        Args:
            slot: of the round.
            round_id: 32 bytes.
            executor: for checking a large roster's keys; may not be used.
            progress: told how many keys are checked.
        """

    def longest_proof(self, slot: int) -> int:
        """Return the length in bytes of the longest proof; envelopes are padded for it."""

    def member_keys(self) -> Sequence[bytes]:
        """Return the 32-byte keys of listed members; none if the group lists no members."""

    def membership(self, statements: Statements) -> Membership:
        """Verify all signatures, and return the group together with the statements.

        Args:
            statements: enrolment statements, at most one by each registrar.

        Raises:
            VerificationError: a signature is not valid.
            MismatchError: a statement belongs to another group, or a registrar has two.
        """

    @property
    def attestations_needed(self) -> int:
        """How many registrars have to attest an open name; 0 if the group lists its keys."""

    def check_attestation(self, owner: Owner, attestation: Attestation) -> None:
        """Check that a registrar of the group attests whose a membership key is.

        Raises:
            MismatchError: the attestation is of another group, or the group has no registrars.
            VerificationError: the signature is false; the message names the registrar.
        """

    @property
    def grants_needed(self) -> int:
        """How many registrars have to grant a slot to a round; 0 if the group has no slots."""

    def check_grants(self, grants: Grants, slot: int, round_id: bytes) -> None:
        """Check that a slot was granted to a round, by as many registrars as it takes.

        Args:
            grants: that the round carries; none where the group has no slots.
            slot: of the round.
            round_id: 32 bytes.

        Raises:
            VerificationError: a signature is not valid.
            MismatchError: a grant of another group, slot or round, or one where there are no slots.
            ThresholdError: too few registrars granted it.
        """

    def registrar_names(self, certifiers: tuple[int, ...]) -> tuple[str, ...]:
        """Return the names of registrars, given by their numbers from 0; empty for rosters."""


_KINDS: Final[dict[str, type[RegisteredGroup] | type[Roster]]] = {
    kind.LABEL: kind for kind in (RegisteredGroup, Roster)
}

GROUP_LIMIT: Final = max(kind.MAX_BYTES for kind in (RegisteredGroup, Roster))
"""Greatest length of a group of any kind in bytes."""


def group_from_bytes(raw: bytes) -> Group:
    """Return the group, of any kind, that ``raw`` encodes.

    Raises:
        MalformedError: not the canonical encoding of a group.
        MismatchError: a record of another kind.
    """
    return _KINDS.get(label_of(raw), RegisteredGroup).from_bytes(raw)


def group_fingerprint(group: Group) -> str:
    """Return the fingerprint, twelve groups of five digits, which people compare."""
    return fingerprint(group.group_id)
