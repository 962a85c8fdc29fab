/** Scalars modulo the prime order of the group (docs/spec.md, "Group"), as BigInt. */

import { littleEndian } from '../bytes.js';

export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export const SCALAR_BYTES = 32;

export function reduce(number: bigint): bigint {
  const rest = number % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/** Decode a scalar of 32 bytes; null if it is not below the order. */
export function decodeScalar(bytes: Uint8Array): bigint | null {
  const scalar = littleEndian(bytes);
  return scalar < ORDER ? scalar : null;
}
