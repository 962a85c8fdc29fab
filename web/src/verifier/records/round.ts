/** The records of rounds (docs/spec.md, "Rounds"). */

import { areDistinct } from '../bytes.js';
import { array, bin, uint, word } from '../codecs.js';
import { checkPublicKey } from '../ed25519.js';
import { NotValid } from '../errors.js';
import { type RecordOf, embedded, record } from '../record.js';
import { checkSealingKey } from '../sealing.js';
import * as limits from './limits.js';
import { EnrolmentStatement, SlotGrant } from './registered.js';
import { Roster } from './roster.js';

export const LETTER_LIMIT = 1_048_576;

export const Trustee = record(
  'trustee',
  1600,
  { name: limits.name, sealing_key: limits.sealingKey },
  ({ sealing_key }) => checkSealingKey(sealing_key),
);

export const RoundTerms = record(
  'round-terms',
  28_648,
  {
    title: limits.name,
    letter_id: limits.id,
    group_id: limits.id,
    kind: word('registered', 'rostered'),
    slot: uint(0, limits.SLOT_LIMIT),
    organizer_key: limits.ed25519Key,
    organizer_sealing_key: limits.sealingKey,
    trustees: array(embedded(Trustee), 1, limits.TRUSTEE_LIMIT),
    threshold: uint(1, limits.TRUSTEE_LIMIT),
    quorum: uint(1, limits.MEMBER_LIMIT),
    min_set: uint(0, limits.MEMBER_LIMIT),
    opens: limits.minute,
    closes: limits.minute,
    salt: limits.salt,
  },
  ({ organizer_key, organizer_sealing_key, opens, closes, threshold, trustees }) => {
    checkPublicKey(organizer_key);
    checkSealingKey(organizer_sealing_key);
    if (opens >= closes) throw new NotValid('the round closes before it opens');
    if (threshold > trustees.length) {
      throw new NotValid(`there are fewer trustees than the ${threshold} who have to open`);
    }
    if (!areDistinct(trustees.map((one) => one.sealing_key))) {
      throw new NotValid('two trustees share a key', 'each trustee makes their own key');
    }
  },
);

export const Round = record(
  'round',
  33_227_064,
  {
    terms: embedded(RoundTerms),
    signature: limits.ed25519Signature,
    letter: bin(1, LETTER_LIMIT),
    group: bin(1, Roster.mostBytes),
    statements: array(embedded(EnrolmentStatement), 0, limits.REGISTRAR_LIMIT),
    grants: array(embedded(SlotGrant), 0, limits.REGISTRAR_LIMIT),
  },
  ({ statements, grants }) => {
    if (!registrarsAscend(statements)) {
      throw new NotValid('the enrolment statements of a round do not ascend');
    }
    const place = grants.findIndex((one, i) => i > 0 && grants[i - 1]!.registrar >= one.registrar);
    if (place > 0) {
      const [before, one] = [grants[place - 1]!, grants[place]!].map((of) => of.registrar + 1);
      throw new NotValid(
        `the slot grants of a round do not ascend: that of registrar ${one} follows that of ` +
          `registrar ${before}`,
      );
    }
  },
);

function registrarsAscend(records: readonly { readonly registrar: number }[]): boolean {
  return records.every((one, i) => i === 0 || records[i - 1]!.registrar < one.registrar);
}

export type RoundTerms = RecordOf<typeof RoundTerms>;
export type Round = RecordOf<typeof Round>;
