"""The prover's sums over a ring, by libsodium (docs/spec.md, "Ring proof: proving").

The sums are folded digit by digit: of N scalar multiplications for the first digit, a
fraction is left for each further one.

Not protected: which nodes are read shows in the caches of the signer's own machine.
"""

from collections.abc import Sequence

from cosign.primitives.curve.constant_time import IDENTITY_BYTES, add_points, sum_of_products

_Row = Sequence[bytes]
"""The scalars of one digit's values."""

_Node = tuple[bytes, ...]
"""A polynomial in xi by its coefficients, points, the constant one first."""


def fold_keys(keys: Sequence[bytes], rows: Sequence[_Row], digits: Sequence[int]) -> _Node:
    """Fold keys to one node; see :func:`cosign.primitives.curve.core.fold_keys`."""
    nodes: list[_Node] = [(key,) for key in keys]
    return _fold(nodes, (keys[-1],), rows, digits)


def fold_nodes(
    nodes: Sequence[_Node], last_key: bytes, rows: Sequence[_Row], digits: Sequence[int]
) -> _Node:
    """Fold nodes to one; see :func:`cosign.primitives.curve.core.fold_nodes`."""
    padding = (*[IDENTITY_BYTES] * (len(nodes[0]) - 1), last_key)
    return _fold(list(nodes), padding, rows, digits)[:-1]


def _fold(nodes: list[_Node], padding: _Node, rows: Sequence[_Row], digits: Sequence[int]) -> _Node:
    """Fold by one digit after the other.

    Folding a digit turns as many nodes as it has values into one, the sum of (s_i xi + a_i)
    times the i-th, with s_i 1 for the signer's digit and else 0. Missing nodes at the end
    stand for the last key; as a sums to 0 and s to 1, nodes of nothing else fold to xi
    times themselves.
    """
    for row, digit in zip(rows, digits, strict=True):
        nodes += [padding] * (-len(nodes) % len(row))
        groups = (nodes[i : i + len(row)] for i in range(0, len(nodes), len(row)))
        nodes = [_fold_group(row, digit, group) for group in groups]
        padding = (IDENTITY_BYTES, *padding)
    return nodes[0]


def work(size: int, radices: Sequence[int]) -> int:
    """Count the scalar multiplications of a fold."""
    total = 0
    for coefficients, radix in enumerate(radices, 1):
        size = -(-size // radix)
        total += size * radix * coefficients
    return total


def _fold_group(row: _Row, digit: int, group: Sequence[_Node]) -> _Node:
    """Return the sum of (s_i xi + a_i) times the i-th node."""
    constant, *sums = (sum_of_products(row, column) for column in zip(*group, strict=True))
    *chosen, highest = group[digit]  # times xi: one place up
    raised = (add_points(s, c) for s, c in zip(sums, chosen, strict=True))
    return constant, *raised, highest
