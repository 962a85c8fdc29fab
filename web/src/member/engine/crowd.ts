/** The people among whom a cosignature hides its maker (docs/spec.md, "Cosignatures"). */

import { issuedBy } from '../../verifier/records/registered.js';
import { MemberError } from './errors.js';
import type { MemberRound } from './round.js';

/** Below so many people a crowd is small. */
export const DEFAULT_MIN_SET = 16;

/** At least and at most so many people, the member among them; 0 if unknown. */
export interface Crowd {
  readonly certain: number;
  readonly most: number;
}

/** Whether a proof shows a choice of registrars. */
export function splits({ registered }: MemberRound): boolean {
  return registered !== null && registered.threshold < registered.registrars.length;
}

/** @param vouchers registrars, from 0, that the proof shows; none where all proofs show the same. */
export function crowdOf(round: MemberRound, vouchers: readonly number[]): Crowd {
  const set = round.group.anonymitySet(round.round.statements);
  if (vouchers.length === 0) return { certain: set ?? 0, most: set ?? 0 };
  const combined = combinationSet(round, vouchers);
  const certain = certainSet(round, vouchers);
  return { certain: smallest([set, certain, combined]), most: smallest([set, combined]) };
}

function smallest(sizes: readonly (number | null)[]): number {
  return sizes.includes(null) ? 0 : Math.min(...(sizes as number[]));
}

function combinationSet(round: MemberRound, vouchers: readonly number[]): number | null {
  const counts = stated(round, vouchers);
  return counts === null ? null : Math.min(...counts);
}

/** The smallest number of these registrars, less all whom the skipped ones certified. */
function certainSet(round: MemberRound, vouchers: readonly number[]): number | null {
  const counts = stated(round, vouchers);
  const missing = stated(round, skipped(vouchers));
  if (counts === null || missing === null) return null;
  return Math.max(1, Math.min(...counts) - missing.reduce((sum, one) => sum + one, 0));
}

/** The registrars before the last one of a proof that the proof does not show. */
export function skipped(vouchers: readonly number[]): number[] {
  const last = Math.max(0, ...vouchers);
  return Array.from({ length: last }, (_, i) => i).filter((number) => !vouchers.includes(number));
}

/** What these registrars state; null if one of them made no statement. */
function stated({ round }: MemberRound, registrars: readonly number[]): number[] | null {
  const issued = new Map(round.statements.map((one) => [one.registrar, issuedBy(one)]));
  const counts = registrars.map((number) => issued.get(number));
  return counts.every((one) => one !== undefined) ? (counts as number[]) : null;
}

/** Refuse a crowd that is smaller than the round or the member wants. */
export function checkCrowd(round: MemberRound, vouchers: readonly number[], minSet: number): Crowd {
  const crowd = crowdOf(round, vouchers);
  const { certain, most } = crowd;
  const fixed = round.round.terms.min_set;
  const least = Math.max(minSet, fixed);
  if (certain >= least) return crowd;
  if (certain === 0) {
    throw new MemberError(
      'AnonymitySetError',
      `it is not known whether you would hide among ${people(least)}`,
      "ask the organizer for a round with every registrar's enrolment statement",
    );
  }
  throw new MemberError(
    'AnonymitySetError',
    certain === most
      ? `you would hide among at most ${people(most)}, fewer than ${least}`
      : `the crowd in which you hide is certain to be ${certain}, fewer than ${least}; ` +
          `it may be larger, at most ${most}, but that is not certain`,
    certain >= fixed
      ? 'accept fewer, if you take the risk; the round allows it'
      : `the round itself requires ${fixed}; ask for a round with fewer`,
  );
}

export function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

/** What is known of the crowd, in words. */
export function crowdLine(round: MemberRound, vouchers: readonly number[]): string {
  const { certain, most } = crowdOf(round, vouchers);
  if (most === 0) return 'unknown';
  if (vouchers.length === 0) return `at most ${people(most)}`;
  if (certain === most) return `at most ${most} people show the same registrars as you`;
  return `${certain} (certain) to ${most} (at most) people show the same registrars as you`;
}

/** Warnings of a small crowd that the member accepts. */
export function crowdWarnings({ certain, most }: Crowd): string[] {
  if (certain === 0) {
    return ['the size of the group is unknown; you may be the only person in it'];
  }
  if (most < DEFAULT_MIN_SET) {
    return [
      `at most ${people(most)} can sign as you do; someone who knows them may guess who you are`,
    ];
  }
  if (certain < DEFAULT_MIN_SET) {
    return [
      `your crowd has at least ${people(certain)}, and no more are certain; someone who knows ` +
        'whom the registrars refused may guess who you are',
    ];
  }
  return [];
}
