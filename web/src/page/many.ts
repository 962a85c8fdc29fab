/**
 * Statements and names of signers, some a million: browsers could not draw all of them. The reader
 * sees how many are not drawn yet, and can have all of them.
 */

import { type Child, element, foreign } from './dom.js';
import type { OpenName, ValidReport } from '../verifier/index.js';
import { vouchers } from './wording.js';
import { phrase, pieces } from './words.js';

const AT_ONCE = 1000;

/** Return the section of the statements, in the order of the file. */
export function drawStatements(statements: readonly string[]): HTMLElement {
  const note = phrase('statements.note');
  return drawMany('statements', note, statements, (text) => [foreign(text)]);
}

/** Return the section of the names, in the order of the file; nothing if there are none. */
export function drawNames({ names, group, vouched_by: by }: ValidReport): HTMLElement[] {
  if (names.length === 0) return [];
  const note = phrase(`names.${group.kind}`, { vouchers: vouchers(by) });
  return [drawMany('names', note, names, drawName)];
}

function drawName({ name, role, statement, key }: OpenName): Child[] {
  const strong = element('strong', {}, foreign(name));
  const who = role ? pieces('named.entry', { name: strong, role: foreign(role) }) : [strong];
  const shown = { who: element('span', {}, ...who), key: element('code', {}, key ?? '') };
  const whole = key ? pieces('named.key', shown) : who;
  return statement ? [...whole, element('blockquote', {}, foreign(statement))] : whole;
}

function drawMany<T>(
  heading: 'statements' | 'names',
  note: string,
  all: readonly T[],
  drawOne: (one: T) => Child[],
): HTMLElement {
  const count = all.length;
  const made = element('section', {}, element('h2', { tabindex: '-1' }, phrase(heading, { count })));
  if (count === 0) return made;
  const items = element('ul', { class: 'statements', lang: '' });
  made.append(element('p', { class: 'note' }, note), items);
  let drawn = 0;
  const more = element('button', { type: 'button' });
  const draw = () => {
    const next = all.slice(drawn, drawn + AT_ONCE);
    items.append(...next.map((one) => element('li', {}, ...drawOne(one))));
    drawn += next.length;
    const left = count - drawn;
    if (left === 0) more.remove();
    more.textContent = phrase('page.statements.more', { next: Math.min(AT_ONCE, left), left });
  };
  draw();
  if (drawn < count) {
    more.addEventListener('click', draw);
    made.append(more);
  }
  return made;
}
