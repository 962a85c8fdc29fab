/**
 * Fields, buttons and links.
 *
 * Browsers write what stands in a field into their session file within seconds, learn it, or send
 * it to a spelling service. Each attribute here keeps one of them from it, and the closed shadow
 * root that all fields stand in keeps most of them from it once more (docs/adr/0073).
 */

import { type Attributes, type Child, element } from '../../page/dom.js';

const PRIVATE: Attributes = {
  autocomplete: 'off',
  autocorrect: 'off',
  autocapitalize: 'off',
  spellcheck: 'false',
  writingsuggestions: 'false',
};

type Control = HTMLInputElement | HTMLTextAreaElement;

/** Return a field of one line. */
export function line(id: string, value = ''): HTMLInputElement {
  const made = element('input', { ...PRIVATE, id, type: 'text' });
  made.value = value;
  return made;
}

/** Return a field whose words cannot be read on the screen. */
export function hiddenLine(id: string): HTMLInputElement {
  return element('input', { ...PRIVATE, id, type: 'password' });
}

/** Return a field of some lines. */
export function lines(id: string, rows: number): HTMLTextAreaElement {
  return element('textarea', { ...PRIVATE, id, rows: String(rows) });
}

/** Return a field for a file, which is given to `take` as soon as it is chosen. */
export function file(id: string, take: (file: File) => void): HTMLInputElement {
  return files(id, ([chosen]) => take(chosen!), {});
}

/** Return a field for files, one or more at once. */
export function files(
  id: string,
  take: (files: readonly File[]) => void,
  more: Attributes = { multiple: '' },
): HTMLInputElement {
  const made = element('input', { type: 'file', id, autocomplete: 'off', ...more });
  // So that the same name can be chosen again, once the file has been mended.
  made.addEventListener('click', () => {
    made.value = '';
  });
  made.addEventListener('change', () => {
    const chosen = [...(made.files ?? [])];
    if (chosen.length > 0) take(chosen);
  });
  return made;
}

/** Return a box to tick. */
export function tick(id: string): HTMLInputElement {
  return element('input', { type: 'checkbox', id, autocomplete: 'off' });
}

/** Return a control with its label, and with a note on it. */
export function labelled(label: string, control: Control, ...about: readonly Child[]): HTMLElement {
  const name = element('label', { for: control.id }, label);
  const isTick = control.type === 'checkbox';
  const both = isTick ? [control, name] : [name, control];
  const whole = element('div', { class: isTick ? 'tick' : 'field' }, ...both);
  if (about.length > 0) {
    const id = `${control.id}-note`;
    control.setAttribute('aria-describedby', id);
    whole.append(element('p', { class: 'note', id }, ...about));
  }
  return whole;
}

/** Return a button. */
export function button(id: string, words: string, press: () => void, main = false): HTMLElement {
  const made = element('button', { type: 'button', id, ...(main ? { class: 'main' } : {}) }, words);
  made.addEventListener('click', press);
  return made;
}

/** Press a button when Enter is pressed in a field of one line. */
export function enters(field: HTMLInputElement, press: () => void): HTMLInputElement {
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    press();
  });
  return field;
}

/** Return a link that saves bytes; their name is one that everybody's file has. */
export function saving(id: string, words: string, name: string, bytes: BlobPart): HTMLElement {
  const href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  return element('a', { id, class: 'button', href, download: name }, words);
}

/** Return a link to a relay, which opens beside this page and learns nothing of it. */
export function outside(id: string, words: string, href: string): HTMLElement {
  const how = { target: '_blank', rel: 'noopener noreferrer' };
  return element('a', { id, class: 'button', href, ...how }, words);
}
