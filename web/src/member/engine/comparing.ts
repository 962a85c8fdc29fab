/** Comparing two files on the telephone (docs/spec.md, "Comparing"). */

import WORDS from '../../../../tests/vectors/comparison_words.json';
import { type Bytes, bigEndian, utf8 } from '../../verifier/bytes.js';
import { H } from '../../verifier/hashing.js';
import { typedLine } from '../../verifier/typed.js';
import { MemberError } from './errors.js';
import { COMPARISON } from './labels.js';
import type { Randomness } from './primitives.js';

const WORD_COUNT = 4;
const WORD_BITS = 10;

/** Draw four words of 1,024. */
export function drawWords(randomness: Randomness): string[] {
  const bits = bigEndian(randomness((WORD_COUNT * WORD_BITS) / 8));
  return Array.from({ length: WORD_COUNT }, (_, i) => {
    const place = (bits >> BigInt(WORD_BITS * (WORD_COUNT - 1 - i))) & 1023n;
    return WORDS[Number(place)]!;
  });
}

/** Return the four words that a person typed. */
export function readWords(typed: string): string[] {
  const plain = typedLine(typed).replace(/[A-Z]/g, (char) => char.toLowerCase());
  const words = plain.split(/[-, ]+/).filter((word) => word !== '');
  if (words.length !== WORD_COUNT) {
    throw new MemberError(
      'UsageError',
      `a comparison takes ${WORD_COUNT} words, not ${words.length}`,
      "type the words that the other person's program shows, with blanks between them",
    );
  }
  for (const word of words) {
    if (WORDS.includes(word)) continue;
    const near = WORDS.filter((one) => areNear(one, word)).slice(0, 2);
    throw new MemberError(
      'UsageError',
      `'${word}' is not one of the words that this program says`,
      near.length > 0
        ? `did you mean ${near.map((one) => `'${one}'`).join(' or ')}?`
        : 'ask the other person to spell it',
    );
  }
  return words;
}

/** Whether a word becomes another by one letter more, less or exchanged. */
function areNear(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [a, b] = [one.slice(start), other.slice(start)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}

/** Return the ten digits that both sides read, in two groups of five. */
export function comparisonDigits(words: readonly string[], identifier: Bytes): string {
  const number = bigEndian(H(COMPARISON, ...words.map(utf8), identifier)) % 10n ** 10n;
  return number.toString().padStart(10, '0').replace(/^.{5}/, '$& ');
}
