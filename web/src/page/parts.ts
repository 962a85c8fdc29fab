/** Parts of which reports are made: sections, lists, tables, strangers' words among ours. */

import { type Attributes, type Child, element, foreign } from './dom.js';
import { phrase, pieces } from './words.js';

export function section(
  heading: Parameters<typeof phrase>[0],
  attributes: Attributes,
  ...parts: Child[]
): HTMLElement {
  return element('section', attributes, element('h2', {}, phrase(heading)), ...parts);
}

/** Return a stranger's words for use inside one of our sentences. */
export function quoted(text: string): HTMLElement {
  return element('span', {}, ...pieces('quote', { words: foreign(text) }));
}

export function note(said: string): HTMLElement {
  return element('p', { class: 'note' }, said);
}

export function list(items: readonly Child[]): HTMLElement {
  return element('ul', {}, ...items.map((item) => element('li', {}, item)));
}

/** Return a table whose first column names the rows; the first head may be empty. */
export function table(heads: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  const top = heads.map((head) =>
    head ? element('th', { scope: 'col' }, head) : element('td', {}),
  );
  const lines = rows.map(([name = '', ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...cells.map((cell) => element('td', {}, cell)),
    ),
  );
  const head = element('thead', {}, element('tr', {}, ...top));
  return element('table', {}, head, element('tbody', {}, ...lines));
}

export function pairs(facts: readonly (readonly [string, readonly Child[]])[]): HTMLElement {
  const parts = facts.flatMap(([name, value]) => [
    element('dt', {}, name),
    element('dd', {}, ...value),
  ]);
  return element('dl', {}, ...parts);
}

export function names(all: readonly string[]): Child[] {
  return commas(all.map(foreign));
}

export function commas(parts: readonly Child[]): Child[] {
  return parts.flatMap((part, place) => (place === 0 ? [part] : [', ', part]));
}

export function digits(text: string): HTMLElement {
  return element('code', { class: 'digits' }, text);
}

export function time(minute: string): HTMLElement {
  const [date = '', clock = ''] = minute.replace('Z', '').split('T');
  return element('time', { datetime: minute }, phrase('time', { date, time: clock }));
}
