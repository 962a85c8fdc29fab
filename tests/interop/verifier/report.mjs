/**
 * What is said about a valid file.
 *
 * docs/spec.md, "Verifying", the table of JSON members and the exit codes.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/curves/utils.js';
import { compareBytes } from './bytes.mjs';
import { fingerprint } from './hashing.mjs';
import { hidden } from './hidden.mjs';

export const EXIT = { valid: 0, notValid: 1, usage: 2, notPinned: 3, belowQuorum: 4 };

/** This reader does not look into time stamps. */
const UNREAD = {
  state: 'unchecked', authority: '', time: null, problem: 'this reader does not check time stamps',
};

export function report({ header, roundId, group, counted, stamps, pinned }) {
  const { terms, letter } = header.round;
  const [received, unreadable, invalid, duplicates, withdrawn] = header.opening;
  const quorumMet = counted.cosigners >= terms.quorum;
  const anonymitySet = group.anonymitySet();
  const names = counted.names.map((open) => ({ ...open, key: open.key && bytesToHex(open.key) }));
  return {
    valid: true,
    exit_code: exitCode(pinned, quorumMet),
    title: terms.title,
    letter_sha256: bytesToHex(sha256(letter)),
    round: fingerprint(roundId),
    group: {
      kind: group.kind,
      name: group.name,
      fingerprint: fingerprint(group.id),
      pinned,
      anonymity_set: anonymitySet,
      key_kinds: group.keyKinds,
      left_out: group.leftOut,
    },
    vouched_by: group.vouchedBy,
    admissions: group.admissions,
    anonymity: group.anonymity,
    others: {
      at_most: anonymitySet === null ? null : Math.max(0, anonymitySet - names.length),
      key_kinds: group.keyKindsWithout(counted.names.map(({ key }) => key)),
    },
    cosigners: counted.cosigners,
    keys: counted.keys,
    quorum: terms.quorum,
    quorum_met: quorumMet,
    withdrawn: counted.withdrawn,
    duplicates: counted.duplicates,
    conflicts: counted.conflicts,
    invalid: 0, // a file with an invalid record is not valid
    organizer_says: { received, unreadable, invalid, duplicates, withdrawn },
    slot: terms.slot,
    opens: timeOf(terms.opens),
    closes: timeOf(terms.closes),
    organizer: fingerprint(terms.organizer_key),
    trustees: { names: terms.trustees.map(({ name }) => name), threshold: terms.threshold },
    combinations: group.splits ? combinations(group, counted) : [],
    statements: counted.statements,
    named: names.length,
    names,
    hidden: hidden(
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(letter), counted.statements, names,
    ),
    time_stamps: stamps.map(() => UNREAD),
    not_checked: notChecked(group, anonymitySet, pinned, names.length),
    page: null, // this reader takes no pages
  };
}

function exitCode(pinned, quorumMet) {
  if (!pinned) return EXIT.notPinned;
  return quorumMet ? EXIT.valid : EXIT.belowQuorum;
}

/** Ascending by the size of the crowd, unknown sizes last, by keys, by the registrars' numbers. */
function combinations(group, counted) {
  return counted.combinations
    .map((row) => ({ ...row, atMost: group.crowdOf(row.registrars) }))
    .sort(compareCombinations)
    .map(({ registrars, keys, named, atMost }) => ({
      registrars: registrars.map((i) => group.registrars[i].name),
      keys,
      at_most: atMost,
      named,
      others_at_most: group.crowdOf(registrars, counted.namedByEach),
    }));
}

function compareCombinations(a, b) {
  const unknown = Number(a.atMost === null) - Number(b.atMost === null);
  const known = a.atMost - b.atMost; // null − null is 0
  return unknown || known || a.keys - b.keys || compareBytes(a.registrars, b.registrars);
}

/** Minutes since 1970 as `2025-02-19T21:20Z`. */
function timeOf(minutes) {
  return `${new Date(60_000 * minutes).toISOString().slice(0, 16)}Z`;
}

function notChecked(group, anonymitySet, pinned, named) {
  const rostered = group.kind === 'rostered';
  const sentences = [
    [!pinned, 'that the group is the one that is meant: it was not pinned'],
    [!rostered, 'that registrars admitted only real members, each of them once'],
    [rostered, `that the keys belong to as many members; source: ${JSON.stringify(group.source)}`],
    [group.splits, 'that each key is a person: one person may have keys by several registrars'],
    [anonymitySet === null, 'how large the group is: not every registrar made a statement'],
    [true, 'that every envelope was opened and published'],
    [true, "the organizer's figures on envelopes that are not in the file"],
    [true, 'that nobody was pressed to sign'],
    [named > 0, 'that names are right: they are the word of registrars, or of a listed key'],
  ];
  return sentences.filter(([applies]) => applies).map(([, sentence]) => sentence);
}
