/**
 * Whether bytes are the one encoding of a MessagePack value of a certain shape, before anything in
 * it is looked at: cosign/wire/codecs.py refuses the same, in this order and in these words, so that
 * a damaged record is called the same by page and command.
 */

import { bad, checkEntries } from './msgpack.js';
import { decodeUtf8 } from './text.js';

/** Records of at most so many bytes are first walked through whatever their shape is. */
const SHORT_BYTES = 16_384;
const SHORT_ENTRIES = 32;

/** A field's part of the shape: passes over its value. */
export type Pass = (outline: Outline, where: string) => void;

/** Pass over one value that is no array. */
export const passValue: Pass = (outline) => outline.value();

/**
 * Check the shape of a whole record.
 *
 * @param from where its fields begin, if the bytes before are the one start of such records; else 0.
 * @param name of the record.
 * @param fields their names and parts of the shape, in order.
 */
export function checkOutline(
  bytes: Uint8Array,
  from: number,
  name: string,
  fields: readonly (readonly [name: string, pass: Pass])[],
): void {
  if (bytes.length <= SHORT_BYTES && isWellFormed(bytes, fields.length + 1)) return;
  const outline = new Outline(bytes, from, name);
  if (from === 0) {
    checkEntries(outline.array(), fields.length + 1, fields.length + 1, name);
    outline.value();
  }
  for (const [field, pass] of fields) pass(outline, field);
  if (!outline.ended) bad(name, 'more than one MessagePack value');
  if (!outline.isCanonical) bad(name, 'not the canonical encoding of its value');
}

/** Whether bytes are one array of so many entries, in its one encoding; its fields can be anything. */
function isWellFormed(bytes: Uint8Array, entries: number): boolean {
  try {
    const outline = new Outline(bytes, 0, '');
    if (outline.array() !== entries) return false;
    for (let i = 0; i < entries; i++) outline.value(SHORT_ENTRIES);
    return outline.ended && outline.isCanonical;
  } catch {
    return false;
  }
}

/** A place in encoded bytes, which moves over one value after the other. */
export class Outline {
  /** Whether every value so far stands in its shortest form. */
  isCanonical = true;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #name: string;
  #at: number;

  constructor(bytes: Uint8Array, at: number, name: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
    this.#at = at;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Pass over nil, and return true; return false before anything else. */
  nil(): boolean {
    const next = this.#bytes[this.#at] === 0xc0;
    if (next) this.#at += 1;
    return next;
  }

  /** Pass over the head of an array, and return the number of its entries. */
  array(): number {
    const first = this.#take(1)[0]!;
    if (first >= 0x90 && first <= 0x9f) return first - 0x90;
    if (first === 0xdc) return this.#unsigned(2, 15);
    if (first === 0xdd) return this.#unsigned(4, 0xffff);
    return this.#foreign();
  }

  /** Pass over one value; over an array only if it has at most so many entries. */
  value(mostEntries = 0): void {
    const first = this.#bytes[this.#at] ?? 0;
    if ((first >= 0x90 && first <= 0x9f) || first === 0xdc || first === 0xdd) {
      const entries = this.array();
      if (entries > mostEntries) this.#foreign();
      for (let i = 0; i < entries; i++) this.value(mostEntries);
      return;
    }
    this.#take(1);
    if (first <= 0x7f || first >= 0xe0) return;
    if (first >= 0xa0 && first <= 0xbf) return this.#text(first - 0xa0);
    const pass = this.#others[first];
    if (pass) pass();
    else this.#foreign(); // maps, extensions, and the byte that begins nothing
  }

  /** What follows the other first bytes. */
  readonly #others: Readonly<Record<number, () => unknown>> = {
    0x80: () => {}, // an empty map
    0xc0: () => {},
    0xc2: () => {},
    0xc3: () => {},
    0xc4: () => this.#take(this.#unsigned(1, -1)),
    0xc5: () => this.#take(this.#unsigned(2, 0xff)),
    0xc6: () => this.#longContent(this.#unsigned(4, 0xffff)),
    0xca: () => this.#float(4),
    0xcb: () => this.#float(8),
    0xcc: () => this.#unsigned(1, 127),
    0xcd: () => this.#unsigned(2, 0xff),
    0xce: () => this.#unsigned(4, 0xffff),
    0xcf: () => this.#unsigned(8, 0xffffffff),
    0xd0: () => this.#signed(1, -32),
    0xd1: () => this.#signed(2, -0x80),
    0xd2: () => this.#signed(4, -0x8000),
    0xd3: () => this.#signed(8, -0x80000000),
    0xd9: () => this.#text(this.#unsigned(1, 31)),
    0xda: () => this.#text(this.#unsigned(2, 0xff)),
    0xdb: () => this.#text(this.#unsigned(4, 0xffff)),
  };

  #text(length: number): void {
    if (decodeUtf8(this.#take(length)) === null) this.#foreign();
  }

  #longContent(length: number): void {
    if (length > this.#bytes.length) this.#foreign();
    this.#take(length);
  }

  #float(width: number): void {
    this.#take(width);
    this.isCanonical &&= width === 8;
  }

  /** @param shorter the largest number that a shorter form can have. */
  #unsigned(width: number, shorter: number): number {
    const at = this.#at;
    this.#take(width);
    const value =
      width === 8
        ? Number(this.#view.getBigUint64(at)) // rounded above 2^53
        : this.#bytes.subarray(at, at + width).reduce((sum, byte) => 256 * sum + byte, 0);
    this.isCanonical &&= value > shorter;
    return value;
  }

  /** @param shorter the smallest number that a shorter form can have. */
  #signed(width: number, shorter: number): void {
    const at = this.#at;
    this.#take(width);
    const bits = 8 * width;
    const value = BigInt.asIntN(
      bits,
      this.#bytes.subarray(at, at + width).reduce((sum, byte) => 256n * sum + BigInt(byte), 0n),
    );
    this.isCanonical &&= value < BigInt(shorter);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) bad(this.#name, 'ends in the middle');
    const content = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return content;
  }

  #foreign(): never {
    bad(this.#name, 'not a canonical MessagePack value');
  }
}
