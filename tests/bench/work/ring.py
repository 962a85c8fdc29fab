"""Proving and verifying in a ring; see :mod:`tests.bench.worker`.

This build proves with fresh keys, which have a second secret; earlier ones with Ed25519 keys.
"""

import random
from collections.abc import Callable
from typing import Any, Final

from nacl.bindings import crypto_core_ed25519_is_valid_point as is_point

from cosign.secret import Secret
from tests.bench.worker import either

SigningKey = either("cosign.primitives.ed25519", "cosign.primitives.signing").SigningKey
interface = either("cosign.proofs.interface", "cosign.proofs.membership")
Ring = either("cosign.proofs.ring.statement", "cosign.proofs.ring").Ring
RingProver = either("cosign.proofs.ring.prover", "cosign.proofs.ring_prover").RingProver
RingVerifier = either("cosign.proofs.ring.verifier", "cosign.proofs.ring_verifier").RingVerifier

keys = either("cosign.proofs.ring.keys", "cosign.proofs.ring")
HAS_FRESH_KEYS: Final = hasattr(keys, "MemberSecret")

IDS: Final = bytes(range(32)), bytes(range(32, 64))
"""Of the roster and of the round."""


def prepare(step: str, size: str, count: str) -> Callable[[], object]:
    """Load a ring, and make a proof to verify.

    Args:
        step: ``prove`` or ``verify``; ``load`` the ring, or check the ``bare`` points of its keys.
        size: how many keys the ring has.
        count: how often to prove, or how many proofs to verify at once. They are one proof,
            so often, which takes as long as different ones.
    """
    randomness = random.Random("ring").randbytes  # noqa: S311  # the same for every build
    secrets = [_secret(randomness) for _ in range(int(size))]
    points = [key for _, key in secrets]
    if step in {"load", "bare"}:
        return {"load": lambda: Ring.load(points), "bare": lambda: list(map(is_point, points))}[
            step
        ]
    ring = Ring.load(points)
    binding = interface.Binding(IDS[1], "cosign", "")
    prover = RingProver(ring, *IDS, secrets[int(size) // 3][0], randomness=randomness)
    items = [(binding, prover.prove(binding))] * int(count)
    verifier = RingVerifier(ring, *IDS)

    def verify() -> None:
        assert verifier.verify_batch(items) == ()

    def prove() -> None:
        for _ in range(int(count)):
            prover.prove(binding)

    return {"prove": prove, "verify": verify}[step]


def _secret(randomness: Callable[[int], bytes]) -> tuple[Any, bytes]:
    """Make a member's secret in the build's own form, and its public key."""
    if HAS_FRESH_KEYS:
        secret = keys.MemberSecret.draw(randomness)
        return secret, secret.public_key
    seed = Secret(randomness(32))
    return seed, SigningKey(seed).public_key
