/** Fingerprints as people type, paste and scan them (docs/spec.md, "Reading text", "Codes"). */

import { decodeCode } from './codes.js';
import { NotJudged } from './errors.js';
import { fingerprint } from './hashing.js';
import { INVISIBLE } from './invisible.js';

const DROPPED = new RegExp(`[${INVISIBLE}]`, 'gu');
const QUOTES = '"\'`\u00b4\u2032\u2033\u201a\u201e\\p{Pi}\\p{Pf}';
const AROUND = new RegExp(`^[ ${QUOTES}]+|[ ${QUOTES}]+$`, 'gu');

/** A typed word without what people put between and around its characters. */
export function compact(typed: string): string {
  return typedLine(typed).replace(/[ -]/g, '');
}

/** A typed word or line, with plain blanks and dashes and without what is drawn around it. */
export function typedLine(typed: string): string {
  return typed
    .replace(DROPPED, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/[\p{White_Space}\x1c-\x1f]/gu, ' ')
    .replace(AROUND, '');
}

const GROUP = 'cosign-group-';
const IDENTIFIER_BYTES = 32;

/** Return the fingerprints that a reader typed, with commas between them. Throws NotJudged. */
export function readFingerprints(typed: string): string[] {
  return [...new Set(typed.split(',').map(readFingerprint))];
}

/**
 * Return the fingerprint that a reader typed: sixty digits, or the code out of a QR code.
 *
 * Throws NotJudged if it is neither, or if the code is mistyped or that of a round.
 */
export function readFingerprint(typed: string): string {
  const plain = compact(typed);
  if (plain === '') throw new NotJudged('the pin is empty', "give the group's 60 digits");
  if (/^[0-9]{60}$/.test(plain)) return plain.replace(/(.{5})(?=.)/g, '$1 ');
  const upper = capitals(plain);
  if (upper.startsWith('COSIGNROUND')) {
    const hint = 'scan the code of the group, or type its sixty digits';
    throw new NotJudged('this is the code of a round, not of a group', hint);
  }
  if (upper.startsWith('COSIGNGROUP')) {
    return fingerprint(decodeCode(upper.slice(11), IDENTIFIER_BYTES, GROUP));
  }
  const hint = 'copy all twelve groups of five digits';
  throw new NotJudged('the pin is not a fingerprint of 60 digits', hint);
}

/** Only ASCII letters are capitalized: some other letters become ASCII letters in capitals. */
export function capitals(text: string): string {
  return text.replace(/[a-z]/g, (char) => char.toUpperCase());
}
