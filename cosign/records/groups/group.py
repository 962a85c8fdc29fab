"""The kinds of groups behind one face (docs/spec.md, "Groups").

Rounds and everything above them know a :class:`Group` and never ask which kind it
is. A third kind would be one module and one line in the table below.
"""

from typing import Final, Protocol

from cosign.primitives.hashing import fingerprint
from cosign.proofs.interface import MembershipVerifier
from cosign.records.groups.membership import Membership
from cosign.records.groups.registered import GroupKind, RegisteredGroup, Statements, Vouching
from cosign.records.groups.roster import Roster
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
    def first_slot(self) -> int:
        """The slot that a round uses if nobody says which; 0 where there are none."""

    @property
    def earliest_opening(self) -> int:
        """The first minute at which a round of this group may open."""

    @property
    def left_out(self) -> dict[str, int]:
        """How many are not listed as members, by reason."""

    @property
    def splits(self) -> bool:
        """Whether a cosignature shows to which part of the group its member belongs."""

    @property
    def vouching(self) -> Vouching:
        """Who vouches for the members, and for what."""

    @property
    def trust_sentence(self) -> str:
        """What a verifier has to believe about the list of members."""

    def to_bytes(self) -> bytes:
        """Encode the group."""

    def check_slot(self, slot: int) -> None:
        """Raise ``MalformedError`` if the group has no such slot."""

    def verifier(self, slot: int, round_id: bytes) -> MembershipVerifier:
        """Give the verifier of one round's proofs."""

    def longest_proof(self, slot: int) -> int:
        """Give the length in bytes of the longest proof; what envelopes are padded for."""

    def member_keys(self) -> tuple[bytes, ...]:
        """Give the keys that are listed as members; none where members are not listed."""

    def membership(self, statements: Statements) -> Membership:
        """Verify what is signed, and bind it to what registrars stated.

        Raises:
            VerificationError: a signature is false.
            MismatchError: a statement belongs to another group, or a registrar has two.
        """

    def registrar_names(self, vouchers: tuple[int, ...]) -> tuple[str, ...]:
        """Give the names of some registrars; empty for rosters."""


_KINDS: Final[dict[str, type[RegisteredGroup] | type[Roster]]] = {
    kind.LABEL: kind for kind in (RegisteredGroup, Roster)
}

GROUP_LIMIT: Final = max(kind.MAX_BYTES for kind in (RegisteredGroup, Roster))
"""Longest group of any kind, in bytes."""


def group_from_bytes(raw: bytes) -> Group:
    """Decode a group of any kind.

    Raises:
        MalformedError: not a group in its one encoding.
        MismatchError: a record of another kind.
    """
    return _KINDS.get(label_of(raw), RegisteredGroup).from_bytes(raw)


def group_fingerprint(group: Group) -> str:
    """Give what people compare out of band: twelve groups of five digits."""
    return fingerprint(group.group_id)
