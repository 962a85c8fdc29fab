"""Where a home keeps a trustee's key."""

from typing import Final

TRUSTEE: Final = "trustee-"


def trustee_name(sealing_key: bytes) -> str:
    """Give the name of a trustee's vault file."""
    from cosign import labels
    from cosign.primitives.hashing import identifier

    return TRUSTEE + identifier(labels.TRUSTEE_ID, sealing_key)[:8].hex()
