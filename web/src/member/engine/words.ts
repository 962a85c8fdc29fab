/** Warnings and refusals of the engine in the words of the command line. */

import { hiddenCharacters } from '../../page/hidden.js';
import { equal } from '../../verifier/bytes.js';
import type { Credential } from './credentials.js';
import { skipped, splits } from './crowd.js';
import { MemberError } from './errors.js';
import type { SigningOptions } from './interface.js';
import type { PublicName } from './prove_ring.js';
import type { Use } from './records/secrets.js';
import type { MemberRound } from './round.js';

export const NO_WASM: readonly string[] = [
  'this browser runs no WebAssembly, so nothing can be made for rosters here',
  'opening and writing a key file takes some minutes here',
  'the program that computes with your keys here was not made for people who can measure its time',
];

export const REPLACES =
  'this replaces your earlier request with another voucher, whose answer can no longer be used';

const NOTHING_KNOWN =
  'this key file has no record that this key signed in this round; if it did not, the withdrawal ' +
  'changes nothing, except that the key can no longer sign in this round';

const COMPUTATIONAL =
  'the roster lists your key as an ssh key, so your anonymity is computational: a quantum computer ' +
  'of the future could tell that you signed; for the next roster, make a fresh key, whose ' +
  'anonymity is everlasting';

const NAMED =
  'you are named to everybody, for good: withdraw takes back the whole cosignature, and the name ' +
  'stays in copies of the letter';

const LINKED =
  'the list shows your key beside your name, so anyone who can compute discrete logarithms ' +
  'some day, as a quantum computer could, finds what this key signed in other rounds';

export function statementWarnings(statement: string): string[] {
  if (statement === '') return [];
  return [
    ...hiddenCharacters(statement).map((sentence) => `in the statement, ${sentence}`),
    'the wording of a statement can identify you',
    'read it again: a statement cannot be corrected once this key file has signed',
  ];
}

/** Warnings that a name is for good. */
export function nameWarnings({ roster }: MemberRound, called: PublicName | null): string[] {
  if (called === null) return [];
  const hidden = (['name', 'role'] as const).flatMap((where) =>
    hiddenCharacters(called[where]).map((sentence) => `in the ${where}, ${sentence}`),
  );
  return [...hidden, NAMED, ...(roster === null ? [] : [LINKED])];
}

export function voucherWarnings(round: MemberRound, vouchers: readonly number[]): string[] {
  if (!splits(round)) return [];
  const missing = skipped(vouchers).map((i) => `'${round.registered!.registrars[i]!.name}'`);
  const shown = 'your cosignature will show which registrars certified you';
  if (missing.length === 0) return [shown];
  return [
    shown,
    `it will also show that ${missing.join(', ')} did not certify you; the crowd is certain only ` +
      "if the registrars' numbers are true and everybody else enrolled with every one",
  ];
}

export function kindWarnings(credential: Credential): string[] {
  return credential.kind === 'listed' && credential.secret.kind === 'ssh' ? [COMPUTATIONAL] : [];
}

export function withdrawalWarnings(
  { roundId, round }: MemberRound,
  { action, minute }: SigningOptions,
  uses: readonly Use[],
): string[] {
  if (action !== 'withdraw') return [];
  const late =
    'after the close few envelopes arrive, so anyone who sees yours knows that you had signed: ' +
    'hide your network address';
  const isKnown = uses.some(([, id]) => equal(id, roundId));
  return [
    ...(minute >= round.terms.closes ? [late] : []),
    ...(isKnown ? [] : [NOTHING_KNOWN]),
  ];
}

export function noRecord(): MemberError {
  return new MemberError(
    'MissingError',
    'this key file has no record of a signature in the round',
    'load the key file that you signed with, or type the receipt',
  );
}

export function noMembership(): MemberError {
  return new MemberError(
    'MissingError',
    'this key file has no membership in the group',
    'load the key file with which you enrolled',
  );
}
