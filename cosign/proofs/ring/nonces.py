"""Nonces of proofs about member keys (docs/spec.md, "Nonces").

Each nonce is the sum of two scalars. One is hashed from a salt, the secret and the
statement, so that a source of randomness that repeats gives no secret away. The other
is fresh output of the operating system for this nonce alone, so that nonces are
uniform by themselves: if all of them came out of one hashed seed, an attacker with
unlimited computing power could test for which listed key such a seed exists, and
anonymity would not be everlasting.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

from cosign import labels
from cosign.primitives.curve.constant_time import WIDE_BYTES, add_scalars, reduce_wide
from cosign.primitives.hashing import H
from cosign.randomness import Randomness
from cosign.secret import Secret

SALT_BYTES: Final = 32
_COUNTER_BYTES: Final = 4


def hedged_nonces(
    label: str, secret: Secret, values: Iterable[bytes], randomness: Randomness
) -> Iterator[bytes]:
    """Return secret scalars of 32 bytes for one proof, without end.

    Args:
        label: of the proof's transcript, so that two kinds of proofs share no nonce.
        secret: x and r, 64 bytes.
        values: what the proof is about.
        randomness: asked for a salt of 32 bytes at once, and for 64 bytes for each nonce.
    """
    salt = randomness(SALT_BYTES)
    seed = H(labels.PROOF_SEED, label.encode(), salt, secret.reveal(), *values)
    return _nonces(seed, randomness)


def _nonces(seed: bytes, randomness: Randomness) -> Iterator[bytes]:
    for number in count():  # pragma: no branch  # it never ends
        hedged = reduce_wide(H(labels.PROOF_NONCE, seed, number.to_bytes(_COUNTER_BYTES, "big")))
        yield add_scalars(hedged, reduce_wide(randomness(WIDE_BYTES)))
