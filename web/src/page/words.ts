/**
 * The words of a report, from the table that the Python reports share
 * (cosign/reports/words.json, docs/adr/0052).
 */

import { type Name, template } from '../verifier/phrases.js';
import type { Child } from './dom.js';

export { type Name, phrase, someOf } from '../verifier/phrases.js';

type Values = Readonly<Record<string, Child | number>>;

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

/** Return words as the beginning of a sentence. */
export function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
