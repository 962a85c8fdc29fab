/** Which of a member's secrets signs in a round (docs/spec.md, "Homes", "Cosignatures"). */

import { type Bytes, equal } from '../../verifier/bytes.js';
import { placeOf } from '../../verifier/listed.js';
import { EXPORTED } from './enrolment.js';
import { MemberError } from './errors.js';
import type { Keys } from './key_file.js';
import { type MemberSecret, curveOf, freshSecret, publicKeyOf, seedSecret } from './member_secret.js';
import type { Primitives } from './primitives.js';
import type { MemberKeySecrets, MemberState, Use } from './records/secrets.js';
import { groupIdOf } from './records/secrets.js';
import type { MemberRound } from './round.js';

/** A membership in the round's group. */
export interface Certified {
  readonly kind: 'certified';
  readonly state: MemberState;
  readonly seed: Bytes;
}

/** A key on the round's roster: one made for rosters, or that of a slot that was handed out. */
export interface Listed {
  readonly kind: 'listed';
  readonly held: MemberKeySecrets | MemberState;
  readonly secret: MemberSecret;
  /** The place of the key on the roster. */
  readonly index: number;
}

export type Credential = Certified | Listed;

/** Find what signs in a round. */
export function findCredential(primitives: Primitives, held: Keys, round: MemberRound): Credential {
  return round.roster === null
    ? findCertified(held, round)
    : findListed(primitives, held, round.roster.terms.keys, round.roster.terms.fresh);
}

function findCertified(held: Keys, { round }: MemberRound): Certified {
  const { group_id, slot } = round.terms;
  const state = held.memberships.find((one) => equal(groupIdOf(one), group_id));
  if (state === undefined) {
    throw new MemberError(
      'MissingError',
      "this key file holds no membership in the round's group",
      'enrol with its registrars first, or load another key file',
    );
  }
  const seed = state.seeds[slot - 1]!;
  if (seed !== null) return { kind: 'certified', state, seed };
  throw new MemberError(
    'MissingError',
    `this key file forgot its key for slot ${slot}`,
    'nothing can be signed, withdrawn or claimed with it any more',
  );
}

function findListed(primitives: Primitives, held: Keys, keys: Bytes, fresh: Bytes): Listed {
  const curve = curveOf(primitives);
  const found = [
    ...held.keys.flatMap((one) =>
      one.secret === null ? [] : [{ held: one, secret: freshSecret(one.secret) }],
    ),
    ...held.memberships.flatMap((one) =>
      exportedSeeds(one).map((seed) => ({ held: one, secret: seedSecret(curve.scalars, seed) })),
    ),
  ];
  for (const one of found) {
    const index = placeOf(keys, publicKeyOf(curve, one.secret));
    if (index < 0) continue;
    checkKind(one.secret, ((fresh[index >>> 3]! >>> (index & 7)) & 1) === 1 ? 'fresh' : 'ssh');
    return { kind: 'listed', ...one, index };
  }
  throw new MemberError(
    'MissingError',
    'this key file holds no key of the roster',
    'load the key file in which you made your key, or use the command line for an ssh key',
  );
}

/** The seeds of slots whose certificate was handed out: no other slot's key may stand on a roster. */
function exportedSeeds({ seeds, uses }: MemberState): Bytes[] {
  return seeds.flatMap((seed, i) => {
    const isExported = uses.some(([slot, id]) => slot === i + 1 && equal(id, EXPORTED));
    return seed !== null && isExported ? [seed] : [];
  });
}

function checkKind({ kind }: MemberSecret, listedAs: MemberSecret['kind']): void {
  if (kind === listedAs) return;
  throw new MemberError(
    'MismatchError',
    `the roster lists your ${kind} key as a key of kind ${listedAs}`,
    'ask its publisher for a roster that does not: every report repeats what it says',
  );
}

/** The uses of what signs. */
export function usesOf(credential: Credential): readonly Use[] {
  return credential.kind === 'certified' ? credential.state.uses : credential.held.uses;
}

/**
 * Return the tags under which keys can have signed in a round: in a registered group those of the
 * round's slot, whose key signs in one round only.
 */
export function ownTags(held: Keys, round: MemberRound): Bytes[] {
  return ownUses(held, round).map(([, , tag]) => tag);
}

/** Whether keys signed in a round by name. */
export function signedOpenly(held: Keys, round: MemberRound): boolean {
  return ownUses(held, round).some(([, id, , , , name]) => name !== '' && equal(id, round.roundId));
}

function ownUses(held: Keys, round: MemberRound): Use[] {
  const { group_id, slot } = round.round.terms;
  const inRound = ([, id]: Use) => equal(id, round.roundId);
  return [
    ...held.keys.flatMap(({ uses }) => uses.filter(inRound)),
    ...held.memberships.flatMap((state) => {
      const own = slot > 0 && equal(groupIdOf(state), group_id);
      return state.uses.filter((use) => inRound(use) || (own && use[0] === slot));
    }),
  ];
}
