/** The interface that both kinds of groups have (docs/spec.md, "Groups"). */

import type { Bytes } from './bytes.js';
import type { ProofVerifier } from './proof.js';
import { labelOf } from './record.js';
import { RegisteredGroup } from './records/registered.js';
import type { EnrolmentStatement, SlotGrant } from './records/registered.js';
import { Roster } from './records/roster.js';
import { Registered } from './registered.js';
import type { Anonymity, Combination, KeyKinds, OpenName, ValidReport } from './report.js';
import { Rostered } from './rostered.js';

/** How many keys the same registrars certified, and how many of them signed openly. */
export interface KeysOf {
  readonly registrars: readonly number[];
  readonly keys: number;
  readonly named: number;
}

/** A well-formed group, as far as rounds, counting and reports need it. */
export interface Group {
  readonly kind: 'registered' | 'rostered';
  readonly name: string;
  /** 32 bytes. */
  readonly groupId: Bytes;
  /** The first minute at which a round may open. */
  readonly earliestOpening: number;
  readonly anonymity: Anonymity;
  readonly keyKinds: KeyKinds;
  readonly leftOut: ValidReport['group']['left_out'];
  readonly vouchedBy: ValidReport['vouched_by'];
  /** What a verifier cannot check about the members, as clauses that begin with "that". */
  readonly notChecked: readonly string[];

  /** Check that the group has a slot. Throws NotValid, as do the next two. */
  checkSlot(slot: number): void;
  /** Check the signatures of the group itself and of enrolment statements. */
  verify(statements: readonly EnrolmentStatement[]): Promise<void>;
  /** Check that the slot was granted to the round. */
  checkGrants(grants: readonly SlotGrant[], slot: number, roundId: Bytes): Promise<void>;
  /** Return the verifier of the proofs of a round. Throws NotValid for a roster's bad key. */
  proofVerifier(slot: number, roundId: Bytes): ProofVerifier;

  /** Whom each registrar says that it admitted. */
  admissions(statements: readonly EnrolmentStatement[]): ValidReport['admissions'];
  /** The largest number of members there can be; null if it is unknown. */
  anonymitySet(statements: readonly EnrolmentStatement[]): number | null;
  /** How many listed keys are of each kind without those of these names. */
  keyKindsWithout(names: readonly OpenName[]): KeyKinds;
  /** The largest numbers of members whom the same registrars can have certified. */
  combinations(
    keys: readonly KeysOf[],
    statements: readonly EnrolmentStatement[],
  ): Combination[];
  /** Check that no registrar certified more keys than it states. Throws NotValid. */
  checkCounts(
    certified: (registrar: number) => number,
    statements: readonly EnrolmentStatement[],
  ): void;
}

/** Read a group of either kind. Throws NotValid. */
export function readGroup(bytes: Bytes): Group {
  const isRoster = labelOf(bytes) === Roster.label;
  return isRoster ? new Rostered(Roster.read(bytes)) : new Registered(RegisteredGroup.read(bytes));
}
