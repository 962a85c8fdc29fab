/** The records of collecting keys (docs/spec.md, "Collecting keys"). */

import { bin } from '../../../verifier/codecs.js';
import { type RecordOf, embedded, record } from '../../../verifier/record.js';
import * as limits from '../../../verifier/records/limits.js';
import { Publisher } from '../../../verifier/records/roster.js';
import { checkSealingKey } from '../../../verifier/sealing.js';
import { MemberKey } from './sealed.js';

export const Collection = record(
  'collection',
  6000,
  {
    name: limits.name,
    purpose: limits.purpose,
    publisher: embedded(Publisher),
    sealing_key: limits.sealingKey,
    closes: limits.minute,
    salt: limits.salt,
  },
  ({ sealing_key }) => checkSealingKey(sealing_key),
);

export const KeyPlea = record('key-plea', 256, {
  voucher: bin(16),
  member_key: embedded(MemberKey),
});

export const KeyDelivery = record('key-delivery', 1400, {
  collection_id: limits.id,
  sealed: bin(1328),
});

export type Collection = RecordOf<typeof Collection>;
export type KeyDelivery = RecordOf<typeof KeyDelivery>;
