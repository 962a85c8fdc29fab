"""Forgetting: erase what could show who signed (docs/spec.md, "Forgetting").

Two things show it: a key, from which its tag can be computed again, and a receipt, the
record of a use that was made when the key signed. Each can be erased without the other.
Requests that were not answered yet are erased with a key, because it can be found from their
blinding factors.

After forgetting, the credential is the same whether the key signed or not. So all members
can be advised to forget, and doing so shows nothing.

Not protected: disks, journals and backups may hold older copies.
"""

from dataclasses import replace

from cosign.proofs.certificate import Endorsement
from cosign.records.credential import Credential
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState


def forget_keys(credential: Credential) -> Credential:
    """Return the credential without any key, and with its receipts."""
    if isinstance(credential, MemberKeySecrets):
        return replace(credential, secret=None)
    return _without_slots(credential, set(range(1, len(credential.seeds) + 1)))


def forget_slot(state: MemberState, slot: int, *, keep_receipts: bool = False) -> MemberState:
    """Return the membership without the key of a slot and its receipts, if it has any.

    Args:
        state: the membership.
        slot: from 1.
        keep_receipts: keep the receipts.

    Raises:
        MalformedError: the group has no such slot.
    """
    state.group.check_slot(slot)
    left = _without_slots(state, {slot})
    if keep_receipts:
        return left
    return replace(left, uses=tuple(use for use in left.uses if use.slot != slot))


def forget_round(credential: Credential, round_id: bytes) -> Credential:
    """Return the credential without its receipt of a roster's round, if it has one.

    A key on a roster serves other rounds too, so it stays; someone who gets it can compute the
    tag again. What a slot's key signed in a round of its group stays, too: forget the slot.

    Args:
        credential: of the member.
        round_id: 32 bytes.
    """
    kept = tuple(use for use in credential.uses if use.slot or use.round_id != round_id)
    return replace(credential, uses=kept)


def is_empty(credential: Credential) -> bool:
    """Return whether a credential holds nothing: neither a key nor a receipt.

    An ssh key has a file in a home only because it signed, so what is left of such a file
    has to go, too.
    """
    return isinstance(credential, MemberKeySecrets) and not (credential.secret or credential.uses)


def _without_slots(state: MemberState, slots: set[int]) -> MemberState:
    numbered = range(1, len(state.seeds) + 1)
    kept = [n not in slots for n in numbered]
    seeds = tuple(seed if keep else None for seed, keep in zip(state.seeds, kept, strict=True))
    held = zip(state.endorsements, kept, strict=True)
    rows = tuple(row if keep else tuple(map(blank_endorsement, row)) for row, keep in held)
    return replace(state, seeds=seeds, endorsements=rows, pending=())


def blank_endorsement(endorsement: Endorsement) -> Endorsement:
    """Overwrite a signature with zeros; another length would show that this slot signed."""
    signature = bytes(len(endorsement.signature))
    return Endorsement(endorsement.registrar, bytes(len(endorsement.prefix)), signature)
