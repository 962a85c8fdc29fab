/** The records of registered groups (docs/spec.md, "Groups", "Slot grants"). */

import { areDistinct, compare, utf8 } from '../bytes.js';
import { array, bin, line, row, uint } from '../codecs.js';
import { checkPublicKey } from '../ed25519.js';
import { NotValid } from '../errors.js';
import { type RecordOf, embedded, record } from '../record.js';
import { checkRsaKey } from '../rsa.js';
import { checkSealingKey } from '../sealing.js';
import * as limits from './limits.js';
import { quoted } from '../text.js';

export const Registrar = record(
  'registrar',
  40_592,
  {
    name: limits.name,
    slot_keys: array(bin(1, 600), 1, limits.SLOT_LIMIT),
    identity_key: limits.ed25519Key,
    request_key: limits.sealingKey,
  },
  (registrar) => {
    registrar.slot_keys.forEach(checkRsaKey);
    if (!areDistinct(registrar.slot_keys)) {
      const what = `registrar ${quoted(registrar.name)} uses one RSA key for two slots`;
      throw new NotValid(what, 'a registrar signs blindly, so every slot needs its own key');
    }
    checkPublicKey(registrar.identity_key);
    checkSealingKey(registrar.request_key);
  },
);

export const RegisteredGroup = record(
  'registered-group',
  654_552,
  {
    name: limits.name,
    purpose: limits.purpose,
    enrol_opens: limits.minute,
    enrol_closes: limits.minute,
    threshold: uint(1, limits.REGISTRAR_LIMIT),
    registrars: array(embedded(Registrar), 1, limits.REGISTRAR_LIMIT),
    salt: limits.salt,
  },
  ({ enrol_opens, enrol_closes, threshold, registrars }) => {
    if (enrol_opens >= enrol_closes) throw new NotValid('enrolment closes before it opens');
    if (threshold > registrars.length) {
      throw new NotValid(`there are fewer registrars than the ${threshold} who have to sign`);
    }
    if (new Set(registrars.map((one) => one.slot_keys.length)).size !== 1) {
      throw new NotValid('the registrars do not have the same number of slots');
    }
    const keys = registrars.flatMap((one) => [...one.slot_keys, one.identity_key, one.request_key]);
    if (!areDistinct(keys)) {
      throw new NotValid('two registrars share a key', 'each registrar makes its own keys');
    }
  },
);

export const EnrolmentStatement = record(
  'enrolment-statement',
  584,
  {
    group_id: limits.id,
    registrar: uint(0, limits.REGISTRAR_LIMIT - 1),
    admitted: array(row(line(1, 40), uint(1, limits.MEMBER_LIMIT)), 0, 8),
    signature: limits.ed25519Signature,
  },
  (statement) => {
    const kinds = statement.admitted.map(([kind]) => utf8(kind));
    if (kinds.some((kind, i) => i > 0 && compare(kinds[i - 1]!, kind) >= 0)) {
      throw new NotValid('the kinds of evidence of an enrolment statement do not ascend');
    }
    const issued = issuedBy(statement);
    if (issued > limits.MEMBER_LIMIT) {
      const what = `an enrolment statement of ${issued} members`;
      throw new NotValid(`${what}, more than ${limits.MEMBER_LIMIT}`);
    }
  },
);

/** Return how many certificates a registrar says that it issued for each slot. */
export function issuedBy(statement: { admitted: readonly (readonly [string, number])[] }): number {
  return statement.admitted.reduce((sum, [, count]) => sum + count, 0);
}

export const SlotGrant = record('slot-grant', 200, {
  group_id: limits.id,
  slot: uint(1, limits.SLOT_LIMIT),
  round_id: limits.id,
  registrar: uint(0, limits.REGISTRAR_LIMIT - 1),
  signature: limits.ed25519Signature,
});

export type Registrar = RecordOf<typeof Registrar>;
export type RegisteredGroup = RecordOf<typeof RegisteredGroup>;
export type EnrolmentStatement = RecordOf<typeof EnrolmentStatement>;
export type SlotGrant = RecordOf<typeof SlotGrant>;
