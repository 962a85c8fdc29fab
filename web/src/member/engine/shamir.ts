/** Secret sharing, t of n, modulo the order of the group (docs/spec.md, "Secret sharing"). */

import { type Bytes, toLittleEndian } from '../../verifier/bytes.js';
import type { Randomness, Scalars } from './primitives.js';

const WIDE_BYTES = 64;

/** Return a uniform scalar of 32 bytes. */
export function randomScalar(scalars: Scalars, randomness: Randomness): Bytes {
  return scalars.reduce(randomness(WIDE_BYTES));
}

/** Return n shares of a secret scalar, any t of which give it; share i is f(i), i from 1. */
export function split(
  scalars: Scalars,
  secret: Bytes,
  threshold: number,
  count: number,
  randomness: Randomness,
): Bytes[] {
  const coefficients = [secret];
  while (coefficients.length < threshold) coefficients.push(randomScalar(scalars, randomness));
  return Array.from({ length: count }, (_, i) => {
    const x = toLittleEndian(BigInt(i + 1), 32);
    return coefficients.reduceRight((sum, one) => scalars.add(scalars.multiply(sum, x), one));
  });
}
