/**
 * Ed25519 signatures by the rules of docs/spec.md, "Signatures", which settle what RFC 8032 leaves
 * open (docs/adr/0009).
 *
 * Browsers differ on keys and signatures of odd forms, so the bytes are compared first, by code
 * that is the same everywhere. What is left is the equation without cofactor, for which the
 * browser's own implementation is asked if it has one and keeps to it; else it is computed here.
 */

import { sha512 } from './sha2.js';
import { type Bytes, concat, equal, fromHex, littleEndian } from './bytes.js';
import type { Limbs } from './curve/field.js';
import { multiply } from './curve/multiply.js';
import { hasPrimeOrder } from './curve/orders.js';
import { POINT, decode, encode, isBelowP, negate } from './curve/points.js';
import { isScalar, reduce } from './curve/scalars.js';
import { NotValid } from './errors.js';
import { Passed } from './passed.js';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** y-coordinates of the eight points of small order; each has one or two signs of x. */
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
].map(fromHex);

/** The base point of RFC 8032. */
export const BASE = new Float64Array(POINT);
decode(BASE, 0, fromHex(`58${'66'.repeat(31)}`), 0);

/** Check a key of an organizer, registrar or publisher: a prime-order point. Throws NotValid. */
export function checkPublicKey(key: Uint8Array): void {
  const point = new Float64Array(POINT);
  if (key.length !== KEY_BYTES || !decode(point, 0, key, 0) || !hasPrimeOrder(point, 0)) {
    throw new NotValid(
      'an Ed25519 key is not a canonical point of the prime-order subgroup',
      'no honest program makes such a key; ask its owner where it comes from',
    );
  }
}

/** Whether a signature is valid by all five rules. */
export async function isValidSignature(
  key: Bytes,
  signature: Bytes,
  message: Bytes,
): Promise<boolean> {
  if (!isWellFormed(key, signature)) return false;
  native ??= findNative();
  const verify = await native;
  // Where the browser refuses, which ends the verification anyway, the last word is had here.
  return (await verify?.(key, signature, message)) || holds(key, signature, message);
}

/** Whether the bytes keep to the rules on lengths, encodings and small orders. */
function isWellFormed(key: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  if (!isScalar(signature.subarray(KEY_BYTES))) return false;
  return [key, signature.subarray(0, KEY_BYTES)].every(
    (point) => isBelowP(point, 0) && !hasSmallOrder(point),
  );
}

/** Whether 32 bytes have the y of a point of small order, whatever the sign of x. */
function hasSmallOrder(point: Uint8Array): boolean {
  const last = KEY_BYTES - 1;
  return SMALL_ORDER.some(
    (y) =>
      y[last] === (point[last]! & 0x7f) && equal(y.subarray(0, last), point.subarray(0, last)),
  );
}

/** Whether the encoding of SB - hA is R; for well-formed keys and signatures. */
function holds(key: Bytes, signature: Bytes, message: Bytes): boolean {
  const point: Limbs = new Float64Array(POINT);
  if (!decode(point, 0, key, 0)) return false;
  negate(point, 0);
  const nonce = signature.subarray(0, KEY_BYTES);
  const h = reduce(littleEndian(sha512(concat(nonce, key, message))));
  const response = littleEndian(signature.subarray(KEY_BYTES));
  return equal(encode(multiply([response, BASE], [h, point]), 0), nonce);
}

type Verify = (key: Bytes, signature: Bytes, message: Bytes) => Promise<boolean>;

let native: Promise<Verify | null> | undefined;

/** Return the browser's own implementation; null if it has none or one with another equation. */
async function findNative(): Promise<Verify | null> {
  if (!globalThis.crypto?.subtle) return null;
  const answers = await Promise.all(PROBES.map(([key, signature]) => ask(key, signature, NOTHING)));
  return answers.every((answer, i) => answer === PROBES[i]![2]) ? ask : null;
}

const NOTHING = new Uint8Array(0);

/** Keys and signatures of nothing; those that hold up to the cofactor alone are not valid. */
const PROBES = (
  [
    [
      'b862409fb5c4c4123df2abf7462b88f041ad36dd6864ce872fd5472be363c5b1',
      '5866666666666666666666666666666666666666666666666666666666666666' +
        '423bbd805e6b794c49349c6c276f3e1a12ba77d996bb3dca919a8f384b55af0e',
      true,
    ],
    [
      'b862409fb5c4c4123df2abf7462b88f041ad36dd6864ce872fd5472be363c5b1', // R has torsion
      '98519eadf35b995233b51b5cd23e9cc5a28b639b5a4af0ec903cb960d81b7819' +
        'a6ad5b0a778cbf4fca93a908c0ed27733a25f35b22f4e3efee7f11d6f8d05203',
      false,
    ],
    [
      'e9b2fe981587efae6478f48ba1fa60cec6126d0e26dde72a0a24f640dcd783e5', // the key has
      '5866666666666666666666666666666666666666666666666666666666666666' +
        '254ec4b30ee4db7bb3cac50d19d189dcf9d4222f42a78b2215f1c75b298a5a06',
      false,
    ],
  ] as const
).map(([key, signature, valid]) => [fromHex(key), fromHex(signature), valid] as const);

const passedKey = new Passed();
const passedSignature = new Passed();
const passedMessage = new Passed();

async function ask(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  try {
    const raw = passedKey.of(key);
    const imported = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    const [one, other] = [passedSignature.of(signature), passedMessage.of(message)];
    return await crypto.subtle.verify('Ed25519', imported, one, other);
  } catch {
    return false; // no such algorithm, or a key that the browser does not take
  }
}
