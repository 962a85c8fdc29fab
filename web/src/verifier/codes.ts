/** Codes that people copy by hand, without their prefix (docs/spec.md, "Codes"). */

import { type Bytes, bigEndian, fromHex, utf8 } from './bytes.js';
import { NotJudged } from './errors.js';
import { H } from './hashing.js';
import { CODE_CHECK } from './labels.js';

/** Crockford's alphabet: each character stands for five bits. */
export const CHARACTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Return how many characters stand for `size` bytes, and how many check them. */
export function codeLengths(size: number): readonly [data: number, check: number] {
  const data = Math.ceil((size * 8) / 5);
  return [data, 2 + ((4 - ((data + 2) % 4)) % 4)];
}

/** Return the first bits of a hash of prefix and value, as the number that check characters are. */
export function codeCheck(prefix: string, value: Bytes, characters: number): bigint {
  return bigEndian(H(CODE_CHECK, utf8(prefix), value)) >> BigInt(512 - 5 * characters);
}

/**
 * Return the bytes that a code stands for.
 *
 * @param body the code in capitals, without prefix, blanks and dashes.
 * @param size how many bytes.
 *
 * Throws NotJudged if it is mistyped.
 */
export function decodeCode(body: string, size: number, prefix: string): Bytes {
  const [data, check] = codeLengths(size);
  const values = Array.from(body.replaceAll('O', '0').replace(/[IL]/g, '1'), (char) =>
    CHARACTERS.indexOf(char),
  );
  if (values.length !== data + check) {
    throw mistyped(`it has ${values.length} characters instead of ${data + check}`);
  }
  if (values.includes(-1)) throw mistyped('it has a character that codes do not have');
  const number = values.slice(0, data).reduce(append, 0n);
  const spare = BigInt(5 * data - 8 * size);
  if (number % (1n << spare) !== 0n) throw mistyped('its characters do not fit together');
  const value = fromHex((number >> spare).toString(16).padStart(2 * size, '0'));
  if (values.slice(data).reduce(append, 0n) !== codeCheck(prefix, value, check)) {
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
