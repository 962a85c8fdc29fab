/**
 * Byte strings: order and numbers.
 *
 * docs/spec.md, "Glossary": byte strings ascend in lexicographic order of unsigned bytes, a string
 * before every longer one that it begins; integers of fixed width are big-endian.
 */

export { concatBytes, equalBytes } from '@noble/curves/utils.js';

export const utf8 = (text) => new TextEncoder().encode(text);

export function u64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/** Negative, zero or positive, as `a` comes before, equals or comes after `b`. */
export function compareBytes(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}

export function ascendStrictly(items, compare) {
  return items.every((item, i) => i === 0 || compare(items[i - 1], item) < 0);
}

/** The byte string cut into pieces of 32 bytes. */
export function pieces(bytes) {
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * i + 32));
}

/** No two of the byte strings are equal. */
export function distinct(strings) {
  return ascendStrictly(strings.toSorted(compareBytes), compareBytes);
}
