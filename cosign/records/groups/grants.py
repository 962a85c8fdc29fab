"""Slot grants: a slot of a registered group belongs to one round (docs/spec.md, "Slot grants").

Members who signed in a slot are refused by their own programs in every other round of
it. So a person who opened a second round in the slot of a letter could tell, from who signs
there, who did not sign the letter. A registrar therefore grants each slot to one round,
and programs refuse a round without the grants of enough registrars.

Not protected: registrars who grant one slot to two rounds, if there are enough of them.
Each of them signs the evidence.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from cosign import labels
from cosign.records.limits import SLOT_LIMIT, Identifier, RegistrarIndex, Signature
from cosign.wire.codecs import UInt
from cosign.wire.record import Record


@dataclass(frozen=True, slots=True)
class SlotGrant(Record):
    """A registrar's signed statement that a slot belongs to one round.

    Attributes:
        group_id: 32 bytes.
        slot: from 1.
        round_id: 32 bytes.
        registrar: the registrar's number in the group, from 0.
        signature: by the registrar's identity key.
    """

    LABEL: ClassVar[str] = labels.SLOT_GRANT
    MAX_BYTES: ClassVar[int] = 200

    group_id: Identifier
    slot: Annotated[int, UInt(SLOT_LIMIT, least=1)]
    round_id: Identifier
    registrar: RegistrarIndex
    signature: Signature

    def signed_parts(self) -> tuple[bytes, bytes, bytes, bytes]:
        """Return the parts that the signature covers."""
        return grant_parts(self.group_id, self.slot, self.round_id, self.registrar)


def grant_parts(
    group_id: bytes, slot: int, round_id: bytes, registrar: int
) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the parts that a registrar signs: group, slot, round and its own number."""
    return group_id, slot.to_bytes(8, "big"), round_id, registrar.to_bytes(8, "big")


Grants = tuple[SlotGrant, ...]


def grants_needed(registrars: int, threshold: int) -> int:
    """Return how many of n registrars have to grant a slot: q = ceil((n + t) / 2).

    Any two sets of q registrars share at least 2q - n >= t of them. So fewer than t
    registrars who break the rule cannot give one slot to two rounds (docs/adr/0037).

    Args:
        registrars: n.
        threshold: t, how many certify a member, 1 to n.

    >>> grants_needed(3, 2), grants_needed(5, 3)
    (3, 4)
    """
    return (registrars + threshold + 1) // 2
