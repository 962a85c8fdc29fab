"""The prover's sums over a ring, by libsodium (docs/spec.md, "Ring proof: proving").

The sums are folded digit by digit: of N scalar multiplications for the first digit, a
fraction is left for each further one.

Not protected: which nodes are read shows in the caches of the signer's own machine. An
executor of processes gets nonces through pipes; prefer threads, which libsodium lets run
side by side.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Final

from cosign.primitives.curve.constant_time import IDENTITY_BYTES, add_points, sum_of_products
from cosign.primitives.parallel import Progress, chunks, run

_TASK_TERMS: Final = 512
"""Scalar multiplications in one task: about a twentieth of a second."""

_Row = Sequence[bytes]
"""The scalars of one digit's values."""

_Node = tuple[bytes, ...]
"""A polynomial in xi by its coefficients, points, the constant one first."""


def fold(
    keys: Sequence[bytes],
    rows: Sequence[_Row],
    digits: Sequence[int],
    executor: Executor | None,
    progress: Progress,
) -> _Node:
    """Return the coefficients but the highest; see :func:`cosign.primitives.curve.core.fold`.

    Folding a digit turns as many nodes as it has values into one, the sum of (s_i xi + a_i)
    times the i-th, with s_i 1 for the signer's digit and else 0. Missing nodes at the end
    stand for the last key; as a sums to 0 and s to 1, nodes of nothing else fold to xi
    times themselves.
    """
    nodes: list[_Node] = [(key,) for key in keys]
    padding: _Node = (keys[-1],)
    done, total = 0, work(len(keys), [len(row) for row in rows])
    for row, digit in zip(rows, digits, strict=True):
        nodes += [padding] * (-len(nodes) % len(row))
        groups = [nodes[i : i + len(row)] for i in range(0, len(nodes), len(row))]
        terms = len(row) * len(padding)  # of one group
        pieces = chunks(len(groups), -(-_TASK_TERMS // terms))
        nodes = []
        for part in run(_fold_groups, [(row, digit, groups[p]) for p in pieces], executor):
            nodes += part
            done += terms * len(part)
            progress(done, total)
        padding = (IDENTITY_BYTES, *padding)
    return nodes[0][:-1]


def work(size: int, radices: Sequence[int]) -> int:
    """Count the scalar multiplications of a fold."""
    total = 0
    for coefficients, radix in enumerate(radices, 1):
        size = -(-size // radix)
        total += size * radix * coefficients
    return total


def _fold_groups(row: _Row, digit: int, groups: Sequence[Sequence[_Node]]) -> list[_Node]:
    return [_fold_group(row, digit, group) for group in groups]


def _fold_group(row: _Row, digit: int, group: Sequence[_Node]) -> _Node:
    """Return the sum of (s_i xi + a_i) times the i-th node."""
    constant, *sums = (sum_of_products(row, column) for column in zip(*group, strict=True))
    *chosen, highest = group[digit]  # times xi: one place up
    raised = (add_points(s, c) for s, c in zip(sums, chosen, strict=True))
    return constant, *raised, highest
