/**
 * Sentences of a report, from the table that the Python reports share
 * (cosign/reports/words.json, docs/adr/0052). The build leaves out what a script has no use for.
 */

import table from '../../../cosign/reports/words.json';

export type Name = keyof typeof table;

type Noun = 'registrar' | 'publisher' | 'trustee';
type Values = Readonly<Record<string, string | number>>;

/** Return the form of a text that its `count` asks for, if it has both forms. */
export function template(name: Name, count: unknown): string {
  const found: string | { one: string; other: string } = table[name];
  return typeof found === 'string' ? found : found[count === 1 ? 'one' : 'other'];
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
  const names = Object.keys(table) as Name[];
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => [name.slice(prefix.length), phrase(name)]);
}

/** Return the words for any `threshold` of `count` people. */
export function someOf(threshold: number, count: number, noun: Noun): string {
  const values = { threshold, count, noun: phrase(`noun.${noun}`, { count }) };
  if (count === 1) return phrase('some.the', values);
  if (threshold === count) return phrase(count === 2 ? 'some.both' : 'some.all', values);
  if (threshold === 1) return phrase(count === 2 ? 'some.either' : 'some.any_one', values);
  return phrase('some.any', values);
}
