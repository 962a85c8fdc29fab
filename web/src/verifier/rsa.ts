/**
 * Signatures of registrars: RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes
 * (docs/spec.md, "Blind signatures"; RFC 8017, sections 8.1.2 and 9.1.2).
 *
 * The browser verifies, behind comparisons of bytes; where it offers no cryptography, as on a page
 * that came over http, the same is computed here.
 */

import { sha384 } from './sha2.js';
import { type Bytes, bigEndian, concat, equal, fromHex, startsWith, u32 } from './bytes.js';
import { NotValid } from './errors.js';
import { Passed } from './passed.js';

export const HASH_BYTES = 48;
export const SALT_BYTES = 48;

/**
 * Everything before the modulus, and after it, in the one canonical DER of a key
 * (SubjectPublicKeyInfo, rsaEncryption with NULL, e = 65537), by the size of the modulus.
 */
const HEADS: ReadonlyMap<number, Bytes> = new Map([
  [384, fromHex('308201a2300d06092a864886f70d01010105000382018f003082018a0282018100')],
  [512, fromHex('30820222300d06092a864886f70d01010105000382020f003082020a0282020100')],
]);
const TAIL = fromHex('0203010001');

/** Return the modulus of a key, as bytes. Throws NotValid if the key keeps not to the rules. */
export function checkRsaKey(der: Uint8Array): Uint8Array {
  for (const [size, head] of HEADS) {
    if (der.length !== head.length + size + TAIL.length || !startsWith(der, head)) continue;
    const modulus = der.subarray(head.length, head.length + size);
    const isWhole = modulus[0]! >= 0x80;
    const isOdd = modulus[size - 1]! % 2 === 1;
    if (isWhole && isOdd && equal(der.subarray(head.length + size), TAIL)) return modulus;
  }
  throw new NotValid(
    "a registrar's key is not the one encoding of an odd RSA modulus of 3072 or 4096 bits with " +
      'exponent 65537',
    'the registrar has to make new keys',
  );
}

const ALGORITHM = { name: 'RSA-PSS', saltLength: SALT_BYTES };
const passedSignature = new Passed();
const passedMessage = new Passed();

/** A registrar's key for one slot. */
export class RsaKey {
  /** Length of modulus and signatures in bytes. */
  readonly size: number;
  readonly #modulus: Uint8Array;
  readonly #imported: Promise<CryptoKey | null>;

  /** @param der a key that keeps to the rules. */
  constructor(der: Bytes) {
    this.#modulus = checkRsaKey(der);
    this.size = this.#modulus.length;
    this.#imported = importKey(der);
  }

  /** @param message in parts. */
  async isValid(signature: Bytes, ...message: readonly Uint8Array[]): Promise<boolean> {
    if (signature.length !== this.size || !isBelow(signature, this.#modulus)) return false;
    const key = await this.#imported;
    if (key === null) return this.#holds(signature, concat(...message));
    const passed = [passedSignature.of(signature), passedMessage.of(...message)] as const;
    return crypto.subtle.verify(ALGORITHM, key, ...passed);
  }

  #holds(signature: Bytes, message: Bytes): boolean {
    const modulus = bigEndian(this.#modulus);
    const base = bigEndian(signature);
    let power = base; // base^65537
    for (let bit = 0; bit < 16; bit++) power = (power * power) % modulus;
    power = (power * base) % modulus;
    return isEncoded(fromHex(power.toString(16).padStart(2 * this.size, '0')), message);
  }
}

async function importKey(der: Bytes): Promise<CryptoKey | null> {
  if (!globalThis.crypto?.subtle) return null;
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' };
  return crypto.subtle.importKey('spki', der, algorithm, false, ['verify']);
}

function isBelow(one: Uint8Array, other: Uint8Array): boolean {
  const place = one.findIndex((byte, i) => byte !== other[i]);
  return place >= 0 && one[place]! < other[place]!;
}

/** EMSA-PSS-VERIFY for a modulus whose bits are a multiple of 8, so emBits is one less. */
function isEncoded(encoded: Bytes, message: Bytes): boolean {
  const masked = encoded.subarray(0, encoded.length - HASH_BYTES - 1);
  const hash = encoded.subarray(masked.length, -1);
  if (encoded.at(-1) !== 0xbc || masked[0]! >= 0x80) return false;
  const mask = mgf1(hash, masked.length);
  const block = masked.map((byte, i) => byte ^ mask[i]!);
  block[0]! &= 0x7f;
  const saltAt = block.length - SALT_BYTES;
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((byte) => byte !== 0)) {
    return false;
  }
  const salted = concat(new Uint8Array(8), sha384(message), block.subarray(saltAt));
  return equal(sha384(salted), hash);
}

export function mgf1(seed: Uint8Array, size: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(size / HASH_BYTES) }, (_, counter) =>
    sha384(concat(seed, u32(counter))),
  );
  return concat(...blocks).subarray(0, size);
}
