"""A member's secrets for signing: a membership, or a key for rosters (docs/spec.md, "Homes").

Not protected: a credential records in which rounds its member signed, so it must never
leave the member's home.
"""

from collections.abc import Collection
from typing import Final

from cosign.proofs.ring.keys import MemberSecret
from cosign.records.member_key import MemberKeySecrets
from cosign.records.round import DraftRound
from cosign.records.secrets import MemberState, Use

Credential = MemberState | MemberKeySecrets
"""A member's secrets for signing. Its ``uses`` are stored before an envelope is handed out."""

EXPORTED: Final = bytes(32)
"""Used instead of a round's identifier in the use of a slot whose certificate was exported."""


def listed_secret(credential: Credential, listed: Collection[bytes]) -> MemberSecret | None:
    """Return the secret of this member's key on a roster, or None.

    It is the secret of a listed roster key, or of a listed slot whose certificate was
    exported. The key of any other slot is, or will be, published as the tag of a
    registered round. If such a key could sign for rosters, a publisher could put the tag
    on a roster and learn from the member's signature there whose tag it is.

    Args:
        credential: this member's.
        listed: the keys on the roster, 32 bytes each.
    """
    if not isinstance(credential, MemberState):
        held = [MemberSecret.from_bytes(credential.secret)] if credential.secret else []
    else:
        exported = {use.slot for use in credential.uses if use.round_id == EXPORTED}
        seeds = [seed for slot, seed in enumerate(credential.seeds, 1) if slot in exported]
        held = [MemberSecret.from_seed(seed) for seed in seeds if seed]
    return next((secret for secret in held if secret.public_key in listed), None)


def uses_of_key(credential: Credential, round_: DraftRound) -> tuple[Use, ...]:
    """Return the uses of the key that signs in a round.

    In a registered group it is the key of the slot, with one tag in all rounds of the slot,
    so the uses in all of them are returned. The tag of a roster's key is another one in each
    round.

    Args:
        credential: of the member.
        round_: of any group.
    """
    terms = round_.terms
    own = isinstance(credential, MemberState) and credential.group.group_id == terms.group_id
    slots = {terms.slot} if own else set()
    uses = credential.uses
    return tuple(u for u in uses if u.round_id == round_.round_id or u.slot in slots)
