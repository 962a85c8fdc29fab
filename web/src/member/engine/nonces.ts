/** Nonces of proofs about member keys (docs/spec.md, "Nonces"). */

import { type Bytes, u32, utf8 } from '../../verifier/bytes.js';
import { H } from '../../verifier/hashing.js';
import { PROOF_NONCE, PROOF_SEED } from './labels.js';
import type { Randomness, Scalars } from './primitives.js';

const SALT_BYTES = 32;
const WIDE_BYTES = 64;

/**
 * Return a source of secret scalars for one proof.
 *
 * Each is the sum of a hash of salt, secret and statement, so that a source that repeats gives no
 * secret away, and of fresh randomness, so that it is uniform by itself.
 *
 * @param label of the proof's transcript.
 * @param secret x and r, 64 bytes.
 * @param values what the proof is about.
 */
export function hedgedNonces(
  scalars: Scalars,
  label: string,
  secret: Bytes,
  values: readonly Uint8Array[],
  randomness: Randomness,
): () => Bytes {
  const seed = H(PROOF_SEED, utf8(label), randomness(SALT_BYTES), secret, ...values);
  let number = 0;
  return () => {
    const hedged = scalars.reduce(H(PROOF_NONCE, seed, u32(number++)));
    return scalars.add(hedged, scalars.reduce(randomness(WIDE_BYTES)));
  };
}
