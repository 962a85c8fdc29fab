/** X-Wing public keys, of which a verifier checks the form only (docs/spec.md, "Sealing"). */

import { equal, littleEndian, toLittleEndian } from './bytes.js';
import { NotValid } from './errors.js';

const ML_KEM_MODULUS = 3329;
const COEFFICIENT_BYTES = 3 * 384;
const X25519_AT = 1184;
const P = 2n ** 255n - 19n;

/** u-coordinates of points of small order, on the curve and on its twist (RFC 7748, section 7). */
const SMALL_ORDER = [
  0n,
  1n,
  P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
].map((u) => toLittleEndian(u, 32));

/** Check a key of 1,216 bytes: ML-KEM-768, then X25519. */
export function checkSealingKey(key: Uint8Array): void {
  const point = key.subarray(X25519_AT);
  if (littleEndian(point) >= P) bad('X25519', 'is not reduced');
  if (SMALL_ORDER.some((one) => equal(one, point))) bad('X25519', 'has small order');
  for (let at = 0; at < COEFFICIENT_BYTES; at += 3) {
    const [low, middle, high] = [key[at]!, key[at + 1]!, key[at + 2]!];
    const one = low | ((middle & 0x0f) << 8);
    const other = (middle >>> 4) | (high << 4);
    if (one >= ML_KEM_MODULUS || other >= ML_KEM_MODULUS) bad('ML-KEM', 'is not reduced');
  }
}

function bad(part: string, what: string): never {
  throw new NotValid(`the ${part} part of a sealing key ${what}`);
}
