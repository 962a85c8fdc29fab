/** Key files: all that a member keeps, under a passphrase (docs/spec.md, "Key files", "Vault"). */

import { type Bytes, compare, equal, u64, utf8 } from '../../verifier/bytes.js';
import { H } from '../../verifier/hashing.js';
import { encode, pack } from './encode.js';
import { MemberError, asMember } from './errors.js';
import type { Progress } from './interface.js';
import { SEAL_VAULT } from './labels.js';
import { damaged, padToBlocks, unpad } from './padding.js';
import type { Cost, Primitives, Randomness } from './primitives.js';
import {
  KeyFile,
  MemberKeySecrets,
  MemberState,
  VaultFile,
  groupIdOf,
} from './records/secrets.js';
import { preparePassphrase } from './typed_text.js';

/** What a key file costs to open: phones can afford it. */
export const COST: Cost = { passes: 3, memory: 64 * 2 ** 20 };

const MOST_PASSES = 10;
const MEMORY = [8 * 2 ** 10, 256 * 2 ** 20] as const; // a tab of a phone has no more

/** To what an encrypted key file is bound, whatever the file itself is called. */
const NAME = utf8('key-file');

/** The credentials of a member. */
export interface Keys {
  readonly memberships: readonly MemberState[];
  readonly keys: readonly MemberKeySecrets[];
  /** Which key was handed in for which collection: (collection_id, key). */
  readonly handedIn: readonly (readonly [collection: Bytes, key: Bytes])[];
}

export const NO_KEYS: Keys = { memberships: [], keys: [], handedIn: [] };

/** Return keys with a membership in the place of the one of its group, if there is any. */
export function withMembership(held: Keys, changed: MemberState): Keys {
  const id = groupIdOf(changed);
  const others = held.memberships.filter((one) => !equal(groupIdOf(one), id));
  return { ...held, memberships: [...others, changed] };
}

/** Return keys with a key for rosters in the place of the same one, if there is any. */
export function withKey(held: Keys, changed: MemberKeySecrets): Keys {
  const others = held.keys.filter(({ key }) => !equal(key, changed.key));
  return { ...held, keys: [...others, changed] };
}

/** Return keys that remember which one was handed in for a collection. */
export function withHandedIn(held: Keys, collection: Bytes, key: Bytes): Keys {
  const others = held.handedIn.filter(([one]) => !equal(one, collection));
  return { ...held, handedIn: [...others, [collection, key]] };
}

/** Encrypt keys under a passphrase. */
export async function sealKeys(
  primitives: Primitives,
  held: Keys,
  passphrase: string,
  cost: Cost,
  randomness: Randomness,
  onProgress: Progress,
): Promise<Bytes> {
  const salt = randomness(16);
  const nonce = randomness(24);
  const content = await asMember(() => padded(toRecord(held)));
  const key = await derive(primitives, passphrase, salt, cost, onProgress);
  const encrypted = primitives.encrypt(key, nonce, bound(cost, salt), content);
  return encode(VaultFile, {
    kind: 'argon2id',
    opslimit: cost.passes,
    memlimit: cost.memory,
    salt,
    nonce,
    content: encrypted,
  }).raw;
}

/** Decrypt a key file. */
export async function openKeys(
  primitives: Primitives,
  file: VaultFile,
  passphrase: string,
  onProgress: Progress,
): Promise<Keys> {
  const { kind, opslimit: passes, memlimit: memory, salt, nonce, content } = file;
  if (kind === 'none') {
    throw new MemberError('PassphraseError', 'the file is under no passphrase', 'do not use it');
  }
  const cost = { passes, memory };
  if (passes < 1 || passes > MOST_PASSES || memory < MEMORY[0] || memory > MEMORY[1]) {
    const what = 'a secret file asks for more work or memory than is allowed';
    throw new MemberError('MalformedError', what, 'make a key file with member export');
  }
  const key = await derive(primitives, passphrase, salt, cost, onProgress);
  const opened = primitives.decrypt(key, nonce, bound(cost, salt), content);
  if (opened === null) {
    throw new MemberError(
      'PassphraseError',
      'the passphrase does not open this secret file',
      'check the keyboard layout; if the passphrase is right, the file was changed or renamed',
    );
  }
  const record = await asMember(() => KeyFile.read(unpad(opened)));
  if (!equal(padded(record), opened)) throw damaged();
  return toKeys(record);
}

async function derive(
  primitives: Primitives,
  passphrase: string,
  salt: Bytes,
  cost: Cost,
  onProgress: Progress,
): Promise<Bytes> {
  const prepared = preparePassphrase(passphrase);
  const key = await primitives.argon2id(prepared, salt, cost, onProgress);
  if (key !== null) return key;
  const what = `deriving a key from the passphrase takes ${cost.memory / 2 ** 20} MiB of memory`;
  throw new MemberError('PassphraseError', what, 'close other tabs and programs, then try again');
}

function bound({ passes, memory }: Cost, salt: Bytes): Bytes {
  return H(SEAL_VAULT, utf8(KeyFile.label), NAME, u64(passes), u64(memory), salt);
}

export function toRecord({ memberships, keys, handedIn }: Keys): KeyFile {
  const by = (one: Uint8Array, other: Uint8Array) => compare(one, other);
  return encode(KeyFile, {
    memberships: [...memberships].sort((one, other) => by(groupIdOf(one), groupIdOf(other))),
    keys: [...keys].sort((one, other) => by(one.key, other.key)),
    handed_in: handedIn
      .map(([collection, key]): [Bytes, Bytes] => [collection, key])
      .sort(([one], [other]) => by(one, other)),
  });
}

export function toKeys({ memberships, keys, handed_in }: KeyFile): Keys {
  return { memberships, keys, handedIn: handed_in };
}

/** Pad a record, so that its length shows neither uses nor forgotten keys. */
function padded(record: KeyFile): Bytes {
  const silent = pack([
    KeyFile.label,
    record.memberships.map(silentMembership),
    record.keys.map(silentKey),
    record.handed_in,
  ]);
  return padToBlocks(record.raw, record.raw.length - silent.length);
}

const ANY_SEED = new Uint8Array(32);
const ANY_SECRET = new Uint8Array(64);

function silentMembership(state: MemberState): Bytes {
  const { group, seeds, pending, endorsements } = state;
  const all = seeds.map(() => ANY_SEED);
  return pack([MemberState.label, group, all, pending, endorsements, []]);
}

function silentKey({ key }: MemberKeySecrets): Bytes {
  return pack([MemberKeySecrets.label, key, ANY_SECRET, []]);
}
