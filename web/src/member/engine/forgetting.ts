/** Forgetting: erase what could show who signed (docs/spec.md, "Forgetting"). */

import { type Bytes, equal } from '../../verifier/bytes.js';
import { placeOf } from '../../verifier/listed.js';
import { encode } from './encode.js';
import { MemberError } from './errors.js';
import { type Keys, withKey, withMembership } from './key_file.js';
import type { Endorsement } from './records/enrolment.js';
import { MemberKeySecrets, MemberState, groupIdOf } from './records/secrets.js';
import type { MemberRound } from './round.js';

/** Return keys that forgot a round: its slot, or on a roster what was signed in it. */
export function forgetRound(held: Keys, round: MemberRound, keepReceipts: boolean): Keys {
  if (round.roster === null) return forgetSlot(held, round, keepReceipts);
  if (keepReceipts) {
    throw new MemberError(
      'RefusedError',
      'the key is needed for other rounds of its roster, so nothing would be erased',
      'once their letters are published, forget the key and keep its receipts',
    );
  }
  const isKept = (use: MemberState['uses'][number]) => use[0] > 0 || !equal(use[1], round.roundId);
  const { keys } = round.roster.terms;
  const memberships = held.memberships.map((state) =>
    encode(MemberState, { ...state, uses: state.uses.filter(isKept) }),
  );
  const changed = held.keys.map((one) =>
    placeOf(keys, one.key) < 0 && one.uses.every(isKept)
      ? one
      : encode(MemberKeySecrets, { ...one, uses: one.uses.filter(isKept) }),
  );
  // An ssh key has a record only because it signed.
  const left = changed.filter(({ secret, uses }) => secret !== null || uses.length > 0);
  return { ...held, memberships, keys: left };
}

function forgetSlot(held: Keys, { round }: MemberRound, keepReceipts: boolean): Keys {
  const { group_id, slot } = round.terms;
  const state = held.memberships.find((one) => equal(groupIdOf(one), group_id));
  if (state === undefined) {
    throw new MemberError(
      'MissingError',
      'this key file has no membership in the group',
      'load the key file with which you enrolled',
    );
  }
  const left = withoutSlots(state, (number) => number === slot);
  const uses = keepReceipts ? left.uses : left.uses.filter(([number]) => number !== slot);
  return withMembership(held, encode(MemberState, { ...left, uses }));
}

/** Return keys without those of a membership, or without the membership. */
export function forgetMembership(held: Keys, state: MemberState, keepReceipts: boolean): Keys {
  if (keepReceipts) return withMembership(held, withoutSlots(state, () => true));
  return { ...held, memberships: held.memberships.filter((one) => one !== state) };
}

/** Return keys without the secret of a key for rosters, or without the key. */
export function forgetKey(held: Keys, key: MemberKeySecrets, keepReceipts: boolean): Keys {
  const handedIn = held.handedIn.filter(([, handed]) => !equal(handed, key.key));
  const left = { ...held, handedIn };
  if (keepReceipts) return withKey(left, encode(MemberKeySecrets, { ...key, secret: null }));
  return { ...left, keys: held.keys.filter((one) => one !== key) };
}

/** Without the keys of slots, and without enrolments under way, which lead to keys. */
export function withoutSlots(state: MemberState, isGone: (slot: number) => boolean): MemberState {
  const seeds = state.seeds.map((seed, i) => (isGone(i + 1) ? null : seed));
  const endorsements = state.endorsements.map((row, i) => (isGone(i + 1) ? row.map(blank) : row));
  return encode(MemberState, { ...state, seeds, endorsements, pending: [] });
}

/** Zeros of the same length: another one would show that this slot signed. */
export function blank([registrar, prefix, signature]: Endorsement): Endorsement {
  const zeros = (bytes: Bytes) => new Uint8Array(bytes.length);
  return [registrar, zeros(prefix), zeros(signature)];
}
