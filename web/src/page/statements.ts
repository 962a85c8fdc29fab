/**
 * Statements by signers, some of a million at a time: browsers could not draw all of them. The
 * reader sees how many are not drawn yet, and can have all of them.
 */

import { element, foreign } from './dom.js';
import { phrase } from './words.js';

const AT_ONCE = 1000;

/** Return the section of the statements, in the order of the file. */
export function drawStatements(statements: readonly string[]): HTMLElement {
  const count = statements.length;
  const heading = element('h2', { tabindex: '-1' }, phrase('statements', { count }));
  const made = element('section', {}, heading);
  if (count === 0) return made;
  const items = element('ul', { class: 'statements', lang: '' });
  made.append(element('p', { class: 'note' }, phrase('statements.note')), items);
  let drawn = 0;
  const more = element('button', { type: 'button' });
  const draw = () => {
    const next = statements.slice(drawn, drawn + AT_ONCE);
    items.append(...next.map((text) => element('li', {}, foreign(text))));
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
