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
    tables: Sequence[tuple[Scalar, Table]], radices: Sequence[int], first: int, count: int
) -> list[Scalar]:
    """Return the weighted sums for ``count`` indices from ``first`` on, modulo the order.

    Args:
        tables: pairs of a weight and a table, in which all scalars are reduced.
        radices: the lengths of the rows, which are the same in every table.
        first: the first index.
        count: how many indices follow each other, all below the product of the radices.
    """
    split = _split(radices, count)
    low_size = math.prod(radices[:split])
    high = range(first // low_size, -(-(first + count) // low_size))
    slot_bits = _PRODUCT_BITS + len(tables).bit_length()  # for a sum over all tables
    sums = [mpz(0)] * len(high)
    for weight, table in tables:
        low = pack(_products(table[:split]), slot_bits)
        for i, number in enumerate(high):
            sums[i] += _product(weight, table[split:], number) * low
    out: list[Scalar] = []
    for packed in sums:
        slots = unpack(packed, slot_bits)
        out += [slot % ORDER for slot in slots]
        out += [mpz(0)] * (low_size - len(slots))  # unpack omits leading zeros
    return out[first % low_size :][:count]


def _split(radices: Sequence[int], count: int) -> int:
    """Return the number of low digits for which the two halves have the fewest products."""

    def products(cut: int) -> int:
        low = math.prod(radices[:cut])
        return low - (-count // low)

    return min(range(len(radices) + 1), key=products)


def _products(rows: Table) -> list[Scalar]:
    """Return the products of one scalar of each row, for all choices, the first row fastest."""
    products = [mpz(1)]
    for row in rows:
        products = [p * f % ORDER for f in row for p in products]
    return products


def _product(start: Scalar, rows: Table, number: int) -> Scalar:
    """Return ``start`` times one scalar of each row: those of a number's digits."""
    for row in rows:
        number, digit = divmod(number, len(row))
        start = start * row[digit] % ORDER
    return start
