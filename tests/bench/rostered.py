"""Speed of ring proofs as ratios within one run, so that machines can be compared.

The unit s is one libsodium scalar multiplication and one addition of points.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from nacl import bindings
from zktally.primitives.lsag import canonical_ring, lsag_sign, lsag_verify, ring_keygen

from cosign.primitives.curve import choice, core
from cosign.primitives.curve.decoded_keys import pack_tables
from cosign.primitives.curve.edwards25519 import ORDER
from cosign.proofs.interface import Binding
from cosign.proofs.ring.parameters import RingParameters
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.verifier import RingVerifier
from tests.bench.builds import NO_HISTORY, work_ratio
from tests.bench.measure import LeftOut, Result, ratio
from tests.support.rings import (
    BINDING,
    ROSTER_ID,
    ROUND_ID,
    OmniscientProver,
    key_of,
    ring_of,
    secret_of,
)

KEYS: Final = 10_000
LSAG_KEYS: Final = 128
VERSUS_PREVIOUS: Final = {
    "ring_prove_v2": ("prove", str(KEYS), "1"),
    "ring_verify_v2": ("verify", str(KEYS), "1"),
    "ring_batch_1000_v2": ("verify", str(KEYS), "1000"),
}
"""Work that must not take longer than in the build whose keys had no second secret."""

LSAG_RUNS: Final = 50
"""Proofs of ours timed together, so that both sides take seconds."""


def units() -> None:
    """As many scalar multiplications and additions as the large ring has keys."""
    scalar, point = secret_of(0).x.reveal(), key_of(1)
    for key in ring_of(KEYS).keys:
        product = bindings.crypto_scalarmult_ed25519_noclamp(scalar, key)
        bindings.crypto_core_ed25519_add(product, point)


@cache
def prover() -> RingProver:
    """A member of the large ring."""
    return RingProver(ring_of(KEYS), ROSTER_ID, ROUND_ID, secret_of(KEYS // 3))


@cache
def verifier() -> RingVerifier:
    """Of the large ring, loaded."""
    return RingVerifier(ring_of(KEYS), ROSTER_ID, ROUND_ID)


@cache
def items(count: int) -> list[tuple[Binding, bytes]]:
    """Proofs of so many members of the large ring."""
    omniscient = OmniscientProver(KEYS)
    return [(BINDING, omniscient.prove(member)) for member in range(count)]


def verify(count: int) -> Callable[[], None]:
    """Verify so many proofs at once."""
    batch = items(count)

    def action() -> None:
        if verifier().verify_batch(batch):
            raise RuntimeError("a proof of the bench is bad")

    return action


def ring_prove_ratio() -> float:
    """Proving over N s."""
    return ratio(lambda: prover().prove(BINDING), units)


def ring_verify_ratio() -> float:
    """Verifying one proof over N s."""
    return ratio(verify(1), units)


def ring_batch_100() -> float:
    """Verifying 100 proofs over one."""
    return ratio(verify(100), verify(1), 8)


def ring_batch_1000() -> float:
    """Verifying 1,000 proofs over one."""
    return ratio(verify(1_000), verify(1))


def ring_weights_share() -> float:
    """Forming the weights of 1,000 proofs over verifying them."""
    radices = RingParameters.of(KEYS).radices
    tables = pack_tables([_weight_table(radices, number) for number in range(1_000)])
    return ratio(lambda: core.key_weights(tables, bytes(radices), 0, KEYS, 1), verify(1_000))


def _weight_table(radices: tuple[int, ...], number: int) -> tuple[int, list[list[int]]]:
    table = [[pow(i + 2, 300 + number + t, ORDER) for i in range(n)] for t, n in enumerate(radices)]
    return ORDER // (number + 2), table


@cache
def lsag() -> tuple[Callable[[], object], Callable[[], object]]:
    """Signing and verifying a linear ring signature by zktally, its caches filled."""
    keys = [ring_keygen() for _ in range(LSAG_KEYS)]
    ring = canonical_ring([key.public for key in keys])
    index = ring.index(keys[0].public)
    signature = lsag_sign(b"message", ring, index, keys[0])
    return (
        lambda: lsag_sign(b"message", ring, index, keys[0]),
        lambda: lsag_verify(b"message", ring, signature),
    )


def ring_vs_lsag_sign() -> float:
    """A linear ring signature over a ring proof, 128 keys."""
    ours = RingProver(ring_of(LSAG_KEYS), ROSTER_ID, ROUND_ID, secret_of(5))
    runs = range(LSAG_RUNS)
    return LSAG_RUNS * ratio(lsag()[0], lambda: [ours.prove(BINDING) for _ in runs], 2)


def ring_vs_lsag_verify() -> float:
    """Verifying a linear ring signature over verifying a ring proof, 128 keys."""
    proof = RingProver(ring_of(LSAG_KEYS), ROSTER_ID, ROUND_ID, secret_of(5)).prove(BINDING)
    ours = RingVerifier(ring_of(LSAG_KEYS), ROSTER_ID, ROUND_ID)
    batch = [(BINDING, proof)]
    runs = range(LSAG_RUNS)
    return LSAG_RUNS * ratio(lsag()[1], lambda: [ours.verify_batch(batch) for _ in runs], 2)


def run() -> Iterator[Result | LeftOut]:
    """Measure everything about rostered rounds."""
    yield Result("ring_prove_ratio", ring_prove_ratio(), 1.3)
    yield Result("ring_verify_ratio", ring_verify_ratio(), 0.6)
    # Of the core in Python alone: in the compiled one a single proof takes a tenth of the time,
    # a proof among many a sixth, and tests/bench/cores.py says how long a thousand take.
    yield Result("ring_batch_100", ring_batch_100(), None if choice.IS_NATIVE else 1.4)
    yield Result("ring_batch_1000", ring_batch_1000(), None if choice.IS_NATIVE else 5)
    yield Result("ring_weights_share", ring_weights_share(), None if choice.IS_NATIVE else 0.333)
    for name, arguments in VERSUS_PREVIOUS.items():
        found = work_ratio("tests.bench.work.ring", *arguments)
        yield LeftOut(name, NO_HISTORY) if found is None else Result(name, found, 1.05)
    yield Result("ring_bytes_1024", RingParameters.of(1_024).proof_bytes, 1_000)
    yield Result("ring_bytes_10000", RingParameters.of(10_000).proof_bytes, 1_650)
    yield Result("ring_vs_lsag_sign", ring_vs_lsag_sign(), 100, at_most=False)
    yield Result("ring_vs_lsag_verify", ring_vs_lsag_verify(), 100, at_most=False)
