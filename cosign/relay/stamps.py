"""Stamps: a little work for each record that is posted (docs/spec.md, "Stamps").

A relay cannot tell who posts, so it asks for work. A stamp is bound to the mailbox
and to the record: it pays for this record in this place only. Posting the same
record again takes the same stamp, and stores nothing twice.

Not protected: a stamp says nothing about when it was made, and it pays on every relay that
has the mailbox. Someone with many machines can make many stamps. Stamps make a flood
expensive; only the quota of a shelf bounds it.
"""

from typing import Final

from cosign import labels
from cosign.primitives.hashing import HASH_BYTES, H, hash_of_last
from cosign.primitives.progress import Progress, no_progress
from cosign.records.stamped import STAMP_BYTES

_PROGRESS_STEP: Final = 2**14


def is_stamp(stamp: bytes, address: bytes, item_id: bytes, difficulty: int) -> bool:
    """Return whether a stamp of 8 bytes pays for a record in a mailbox."""
    digest = int.from_bytes(H(labels.RELAY_STAMP, address, item_id, stamp), "big")
    return len(stamp) == STAMP_BYTES and not digest >> (8 * HASH_BYTES - difficulty)


def make_stamp(
    address: bytes, item_id: bytes, difficulty: int, progress: Progress = no_progress
) -> bytes:
    """Search for a stamp, counting up from zero.

    Everyone finds the same one, so it tells nothing about the machine that made it.

    Args:
        address: 32 bytes of the mailbox.
        item_id: 32 bytes of the record.
        difficulty: leading zero bits; takes about 2^difficulty hashes.
        progress: called with (hashes done, hashes expected).

    Returns:
        8 bytes.
    """
    hashed = hash_of_last(labels.RELAY_STAMP, address, item_id, last_bytes=STAMP_BYTES)
    number, shift = 0, 8 * HASH_BYTES - difficulty
    while int.from_bytes(hashed(stamp := number.to_bytes(STAMP_BYTES, "big")), "big") >> shift:
        number += 1
        if number % _PROGRESS_STEP == 0:
            progress(number, 2**difficulty)
    return stamp
