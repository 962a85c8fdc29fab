"""Forgetting: state without what could show who signed (docs/spec.md, "Forgetting").

Two things tell: a key, which makes its tag again, and a receipt, the use that was
written down when it spoke. Either can be erased without the other. Enrolments
under way go with a key, because their blinding factors lead to it.

Not protected: disks, journals and backups may hold older states.
"""

from dataclasses import replace

from cosign.errors import MissingError
from cosign.proofs.certificate import Endorsement
from cosign.records.credential import Credential
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState, Use


def forget_keys(credential: Credential) -> Credential:
    """Erase every key and keep the receipts."""
    if isinstance(credential, MemberKeySecrets):
        return replace(credential, seed=None)
    return _without_slots(credential, set(range(1, len(credential.seeds) + 1)))


def forget_round(
    credential: Credential, round_id: bytes, *, keep_receipts: bool = False
) -> Credential:
    """Erase what a credential has of one round: its slot's key and, unless kept, its receipt.

    A key on a roster serves other rounds too, so it stays, and with it the tag.

    Raises:
        MissingError: the credential did not speak in the round.
    """
    spoken = [use for use in credential.uses if use.round_id == round_id]
    if not spoken:
        raise MissingError(
            "this home remembers nothing of the round", hint="member keys shows what it holds"
        )
    if isinstance(credential, MemberState):
        credential = _without_slots(credential, {use.slot for use in spoken if use.slot})
    if keep_receipts:
        return credential
    return replace(credential, uses=tuple(use for use in credential.uses if use not in spoken))


def keeps_key(credential: Credential, round_id: bytes) -> bool:
    """Tell whether a key that spoke in a round is one that other rounds need too."""
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
    """Erase what a registrar signed, but not its length, which would tell that this slot spoke."""
    signature = bytes(len(endorsement.signature))
    return Endorsement(endorsement.registrar, bytes(len(endorsement.prefix)), signature)
