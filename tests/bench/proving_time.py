"""Whether the time of the prover's sums tells who signs, in the core that is in use.

See :mod:`tests.bench.dudect`. The sums over a ring of 32 keys are made for

- the first member against random ones, with random nonces;
- one member and the same nonces against random ones;
- nonces of few bits against random ones.

The *control* has nothing to tell but what is put there: for one of two equal classes, four
points more are decoded within its time. It has to exceed the doubt, or the other figures
would say nothing.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import Final

from cosign.primitives.curve import choice, core
from cosign.primitives.curve.constant_time import add_scalars, negate_scalar
from cosign.primitives.curve.edwards25519 import ORDER, encode_scalar
from cosign.proofs.ring.parameters import RingParameters
from tests.bench.dudect import DOUBT, welch_t
from tests.bench.measure import Result
from tests.support.rings import key_of, ring_of

KEYS: Final = 32
FOLDS: Final = 8_000 if choice.IS_NATIVE else 1_000
"""Of each class."""

PARAMETERS: Final = RingParameters.of(KEYS)
MORE: Final = [key_of(member) for member in range(4)]

Task = tuple[list[list[bytes]], tuple[int, ...]]
"""Rows and digits of a fold."""


def run() -> Iterator[Result]:
    """Compare classes of signers and of nonces."""
    same = _task(3)
    comparisons: dict[str, tuple[Callable[[], Task], Callable[[], Task]]] = {
        "signer": (lambda: _task(0), _random_task),
        "nonces": (lambda: _copy(same), _random_task),
        "weight": (lambda: _task(secrets.randbelow(KEYS), _few_bits), _random_task),
    }
    for name, classes in comparisons.items():
        yield Result(f"prover_{name}_t", welch_t(classes, _prepare, FOLDS), DOUBT)
    control = welch_t((_random_task, _random_task), _prepare_control, FOLDS)
    yield Result("prover_control_t", control, DOUBT, at_most=False)


def _random_task() -> Task:
    return _task(secrets.randbelow(KEYS))


def _uniform() -> bytes:
    return encode_scalar(secrets.randbelow(int(ORDER)))


def _few_bits() -> bytes:
    return encode_scalar(1 << secrets.randbelow(252))


def _task(member: int, draw: Callable[[], bytes] = _uniform) -> Task:
    rows = []
    for radix in PARAMETERS.radices:
        rest = [draw() for _ in range(radix - 1)]
        total = rest[0]
        for scalar in rest[1:]:
            total = add_scalars(total, scalar)
        rows.append([negate_scalar(total), *rest])
    return rows, PARAMETERS.digits(member)


def _copy(task: Task) -> Task:
    """Return the same values in new memory."""
    rows, digits = task
    return [[bytes(bytearray(scalar)) for scalar in row] for row in rows], digits


def _prepare(_kind: int, task: Task) -> Callable[[], object]:
    rows, digits = task
    keys = ring_of(KEYS).points
    return lambda: keys.fold(rows, digits)


def _prepare_control(kind: int, task: Task) -> Callable[[], object]:
    fold = _prepare(kind, task)

    def work() -> None:
        fold()
        if kind:
            core.decode(MORE)

    return work
