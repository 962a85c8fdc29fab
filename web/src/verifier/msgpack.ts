/**
 * Reads MessagePack of which each value has one encoding (docs/spec.md, "Encoding").
 *
 * Nothing is built that the caller did not ask for, and every length is compared with what is
 * there before it is used. Lengths and integers in longer forms than they need are refused, so
 * whatever is accepted would be encoded into the same bytes.
 */

import { NotValid } from './errors.js';

const DAMAGED = 'the file is damaged or was made by a faulty program';

export function bad(where: string, what: string): never {
  throw new NotValid(`${where}: ${what}`, DAMAGED);
}

/** Refuse an array of too few or too many entries. */
export function checkEntries(entries: number, least: number, most: number, where: string): void {
  if (entries >= least && entries <= most) return;
  const allowed = least === most ? ` instead of ${most}` : `, not within ${least} to ${most}`;
  bad(where, `${entries} entries${allowed}`);
}

/** First bytes of a kind of value whose length follows in 1, 2 or 4 bytes. */
interface Heads {
  readonly what: string;
  /** First byte of the form that has its length within, and the largest such length. */
  readonly fixed?: readonly [first: number, most: number];
  readonly sized: readonly (readonly [first: number, width: number])[];
}

const BIN: Heads = { what: 'not a byte string', sized: [[0xc4, 1], [0xc5, 2], [0xc6, 4]] };
const STR: Heads = {
  what: 'not text',
  fixed: [0xa0, 31],
  sized: [[0xd9, 1], [0xda, 2], [0xdb, 4]],
};
const ARRAY: Heads = { what: 'not an array', fixed: [0x90, 15], sized: [[0xdc, 2], [0xdd, 4]] };
const UINT: Heads = {
  what: 'not an unsigned integer',
  fixed: [0x00, 127],
  sized: [[0xcc, 1], [0xcd, 2], [0xce, 4], [0xcf, 8]],
};

/** First bytes of integers with a sign, in 1, 2, 4 and 8 bytes. */
const SIGNED = [0xd0, 0xd1, 0xd2, 0xd3];

/** A place in encoded bytes, which moves forward as values are read. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  #at: number;

  /**
   * @param at where to begin.
   * @param name of the whole, in errors about its encoding.
   */
  constructor(bytes: Uint8Array, at = 0, name = 'record') {
    this.#bytes = bytes;
    this.#name = name;
    this.#at = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Read an integer; negative ones and those above 2^53 are rounded, and beyond every bound. */
  uint(where: string): number {
    return this.#negative() ?? this.#length(UINT, where);
  }

  /** Read a negative integer, or a positive one in a form for negative ones; null if none is next. */
  #negative(): number | null {
    const first = this.#bytes[this.#at] ?? 0;
    if (first >= 0xe0) return this.#take(1)[0]! - 256;
    const form = SIGNED.indexOf(first);
    if (form < 0) return null;
    const width = 2 ** form;
    this.#take(1);
    const at = this.#at;
    this.#take(width);
    const value = this.#signed(at, width);
    const shorter = form === 0 ? -32 : -(2 ** (4 * width - 1));
    if (value >= shorter) bad(this.#name, 'not the canonical encoding of its value');
    return value;
  }

  #signed(at: number, width: number): number {
    if (width === 1) return this.#view.getInt8(at);
    if (width === 2) return this.#view.getInt16(at);
    if (width === 4) return this.#view.getInt32(at);
    return Number(this.#view.getBigInt64(at));
  }

  /** Read a byte string of `least` to `most` bytes; it shares memory with what is read. */
  bin(least: number, most: number, where: string): Uint8Array {
    return this.#content(BIN, least, most, where);
  }

  /** Return whether nil comes next; if so, it is read. */
  nil(): boolean {
    const next = this.#bytes[this.#at] === 0xc0;
    if (next) this.#at += 1;
    return next;
  }

  /** Read the bytes of a text. */
  str(least: number, most: number, where: string): Uint8Array {
    return this.#content(STR, least, most, where);
  }

  /** Read the head of an array, and return the number of its entries. */
  array(least: number, most: number, where: string): number {
    const entries = this.#length(ARRAY, where);
    checkEntries(entries, least, most, where);
    return entries;
  }

  #content(heads: Heads, least: number, most: number, where: string): Uint8Array {
    const length = this.#length(heads, where);
    if (length < least || length > most) {
      bad(where, heads === STR ? `not within ${least} to ${most} bytes` : `${length} bytes are out of bounds`);
    }
    return this.#take(length);
  }

  /** Read the first bytes of a value: its length, or the integer that it is. */
  #length(heads: Heads, where: string): number {
    const first = this.#take(1)[0]!;
    const [start, most] = heads.fixed ?? [0, -1];
    if (first >= start && first <= start + most) return first - start;
    const form = heads.sized.findIndex(([head]) => head === first);
    if (form < 0) bad(where, heads.what);
    const width = heads.sized[form]![1];
    const at = this.#at;
    this.#take(width);
    const value = this.#number(at, width);
    const shorter = form === 0 ? most : 2 ** (8 * heads.sized[form - 1]![1]) - 1;
    if (value <= shorter) bad(this.#name, 'not the canonical encoding of its value');
    return value;
  }

  #number(at: number, width: number): number {
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at);
    if (width === 4) return this.#view.getUint32(at);
    return Number(this.#view.getBigUint64(at)); // rounded above 2^53: beyond every bound
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) bad(this.#name, 'ends in the middle');
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return content;
  }
}
