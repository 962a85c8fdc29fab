/** Fingerprints as people type, paste and scan them (docs/spec.md, "Reading text", "Codes"). */

import { type Bytes, bigEndian, fromHex, utf8 } from './bytes.js';
import { NotJudged } from './errors.js';
import { H, fingerprint } from './hashing.js';
import { INVISIBLE } from './invisible.js';
import { CODE_CHECK } from './labels.js';

const DROPPED = new RegExp(`[${INVISIBLE}]`, 'gu');
const QUOTES = '"\'`\u00b4\u2032\u2033\u201a\u201e\\p{Pi}\\p{Pf}';
const AROUND = new RegExp(`^[ ${QUOTES}]+|[ ${QUOTES}]+$`, 'gu');

/** A typed word without what people put between and around its characters. */
function compact(typed: string): string {
  const plain = typed
    .replace(DROPPED, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/[\p{White_Space}\x1c-\x1f]/gu, ' ')
    .replace(AROUND, '');
  return plain.replace(/[ -]/g, '');
}

const CODES = { group: 'cosign-group-', round: 'cosign-round-' } as const;
const CHARACTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DATA_CHARACTERS = 52;
const CHECK_CHARACTERS = 4;

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
  const upper = plain.replace(/[a-z]/g, (char) => char.toUpperCase());
  if (upper.startsWith('COSIGNROUND')) {
    const hint = 'scan the code of the group, or type its sixty digits';
    throw new NotJudged('this is the code of a round, not of a group', hint);
  }
  if (upper.startsWith('COSIGNGROUP')) return fingerprint(decodeCode(upper.slice(11)));
  const hint = 'copy all twelve groups of five digits';
  throw new NotJudged('the pin is not a fingerprint of 60 digits', hint);
}

function decodeCode(body: string): Bytes {
  const values = Array.from(body.replaceAll('O', '0').replace(/[IL]/g, '1'), (char) =>
    CHARACTERS.indexOf(char),
  );
  if (values.length !== DATA_CHARACTERS + CHECK_CHARACTERS) {
    throw mistyped(`it has ${values.length} characters instead of 56`);
  }
  if (values.includes(-1)) throw mistyped('it has a character that codes do not have');
  const number = values.slice(0, DATA_CHARACTERS).reduce(append, 0n);
  if (number % 16n !== 0n) throw mistyped('its characters do not fit together');
  const value = fromHex((number >> 4n).toString(16).padStart(64, '0'));
  const check = bigEndian(H(CODE_CHECK, utf8(CODES.group), value)) >> 492n;
  if (values.slice(DATA_CHARACTERS).reduce(append, 0n) !== check) {
    throw mistyped('its check characters do not fit');
  }
  return value;
}

function append(number: bigint, value: number): bigint {
  return (number << 5n) | BigInt(value);
}

function mistyped(why: string): NotJudged {
  const hint = 'compare it with the original, group by group; the original may well be right';
  return new NotJudged(`the code is mistyped: ${why}`, hint);
}

