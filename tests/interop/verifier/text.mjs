/**
 * Which texts there are.
 *
 * docs/spec.md, "Text". NFC is judged with the Unicode version of the JavaScript engine: characters
 * that are younger than Unicode 14 may be judged differently elsewhere.
 */

import { must } from './not_valid.mjs';

/** Controls, lone surrogates, line and paragraph separators, bidirectional controls. */
const FORBIDDEN_IN_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/v;
const FORBIDDEN_IN_LINES = /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]--[\t\n]]/v;

function decodeText(bytes, forbidden) {
  let text;
  try {
    // "ignoreBOM" means that U+FEFF at the front is a character like others, and is not dropped.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    must(false, 'text is not UTF-8');
  }
  must(!forbidden.test(text), 'text has a character that is not allowed');
  must(text.normalize('NFC') === text, 'text is not in normalization form NFC');
  return text;
}

export const decodeLine = (bytes) => decodeText(bytes, FORBIDDEN_IN_LINE);
export const decodeLines = (bytes) => decodeText(bytes, FORBIDDEN_IN_LINES);
