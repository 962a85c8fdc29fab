/** Scalars modulo the prime order of the group (docs/spec.md, "Group"), as BigInt. */

import { littleEndian, toLittleEndian } from '../bytes.js';

export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export const SCALAR_BYTES = 32;

export function reduce(number: bigint): bigint {
  const rest = number % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

const ORDER_BYTES = toLittleEndian(ORDER, SCALAR_BYTES);

/** Whether 32 bytes are a scalar: a number below the order, little-endian. */
export function isScalar(bytes: Uint8Array): boolean {
  for (let at = SCALAR_BYTES - 1; at >= 0; at--) {
    if (bytes[at] !== ORDER_BYTES[at]) return bytes[at]! < ORDER_BYTES[at]!;
  }
  return false;
}

/** Decode a scalar of 32 bytes; null if it is not below the order. */
export function decodeScalar(bytes: Uint8Array): bigint | null {
  return isScalar(bytes) ? littleEndian(bytes) : null;
}
