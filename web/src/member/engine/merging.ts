/** Taking one key file's keys and uses over into another (docs/spec.md, "Key files"). */

import { type Bytes, compare, equal } from '../../verifier/bytes.js';
import { quoted } from '../../verifier/text.js';
import { encode, pack } from './encode.js';
import { MemberError } from './errors.js';
import { blank } from './forgetting.js';
import { type Keys, withKey, withMembership } from './key_file.js';
import type { Endorsement } from './records/enrolment.js';
import { MemberKeySecrets, MemberState, type Pending, type Use, groupIdOf } from './records/secrets.js';

/** Return what both hold: every use, every certificate, and no key that either of them forgot. */
export function mergeKeys(own: Keys, other: Keys): Keys {
  let merged = own;
  for (const state of other.memberships) {
    const id = groupIdOf(state);
    const held = own.memberships.find((one) => equal(groupIdOf(one), id));
    merged = withMembership(merged, held ? mergeMembership(held, state) : state);
  }
  for (const key of other.keys) {
    const held = own.keys.find((one) => equal(one.key, key.key));
    merged = withKey(merged, held ? mergeKey(held, key) : key);
  }
  return { ...merged, handedIn: mergeHandedIn(merged, [...own.handedIn, ...other.handedIn]) };
}

/** Of two keys for one collection the first; none that was forgotten. */
function mergeHandedIn({ keys }: Keys, rows: Keys['handedIn']): Keys['handedIn'] {
  const held = keys.filter(({ secret }) => secret !== null);
  const usable = rows.filter(([, handed]) => held.some(({ key }) => equal(key, handed)));
  return usable.filter(
    ([collection], i) => usable.findIndex(([one]) => equal(one, collection)) === i,
  );
}

function mergeMembership(own: MemberState, other: MemberState): MemberState {
  const seeds = own.seeds.map((seed, i) => mergeSeed(own, seed, other.seeds[i]!));
  const endorsements = own.endorsements.map((row, i) =>
    mergeEndorsements(row, other.endorsements[i]!, seeds[i] === null),
  );
  const certified = new Set(endorsements[0]!.map(([registrar]) => registrar));
  const pending = seeds.includes(null) ? [] : mergePending(own, other, certified);
  // Of a forgotten slot only what was kept wherever it was forgotten.
  const isKept = (use: Use) => keeps(own, use) && keeps(other, use);
  const uses = mergeUses(own.uses, other.uses).filter(isKept);
  return encode(MemberState, { group: own.group, seeds, pending, endorsements, uses });
}

/** Whether a membership has a use, or has a key that may have been used elsewhere. */
function keeps({ seeds, uses }: MemberState, use: Use): boolean {
  return use[0] === 0 || seeds[use[0] - 1] !== null || has(uses, use);
}

function mergeSeed({ group }: MemberState, one: Bytes | null, other: Bytes | null): Bytes | null {
  if (one === null || other === null) return null;
  if (equal(one, other)) return one;
  throw new MemberError(
    'MismatchError',
    `the two hold different keys of the group ${quoted(group.name)}`,
    'they are two memberships: keep both files, and sign a letter with one of them only',
  );
}

function mergeEndorsements(
  one: readonly Endorsement[],
  other: readonly Endorsement[],
  forgotten: boolean,
): Endorsement[] {
  const found = new Map<number, Endorsement>();
  for (const row of [...one, ...other]) {
    const before = found.get(row[0]);
    // Both are valid; the smaller one is the same from either side.
    if (before === undefined || compare(pack(row), pack(before)) < 0) found.set(row[0], row);
  }
  const rows = [...found.values()].sort(([a], [b]) => a - b);
  return forgotten ? rows.map(blank) : rows;
}

function mergePending(own: MemberState, other: MemberState, certified: Set<number>): Pending[] {
  const rows = own.pending.filter(([registrar]) => !certified.has(registrar));
  for (const row of other.pending) {
    if (certified.has(row[0])) continue;
    const held = rows.find(([registrar]) => registrar === row[0]);
    if (held === undefined) rows.push(row);
    else if (!equal(pack(held), pack(row))) {
      const { name } = own.group.registrars[row[0]]!;
      throw new MemberError(
        'MismatchError',
        `the two have different requests to registrar ${quoted(name)} under way`,
        'finish the one that was sent, then try again',
      );
    }
  }
  return rows;
}

function mergeKey(own: MemberKeySecrets, other: MemberKeySecrets): MemberKeySecrets {
  const secret = own.secret === null ? null : other.secret;
  const forgot = [own, other].filter((one) => one.secret === null);
  // Where one of them forgot the key, what it kept counts; an ssh key never had its secret here.
  const uses =
    forgot.length === 1 ? forgot[0]!.uses : mergeUses(own.uses, other.uses);
  return encode(MemberKeySecrets, { key: own.key, secret, uses });
}

/** The own uses, then those of the other that are new. */
function mergeUses(own: readonly Use[], other: readonly Use[]): Use[] {
  return [...own, ...other.filter((use) => !has(own, use))];
}

function has(uses: readonly Use[], use: Use): boolean {
  const packed = pack(use);
  return uses.some((one) => equal(pack(one), packed));
}
