/**
 * Whether points are of prime order: each by itself, or many by random sums of some of them
 * (docs/spec.md, "Group").
 *
 * The sums are over points added up by eight random bits each: 256 buckets, of which each sum adds
 * up half. So 128 sums cost sixteen additions a point instead of 64.
 */

import type { Limbs } from './field.js';
import { isInPrimeOrderGroup } from './multiply.js';
import type { PointTable } from './multiscalar.js';
import { CACHED, POINT, addCached, addPoint, isIdentity, setIdentity } from './points.js';
import { randomBytes } from './random.js';

const SUMS = 128;
const BITS = 8;

/** Whether a point is of prime order; the identity is not. */
export function hasPrimeOrder(point: Limbs, o: number): boolean {
  return !isIdentity(point, o) && isInPrimeOrderGroup(point, o);
}

/**
 * Whether the orders of all points divide the prime order.
 *
 * Wrong with probability 2^-128 for points of which one has a part of small order.
 */
export function allInPrimeOrderGroup(points: PointTable): boolean {
  const buckets = new Float64Array(2 ** BITS * POINT);
  const cached = new Float64Array(CACHED);
  for (let group = 0; group < SUMS / BITS; group++) {
    const choices = randomBytes(points.length);
    for (let o = 0; o < buckets.length; o += POINT) setIdentity(buckets, o);
    for (let place = 0; place < points.length; place++) {
      points.get(cached, place);
      addCached(buckets, choices[place]! * POINT, cached, 0);
    }
    if (!bucketSumsPass(buckets)) return false;
  }
  return true;
}

/** Check, for each bit, the sum of the buckets whose number has it; uses up the buckets. */
function bucketSumsPass(buckets: Limbs): boolean {
  const sum = new Float64Array(POINT);
  for (let half = buckets.length / 2; half >= POINT; half /= 2) {
    setIdentity(sum, 0);
    for (let o = 0; o < half; o += POINT) {
      addPoint(sum, 0, buckets, half + o);
      addPoint(buckets, o, buckets, half + o); // so the lower bits count for both halves
    }
    if (!isInPrimeOrderGroup(sum, 0)) return false;
  }
  return true;
}
