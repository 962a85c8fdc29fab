/** Records that carry a cosignature or a round to others (docs/spec.md, "Sealing", "Claims"). */

import { array, bin, orNil } from '../../../verifier/codecs.js';
import { NotValid } from '../../../verifier/errors.js';
import { type RecordOf, record } from '../../../verifier/record.js';
import * as limits from '../../../verifier/records/limits.js';

export const Envelope = record('envelope', 37_236, {
  round_id: limits.id,
  shares: array(bin(1168), 1, limits.TRUSTEE_LIMIT),
  commitment: bin(64),
  ciphertext: bin(16, 18_200),
});

export const Invitation = record('invitation', 33_225_186, {
  commitment: bin(64),
  ciphertext: bin(16, 33_225_036),
});

export const Claim = record(
  'claim',
  250,
  { round_id: limits.id, tag: bin(32), key: orNil(bin(32)), proof: bin(64, 96) },
  ({ key, proof }) => {
    if (proof.length !== (key === null ? 64 : 96)) {
      throw new NotValid('the proof of a claim has the wrong length');
    }
  },
);

export const MemberKey = record('member-key', 200, { key: bin(32), proof: bin(96) });

export type Envelope = RecordOf<typeof Envelope>;
export type Invitation = RecordOf<typeof Invitation>;
export type Claim = RecordOf<typeof Claim>;
export type MemberKey = RecordOf<typeof MemberKey>;
