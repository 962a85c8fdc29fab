/**
 * Characters of a letter that readers do not see, in sentences; the same as
 * cosign/reports/hidden.py and `watermarks` of cosign/records/letter.py.
 */

import { findHidden } from '../verifier/hidden.js';
import invisible from 'texts:invisible';
import { unpack } from '../verifier/packed.js';
import { phrase } from './words.js';

/** Names by code point in hexadecimal. */
const NAMES = unpack(invisible);

/** Return a sentence for each kind of such characters, those that no text needs first. */
export function hiddenCharacters(text: string): string[] {
  const found = findHidden(text, [], []).sort((a, b) => Number(a.use !== null) - Number(b.use !== null));
  return found.map(({ character, use, line, column, times: count }) => {
    const what = character === null ? 'white space at the end of the line' : named(character);
    return phrase('hidden.character', { what, use: use ?? phrase('hidden.no_use'), line, column, count });
  });
}

function named(character: string): string {
  return `${character} ${nameOf(Number.parseInt(character.slice(2), 16), character.slice(2))}`;
}

/** Return the name of a character that is not drawn, or of a space that is not U+0020. */
function nameOf(code: number, hex: string): string | undefined {
  if (code >= 0xfe00 && code <= 0xfe0f) return `VARIATION SELECTOR-${code - 0xfe00 + 1}`;
  if (code >= 0xe0100 && code <= 0xe01ef) return `VARIATION SELECTOR-${code - 0xe0100 + 17}`;
  const tag = String.fromCharCode(code - 0xe0000);
  if (/^[A-Z]$/.test(tag)) return `TAG LATIN CAPITAL LETTER ${tag}`;
  if (/^[a-z]$/.test(tag)) return `TAG LATIN SMALL LETTER ${tag.toUpperCase()}`;
  return NAMES.get(hex)?.[0];
}
