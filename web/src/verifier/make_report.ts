/** The report on a valid letter (docs/spec.md, "Verifying"). */

import { sha256 } from './sha2.js';
import { hex } from './bytes.js';
import type { Tally } from './counting.js';
import type { Group } from './group.js';
import { fingerprint } from './hashing.js';
import { findHidden } from './hidden.js';
import { phrase, someOf } from './phrases.js';
import type { PublishedHeader } from './records/published.js';
import type { ValidReport } from './report.js';
import type { VerifiedRound } from './round.js';

export function makeReport(
  { round, roundId, group, letter }: VerifiedRound,
  opening: PublishedHeader['opening'],
  tally: Tally,
  stamps: ValidReport['time_stamps'],
  pinned: boolean,
): ValidReport {
  const { terms, statements } = round;
  const { cosigners } = tally;
  const quorum_met = cosigners >= terms.quorum;
  const [received, unreadable, invalid, duplicates, withdrawn] = opening;
  const anonymity_set = group.anonymitySet(statements);
  return {
    valid: true,
    exit_code: !pinned ? 3 : quorum_met ? 0 : 4,
    title: terms.title,
    letter_sha256: hex(sha256(round.letter)),
    round: fingerprint(roundId),
    group: {
      kind: group.kind,
      name: group.name,
      fingerprint: fingerprint(group.groupId),
      pinned,
      anonymity_set,
      key_kinds: group.keyKinds,
      left_out: group.leftOut,
    },
    vouched_by: group.vouchedBy,
    admissions: group.admissions(statements),
    anonymity: group.anonymity,
    others: {
      at_most: anonymity_set === null ? null : Math.max(0, anonymity_set - tally.names.length),
      key_kinds: group.keyKindsWithout(tally.names),
    },
    cosigners,
    keys: tally.keys,
    withdrawn: tally.withdrawn,
    duplicates: tally.duplicates,
    conflicts: tally.conflicts,
    invalid: 0,
    quorum: terms.quorum,
    quorum_met,
    organizer_says: { received, unreadable, invalid, duplicates, withdrawn },
    slot: terms.slot,
    opens: showMinute(terms.opens),
    closes: showMinute(terms.closes),
    organizer: fingerprint(terms.organizer_key),
    trustees: { names: terms.trustees.map((one) => one.name), threshold: terms.threshold },
    combinations: group.combinations(tally.combinations, statements),
    statements: tally.statements,
    named: tally.names.length,
    names: tally.names,
    hidden: findHidden(letter, tally.statements, tally.names),
    time_stamps: stamps,
    not_checked: [...notChecked(group, tally, pinned, anonymity_set !== null)],
    page: null, // an engine is given a letter, and no page around it
  };
}

/** A minute since 1970 as 2025-02-19T21:20Z. */
function showMinute(minute: number): string {
  return new Date(minute * 60_000).toISOString().replace(/:00\.000Z$/, 'Z');
}

function* notChecked(
  { kind, notChecked: ofGroup, vouchedBy: { threshold, of } }: Group,
  { keys, names }: Tally,
  pinned: boolean,
  sizeIsKnown: boolean,
): Generator<string> {
  if (!pinned) yield phrase('not_checked.group');
  yield* ofGroup;
  if (!sizeIsKnown) yield phrase('not_checked.size');
  yield phrase('not_checked.complete');
  yield phrase('not_checked.opening');
  yield phrase('not_checked.pressure');
  if (names.length > 0) {
    yield phrase(`not_checked.names.${kind}`, { some: someOf(threshold, of, 'registrar') });
  }
  if (names.length === 0) yield phrase('not_checked.who');
  else if (names.length < keys) yield phrase('not_checked.who_else');
}
