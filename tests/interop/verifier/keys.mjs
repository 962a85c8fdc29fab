/**
 * Public keys of two more kinds: RSA for blind signatures, X-Wing for sealing.
 *
 * docs/spec.md, "Blind signatures" and "Sealing". A verifier opens nothing, yet a record with a bad
 * sealing key is malformed, and so is the file that holds it.
 */

import { x25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, hexToBytes } from '@noble/curves/utils.js';
import { concatBytes, equalBytes } from './bytes.mjs';
import { must } from './not_valid.mjs';

/**
 * The DER of a SubjectPublicKeyInfo for rsaEncryption with NULL parameters up to the modulus, whose
 * first byte is zero because its highest bit is set. Only these two lengths exist.
 */
const RSA_HEADS = new Map([
  [384, hexToBytes('308201a2300d06092a864886f70d01010105000382018f003082018a0282018100')],
  [512, hexToBytes('30820222300d06092a864886f70d01010105000382020f003082020a0282020100')],
]);
const EXPONENT = hexToBytes('0203010001');

/** The bytes of the modulus of a well-formed key. */
export function rsaKeySize(der) {
  for (const [size, head] of RSA_HEADS) {
    if (der.length !== head.length + size + EXPONENT.length) continue;
    const modulus = der.subarray(head.length, head.length + size);
    const whole = concatBytes(head, modulus, EXPONENT);
    must(equalBytes(der, whole), 'an RSA key is not in its one encoding, or has another exponent');
    must(modulus[0] >= 0x80 && modulus[size - 1] % 2 === 1, 'an RSA modulus is short or even');
    return size;
  }
  must(false, 'an RSA key does not have 3072 or 4096 bits');
}

/** RSASSA-PSS of RFC 9474, section 4.5: SHA-384, salt of 48 bytes, exactly the modulus' length. */
export async function mustBeSignedByRsa(der, signature, message) {
  must(signature.length === rsaKeySize(der), 'an RSA signature has another length than its key');
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 };
  const key = await crypto.subtle.importKey('spki', der, algorithm, false, ['verify']);
  const valid = await crypto.subtle.verify(algorithm, key, signature, message);
  must(valid, 'a signature by a registrar is not valid');
}

const LATTICE_COEFFICIENTS = 1152; // bytes: three polynomials of 256 coefficients with 12 bits each
const LATTICE_KEY = 1184;
const LATTICE_MODULUS = 3329;
const FIELD = 2n ** 255n - 19n;

export function checkXWingKey(key) {
  for (let i = 0; i < LATTICE_COEFFICIENTS; i += 3) {
    const low = key[i] + 256 * (key[i + 1] % 16);
    const high = (key[i + 1] >> 4) + 16 * key[i + 2];
    must(low < LATTICE_MODULUS && high < LATTICE_MODULUS, 'an ML-KEM key is not reduced');
  }
  const u = key.subarray(LATTICE_KEY);
  must(bytesToNumberLE(u) < FIELD, 'an X25519 key is not reduced');
  must(!hasSmallOrder(u), 'an X25519 key has small order');
}

/** X25519 multiplies by eight times something; on curve and twist, only small order gives zero. */
function hasSmallOrder(u) {
  const anyScalar = new Uint8Array(32);
  try {
    x25519.scalarMult(anyScalar, u);
    return false;
  } catch {
    return true; // the library refuses a result of zero
  }
}
