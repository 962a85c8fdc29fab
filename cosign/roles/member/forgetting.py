"""Forgetting: erase what could show who signed (docs/spec.md, "Forgetting").

Two things show it: a key, from which its tag can be computed again, and a receipt, the
use that was written down when the key signed. Each can be erased without the other.
Requests whose answer has not come are erased with a key, because their blinding factors
lead to it.

Not protected: disks, journals and backups may hold older copies.
"""

from dataclasses import replace

from cosign.errors import MissingError
from cosign.proofs.certificate import Endorsement
from cosign.records.credential import Credential
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState, Use


def forget_keys(credential: Credential) -> Credential:
    """Return the credential without any key, and with its receipts."""
    if isinstance(credential, MemberKeySecrets):
        return replace(credential, secret=None)
    return _without_slots(credential, set(range(1, len(credential.seeds) + 1)))


def forget_round(
    credential: Credential, round_id: bytes, *, keep_receipts: bool = False
) -> Credential:
    """Return the credential without the key of a round's slot and without its receipt.

    A key on a roster serves other rounds too, so it stays; someone who gets it can compute the
    tag again.

    Args:
        credential: that signed in the round.
        round_id: 32 bytes.
        keep_receipts: keep the receipt.

    Raises:
        MissingError: the credential has no record of the round.
    """
    signed = [use for use in credential.uses if use.round_id == round_id]
    if not signed:
        raise MissingError(
            "this home has no record of the round", hint="member keys shows what it holds"
        )
    if isinstance(credential, MemberState):
        credential = _without_slots(credential, {use.slot for use in signed if use.slot})
    if keep_receipts:
        return credential
    return replace(credential, uses=tuple(use for use in credential.uses if use not in signed))


def keeps_key(credential: Credential, round_id: bytes) -> bool:
    """Return whether the key that signed in a round serves other rounds too.

    Args:
        credential: of the member.
        round_id: 32 bytes.
    """
    return any(use.round_id == round_id and _is_shared(use) for use in credential.uses)


def _is_shared(use: Use) -> bool:
    return use.slot == 0


def _without_slots(state: MemberState, slots: set[int]) -> MemberState:
    if not slots:
        return state
    numbered = range(1, len(state.seeds) + 1)
    kept = [n not in slots for n in numbered]
    seeds = tuple(seed if keep else None for seed, keep in zip(state.seeds, kept, strict=True))
    held = zip(state.endorsements, kept, strict=True)
    rows = tuple(row if keep else tuple(map(_blank, row)) for row, keep in held)
    return replace(state, seeds=seeds, endorsements=rows, pending=())


def _blank(endorsement: Endorsement) -> Endorsement:
    """Overwrite a signature with zeros; another length would show that this slot signed."""
    signature = bytes(len(endorsement.signature))
    return Endorsement(endorsement.registrar, bytes(len(endorsement.prefix)), signature)
