/** Randomness of the operating system. */

import { type Bytes, littleEndian } from '../bytes.js';

/** The most that browsers give at once. */
const MOST_AT_ONCE = 65_536;

export function randomBytes(size: number): Bytes {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += MOST_AT_ONCE) {
    crypto.getRandomValues(bytes.subarray(at, at + MOST_AT_ONCE));
  }
  return bytes;
}

/** A weight of a batch: 1 plus 128 random bits (docs/spec.md, "Ring proof: verifying"). */
export function randomWeight(): bigint {
  return 1n + littleEndian(randomBytes(16));
}
