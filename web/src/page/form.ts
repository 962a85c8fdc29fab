/** What the reader gives: a letter, and the fingerprint of the group that is expected. */

import type { Fingerprint } from '../worker/messages.js';
import { type Child, element } from './dom.js';
import type { Place } from './report.js';
import { phrase } from './words.js';

export interface Form {
  readonly whole: HTMLFormElement;
  /** Return the letter that the reader chose, dropped or pasted; undefined if there is none. */
  letter(): Blob | undefined;
  /**
   * Return the fingerprint as it was typed, or that of a file that is still being read; why there
   * is none in the file; undefined if neither was given.
   */
  pin(): Promise<Fingerprint | undefined>;
  /** Take files that were dropped on the page. */
  drop(files: FileList, target: EventTarget | null): void;
  /** Say what is missing or wrong in the letter's part, and go there; "" takes it back. */
  complain(words: string): void;
}

/**
 * Return the form.
 *
 * @param place in a letter, the letter itself is not asked for.
 * @param readGroup returns the fingerprint of the group in a file, or why there is none.
 * @param onCheck called when the reader wants the letter checked.
 * @param onChange called when a field has changed, so that a verdict is about something else.
 */
export function makeForm(
  place: Place,
  readGroup: (file: Blob) => Promise<Fingerprint>,
  onCheck: () => void,
  onChange: () => void,
): Form {
  const letter = letterPart();
  const group = groupPart(readGroup, onChange);
  const check = element(
    'button',
    { type: 'submit', id: 'check' },
    phrase(place === 'letter' ? 'page.button.again' : 'page.button'),
  );
  const parts = place === 'letter' ? [group.part, check] : [letter.part, group.part, check];
  const whole = element('form', { novalidate: '', autocomplete: 'off' }, ...parts);
  whole.addEventListener('submit', (event) => {
    event.preventDefault();
    onCheck();
  });
  whole.addEventListener('input', onChange);
  whole.addEventListener('change', onChange);
  return {
    whole,
    letter: letter.value,
    pin: group.value,
    complain: letter.complain,
    drop(files, target) {
      const onGroup = target instanceof Node && group.part.contains(target);
      const part = place === 'letter' || onGroup ? group : letter;
      // Of several files the reader would not know which one was checked.
      if (files.length > 1) part.complain(phrase('page.drop.one'));
      else part.take(files);
      onChange();
    },
  };
}

function letterPart() {
  const file = element('input', {
    type: 'file',
    id: 'file',
    'aria-describedby': 'file-note file-wrong',
  });
  const text = element('textarea', {
    id: 'text',
    rows: '4',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const wrong = element('p', { class: 'wrong', id: 'file-wrong' });
  const part = element(
    'fieldset',
    {},
    element('legend', {}, phrase('page.letter')),
    field('file', phrase('page.letter.file'), file),
    note('file-note', phrase('page.letter.note')),
    wrong,
    element(
      'details',
      {},
      element('summary', {}, phrase('page.letter.paste')),
      field('text', phrase('page.letter.text'), text),
    ),
  );
  // One letter at a time: what was given last is checked.
  file.addEventListener('change', () => {
    text.value = '';
    complain('');
  });
  text.addEventListener('input', () => {
    file.value = '';
    complain('');
  });
  const complain = (words: string) => {
    if (words) file.value = text.value = '';
    wrong.textContent = words;
    file.setAttribute('aria-invalid', String(words !== ''));
    if (words) file.focus();
  };
  return {
    part,
    complain,
    value: (): Blob | undefined =>
      file.files?.[0] ?? (text.value.trim() ? new Blob([text.value]) : undefined),
    take(files: FileList) {
      file.files = files;
      text.value = '';
      complain('');
    },
  };
}

function groupPart(readGroup: (file: Blob) => Promise<Fingerprint>, onChange: () => void) {
  const digits = element('textarea', {
    id: 'pin',
    rows: '3',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-describedby': 'pin-note',
  });
  const file = element('input', { type: 'file', id: 'group', 'aria-describedby': 'group-wrong' });
  const wrong = element('p', { class: 'wrong', id: 'group-wrong', role: 'alert' });
  let reading = Promise.resolve();
  let found: Fingerprint | undefined;
  const show = (now: Fingerprint | undefined) => {
    found = now;
    const isWrong = now !== undefined && 'error' in now;
    file.setAttribute('aria-invalid', String(isWrong));
    wrong.textContent = isWrong ? [now.error, now.hint].filter(Boolean).join('; ') : '';
  };
  const read = async () => {
    const chosen = file.files?.[0];
    show(undefined);
    if (!chosen) return;
    digits.value = '';
    const read = await readGroup(chosen);
    if (chosen !== file.files?.[0]) return;
    show(read);
    digits.value = 'digits' in read ? read.digits : '';
    onChange();
  };
  const start = () => {
    reading = read();
  };
  // What was given last counts: digits that are typed take the place of a file.
  digits.addEventListener('input', () => {
    file.value = '';
    show(undefined);
  });
  file.addEventListener('change', start);
  const part = element(
    'fieldset',
    {},
    element('legend', {}, phrase('page.group')),
    field('pin', phrase('page.group.digits'), digits),
    note('pin-note', phrase('page.group.note')),
    field('group', phrase('page.group.file'), file),
    wrong,
  );
  return {
    part,
    async value(): Promise<Fingerprint | undefined> {
      await reading;
      if (found && 'error' in found) return found;
      return digits.value.trim() ? { digits: digits.value } : undefined;
    },
    complain(words: string) {
      file.value = digits.value = '';
      show({ error: words, hint: '' });
      file.focus();
    },
    take(files: FileList) {
      file.files = files;
      start();
    },
  };
}

function field(id: string, label: string, control: HTMLElement): HTMLElement {
  return element('p', { class: 'field' }, element('label', { for: id }, label), control);
}

function note(id: string, ...said: Child[]): HTMLElement {
  return element('p', { class: 'note', id }, ...said);
}
