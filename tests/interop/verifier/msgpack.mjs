/**
 * A reader for MessagePack in which one value has one encoding.
 *
 * docs/spec.md, "Encoding", rules 2 to 5. A caller asks for the value that has to come next, so
 * another one (a boolean, a map, a float, a negative number, an extension) is never parsed.
 * Each head must be the shortest that holds its number; then re-encoding gives the same bytes.
 */

import { must } from './not_valid.mjs';

/** The forms of a head: its first byte, the width of the number after it, the smallest of these. */
const UINT = [[0xcc, 1, 0x80], [0xcd, 2, 2 ** 8], [0xce, 4, 2 ** 16], [0xcf, 8, 2 ** 32]];
const STR = [[0xd9, 1, 32], [0xda, 2, 2 ** 8], [0xdb, 4, 2 ** 16]];
const BIN = [[0xc4, 1, 0], [0xc5, 2, 2 ** 8], [0xc6, 4, 2 ** 16]];
const ARRAY = [[0xdc, 2, 16], [0xdd, 4, 2 ** 16]];

export class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  uint() {
    return this.#head(0x00, 0x80, UINT);
  }

  bin() {
    return this.#take(this.#head(0, 0, BIN));
  }

  /** The bytes of a text; what text may hold is decided in text.mjs. */
  str() {
    return this.#take(this.#head(0xa0, 32, STR));
  }

  /** The number of entries of an array; the entries come next. */
  array() {
    return this.#head(0x90, 16, ARRAY);
  }

  /** Whether nil comes next; if so, it is read. */
  nil() {
    const next = this.#bytes[this.#at] === 0xc0;
    if (next) this.#at += 1;
    return next;
  }

  /** Rule 4: nothing follows. */
  end() {
    must(this.#at === this.#bytes.length, 'bytes follow the record');
  }

  /** The number in a head: `fixed + number` for numbers below `limit`, else one of the forms. */
  #head(fixed, limit, forms) {
    const [first] = this.#take(1);
    if (first >= fixed && first < fixed + limit) return first - fixed;
    const form = forms.find(([byte]) => byte === first);
    must(form !== undefined, 'a value of another type');
    const [, width, smallest] = form;
    // Exact below 2^53. Every cap is smaller, so what is rounded is refused all the same.
    const number = this.#take(width).reduce((sum, byte) => sum * 256 + byte, 0);
    must(number >= smallest, 'a number is not in its shortest form');
    return number;
  }

  #take(length) {
    must(length <= this.#bytes.length - this.#at, 'the record ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
