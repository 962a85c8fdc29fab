/**
 * The words of the member's page. What the command line says, too, comes from the engine.
 */

import type { Child } from '../../page/dom.js';
import table from './words.json';

export type Name = keyof typeof table;

type Values = Readonly<Record<string, Child | number>>;

/** Return a text as pieces, with values that may be elements. */
export function pieces(name: Name, values: Values = {}): Child[] {
  return table[name].split(/\{(\w+)\}/).map((part, place) => {
    if (place % 2 === 0) return part;
    const value = values[part];
    if (value === undefined) throw new Error(`the text ${name} needs ${part}`);
    return typeof value === 'number' ? String(value) : value;
  });
}

/** Return a text with its values. */
export function say(name: Name, values: Readonly<Record<string, string | number>> = {}): string {
  return pieces(name, values).join('');
}

/** Return words of the command line as a sentence: with a capital, and a full stop. */
export function sentence(words: string): string {
  const whole = words.slice(0, 1).toUpperCase() + words.slice(1);
  return /[.!?:\u2026]$/.test(whole) ? whole : `${whole}.`;
}
