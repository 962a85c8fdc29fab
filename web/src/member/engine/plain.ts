/**
 * What touches a secret, in JavaScript, for browsers without WebAssembly.
 *
 * Not protected: JavaScript promises no constant time. Somebody who runs code on the member's
 * machine could measure it; docs/spec.md, "Limits", puts such an attacker out of scope.
 */

import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { argon2idAsync } from '@noble/hashes/argon2.js';
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { type Bytes, littleEndian, toLittleEndian } from '../../verifier/bytes.js';
import { reduce } from '../../verifier/curve/scalars.js';
import type { Primitives } from './primitives.js';

type Operation = (...scalars: bigint[]) => bigint;

const scalar =
  (operation: Operation) =>
  (...scalars: Bytes[]): Bytes =>
    toLittleEndian(reduce(operation(...scalars.map(littleEndian))), 32);

export const PLAIN: Primitives = {
  scalars: {
    reduce: scalar((wide) => wide!),
    add: scalar((one, other) => one! + other!),
    subtract: scalar((one, other) => one! - other!),
    multiply: scalar((one, other) => one! * other!),
    negate: scalar((one) => -one!),
  },
  points: null,
  async argon2id(passphrase, salt, { passes, memory }, onProgress) {
    const options = { t: passes, m: memory / 1024, p: 1, dkLen: 32, maxmem: 2 ** 31 };
    const told = (part: number) => onProgress(Math.round(part * 100), 100);
    try {
      return (await argon2idAsync(passphrase, salt, { ...options, onProgress: told })) as Bytes;
    } catch (error) {
      if (error instanceof RangeError) return null; // no such array
      throw error;
    }
  },
  encrypt: (key, nonce, associated, content) =>
    xchacha20poly1305(key, nonce, associated).encrypt(content) as Bytes,
  decrypt(key, nonce, associated, encrypted) {
    try {
      return xchacha20poly1305(key, nonce, associated).decrypt(encrypted) as Bytes;
    } catch {
      return null;
    }
  },
  publicKey: (seed) => ed25519.getPublicKey(seed) as Bytes,
  sign: (seed, message) => ed25519.sign(message, seed) as Bytes,
  encapsulate(publicKey, randomness) {
    const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(publicKey, randomness);
    return { enc: cipherText as Bytes, secret: sharedSecret as Bytes };
  },
};
