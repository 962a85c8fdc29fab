"""What a member signs with: a membership, or a key for rosters (docs/spec.md, "Homes").

Not protected: a credential holds what a member did; it never leaves a home.
"""

from collections.abc import Collection
from typing import Final

from cosign.primitives import ed25519
from cosign.records.member_key import MemberKeySecrets
from cosign.records.secrets import MemberState
from cosign.secret import Secret

Credential = MemberState | MemberKeySecrets
"""What a member signs with; its ``uses`` are written down before an envelope leaves."""

EXPORTED: Final = bytes(32)
"""Stands for a round's identifier in the use of a slot whose certificate was exported."""


def listed_seed(credential: Credential, listed: Collection[bytes]) -> Secret | None:
    """Return the seed, 32 bytes, that signs for a roster, or None.

    That is the seed of a listed roster key, or of a listed slot whose certificate was
    exported. The key of any other slot is, or will be, published as the tag of a
    registered round: a publisher who put such a tag on a roster would otherwise
    learn who its owner is as soon as they sign there.

    Args:
        credential: of this member.
        listed: the roster's keys, 32 bytes each.
    """
    if not isinstance(credential, MemberState):
        held = [credential.seed]
    else:
        exported = {use.slot for use in credential.uses if use.round_id == EXPORTED}
        held = [seed for slot, seed in enumerate(credential.seeds, 1) if slot in exported]
    seeds = (seed for seed in held if seed and ed25519.SigningKey(seed).public_key in listed)
    return next(seeds, None)
