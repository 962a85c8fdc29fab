/** Characters that readers of a text do not see (docs/spec.md, "Letter", Watermarks). */

import { INVISIBLE } from './invisible.js';
import { bareLength } from './line_ends.js';
import { phrase, phrasesUnder } from './phrases.js';
import type { Hidden, OpenName } from './report.js';

const CHARACTER = new RegExp(`[${INVISIBLE}]|(?! )\\p{Zs}`, 'gu');

type Place = Pick<Hidden, 'statement' | 'name' | 'part'>;

const LETTER: Place = { statement: null, name: null, part: null };

/**
 * Return what is hidden in a letter, in each statement and in the texts of each name, and in each
 * of these in the order of first places.
 */
export function findHidden(
  letter: string,
  statements: readonly string[],
  names: readonly OpenName[],
): Hidden[] {
  const found = [...hiddenIn(letter, LETTER)];
  statements.forEach((text, statement) => found.push(...hiddenIn(text, { ...LETTER, statement })));
  names.forEach((open, name) => {
    for (const part of ['name', 'role', 'statement'] as const) {
      found.push(...hiddenIn(open[part] ?? '', { ...LETTER, name, part }));
    }
  });
  return found;
}

/** Return an entry for each kind of character that is hidden in a text, in time that is linear. */
function hiddenIn(text: string, place: Place): Iterable<Hidden> {
  const kinds = new Map<string | null, Hidden & { times: number }>();
  const add = (character: string | null, line: number, column: number) => {
    const found = kinds.get(character);
    if (found) found.times += 1;
    else kinds.set(character, { ...place, character, times: 1, line, column, use: useOf(character) });
  };
  text.split('\n').forEach((row, i) => {
    let column = 1; // in code points, of the place `at`
    let at = 0;
    const columnAt = (place: number) => {
      for (; at < place; column++) at += row.codePointAt(at)! > 0xffff ? 2 : 1;
      return column;
    };
    for (const { 0: found, index } of row.matchAll(CHARACTER)) {
      add(codeOf(found), i + 1, columnAt(index));
    }
    const end = bareLength(row);
    if (end < row.length) add(null, i + 1, columnAt(end));
  });
  return kinds.values();
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

const USES = new Map<string | null, string | null>();

/** Return what a character, or white space at the end of a line, is usually for. */
function useOf(character: string | null): string | null {
  const known = USES.get(character);
  if (known !== undefined) return known;
  const use = character === null ? phrase('hidden.line_end') : useOfCode(character);
  USES.set(character, use);
  return use;
}

function useOfCode(character: string): string | null {
  const code = Number.parseInt(character.slice(2), 16);
  const fits = (range: string) => {
    const [first, last = first] = range.split('-').map((one) => Number.parseInt(one, 16));
    return first! <= code && code <= last!;
  };
  const uses = phrasesUnder('hidden.use.');
  return uses.find(([codes]) => codes.split(' ').some(fits))?.[1] ?? null;
}
