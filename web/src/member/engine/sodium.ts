/** What touches a secret, by libsodium in WebAssembly. */

import { type Bytes, equal } from '../../verifier/bytes.js';
import type { Points, Primitives, Scalars } from './primitives.js';

const IDENTITY = Uint8Array.of(1, ...new Uint8Array(31));
const ZERO = new Uint8Array(32);

type Sodium = (typeof import('libsodium-wrappers-sumo'))['default'];

/**
 * Return libsodium, once it has started; null if it does not.
 *
 * It is loaded here and not above, because it starts when it is loaded, and fails where there is no
 * WebAssembly.
 */
export async function loadSodium(): Promise<Primitives | null> {
  if (typeof WebAssembly !== 'object') return null;
  const { default: sodium } = await import('libsodium-wrappers-sumo');
  try {
    await sodium.ready;
  } catch {
    return null; // WebAssembly is there, and a policy or a setting forbids it
  }
  return { scalars: scalarsOf(sodium), points: pointsOf(sodium), ...othersOf(sodium) };
}

/** libsodium returns bytes of its own, never shared ones. */
const own = (bytes: Uint8Array): Bytes => bytes as Bytes;

const scalarsOf = (sodium: Sodium): Scalars => ({
  reduce: (wide) => own(sodium.crypto_core_ed25519_scalar_reduce(wide)),
  add: (one, other) => own(sodium.crypto_core_ed25519_scalar_add(one, other)),
  subtract: (one, other) => own(sodium.crypto_core_ed25519_scalar_sub(one, other)),
  multiply: (one, other) => own(sodium.crypto_core_ed25519_scalar_mul(one, other)),
  negate: (one) => own(sodium.crypto_core_ed25519_scalar_negate(one)),
});

/**
 * libsodium refuses zero and the identity. The branches tell nothing: a secret scalar is zero with
 * probability 2^-252, or where the kind of the key says so, and the identity stands only where
 * padding, which is public, put it.
 */
const pointsOf = (sodium: Sodium): Points => ({
  multiply(scalar, point) {
    if (equal(scalar, ZERO) || equal(point, IDENTITY)) return IDENTITY;
    return own(sodium.crypto_scalarmult_ed25519_noclamp(scalar, point));
  },
  multiplyBase(scalar) {
    if (equal(scalar, ZERO)) return IDENTITY;
    return own(sodium.crypto_scalarmult_ed25519_base_noclamp(scalar));
  },
  add: (one, other) => own(sodium.crypto_core_ed25519_add(one, other)),
  subtract: (one, other) => own(sodium.crypto_core_ed25519_sub(one, other)),
});

const othersOf = (sodium: Sodium): Omit<Primitives, 'scalars' | 'points'> => ({
  async argon2id(passphrase, salt, { passes, memory }) {
    try {
      const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13;
      return own(sodium.crypto_pwhash(32, passphrase, salt, passes, memory, algorithm));
    } catch {
      return null; // its arguments were checked, so there is too little memory
    }
  },
  encrypt: (key, nonce, associated, content) =>
    own(
      sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(content, associated, null, nonce, key),
    ),
  decrypt(key, nonce, associated, encrypted) {
    try {
      return own(
        sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, encrypted, associated, nonce, key),
      );
    } catch {
      return null;
    }
  },
  publicKey: (seed) => own(sodium.crypto_sign_seed_keypair(seed).publicKey),
  sign(seed, message) {
    return own(sodium.crypto_sign_detached(message, sodium.crypto_sign_seed_keypair(seed).privateKey));
  },
  encapsulate(publicKey, randomness) {
    const { ciphertext, sharedSecret } = sodium.crypto_kem_xwing_enc_deterministic(
      publicKey,
      randomness,
    );
    return { enc: own(ciphertext), secret: own(sharedSecret) };
  },
});
