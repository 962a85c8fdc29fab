/** Files that people take for a published letter, told by their first bytes, for errors only. */

import { startsWith, utf8 } from './bytes.js';
import { a, labelOf, nameOf } from './record.js';
import { decodeStart } from './text.js';

/** How much of a file is looked at. */
export const START_BYTES = 4096;

/** A kind of file, with its article, and how to get to the right file. */
export interface Kind {
  readonly name: string;
  readonly hint: string;
}

const AGAIN = 'download the file itself again';
const UNPACK = 'unpack it, and name the file inside';
const OTHER = 'this is not the file you meant';

export const WEB_PAGE: Kind = {
  name: 'a web page',
  hint: `a site answered with a page, such as a login: ${AGAIN}`,
};

const QUOTED: Kind = {
  name: 'a mail that quotes an armor',
  hint:
    'copy the block from the message itself, or remove what a mail program put at the start of ' +
    'each line, such as >',
};
const AMONG_WORDS: Kind = {
  name: 'text with an armor inside',
  hint: 'copy the block, from its BEGIN line to its END line, into a file alone',
};

const STARTS: readonly (readonly [start: Uint8Array, name: string, hint: string])[] = [
  [Uint8Array.of(0x1f, 0x8b), 'a file packed with gzip', UNPACK],
  [utf8('PK\x03\x04'), 'a ZIP archive, or an office document', UNPACK],
  [utf8('BZh'), 'a file packed with bzip2', UNPACK],
  [Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'a file packed with xz', UNPACK],
  [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), 'a file packed with zstd', UNPACK],
  [Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), 'a 7z archive', UNPACK],
  [utf8('%PDF-'), 'a PDF', OTHER],
  [Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'a picture', OTHER],
  [Uint8Array.of(0xff, 0xd8, 0xff), 'a picture', OTHER],
  [utf8('{\\rtf'), 'a document in Rich Text Format', OTHER],
  [utf8('SQLite format 3\0'), 'an SQLite database', OTHER],
];

/** Return what kind of file begins with these bytes; null if none that is known. */
export function foreignKind(start: Uint8Array): Kind | null {
  if (start.length === 0) {
    return { name: 'an empty file', hint: `the download may have failed: ${AGAIN}` };
  }
  for (const [magic, name, hint] of STARTS) {
    if (startsWith(start, magic)) return { name, hint };
  }
  const text = asText(start);
  if (text !== null && /^\s*(<!doctype html|<html|<head|<!-{2}|<\?xml)/i.test(text)) {
    return WEB_PAGE;
  }
  if (text !== null && /^\s*version https:\/\/git-lfs/.test(text)) {
    return { name: 'a pointer of Git LFS', hint: 'get the file itself with git lfs pull' };
  }
  if (text !== null) return textKind(text);
  const label = labelOf(start);
  return label === null
    ? null
    : { name: a(nameOf(label)), hint: 'give the published letter instead' };
}

/** Return which kind of text it is: one with an armor in it, or another. */
function textKind(text: string): Kind {
  const at = text.indexOf('-----BEGIN COSIGN ');
  if (at < 0) return { name: 'plain text', hint: OTHER };
  const before = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return before.trim() === '' ? AMONG_WORDS : QUOTED;
}

/** Return the text that a file begins with, if it is text; its last character may be cut. */
function asText(start: Uint8Array): string | null {
  const bare = decodeStart(start)?.replace(/^\ufeff/, '') ?? null;
  return bare === null || /[^\n\r\t\f \P{C}]/u.test(bare) ? null : bare;
}

const MARKS: readonly (readonly [mark: Uint8Array, name: string])[] = [
  [Uint8Array.of(0xff, 0xfe, 0, 0), 'UTF-32'], // begins like the next but one
  [Uint8Array.of(0, 0, 0xfe, 0xff), 'UTF-32'],
  [Uint8Array.of(0xff, 0xfe), 'UTF-16'],
  [Uint8Array.of(0xfe, 0xff), 'UTF-16'],
];

/** Return in which wide encoding a text is; null if in none. Without a mark it is guessed. */
export function wideEncoding(head: Uint8Array): string | null {
  const marked = MARKS.find(([mark]) => startsWith(head, mark));
  if (marked) return marked[1];
  const zeros = [0, 0];
  head.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2]! += 1;
  });
  const [fewer, more] = zeros.sort((one, other) => one - other) as [number, number];
  return fewer === 0 && more > 0 && more * 8 >= head.length ? 'UTF-16' : null;
}
