/** Multiples of single points, by doubling and adding in the non-adjacent form. */

import type { Limbs } from './field.js';
import { POINT, addPoint, double, identity, isIdentity, negate } from './points.js';
import { ORDER } from './scalars.js';

/** Return the sum of scalar times point for a few points; scalars are not negative. */
export function multiply(...terms: readonly (readonly [scalar: bigint, point: Limbs])[]): Limbs {
  const prepared = terms.map(([scalar, point]) => prepare(nonAdjacent(scalar), point));
  return sumOf(prepared);
}

/** Whether the order of a point divides the prime order of the group. */
export function isInPrimeOrderGroup(point: Limbs, o: number): boolean {
  const product = sumOf([prepare(ORDER_DIGITS, point.slice(o, o + POINT))]);
  return isIdentity(product, 0);
}

const ORDER_DIGITS = nonAdjacent(ORDER);

interface Prepared {
  readonly digits: Int8Array;
  readonly point: Limbs;
  readonly negative: Limbs;
}

function prepare(digits: Int8Array, point: Limbs): Prepared {
  const negative = point.slice();
  negate(negative, 0);
  return { digits, point, negative };
}

function sumOf(terms: readonly Prepared[]): Limbs {
  const sum = identity();
  for (let bit = Math.max(...terms.map(({ digits }) => digits.length)) - 1; bit >= 0; bit--) {
    double(sum, 0);
    for (const { digits, point, negative } of terms) {
      const digit = digits[bit] ?? 0;
      if (digit !== 0) addPoint(sum, 0, digit > 0 ? point : negative, 0);
    }
  }
  return sum;
}

/** Return digits -1, 0 and 1, the lowest first, no two of which side by side are not zero. */
function nonAdjacent(scalar: bigint): Int8Array {
  const digits: number[] = [];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    const digit = rest & 1n ? 2 - Number(rest & 3n) : 0;
    digits.push(digit);
    rest -= BigInt(digit);
  }
  return Int8Array.from(digits);
}
