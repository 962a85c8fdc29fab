/**
 * Sums of multiples of points: Pippenger's method with signed digits.
 *
 * The bits of all scalars are cut into windows. In each window the points are added up by digit in
 * buckets, and the buckets, weighted with their digits, by sums of sums. All values are public.
 */

import { toLittleEndian } from '../bytes.js';
import type { Limbs } from './field.js';
import {
  CACHED,
  POINT,
  addCached,
  addPoint,
  cache,
  double,
  identity,
  setIdentity,
} from './points.js';

/** Bits of a scalar below the group's order, and one for the carry of signed digits. */
const BITS = 254;

/**
 * Points that are added many times: an array of cached points.
 *
 * Their limbs are integers below 2^24, which 32-bit floats hold exactly, in half of the memory.
 */
export class PointTable {
  readonly length: number;
  readonly #limbs: Float32Array;

  constructor(length: number) {
    this.length = length;
    this.#limbs = new Float32Array(length * CACHED);
  }

  /** Set a place to a point whose Z is 1. */
  set(place: number, point: Limbs, o: number): void {
    const cached = new Float64Array(CACHED);
    cache(cached, 0, point, o);
    this.#limbs.set(cached, place * CACHED);
  }

  /** Copy a cached point. */
  get(out: Limbs, place: number): void {
    const from = place * CACHED;
    for (let k = 0; k < CACHED; k++) out[k] = this.#limbs[from + k]!;
  }
}

/**
 * Return the sum of scalar times point over several tables.
 *
 * @param terms tables with a scalar, below the group's order, for each of their points.
 */
export function multiscalar(terms: readonly (readonly [PointTable, readonly bigint[]])[]): Limbs {
  const count = terms.reduce((sum, [table]) => sum + table.length, 0);
  const width = bestWidth(count);
  const windows = Math.ceil(BITS / width);
  const digits = terms.map(([, scalars]) => signedDigits(scalars, width, windows));
  const buckets = new Float64Array(2 ** (width - 1) * POINT);
  const sum = identity();
  const cached = new Float64Array(CACHED);
  for (let window = windows - 1; window >= 0; window--) {
    for (let k = 0; k < width; k++) double(sum, 0);
    for (let o = 0; o < buckets.length; o += POINT) setIdentity(buckets, o);
    terms.forEach(([table], term) => {
      const own = digits[term]!;
      for (let place = 0; place < table.length; place++) {
        const digit = own[window * table.length + place]!;
        if (digit === 0) continue;
        table.get(cached, place);
        addCached(buckets, (Math.abs(digit) - 1) * POINT, cached, 0, digit < 0);
      }
    });
    addWeighted(sum, buckets);
  }
  return sum;
}

/** sum += 1 bucket_1 + 2 bucket_2 + ... */
function addWeighted(sum: Limbs, buckets: Limbs): void {
  const above = identity();
  for (let o = buckets.length - POINT; o >= 0; o -= POINT) {
    addPoint(above, 0, buckets, o);
    addPoint(sum, 0, above, 0);
  }
}

/** Return the width of windows for which so many points cost the fewest additions. */
function bestWidth(count: number): number {
  const cost = (width: number) => Math.ceil(BITS / width) * (count + 2.3 * 2 ** (width - 1));
  let best = 2;
  for (let width = 3; width <= 16; width++) if (cost(width) < cost(best)) best = width;
  return best;
}

/** Return the digits of scalars from -2^(width - 1) + 1 to 2^(width - 1), window by window. */
function signedDigits(scalars: readonly bigint[], width: number, windows: number): Int32Array {
  const digits = new Int32Array(windows * scalars.length);
  const half = 2 ** (width - 1);
  scalars.forEach((scalar, place) => {
    const bytes = toLittleEndian(scalar, 36); // with zeros behind it for the last window
    const view = new DataView(bytes.buffer);
    let carry = 0;
    for (let window = 0; window < windows; window++) {
      const bit = window * width;
      const word = view.getUint32(bit >>> 3, true);
      const digit = ((word >>> (bit & 7)) & (2 ** width - 1)) + carry;
      carry = digit > half ? 1 : 0;
      digits[window * scalars.length + place] = digit - carry * 2 ** width;
    }
  });
  return digits;
}

