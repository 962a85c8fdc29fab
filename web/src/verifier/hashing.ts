/** Hashes under labels, identifiers and fingerprints (docs/spec.md, "Hashing"). */

import { sha512Stream } from './sha2.js';
import { type Bytes, bigEndian, u64, utf8 } from './bytes.js';

/** H(label, parts): SHA-512 over label and parts, each with its length in front; 64 bytes. */
export function H(label: string, ...parts: readonly Uint8Array[]): Bytes {
  const hash = sha512Stream();
  for (const part of [utf8(label), ...parts]) hash.update(u64(part.length)).update(part);
  return hash.digest();
}

/** The first 32 bytes of H: they commit to a record. */
export function identifier(label: string, record: Uint8Array): Bytes {
  return H(label, record).subarray(0, 32);
}

/** A hash over a stream that comes in pieces; the stream is its only part. */
export class RunningHash {
  readonly #hash = sha512Stream();

  constructor(label: string) {
    const name = utf8(label);
    this.#hash.update(u64(name.length)).update(name);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  /** 64 bytes; nothing can be added afterwards. */
  digest(): Bytes {
    return this.#hash.digest();
  }
}

/** Sixty digits in twelve groups of five, of 32 bytes. */
export function fingerprint(bytes: Uint8Array): string {
  const digits = (bigEndian(bytes) % 10n ** 60n).toString().padStart(60, '0');
  return digits.replace(/(.{5})(?=.)/g, '$1 ');
}
