/** The types of fields, with their caps (docs/spec.md, "Encoding"). */

import { type Bytes } from './bytes.js';
import { Reader, bad, checkEntries } from './msgpack.js';
import { type Outline, type Pass, passValue } from './outline.js';
import { decodeUtf8, textFault } from './text.js';

/** Reads one value and checks it; `where` names it in errors. */
export interface Codec<T> {
  (reader: Reader, where: string): T;
  /** What is known of the value's shape; if nothing, it is no array. */
  readonly pass?: Pass;
}

/** Exactly `least` bytes, or `least` to `most`. */
export function bin(least: number, most = least): Codec<Bytes> {
  return (reader, where) => reader.bin(least, most, where) as Bytes;
}

export function uint(least: number, most: number): Codec<number> {
  return (reader, where) => {
    const value = reader.uint(where);
    if (value < least || value > most) bad(where, `not within ${least} to ${most}`);
    return value;
  };
}

/** Text of `least` to `most` bytes of UTF-8, of one line or of several. */
function text(least: number, most: number, lines: boolean): Codec<string> {
  return (reader, where) => {
    const decoded = decodeUtf8(reader.str(least, most, where));
    if (decoded === null) bad(where, 'not UTF-8');
    const fault = textFault(decoded, lines);
    if (fault !== null) bad(where, fault);
    return decoded;
  };
}

export const line = (least: number, most: number) => text(least, most, false);
export const lines = (least: number, most: number) => text(least, most, true);

/** One of a few words, which are ASCII. */
export function word<const W extends string>(...words: readonly W[]): Codec<W> {
  return (reader, where) => {
    const read = decodeUtf8(reader.str(0, Infinity, where));
    const found = words.find((one) => one === read);
    return found ?? bad(where, `not one of ${words.join(', ')}`);
  };
}

export function orNil<T>(codec: Codec<T>): Codec<T | null> {
  const { pass = passValue } = codec;
  return Object.assign(
    (reader: Reader, where: string) => (reader.nil() ? null : codec(reader, where)),
    { pass: (outline: Outline, where: string) => void (outline.nil() || pass(outline, where)) },
  );
}

export function array<T>(codec: Codec<T>, least: number, most: number): Codec<T[]> {
  const { pass: passEntry = passValue } = codec;
  const read = (reader: Reader, where: string) => {
    const entries = reader.array(least, most, where);
    const values: T[] = [];
    for (let i = 0; i < entries; i++) values.push(codec(reader, `${where}[${i}]`));
    return values;
  };
  const pass: Pass = (outline, where) => {
    const entries = outline.array();
    checkEntries(entries, least, most, where);
    for (let i = 0; i < entries; i++) passEntry(outline, `${where}[${i}]`);
  };
  return Object.assign(read, { pass });
}

type Values<C extends readonly Codec<unknown>[]> = {
  -readonly [I in keyof C]: C[I] extends Codec<infer T> ? T : never;
};

/** An array with exactly these places. */
export function row<const C extends readonly Codec<unknown>[]>(...codecs: C): Codec<Values<C>> {
  const read = (reader: Reader, where: string) => {
    reader.array(codecs.length, codecs.length, where);
    return codecs.map((codec, i) => codec(reader, `${where}[${i}]`)) as Values<C>;
  };
  const pass: Pass = (outline, where) => {
    checkEntries(outline.array(), codecs.length, codecs.length, where);
    codecs.forEach((codec, i) => (codec.pass ?? passValue)(outline, `${where}[${i}]`));
  };
  return Object.assign(read, { pass });
}
