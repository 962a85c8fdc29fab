"""Whether the registrar's signing time depends on what it signs, in the manner of dudect.

O. Reparaz, J. Balasch, I. Verbauwhede, "Dude, is my code constant time?" (2017): one
fixed blinded message against fresh random ones, in random order, and Welch's t of the
two samples, slow outliers cropped. Above 4.5 one begins to doubt, above 10 one knows.

Processor time of the thread is measured, which is finer than what anybody sees from
afar. Not shown by that: anything about a message that its maker chose to be special,
such as 1, which is faster to check and which its maker knows anyway.
"""

import random
import statistics
import time
from collections.abc import Iterator
from typing import Final

from cosign.primitives import blind_rsa
from cosign.randomness import SYSTEM
from tests.bench.measure import Result
from tests.support.world import loaded_rsa_key

SIGNATURES: Final = 600
"""Of each class, in each repetition."""
REPETITIONS: Final = 5
KEPT: Final = 0.9
"""The fastest part of all measurements; what is slower was interrupted."""


def run() -> Iterator[Result]:
    """Compare fixed and random messages; the median of a few repetitions."""
    found = [_statistic() for _ in range(REPETITIONS)]
    yield Result("registrar_timing_t", statistics.median(found), 4.5)


def _blinded() -> bytes:
    """Give a blinded message as a member would make one."""
    key = loaded_rsa_key(0).public_key
    variant = blind_rsa.PSS_RANDOMIZED
    prepared = blind_rsa.prepare(variant, b"message", SYSTEM)
    return blind_rsa.blind(key, prepared, variant, SYSTEM)[0]


def _statistic() -> float:
    """Give the absolute value of Welch's t."""
    fixed = _blinded()
    tasks = [
        (kind, _blinded() if kind else bytes(bytearray(fixed))) for kind in (0, 1) * SIGNATURES
    ]
    random.shuffle(tasks)
    taken: tuple[list[int], list[int]] = ([], [])
    for kind, message in tasks:
        started = time.thread_time_ns()
        blind_rsa.blind_sign(loaded_rsa_key(0), message, SYSTEM)
        taken[kind].append(time.thread_time_ns() - started)
    cut = sorted([*taken[0], *taken[1]])[int(2 * SIGNATURES * KEPT)]
    one, other = ([t for t in times if t <= cut] for times in taken)
    spread = sum(statistics.variance(times) / len(times) for times in (one, other))
    return float(abs(statistics.fmean(one) - statistics.fmean(other)) / spread**0.5)
