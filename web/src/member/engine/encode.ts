/** Writes MessagePack of which each value has one encoding, and records (docs/spec.md, "Encoding"). */

import { type Bytes, concat, equal, u64, utf8 } from '../../verifier/bytes.js';
import type { RecordType } from '../../verifier/record.js';

/** What is written: records that were read stand for their own bytes. */
export type Wire =
  | null
  | number
  | string
  | Uint8Array
  | { readonly raw: Uint8Array }
  | readonly Wire[];

type Head = readonly [first: number, width: number];

const UINT: readonly Head[] = [[0xcc, 1], [0xcd, 2], [0xce, 4], [0xcf, 8]];
const BIN: readonly Head[] = [[0xc4, 1], [0xc5, 2], [0xc6, 4]];
const STR: readonly Head[] = [[0xd9, 1], [0xda, 2], [0xdb, 4]];
const ARRAY: readonly Head[] = [[0xdc, 2], [0xdd, 4]];
const NIL = 0xc0;

/** Return the one encoding of a value. */
export function pack(value: Wire): Bytes {
  if (value === null) return Uint8Array.of(NIL);
  if (typeof value === 'number') return value < 128 ? Uint8Array.of(value) : head(UINT, value);
  if (typeof value === 'string') {
    const text = utf8(value);
    return concat(text.length < 32 ? Uint8Array.of(0xa0 + text.length) : head(STR, text.length), text);
  }
  if (value instanceof Uint8Array) return concat(head(BIN, value.length), value);
  if ('raw' in value) return pack(value.raw);
  const start = value.length < 16 ? Uint8Array.of(0x90 + value.length) : head(ARRAY, value.length);
  return concat(start, ...value.map(pack));
}

/** The first byte, and a number in the fewest bytes that a kind of value has for it. */
function head(forms: readonly Head[], number: number): Bytes {
  const [first, width] = forms.find(([, bytes]) => number < 2 ** (8 * bytes))!;
  return concat(Uint8Array.of(first), u64(number).subarray(8 - width));
}

/**
 * Return the record with these fields, as it is read from its encoding.
 *
 * Whatever the type's own rules refuse is refused here, too: NotValid is thrown.
 *
 * @param fields in the order of the record's table.
 */
export function encode<R extends { readonly raw: Bytes }>(
  type: RecordType<R>,
  fields: Omit<R, 'raw'>,
): R {
  const named = Object.entries(fields).filter(([name]) => name !== 'raw') as [keyof R, Wire][];
  const made = type.read(pack([type.label, ...named.map(([, value]) => value)]));
  for (const [name, value] of named) {
    if (!equal(pack(made[name] as Wire), pack(value))) {
      throw new TypeError(`the field ${String(name)} of ${type.label} is out of order`);
    }
  }
  return made;
}

