/**
 * The words of a report, from the table that the Python reports share
 * (cosign/reports/words.json, docs/adr/0052).
 */

import table from '../../../cosign/reports/words.json';
import type { Child } from './dom.js';

export type Name = keyof typeof table;
type Values = Readonly<Record<string, Child | number>>;

/** Return the form of a text that its `count` asks for, if it has several. */
function template(name: Name, count: Values[string] | undefined): string {
  const found: string | { one: string; other: string } = table[name];
  return typeof found === 'string' ? found : found[count === 1 ? 'one' : 'other'];
}

/** Return a text as pieces, with values that may be elements. */
export function pieces(name: Name, values: Values = {}): Child[] {
  const parts = template(name, values['count']).split(/\{(\w+)\}/);
  return parts.map((part, place) => {
    if (place % 2 === 0) return part;
    const value = values[part];
    if (value === undefined) throw new Error(`the text ${name} needs ${part}`);
    return typeof value === 'number' ? String(value) : value;
  });
}

/** Return a text whose values are all plain. */
export function phrase(name: Name, values: Readonly<Record<string, string | number>> = {}): string {
  return pieces(name, values).join('');
}

/** Return words as the beginning of a sentence. */
export function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Return words for any `threshold` of `count` people. */
export function someOf(threshold: number, count: number, noun: Name): string {
  const values = { threshold, count, noun: phrase(noun, { count }) };
  if (count === 1) return phrase('some.the', values);
  if (threshold === count) return phrase(count === 2 ? 'some.both' : 'some.all', values);
  if (threshold === 1) return phrase(count === 2 ? 'some.either' : 'some.any_one', values);
  return phrase('some.any', values);
}
