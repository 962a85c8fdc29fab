/**
 * Which texts there are.
 *
 * docs/spec.md, "Text". Only characters of Unicode 14, whose normalization never changes, so it does
 * not matter which version the JavaScript engine has.
 */

import { readFileSync } from 'node:fs';
import { must } from './not_valid.mjs';

const ASSIGNED = JSON.parse(readFileSync(new URL('../../vectors/unicode14.json', import.meta.url)));
const MARKS = JSON.parse(readFileSync(new URL('../../vectors/unicode14_marks.json', import.meta.url)));
const UNASSIGNED = new RegExp(`[^${inBrackets(ASSIGNED)}]`, 'v');
/** They are drawn over other lines, so no more than 30 may follow each other. */
const PILE = new RegExp(`[${inBrackets(MARKS)}]{31}`, 'v');

function inBrackets(spans) {
  return spans.map((span) => span.map(escaped).join('-')).join('');
}

function escaped(code) {
  return `\\u{${code.toString(16)}}`;
}

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
  must(!UNASSIGNED.test(text), 'text has a character that Unicode 14 does not know');
  must(!PILE.test(text), 'text has more than 30 marks in a row');
  must(text.normalize('NFC') === text, 'text is not in normalization form NFC');
  return text;
}

export const decodeLine = (bytes) => decodeText(bytes, FORBIDDEN_IN_LINE);
export const decodeLines = (bytes) => decodeText(bytes, FORBIDDEN_IN_LINES);
