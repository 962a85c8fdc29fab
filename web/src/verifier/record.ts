/** Records: an array of a label and the fields of its table (docs/spec.md, "Records"). */

import { type Bytes, startsWith, utf8 } from './bytes.js';
import type { Codec } from './codecs.js';
import { NotValid } from './errors.js';
import { START_BYTES, foreignKind } from './kinds.js';
import { Reader, bad } from './msgpack.js';
import { checkOutline, passValue } from './outline.js';
import { decodeUtf8 } from './text.js';

const LABEL = /^cosign\/([a-z-]{1,40})\/([0-9]{1,6})$/;
/** A label ends within so many bytes. */
const LABEL_WITHIN = 64;

type Fields = Readonly<Record<string, Codec<unknown>>>;

type Content<F extends Fields> = {
  readonly [N in keyof F]: F[N] extends Codec<infer T> ? T : never;
} & {
  /** The bytes as they were read. */
  readonly raw: Bytes;
};

/** A type of records; `RecordOf` is what it reads. */
export interface RecordType<R> {
  readonly label: string;
  readonly mostBytes: number;
  /** How every record of the type begins, up to the end of its label. */
  readonly start: Bytes;
  /** Read the one encoding of a record; nothing about it is verified. Throws NotValid. */
  read(bytes: Uint8Array): R;
}

export type RecordOf<T> = T extends RecordType<infer R> ? R : never;

/**
 * Define a type of records.
 *
 * @param name the name in its label.
 * @param mostBytes its longest encoding.
 * @param fields the codecs of its fields, in order.
 * @param check rules about several fields, which throw NotValid.
 */
export function record<const F extends Fields>(
  name: string,
  mostBytes: number,
  fields: F,
  check: (content: Content<F>) => void = () => {},
): RecordType<Content<F>> {
  const label = `cosign/${name}/1`;
  const codecs = Object.entries(fields);
  const readable = name.replaceAll('-', ' ');
  const start = recordStart(name, codecs.length);
  const outline = codecs.map(([field, { pass = passValue }]) => [field, pass] as const);
  return {
    label,
    mostBytes,
    start,
    read(bytes) {
      if (bytes.length > mostBytes) {
        const what = `${bytes.length} bytes are more than ${a(readable)} can have`;
        throw new NotValid(what, 'this is not the file you meant');
      }
      const begins = startsWith(bytes, start);
      if (!begins) checkLabel(bytes, name);
      checkOutline(bytes, begins ? start.length : 0, readable, outline);
      const reader = new Reader(bytes, start.length, readable);
      const content: Record<string, unknown> = { raw: bytes };
      for (const [field, codec] of codecs) content[field] = codec(reader, field);
      if (!reader.ended) bad(readable, 'more than one MessagePack value');
      check(content as Content<F>);
      return content as Content<F>;
    },
  };
}

/** A field that holds the exact bytes of a record, which has to be valid by itself. */
export function embedded<R>(type: RecordType<R>): Codec<R> {
  return (reader, where) => type.read(reader.bin(0, type.mostBytes, where));
}

/** Return the label at the start of an encoded record, of any kind; null if there is none. */
export function labelOf(bytes: Uint8Array): string | null {
  const text = utf8At(bytes.subarray(0, LABEL_WITHIN), headBytes(bytes));
  return text !== null && LABEL.test(text) ? text : null;
}

/** Return how long the head of an array is, in whichever form it stands; 0 if it is none. */
function headBytes(bytes: Uint8Array): number {
  const [first = 0, ...more] = bytes.subarray(0, 5);
  if (first >= 0x90 && first <= 0x9f) return 1;
  const width = first === 0xdc ? 2 : first === 0xdd ? 4 : 0;
  const entries = more.slice(0, width).reduce((sum, byte) => 256 * sum + byte, 0);
  return width > 0 && entries <= LABEL_WITHIN ? 1 + width : 0;
}

/** Return the text that begins at a place behind the head, in whichever form; null if there is none. */
function utf8At(bytes: Uint8Array, at: number): string | null {
  const first = bytes[at] ?? 0;
  if (at === 0) return null;
  const width = first === 0xd9 ? 1 : first === 0xda ? 2 : first === 0xdb ? 4 : 0;
  if (width === 0 && (first < 0xa0 || first > 0xbf)) return null;
  const digits = bytes.subarray(at + 1, at + 1 + width);
  const length = width === 0 ? first - 0xa0 : digits.reduce((sum, byte) => 256 * sum + byte, 0);
  const from = at + 1 + width;
  return from + length > bytes.length ? null : decodeUtf8(bytes.subarray(from, from + length));
}

/** The name inside a label, in words. */
export function nameOf(label: string): string {
  return label.split('/')[1]!.replaceAll('-', ' ');
}

/** A noun with its article. */
export function a(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** Check that a record that does not begin as one of its type does has its label all the same. */
function checkLabel(bytes: Uint8Array, name: string): void {
  const label = labelOf(bytes);
  if (label === null) {
    const kind = foreignKind(bytes.subarray(0, START_BYTES));
    const hint = kind?.hint ?? 'it is damaged, or not ours';
    throw new NotValid(`not a record of this tool${kind ? `, but ${kind.name}` : ''}`, hint);
  }
  const [, found, version] = LABEL.exec(label)!;
  const wanted = name.replaceAll('-', ' ');
  if (found !== name) {
    const what = `this is ${a(nameOf(label))}, not ${a(wanted)}`;
    throw new NotValid(what, 'give the file that is needed here');
  }
  if (version !== '1') {
    const what = `a ${wanted} of version '${version}', this program reads version 1`;
    throw new NotValid(what, 'use the version of the program that made it');
  }
}

/** The first bytes of every record of a type with so many fields, up to the end of its label. */
function recordStart(name: string, fields: number): Bytes {
  const label = `cosign/${name}/1`;
  const head = label.length < 32 ? [0xa0 + label.length] : [0xd9, label.length];
  return Uint8Array.of(0x91 + fields, ...head, ...utf8(label));
}
