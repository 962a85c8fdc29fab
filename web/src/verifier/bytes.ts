/** Byte strings: joining, comparing, and the forms in which numbers stand in them. */

/** Bytes that are not shared with another thread, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();

export function utf8(text: string): Bytes {
  return ENCODER.encode(text);
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Compare as docs/spec.md, "Notation": unsigned bytes, a string before those that it begins. */
export function compare(one: Uint8Array, other: Uint8Array): number {
  const shorter = Math.min(one.length, other.length);
  for (let i = 0; i < shorter; i++) {
    const difference = one[i]! - other[i]!;
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && compare(one, other) === 0;
}

export function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && equal(bytes.subarray(0, start.length), start);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** u64(x): 8 bytes, big-endian; x is at most 2^53. */
export function u64(number: number): Bytes {
  const high = Math.floor(number / 2 ** 32);
  return concat(u32(high), u32(number));
}

export function u32(number: number): Bytes {
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

export function bigEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let number = 0n;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) number = (number << 64n) | view.getBigUint64(at);
  for (; at < bytes.length; at++) number = (number << 8n) | BigInt(bytes[at]!);
  return number;
}

export function littleEndian(bytes: Uint8Array): bigint {
  return bigEndian(Uint8Array.from(bytes).reverse());
}

/** Write a number below 2^(8 size), little-endian. */
export function toLittleEndian(number: bigint, size: number): Bytes {
  return fromHex(number.toString(16).padStart(2 * size, '0')).reverse() as Bytes;
}

/** Whether no two strings are equal. */
export function areDistinct(strings: readonly Uint8Array[]): boolean {
  return new Set(strings.map(hex)).size === strings.length;
}
