"""Granting a slot to a round: write it down, then sign (docs/spec.md, "Slot grants").

The ledger's entry is durable before anything is signed, and signatures are deterministic. So
a registrar who repeats the command after a crash gets the same grant, and never one for
another round.

Not protected: a ledger that is replaced by an older copy has lost its entries.
"""

from cosign.errors import MismatchError
from cosign.records.groups.grants import SlotGrant
from cosign.records.round import DraftRound
from cosign.roles.registrar.issuing import Ledger
from cosign.roles.registrar.keys import RegistrarKeys


def grant_slot(keys: RegistrarKeys, ledger: Ledger, draft: DraftRound) -> SlotGrant:
    """Grant a round its slot; the same round always gets the same bytes.

    Args:
        keys: of the registrar, for the round's group.
        ledger: of these keys.
        draft: the round; it needs no grants yet.

    Raises:
        MismatchError: the round is of another group.
        SlotError: the slot was granted to another round.
        StorageError: the ledger failed, or another program changed it.
    """
    if draft.terms.group_id != keys.group_id:
        raise MismatchError(
            "the round is of another group than the registrar's keys",
            hint="use the home that has the keys for the round's group",
        )
    ledger.grant(draft.terms.slot, draft.round_id)
    return keys.grant_slot(draft.terms.slot, draft.round_id)
