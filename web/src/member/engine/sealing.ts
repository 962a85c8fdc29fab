/** Sealing a cosignature to the trustees (docs/spec.md, "Sealing"). */

import { type Bytes, u64 } from '../../verifier/bytes.js';
import { H } from '../../verifier/hashing.js';
import { encode } from './encode.js';
import { encryptOnce, seal } from './hpke.js';
import { CONTENT_KEY, KEY_COMMITMENT, SEAL_CONTENT, SEAL_SHARE } from './labels.js';
import { pad } from './padding.js';
import type { Primitives, Randomness } from './primitives.js';
import { Envelope } from './records/sealed.js';
import { type MemberRound, longestRecord } from './round.js';
import { randomScalar, split } from './shamir.js';

const LENGTH_BYTES = 4;
const KEY_BYTES = 32;

/** Pad and encrypt a record, and deal a share of its key to each trustee. */
export async function sealCosignature(
  primitives: Primitives,
  record: { readonly raw: Bytes },
  round: MemberRound,
  randomness: Randomness,
): Promise<Envelope> {
  const { scalars } = primitives;
  const { roundId } = round;
  const { trustees, threshold } = round.round.terms;
  const padded = pad(record.raw, LENGTH_BYTES + longestRecord(round));
  const scalar = randomScalar(scalars, randomness);
  const dealt = split(scalars, scalar, threshold, trustees.length, randomness);
  const shares: Bytes[] = [];
  for (const [i, { sealing_key }] of trustees.entries()) {
    const info = H(SEAL_SHARE, roundId, u64(i + 1));
    shares.push(await seal(primitives, sealing_key, info, dealt[i]!, randomness));
  }
  const key = H(CONTENT_KEY, roundId, scalar).subarray(0, KEY_BYTES);
  return encode(Envelope, {
    round_id: roundId,
    shares,
    commitment: H(KEY_COMMITMENT, roundId, scalar),
    ciphertext: await encryptOnce(key, H(SEAL_CONTENT, roundId), padded),
  });
}
