/**
 * The member's side of blind RSA signatures: RSABSSA-SHA384-PSS-Randomized (RFC 9474; docs/spec.md,
 * "Blind signatures").
 *
 * Not protected: message, blinding factor and its inverse are BigInts, whose time depends on their
 * values. Only somebody who runs code on the member's machine could measure it.
 */

import { type Bytes, bigEndian, concat, fromHex } from '../../verifier/bytes.js';
import { HASH_BYTES, RsaKey, SALT_BYTES, checkRsaKey, mgf1 } from '../../verifier/rsa.js';
import { MemberError } from './errors.js';
import type { Randomness } from './primitives.js';
import { sha384 } from './sha2.js';

const PREFIX_BYTES = 32;
/** 65537 is 2 to this power, and one more. */
const EXPONENT_BITS = 16;
/** Each draw is below n with a probability of at least one half. */
const ATTEMPTS = 128;

/** A blinded message, and what unblinds its signature; each as long as the modulus. */
export interface Blinded {
  readonly blinded: Bytes;
  readonly inverse: Bytes;
}

/** Return the message that will be signed: a fresh prefix of 32 bytes, and the message. */
export function prepare(message: Bytes, randomness: Randomness): Bytes {
  return concat(randomness(PREFIX_BYTES), message);
}

/**
 * Blind a prepared message (section 4.2).
 *
 * @param der the registrar's key.
 * @param randomness asked for the salt of PSS, then for candidates as long as the modulus.
 */
export function blind(der: Bytes, prepared: Bytes, randomness: Randomness): Blinded {
  const modulus = checkRsaKey(der);
  const n = bigEndian(modulus);
  const m = bigEndian(encodePss(prepared, randomness(SALT_BYTES), modulus.length));
  if (inverseOf(m, n) === null) {
    throw new MemberError(
      'MalformedError',
      "the registrar's modulus has a small factor",
      'do not enrol with this registrar: anybody can forge its signatures',
    );
  }
  const [r, inverse] = randomUnit(n, modulus.length, randomness);
  let power = r; // r^65537
  for (let bit = 0; bit < EXPONENT_BITS; bit++) power = (power * power) % n;
  const z = (m * ((power * r) % n)) % n;
  return { blinded: toBytes(z, modulus.length), inverse: toBytes(inverse, modulus.length) };
}

/** Unblind a signature and verify it (section 4.4). */
export async function finalize(
  der: Bytes,
  prepared: Bytes,
  blindSignature: Bytes,
  inverse: Bytes,
): Promise<Bytes> {
  const modulus = checkRsaKey(der);
  const n = bigEndian(modulus);
  const z = bigEndian(blindSignature);
  if (blindSignature.length !== modulus.length || z === 0n || z >= n) {
    const what = 'a blind signature is not between 0 and the modulus';
    throw new MemberError('MalformedError', what, 'tell the registrar; your request is kept');
  }
  const signature = toBytes((z * bigEndian(inverse)) % n, modulus.length);
  if (await new RsaKey(der).isValid(signature, prepared)) return signature;
  throw new MemberError(
    'VerificationError',
    "a registrar's signature is not valid",
    'tell the registrar; your request is kept',
  );
}

/** A uniform r below n that has an inverse, by rejection, and the inverse (steps 6 to 8). */
function randomUnit(n: bigint, size: number, randomness: Randomness): [r: bigint, inverse: bigint] {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const r = bigEndian(randomness(size));
    const inverse = r < n ? inverseOf(r, n) : null;
    if (inverse !== null) return [r, inverse];
  }
  throw new Error('the source of randomness gave no number below the modulus');
}

/** The inverse of a number modulo n; null if it has none. */
function inverseOf(number: bigint, n: bigint): bigint | null {
  let [rest, next] = [n, number];
  let [at, following] = [0n, 1n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [at, following] = [following, at - quotient * following];
  }
  if (rest !== 1n) return null;
  return at < 0n ? at + n : at;
}

/** EMSA-PSS-ENCODE for a modulus whose bits are a multiple of 8 (RFC 8017, section 9.1.1). */
function encodePss(message: Bytes, salt: Bytes, size: number): Bytes {
  const digest = sha384(concat(new Uint8Array(8), sha384(message), salt));
  const block = new Uint8Array(size - HASH_BYTES - 1);
  block[block.length - SALT_BYTES - 1] = 1;
  block.set(salt, block.length - SALT_BYTES);
  const mask = mgf1(digest, block.length);
  const masked = block.map((byte, i) => byte ^ mask[i]!);
  masked[0]! &= 0x7f;
  return concat(masked, digest, Uint8Array.of(0xbc));
}

function toBytes(number: bigint, size: number): Bytes {
  return fromHex(number.toString(16).padStart(2 * size, '0'));
}
