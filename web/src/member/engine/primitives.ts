/**
 * What touches a secret, and who computes it.
 *
 * With WebAssembly it is libsodium, in constant time (sodium.ts). Without it, as in Tor Browser on
 * "Safer", it is JavaScript (plain.ts), whose time may depend on secrets; then there is no
 * arithmetic on points, so rosters are out of reach.
 */

import type { Bytes } from '../../verifier/bytes.js';
import type { Progress } from './interface.js';

/** Returns uniformly random bytes; tests pass a seeded source. */
export type Randomness = (size: number) => Bytes;

/** What the passphrase of a key file costs: passes over bytes of memory. */
export interface Cost {
  readonly passes: number;
  readonly memory: number;
}

/** A fresh secret, and what its recipient finds it with. */
export interface Encapsulated {
  /** 1,120 bytes. */
  readonly enc: Bytes;
  /** 32 bytes. */
  readonly secret: Bytes;
}

/** Arithmetic modulo the order of the group; scalars of 32 bytes, little-endian. */
export interface Scalars {
  /** Reduce 64 bytes. */
  reduce(wide: Bytes): Bytes;
  add(one: Bytes, other: Bytes): Bytes;
  subtract(one: Bytes, other: Bytes): Bytes;
  multiply(one: Bytes, other: Bytes): Bytes;
  negate(one: Bytes): Bytes;
}

/** Points of the group of prime order, and its identity, encoded in 32 bytes. */
export interface Points {
  multiply(scalar: Bytes, point: Bytes): Bytes;
  multiplyBase(scalar: Bytes): Bytes;
  add(one: Bytes, other: Bytes): Bytes;
  subtract(one: Bytes, other: Bytes): Bytes;
}

export interface Primitives {
  readonly scalars: Scalars;
  /** null where nothing computes with points in constant time. */
  readonly points: Points | null;
  /** Argon2id, version 1.3, one lane, 32 bytes; null if there is too little memory. */
  argon2id(passphrase: Bytes, salt: Bytes, cost: Cost, onProgress: Progress): Promise<Bytes | null>;
  /** XChaCha20-Poly1305. */
  encrypt(key: Bytes, nonce: Bytes, associated: Bytes, content: Bytes): Bytes;
  /** null if it does not decrypt. */
  decrypt(key: Bytes, nonce: Bytes, associated: Bytes, encrypted: Bytes): Bytes | null;
  /** The Ed25519 public key of a seed, 32 bytes each. */
  publicKey(seed: Bytes): Bytes;
  /** The Ed25519 signature of a message by a seed, 64 bytes. */
  sign(seed: Bytes, message: Bytes): Bytes;
  /** X-Wing, to a key of 1,216 bytes that was checked, with 64 bytes of randomness. */
  encapsulate(publicKey: Bytes, randomness: Bytes): Encapsulated;
}
