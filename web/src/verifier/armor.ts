/** Files as text (docs/spec.md, "Armor"), read in bounded memory. */

import { compare, equal, startsWith, utf8 } from './bytes.js';
import { NotValid } from './errors.js';
import { type Chunks, Source } from './source.js';
import { wideEncoding } from './kinds.js';

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const BEGIN = utf8('-----BEGIN COSIGN ');
const END = utf8('-----END COSIGN ');
const DASHES = utf8('-----');
const LF = 0x0a;
const CR = 0x0d;

/** BEGIN stands within so many bytes from the start. */
const PROBE_BYTES = 1024;
const LONGEST_LINE = 254;
const HINT = 'copy the whole block, from its BEGIN line to its END line';

/** Return the bytes of a file, whether it is armored or not. */
export async function openArmor(file: Source): Promise<Source> {
  const head = await file.peek(PROBE_BYTES);
  const wide = wideEncoding(head);
  if (wide !== null && startsArmor(head.filter((byte) => byte !== 0 && byte < 0x80))) {
    throw new NotValid(`the armor is in ${wide}`, 'save it as UTF-8, then try again');
  }
  if (!startsArmor(withoutMark(head))) return file;
  return new Source(unarmored(file));
}

function startsArmor(head: Uint8Array): boolean {
  return startsWith(head.subarray(head.findIndex((byte) => !isBlank(byte))), BEGIN);
}

function withoutMark(head: Uint8Array): Uint8Array {
  return startsWith(head, BYTE_ORDER_MARK) ? head.subarray(BYTE_ORDER_MARK.length) : head;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Yield the content of an armor. */
async function* unarmored(file: Source): Chunks {
  const decoder = new Decoder();
  const head = await file.take(BYTE_ORDER_MARK.length);
  if (!equal(head, BYTE_ORDER_MARK)) yield* decoder.decode(head);
  for await (const chunk of file.rest()) yield* decoder.decode(chunk);
  yield* decoder.end();
  await file.close();
}

/** Turns the bytes of an armor into its content. */
class Decoder {
  readonly #line = new Uint8Array(LONGEST_LINE);
  #length = 0;
  /** What stands behind the words of the BEGIN line; null before it was read. */
  #title: Uint8Array | null = null;
  #ended = false;

  /** Yield what the lines that end in a chunk hold. */
  *decode(chunk: Uint8Array): Generator<Uint8Array> {
    const content = new Uint8Array(Math.ceil((chunk.length + LONGEST_LINE) / 4) * 3);
    let size = 0;
    try {
      for (const byte of chunk) {
        if (this.#ended) this.#checkBlank(byte);
        else if (byte === LF || byte === CR) size += this.#endLine(content, size);
        else this.#append(byte);
      }
    } catch (error) {
      // What comes before the damage says first whether this is a letter at all.
      if (size > 0) yield content.subarray(0, size);
      throw error;
    }
    if (size > 0) yield content.subarray(0, size);
  }

  /** Yield what a last line without a line end holds; check that the armor has ended. */
  *end(): Generator<Uint8Array> {
    yield* this.decode(Uint8Array.of(LF));
    if (!this.#ended) throw new NotValid('the armor has no END line', HINT);
  }

  #checkBlank(byte: number): void {
    if (!isBlank(byte)) throw new NotValid('something follows the END line of the armor', HINT);
  }

  #append(byte: number): void {
    if (this.#length === LONGEST_LINE) throw new NotValid('a line of the armor is too long', HINT);
    this.#line[this.#length++] = byte;
  }

  /** Read the line that is complete; return how many bytes it put into `content` at `at`. */
  #endLine(content: Uint8Array, at: number): number {
    const line = stripped(this.#line.subarray(0, this.#length));
    this.#length = 0;
    if (line.length === 0) return 0;
    if (this.#title === null) {
      this.#begin(line);
      return 0;
    }
    if (!startsWith(line, DASHES)) return decodeBase64(line, content, at);
    if (!startsWith(line, END) || compare(line.subarray(END.length), this.#title) !== 0) {
      throw new NotValid('the END line does not match the BEGIN line', HINT);
    }
    this.#ended = true;
    return 0;
  }

  #begin(line: Uint8Array): void {
    this.#title = line.slice(BEGIN.length);
    const dashes = this.#title.subarray(Math.max(0, this.#title.length - DASHES.length));
    if (!startsWith(line, BEGIN) || !equal(dashes, DASHES)) {
      throw new NotValid('the BEGIN line of the armor is damaged', HINT);
    }
  }
}

function stripped(line: Uint8Array): Uint8Array {
  let start = 0;
  let end = line.length;
  while (start < end && isBlank(line[start]!)) start++;
  while (end > start && isBlank(line[end - 1]!)) end--;
  return line.subarray(start, end);
}

const ALPHABET = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 0x3d;
const NONE = 64;
const VALUES = new Uint8Array(256).fill(NONE);
ALPHABET.forEach((char, value) => {
  VALUES[char] = value;
});

/** Decode one line in canonical base64 into `content` at `at`; return the number of bytes. */
function decodeBase64(line: Uint8Array, content: Uint8Array, at: number): number {
  let end = line.length;
  while (end > line.length - 2 && line[end - 1] === PAD) end--;
  let bits = 0;
  let to = at;
  for (let i = 0; i < end; i++) {
    const value = VALUES[line[i]!]!;
    if (value === NONE) throw new NotValid('a line of the armor is not base64', HINT);
    bits = (bits << 6) | value;
    if (i % 4 !== 0) content[to++] = (bits >>> (6 - 2 * (i % 4))) & 0xff;
  }
  const spare = [0, 0x3f, 0x0f, 0x03][end % 4]!; // bits that must be zero behind the last byte
  if (line.length % 4 !== 0 || (bits & spare) !== 0) {
    throw new NotValid('a line of the armor is not canonical base64', HINT);
  }
  return to - at;
}
