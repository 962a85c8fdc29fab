/** The secret records of a member (docs/spec.md, "Secret records", "Key files"). */

import { type Bytes, compare, equal } from '../../../verifier/bytes.js';
import { array, bin, line, orNil, row, uint, word } from '../../../verifier/codecs.js';
import { NotValid } from '../../../verifier/errors.js';
import { identifier } from '../../../verifier/hashing.js';
import { GROUP_ID } from '../../../verifier/labels.js';
import { type RecordOf, embedded, record } from '../../../verifier/record.js';
import * as limits from '../../../verifier/records/limits.js';
import { RegisteredGroup } from '../../../verifier/records/registered.js';
import { EnrolmentRequest, endorsement, registrarIndex } from './enrolment.js';

export const USE_LIMIT = 10_000;
const CREDENTIAL_LIMIT = 256;
const DAMAGED = 'the file is damaged or was made by a faulty program';

/** (slot, round_id, tag, action, statement, name, role); slot 0 where a group has none. */
const use = row(
  uint(0, limits.SLOT_LIMIT),
  limits.id,
  bin(32),
  word('cosign', 'withdraw'),
  line(0, 280),
  line(0, 100),
  line(0, 100),
);
const uses = array(use, 0, USE_LIMIT);

/** (registrar, voucher, reply key, request, (prefix, inverse) a slot, blinded message a slot). */
const pending = row(
  registrarIndex,
  bin(16),
  bin(32),
  embedded(EnrolmentRequest),
  array(row(bin(32), bin(1, 512)), 1, limits.SLOT_LIMIT),
  array(bin(1, 512), 1, limits.SLOT_LIMIT),
);

export const MemberState = record(
  'member-state',
  8_687_128,
  {
    group: embedded(RegisteredGroup),
    seeds: array(orNil(bin(32)), 1, limits.SLOT_LIMIT),
    pending: array(pending, 0, limits.REGISTRAR_LIMIT),
    endorsements: array(
      array(endorsement, 0, limits.REGISTRAR_LIMIT),
      1,
      limits.SLOT_LIMIT,
    ),
    uses,
  },
  ({ group, seeds, pending, endorsements }) => {
    const slots = group.registrars[0]!.slot_keys.length;
    const lists = [seeds, endorsements, ...pending.flatMap(([, , , , blinds, blinded]) => [blinds, blinded])];
    const numbers = [...endorsements.flat(), ...pending].map(([registrar]) => registrar);
    if (
      lists.some((one) => one.length !== slots) ||
      numbers.some((registrar) => registrar >= group.registrars.length)
    ) {
      throw new NotValid('a membership does not fit its group', DAMAGED);
    }
  },
);

export const MemberKeySecrets = record('member-key-secrets', 5_800_200, {
  key: bin(32),
  secret: orNil(bin(64)),
  uses,
});

export const KeyFile = record(
  'key-file',
  8_687_128,
  {
    memberships: array(embedded(MemberState), 0, CREDENTIAL_LIMIT),
    keys: array(embedded(MemberKeySecrets), 0, CREDENTIAL_LIMIT),
    handed_in: array(row(limits.id, bin(32)), 0, CREDENTIAL_LIMIT),
  },
  ({ memberships, keys, handed_in }) => {
    const names = [memberships.map(groupIdOf), keys.map(({ key }) => key)];
    if (![...names, handed_in.map(([collection]) => collection)].every(ascend)) {
      throw new NotValid('the entries of a key file do not ascend', DAMAGED);
    }
    if (handed_in.some(([, handed]) => keys.every(({ key }) => !equal(key, handed)))) {
      throw new NotValid('a key file lacks a key that was handed in', DAMAGED);
    }
  },
);

const PARAMETER_LIMIT = 2 ** 53 - 1; // far above what opens

export const VaultFile = record(
  'vault',
  8_695_520,
  {
    kind: word('argon2id', 'none'),
    opslimit: uint(0, PARAMETER_LIMIT),
    memlimit: uint(0, PARAMETER_LIMIT),
    salt: bin(16),
    nonce: bin(24),
    content: bin(1, 8_695_336),
  },
);

export type MemberState = RecordOf<typeof MemberState>;
export type MemberKeySecrets = RecordOf<typeof MemberKeySecrets>;
export type KeyFile = RecordOf<typeof KeyFile>;
export type VaultFile = RecordOf<typeof VaultFile>;
export type Use = MemberState['uses'][number];
export type Pending = MemberState['pending'][number];

export function groupIdOf({ group }: MemberState): Bytes {
  return identifier(GROUP_ID, group.raw);
}

function ascend(strings: readonly Uint8Array[]): boolean {
  return strings.every((one, place) => place === 0 || compare(strings[place - 1]!, one) < 0);
}
