/**
 * A published letter inside a web page (docs/spec.md, "Page with a letter").
 *
 * The letter stands in a marked block, which is found by its bytes. Armor has no "<", so the first
 * one behind the marker begins the end of the block.
 *
 * Not checked: whether the rest of the page is one that is shipped; this page cannot hold its own
 * hash.
 */

import { openArmor } from './armor.js';
import { type Bytes, concat, startsWith, utf8 } from './bytes.js';
import { NotJudged, NotValid } from './errors.js';
import { WEB_PAGE, wideEncoding } from './kinds.js';
import { type Chunks, Source } from './source.js';

// In pieces: the page that this becomes a part of has its own marker, and may have no second one.
const MARKER = utf8(['<script type="text/plain"', ' id="letter">'].join(''));
const END = utf8('</script>');
const BEGIN = utf8('-----BEGIN COSIGN ');
const LESS_THAN = 0x3c;

/** How much of a file tells whether it is a page. */
const HEAD_BYTES = 512;
/** Most white space between marker and armor. */
const LEAD_BYTES = 512;
/** Most bytes of a page before its letter, and as many after it. */
const AROUND_LIMIT = 2 ** 24;
const CHUNK_BYTES = 2 ** 16;

const HINT = 'get the file again from where it was published';
const DAMAGED = 'the letter in the page is damaged';
const PAGE = /^(?:\xef\xbb\xbf)?[ \t\n\r\v\f]*(?:<!doctype html|<html|<head|<!-{2}|<\?xml)/i;

/** A published letter in binary form, and whether it was in a page. */
export interface Opened {
  readonly file: Source;
  readonly inPage: boolean;
}

/** Open a published letter in any of its forms. Throws NotValid or NotJudged. */
export async function openPublished(file: Source): Promise<Opened> {
  const head = await file.peek(HEAD_BYTES);
  if (isPage(head)) {
    await passMarker(file);
    await checkLead(file);
    return { file: await openArmor(new Source(block(file))), inPage: true };
  }
  const wide = wideEncoding(head);
  if (wide !== null && isPage(head.filter((byte) => byte !== 0 && byte < 0x80))) {
    throw new NotValid(`the page is in ${wide}`, 'save it as UTF-8, then try again');
  }
  return { file: await openArmor(file), inPage: false };
}

export function isPage(head: Uint8Array): boolean {
  return PAGE.test(String.fromCharCode(...head));
}

/** Read until behind the marker. Throws NotJudged if there is none. */
async function passMarker(file: Source): Promise<void> {
  let carried: Bytes = new Uint8Array(0);
  for (let seen = 0; seen <= AROUND_LIMIT;) {
    const piece = await file.take(CHUNK_BYTES);
    if (piece.length === 0) break;
    const there = concat(carried, piece);
    const at = indexOf(there, MARKER);
    if (at >= 0) {
      file.unread(there.subarray(at + MARKER.length));
      return;
    }
    carried = there.slice(Math.max(there.length - MARKER.length + 1, 0));
    seen += piece.length;
  }
  throw new NotJudged(`not a published letter, but ${WEB_PAGE.name}`, WEB_PAGE.hint);
}

/** Check that the block begins with an armor. */
async function checkLead(file: Source): Promise<void> {
  const lead = await file.peek(LEAD_BYTES + BEGIN.length);
  const words = lead.subarray(
    lead.findIndex((byte) => !(byte === 0x20 || (byte > 8 && byte < 14))),
  );
  if (startsWith(words, END)) {
    const hint = 'open it in a browser, or give the letter instead';
    throw new NotJudged('this page reads published letters, and holds none', hint);
  }
  if (!startsWith(words, BEGIN)) throw new NotValid(DAMAGED, HINT);
}

/** Yield what stands in the block, then check the rest of the page. */
async function* block(file: Source): Chunks {
  for (;;) {
    const piece = await file.take(CHUNK_BYTES);
    if (piece.length === 0) throw new NotValid('the page is cut off inside its letter', HINT);
    const end = piece.indexOf(LESS_THAN);
    if (end !== 0) yield end < 0 ? piece : piece.subarray(0, end);
    if (end < 0) continue;
    file.unread(piece.subarray(end));
    if (!startsWith(await file.peek(END.length), END)) throw new NotValid(DAMAGED, HINT);
    await checkAfter(file);
    return;
  }
}

async function checkAfter(file: Source): Promise<void> {
  let carried: Bytes = new Uint8Array(0);
  let seen = 0;
  for await (const piece of file.rest()) {
    const there = concat(carried, piece);
    if (indexOf(there, MARKER) >= 0) {
      const hint = 'its maker can show each reader another one; do not trust it';
      throw new NotValid('the page holds more than one letter', hint);
    }
    seen += piece.length;
    if (seen > AROUND_LIMIT) {
      throw new NotValid(`more than ${AROUND_LIMIT} bytes follow the letter in the page`, HINT);
    }
    carried = there.slice(Math.max(there.length - MARKER.length + 1, 0));
  }
  await file.close();
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(LESS_THAN); at >= 0; at = bytes.indexOf(LESS_THAN, at + 1)) {
    if (startsWith(bytes.subarray(at), wanted)) return at;
  }
  return -1;
}
