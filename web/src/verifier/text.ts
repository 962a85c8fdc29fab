/** Which characters are allowed in text (docs/spec.md, "Text"). */

import { isAssigned, isMark } from './unicode14.js';

/** More marks in a row than this are drawn over other lines. */
const MARKS_LIMIT = 30;

const PLAIN = /^[\x20-\x7e]*$/;
const PLAIN_LINES = /^[\n\t\x20-\x7e]*$/;

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Return the text that bytes encode; null if they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
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
    try {
      // A stream may end within a character.
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        bytes.subarray(0, middle),
        { stream: true },
      );
      from = middle;
    } catch {
      to = middle;
    }
  }
  return `not UTF-8 at ${lineAndColumn(text)}`;
}

/**
 * Return why text is not allowed in a record; null if it is.
 *
 * @param lines whether LF and TAB are allowed.
 */
export function textFault(text: string, lines: boolean): string | null {
  if ((lines ? PLAIN_LINES : PLAIN).test(text)) return null;
  let row = 0;
  let place = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    const fault = lines && (code === 0x0a || code === 0x09) ? null : characterFault(code);
    if (fault) return `${fault} ${number(code)} at ${lineAndColumn(text.slice(0, place))}`;
    row = isMark(code) ? row + 1 : 0;
    if (row > MARKS_LIMIT) {
      const at = lineAndColumn(text.slice(0, place));
      return `more than ${MARKS_LIMIT} marks in a row, up to ${number(code)} at ${at}`;
    }
    place += char.length;
  }
  // Only now: bringing very many marks into order takes long.
  return text.normalize('NFC') === text ? null : 'text is not in Unicode form NFC';
}

function characterFault(code: number): string | null {
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const separates = code === 0x2028 || code === 0x2029;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (isControl || separates || isSurrogate) return 'control character';
  if (!isAssigned(code)) return 'not in Unicode 14:';
  const turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return turns ? 'invisible bidirectional control' : null;
}

function number(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function lineAndColumn(before: string): string {
  const lines = before.split('\n');
  return `line ${lines.length}, column ${[...lines.at(-1)!].length + 1}`;
}
