/**
 * Public-key encryption and encryption under a key used once (docs/spec.md, "Sealing"): HPKE in
 * base mode (RFC 9180) with X-Wing, HKDF-SHA256 and AES-256-GCM.
 */

import { expand, extract } from '@noble/hashes/hkdf.js';
import { type Bytes, concat, utf8 } from '../../verifier/bytes.js';
import { MemberError } from './errors.js';
import type { Primitives, Randomness } from './primitives.js';
import { sha256 } from './sha2.js';

const ENCAPSULATION_BYTES = 64;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const NOTHING = new Uint8Array(0);

/** KEM 0x647a, KDF 0x0001, AEAD 0x0002. */
const SUITE = concat(utf8('HPKE'), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 2));
const VERSION = utf8('HPKE-v1');
const BASE_MODE = Uint8Array.of(0);

/**
 * Encrypt to a public key that was checked, with an empty aad (RFC 9180, section 6.1).
 *
 * @returns enc, then the encrypted content: 1,136 bytes more than the content.
 */
export async function seal(
  primitives: Primitives,
  publicKey: Bytes,
  info: Bytes,
  content: Bytes,
  randomness: Randomness,
): Promise<Bytes> {
  const { enc, secret } = primitives.encapsulate(publicKey, randomness(ENCAPSULATION_BYTES));
  const { key, nonce } = keySchedule(secret, info);
  return concat(enc, await encrypt(key, nonce, NOTHING, content));
}

/** The key and the nonce of the only message (section 5.1). */
function keySchedule(secret: Bytes, info: Bytes): { key: Bytes; nonce: Bytes } {
  const pskHash = labeledExtract(NOTHING, 'psk_id_hash', NOTHING);
  const context = concat(BASE_MODE, pskHash, labeledExtract(NOTHING, 'info_hash', info));
  const prk = labeledExtract(secret, 'secret', NOTHING);
  return {
    key: labeledExpand(prk, 'key', context, KEY_BYTES),
    nonce: labeledExpand(prk, 'base_nonce', context, NONCE_BYTES),
  };
}

function labeledExtract(salt: Bytes, label: string, input: Bytes): Bytes {
  return extract(sha256, concat(VERSION, SUITE, utf8(label), input), salt);
}

function labeledExpand(prk: Bytes, label: string, info: Bytes, size: number): Bytes {
  const length = Uint8Array.of(0, size);
  return expand(sha256, prk, concat(length, VERSION, SUITE, utf8(label), info), size);
}

/** Encrypt the only message of a key: 16 bytes more. The nonce is zero, as nothing else is. */
export function encryptOnce(key: Bytes, associated: Bytes, content: Bytes): Promise<Bytes> {
  return encrypt(key, new Uint8Array(NONCE_BYTES), associated, content);
}

/** Decrypt the only message of a key. */
export async function decryptOnce(
  key: Bytes,
  associated: Bytes,
  encrypted: Bytes,
): Promise<Bytes> {
  const imported = await importKey(key, 'decrypt');
  const parameters = aesGcm(new Uint8Array(NONCE_BYTES), associated);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, imported, encrypted));
  } catch {
    throw new MemberError(
      'VerificationError',
      'an encrypted message does not decrypt',
      'the key belongs to another message, or the message was changed on its way',
    );
  }
}

async function encrypt(key: Bytes, nonce: Bytes, aad: Bytes, content: Bytes): Promise<Bytes> {
  const imported = await importKey(key, 'encrypt');
  return new Uint8Array(await crypto.subtle.encrypt(aesGcm(nonce, aad), imported, content));
}

function importKey(key: Bytes, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, [use]);
}

function aesGcm(iv: Bytes, additionalData: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData };
}
