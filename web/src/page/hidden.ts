/**
 * Characters of a letter that readers do not see, in sentences; the same as
 * cosign/reports/hidden.py and `watermarks` of cosign/records/letter.py.
 */

import table from '../../../cosign/reports/words.json';
import { bareLength } from '../verifier/line_ends.js';
import invisible from './invisible.json';
import { type Name, phrase } from './words.js';

const NAMES: Readonly<Record<string, string>> = invisible;
const USE = 'hidden.use.';

interface Kind {
  readonly use: string;
  readonly line: number;
  readonly column: number;
  count: number;
}

/** Return a sentence for each kind of such characters, those that no text needs first. */
export function hiddenCharacters(text: string): string[] {
  const found = new Map<string, Kind>();
  const add = (what: string, code: number, line: number, column: number) => {
    const kind = found.get(what);
    if (kind) kind.count += 1;
    else found.set(what, { use: useOf(code), line, column, count: 1 });
  };
  for (const [place, line] of text.split('\n').entries()) {
    let column = 0;
    for (const char of line) {
      column += 1;
      const code = char.codePointAt(0) ?? 0;
      const name = code > 0x7f && nameOf(code);
      if (name) add(`U+${hex(code)} ${name}`, code, place + 1, column);
    }
    const end = bareLength(line);
    if (end < line.length) {
      const before = column - (line.length - end); // spaces and tabs are one character each
      add('white space at the end of the line', 0, place + 1, before + 1);
    }
  }
  const none = phrase('hidden.no_use');
  const kinds = [...found].sort(([, a], [, b]) => Number(a.use !== none) - Number(b.use !== none));
  return kinds.map(([what, kind]) => phrase('hidden.character', { what, ...kind }));
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

/** Return the name of a character that is not drawn, or of a space that is not U+0020. */
function nameOf(code: number): string | undefined {
  if (code >= 0xfe00 && code <= 0xfe0f) return `VARIATION SELECTOR-${code - 0xfe00 + 1}`;
  if (code >= 0xe0100 && code <= 0xe01ef) return `VARIATION SELECTOR-${code - 0xe0100 + 17}`;
  const tag = String.fromCharCode(code - 0xe0000);
  if (/^[A-Z]$/.test(tag)) return `TAG LATIN CAPITAL LETTER ${tag}`;
  if (/^[a-z]$/.test(tag)) return `TAG LATIN SMALL LETTER ${tag.toUpperCase()}`;
  return NAMES[hex(code)];
}

/** Return what a character is usually for; the names in the table hold codes and ranges. */
function useOf(code: number): string {
  if (code === 0) return phrase('hidden.line_end');
  for (const name of Object.keys(table) as Name[]) {
    if (!name.startsWith(USE)) continue;
    for (const range of name.slice(USE.length).split(' ')) {
      const [first = '', last = first] = range.split('-');
      if (code >= parseInt(first, 16) && code <= parseInt(last, 16)) return phrase(name);
    }
  }
  return phrase('hidden.no_use');
}
