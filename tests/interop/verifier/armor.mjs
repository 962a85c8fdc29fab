/**
 * Armor: a file as lines of base64.
 *
 * docs/spec.md, "Armor". Armor protects nothing, and nothing is computed over it.
 */

import { must } from './not_valid.mjs';

const BEGIN = '-----BEGIN COSIGN ';
const BEGIN_WITHIN = 1024;
const LONGEST_LINE = 254;
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;
const LINE_END = /\r\n|\n|\r/;
const LEADING_WHITE = /^[ \t\n\v\f\r]+/;
const TRAILING_WHITE = /[ \t\n\v\f\r]+$/;

/** The bytes in the armor, or the input itself if it is binary. */
export function unarmor(bytes) {
  const head = latin1(bytes.subarray(0, BEGIN_WITHIN)).replace(BYTE_ORDER_MARK, '');
  if (!head.replace(LEADING_WHITE, '').startsWith(BEGIN)) return bytes;
  const raw = latin1(bytes).replace(BYTE_ORDER_MARK, '').split(LINE_END);
  const lines = raw.map(stripped);
  const first = lines.findIndex((line) => line !== '');
  must(lines[first].endsWith('-----'), 'the armor begins with no whole line');
  const last = lines.indexOf(lines[first].replace('BEGIN', 'END'), first);
  must(last >= 0, 'the armor has no end, or the end of another');
  must(lines.slice(last + 1).every((line) => line === ''), 'something follows the armor');
  const shortEnough = raw.slice(0, last + 1).every((line) => line.length <= LONGEST_LINE);
  must(shortEnough, 'a line of the armor is too long');
  return Buffer.concat(lines.slice(first + 1, last).map(canonicalBase64));
}

const latin1 = (bytes) => Buffer.from(bytes).toString('latin1');
const stripped = (line) => line.replace(LEADING_WHITE, '').replace(TRAILING_WHITE, '');

function canonicalBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  must(bytes.toString('base64') === text, 'a line of the armor is not canonical base64');
  return bytes;
}
