"""Sums of products over the digits of all indices (docs/spec.md, "Ring proof: verifying").

The tables f_k have one row of scalars for each digit of an index, and w_k are weights.
For every index i with digits i_0, i_1, ... this computes the sum over k of
``w_k * f_k[0][i_0] * f_k[1][i_1] * ...``.

The digits are split into a low and a high half, so that each table needs only about as
many products as the square root of the number of indices. The halves are combined as one
packed integer for each high index (Kronecker substitution), which is reduced once at the
end.
"""

import math
from collections.abc import Sequence
from typing import Final

from gmpy2 import mpz, pack, unpack  # type: ignore[import-untyped]  # ships no type hints

from cosign.primitives.curve.edwards25519 import ORDER, Scalar

_PRODUCT_BITS: Final = 2 * 253
"""Bits of a product of two scalars."""

Table = Sequence[Sequence[Scalar]]
"""One row of scalars for each digit; the first digit of an index is its lowest."""


def sum_of_digit_products(
    tables: Sequence[tuple[Scalar, Table]], radices: Sequence[int], count: int
) -> list[Scalar]:
    """Return the weighted sums for the indices 0 to count - 1, reduced modulo the order.

    Args:
        tables: pairs of a weight and a table, in which all scalars are reduced.
        radices: the lengths of the rows, which are the same in every table.
        count: at most the product of the radices.
    """
    split = _split(radices)
    low_size = math.prod(radices[:split])
    slot_bits = _PRODUCT_BITS + len(tables).bit_length()  # for a sum over all tables
    sums = [mpz(0)] * -(-count // low_size)
    for weight, table in tables:
        low = pack(_products(mpz(1), table[:split], low_size), slot_bits)
        for i, product in enumerate(_products(weight, table[split:], len(sums))):
            sums[i] += product * low
    out: list[Scalar] = []
    for packed in sums:
        slots = unpack(packed, slot_bits)
        out += [slot % ORDER for slot in slots]
        out += [mpz(0)] * (low_size - len(slots))  # unpack omits leading zeros
    return out[:count]


def _split(radices: Sequence[int]) -> int:
    """Return the number of low digits for which the two halves have the fewest products."""
    cuts = range(len(radices) + 1)
    return min(cuts, key=lambda h: math.prod(radices[:h]) + math.prod(radices[h:]))


def _products(start: Scalar, rows: Table, most: int) -> list[Scalar]:
    """Return ``start`` times one element of each row, for the first choices.

    The first row is the fastest. There are ``most`` products, or as many as choices.
    """
    products = [start]
    for row in rows:
        needed = row[: -(-most // len(products))]
        products = [p * f % ORDER for f in needed for p in products]
    return products[:most]
