/** Characters that readers of a text do not see (docs/spec.md, "Letter", Watermarks). */

import { INVISIBLE } from './invisible.js';
import { phrase, phrasesUnder } from './phrases.js';
import type { Hidden } from './report.js';

const CHARACTER = new RegExp(`[${INVISIBLE}]|(?! )\\p{Zs}`, 'gu');
const LINE_END = /[ \t]+$/;

/** Return what is hidden in a letter, then in each statement, in the order of first places. */
export function findHidden(letter: string, statements: readonly string[]): Hidden[] {
  const found = [...hiddenIn(letter, null)];
  statements.forEach((text, number) => found.push(...hiddenIn(text, number)));
  return found;
}

/** Return an entry for each kind of character that is hidden in a text. */
function hiddenIn(text: string, statement: number | null): Iterable<Hidden> {
  const kinds = new Map<string | null, Hidden>();
  const add = (character: string | null, line: number, column: number) => {
    const { times, ...first } = kinds.get(character) ?? {
      statement,
      character,
      times: 0,
      line,
      column,
      use: useOf(character),
    };
    kinds.set(character, { ...first, times: times + 1 });
  };
  text.split('\n').forEach((row, i) => {
    for (const { 0: found, index } of row.matchAll(CHARACTER)) {
      add(codeOf(found), i + 1, columnAt(row, index));
    }
    const end = row.search(LINE_END);
    if (end >= 0) add(null, i + 1, columnAt(row, end));
  });
  return kinds.values();
}

/** The column of a place in a row, in code points from 1. */
function columnAt(row: string, index: number): number {
  return [...row.slice(0, index)].length + 1;
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Return what a character, or white space at the end of a line, is usually for. */
function useOf(character: string | null): string | null {
  if (character === null) return phrase('hidden.line_end');
  const code = Number.parseInt(character.slice(2), 16);
  const fits = (range: string) => {
    const [first, last = first] = range.split('-').map((one) => Number.parseInt(one, 16));
    return first! <= code && code <= last!;
  };
  const uses = phrasesUnder('hidden.use.');
  return uses.find(([codes]) => codes.split(' ').some(fits))?.[1] ?? null;
}
