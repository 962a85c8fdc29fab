"""The name under which a home keeps a trustee's key."""

from typing import Final

TRUSTEE: Final = "trustee-"
"""The start of every such name."""


def trustee_name(sealing_key: bytes) -> str:
    """Return the name of a trustee's vault file.

    Args:
        sealing_key: the trustee's public key.
    """
    from cosign import labels
    from cosign.primitives.hashing import identifier

    return TRUSTEE + identifier(labels.TRUSTEE_ID, sealing_key)[:8].hex()
