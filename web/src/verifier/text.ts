/** Which characters are allowed in text (docs/spec.md, "Text"). */

import { isAssigned, isMark } from './unicode14.js';

/** More marks in a row than this are drawn over other lines. */
const MARKS_LIMIT = 30;

const PLAIN = /^[\x20-\x7e]*$/;
const PLAIN_LINES = /^[\n\t\x20-\x7e]*$/;

/** Most characters before one that is not allowed that are shown. */
const SHOWN_BEFORE = 12;

/** What Python takes for printable, of the characters that Unicode 14 assigns. */
const PRINTABLE = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]*$/u;

/** Names of the characters that are refused: controls that editors leave behind, and the rest. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'NUL'],
  [0x09, 'TAB'],
  [0x0a, 'LF'],
  [0x0c, 'FF'],
  [0x0d, 'CR'],
  [0x1b, 'ESC'],
  [0x2028, 'LINE SEPARATOR'],
  [0x2029, 'PARAGRAPH SEPARATOR'],
  [0x202a, 'LEFT-TO-RIGHT EMBEDDING'],
  [0x202b, 'RIGHT-TO-LEFT EMBEDDING'],
  [0x202c, 'POP DIRECTIONAL FORMATTING'],
  [0x202d, 'LEFT-TO-RIGHT OVERRIDE'],
  [0x202e, 'RIGHT-TO-LEFT OVERRIDE'],
  [0x2066, 'LEFT-TO-RIGHT ISOLATE'],
  [0x2067, 'RIGHT-TO-LEFT ISOLATE'],
  [0x2068, 'FIRST STRONG ISOLATE'],
  [0x2069, 'POP DIRECTIONAL ISOLATE'],
]);

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Return the text that bytes encode; null if they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch {
    return null;
  }
}

/** Return the text with which bytes begin, which may end within a character; null if it is none. */
export function decodeStart(bytes: Uint8Array): string | null {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** Return where bytes are not UTF-8, which they are not everywhere. */
export function utf8Fault(bytes: Uint8Array): string {
  let text = '';
  let [from, to] = [0, bytes.length]; // the first so many bytes are, and so many are not
  while (to - from > 1) {
    const middle = (from + to) >>> 1;
    const start = decodeStart(bytes.subarray(0, middle));
    text = start ?? text;
    [from, to] = start === null ? [from, middle] : [middle, to];
  }
  return `not UTF-8 at ${lineAndColumn(text)}`;
}

/**
 * Return why text is not allowed in a record; null if it is. What is looked for first, and every
 * word, are those of cosign/wire/text.py.
 *
 * @param lines whether LF and TAB are allowed.
 */
export function textFault(text: string, lines: boolean): string | null {
  if ((lines ? PLAIN_LINES : PLAIN).test(text)) return null;
  const stranger = find(text, (code) => !isAssigned(code) && !isSurrogate(code));
  if (stranger) return `${number(stranger)} is not in Unicode 14`;
  const moves = find(text, (code) => characterFault(code, lines) !== null);
  if (moves) return `${characterFault(moves.code, lines)} ${number(moves)}`;
  const pile = findPile(text);
  if (pile) return `more than ${MARKS_LIMIT} marks in a row, the first of them ${number(pile)}`;
  // Only now: bringing very many marks into order takes long.
  return text.normalize('NFC') === text ? null : 'text is not in Unicode form NFC';
}

/** A character, its name if it has to have one, and what stands before it. */
interface Found {
  readonly code: number;
  readonly before: string;
  readonly name?: string;
}

function find(text: string, isIt: (code: number) => boolean): Found | null {
  let place = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (isIt(code)) return { code, before: text.slice(0, place), name: NAMES.get(code) ?? '' };
    place += char.length;
  }
  return null;
}

/** Return the first of more marks in a row than are allowed. */
function findPile(text: string): Found | null {
  let [row, start, place] = [0, 0, 0];
  for (const char of text) {
    if (isMark(char.codePointAt(0)!)) {
      if (row === 0) start = place;
      row += 1;
      if (row > MARKS_LIMIT) {
        return { code: text.codePointAt(start)!, before: text.slice(0, start) };
      }
    } else row = 0;
    place += char.length;
  }
  return null;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function characterFault(code: number, lines: boolean): string | null {
  if (lines && (code === 0x0a || code === 0x09)) return null;
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const separates = code === 0x2028 || code === 0x2029;
  if (isControl || separates || isSurrogate(code)) return 'control character';
  const turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return turns ? 'invisible bidirectional control' : null;
}

/** Return a character's number and name, and where it stands. */
function number({ code, before, name = '' }: Found): string {
  const digits = code.toString(16).toUpperCase().padStart(4, '0');
  const named = name === '' ? '' : ` ${name}`;
  return `U+${digits}${named} at ${lineAndColumn(before)}${after(before)}`;
}

/** Return what people see before a character that they cannot see. */
function after(before: string): string {
  const shown = [...before.slice(before.lastIndexOf('\n') + 1)].slice(-SHOWN_BEFORE).join('');
  return PRINTABLE.test(shown) && shown.trim() !== '' ? `, after ${quoted(shown)}` : '';
}

/** Return text in quotes, as Python's `repr` does: what is not printable is escaped. */
export function quoted(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const shown = text.replace(/[^ \p{L}\p{M}\p{N}\p{P}\p{S}]|[\\'"]/gu, (char) => {
    if (char === '\\' || char === mark) return `\\${char}`;
    return PRINTABLE.test(char) ? char : escaped(char.codePointAt(0)!);
  });
  return mark + shown + mark;
}

function escaped(code: number): string {
  const form = code < 0x100 ? 'x' : code < 0x10000 ? 'u' : 'U';
  const digits = { x: 2, u: 4, U: 8 }[form];
  return `\\${form}${code.toString(16).padStart(digits, '0')}`;
}

function lineAndColumn(before: string): string {
  const lines = before.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  return `line ${lines.length}, column ${[...lines.at(-1)!].length + 1}`;
}
