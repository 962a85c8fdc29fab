/**
 * Sentences of a report, from the table that the Python reports share
 * (cosign/reports/words.json, docs/adr/0052). The build leaves out what a script has no use for.
 */

import packed from 'texts:words';
import type words from '../../../cosign/reports/words.json';
import { unpack } from './packed.js';

export type Name = keyof typeof words;

/** One text, or two: for a count of one, and for others. */
const TABLE = unpack(packed);

type Noun = 'registrar' | 'publisher' | 'trustee';
type Values = Readonly<Record<string, string | number>>;

/** Return the form of a text that its `count` asks for, if it has both forms. */
export function template(name: Name, count: unknown): string {
  return TABLE.get(name)!.at(count === 1 ? 0 : -1)!;
}

/** Return a text with its values; `count` chooses between one and more, if it has both forms. */
export function phrase(name: Name, values: Values = {}): string {
  return template(name, values['count']).replace(/\{(\w+)\}/g, (_, value: string) => {
    if (values[value] === undefined) throw new Error(`the text ${name} needs ${value}`);
    return String(values[value]);
  });
}

/** Return the texts whose names begin with a prefix, by what follows it. */
export function phrasesUnder(prefix: string): [rest: string, text: string][] {
  const names = [...TABLE.keys()].filter((name) => name.startsWith(prefix));
  return names.map((name) => [name.slice(prefix.length), phrase(name as Name)]);
}

/** Return the words for any `threshold` of `count` people. */
export function someOf(threshold: number, count: number, noun: Noun): string {
  const values = { threshold, count, noun: phrase(`noun.${noun}`, { count }) };
  if (count === 1) return phrase('some.the', values);
  if (threshold === count) return phrase(count === 2 ? 'some.both' : 'some.all', values);
  if (threshold === 1) return phrase(count === 2 ? 'some.either' : 'some.any_one', values);
  return phrase('some.any', values);
}
