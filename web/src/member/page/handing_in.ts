/** Handing in a request or an envelope: as a file, or with a plain form at a relay's drop page. */

import { type Child, element } from '../../page/dom.js';
import type { Bytes } from '../../verifier/bytes.js';
import { type Drop, dropLink, readDrop } from './drop.js';
import { button, file, labelled, line, outside, saving } from './fields.js';
import type { Flow, Step } from './flow.js';
import { open } from './opening.js';
import type { Session } from './session.js';
import { type Name, say } from './words.js';

export interface Sealed {
  readonly what: 'request' | 'envelope' | 'delivery';
  readonly record: Bytes;
  /** Of the mailbox. */
  readonly address: string;
}

/** Offer both ways; return when it is ready for a drop page, and at which. */
export async function handIn(flow: Flow, session: Session, sealed: Sealed): Promise<Drop> {
  const { drop, stamped } = await askMailbox(flow, session, sealed);
  const form = postForm('hand-in', dropLink(drop, sealed.address, ''), say('hand_in.button'), [
    fileOf(stamped),
  ]);
  flow.show(
    say('hand_in'),
    element('p', {}, say('hand_in.care')),
    form,
    element('p', { class: 'note' }, say('hand_in.seen')),
    element('p', {}, saving('save-stamped', say('hand_in.save'), 'hand-in', stamped)),
    element('p', { class: 'note' }, say('hand_in.save.note')),
  );
  return drop;
}

interface Stamped {
  readonly drop: Drop;
  readonly stamped: Bytes;
}

function askMailbox(flow: Flow, session: Session, sealed: Sealed): Promise<Stamped> {
  return flow.step<Stamped>(
    say('give'),
    (step) => [
      element('h4', {}, say('give.file')),
      element(
        'p',
        {},
        saving('save-record', say(`give.${sealed.what}`), sealed.what, sealed.record),
      ),
      element('p', { class: 'note' }, say(`give.${sealed.what}.note`)),
      element('h4', {}, say('give.drop')),
      ...mailboxFields(session, sealed, step),
    ],
    () => [say('stamped')],
  );
}

function mailboxFields(session: Session, sealed: Sealed, step: Step<Stamped>): Child[] {
  const known = session.drop ? dropLink(session.drop, sealed.address, '') : '';
  const typed = line('drop', known);
  const place = element('p', {});
  const use = (chosen?: File) => {
    const drop = fitting(typed.value, sealed.address);
    if (typeof drop === 'string') return step.complain(say(drop), typed);
    const stamp = async () => {
      if (chosen) await open(session, [chosen], ['mailbox']);
      return { drop, stamped: await session.engine.stamp() };
    };
    return step.settle(stamp, true);
  };
  const mailbox = file('mailbox', use);
  const show = () => {
    const drop = fitting(typed.value, sealed.address);
    if (typeof drop === 'string') {
      place.replaceChildren(typed.value.trim() ? say(drop) : '');
      return;
    }
    session.drop = drop;
    place.replaceChildren(
      outside('fetch', say('fetch.mailbox'), dropLink(drop, sealed.address, 'mailbox')),
    );
  };
  typed.addEventListener('input', show);
  show();
  const isHeld = session.waiting.has('mailbox');
  return [
    labelled(say('drop'), typed, say('drop.note')),
    ...(isHeld ? [button('use-mailbox', say('mailbox.use'), () => use(), true)] : []),
    place,
    labelled(say('mailbox'), mailbox, say('mailbox.note')),
  ];
}

/** Return the drop page of the mailbox at an address, or why a link is none. */
function fitting(typed: string, address: string): Drop | Name {
  const drop = readDrop(typed);
  if (!drop) return 'drop.wrong';
  return drop.address && drop.address !== address ? 'drop.other' : drop;
}

/**
 * Return a form that sends one field and opens the relay's answer beside this page.
 *
 * The sealed record is a file in memory: Chromium would write text of a form, but no file, into
 * the session file of its profile.
 */
function postForm(
  id: string,
  action: string,
  words: string,
  fields: readonly Child[],
  enctype = 'multipart/form-data',
): HTMLFormElement {
  return element(
    'form',
    {
      id,
      action,
      method: 'post',
      enctype,
      target: '_blank',
      rel: 'noopener noreferrer',
      autocomplete: 'off',
    },
    ...fields,
    element('button', { class: 'main' }, words),
  );
}

function fileOf(bytes: Bytes): HTMLInputElement {
  const made = element('input', { type: 'file', name: 'file', hidden: '', autocomplete: 'off' });
  const held = new DataTransfer();
  held.items.add(new File([bytes], 'hand-in', { lastModified: 0 }));
  made.files = held.files;
  return made;
}

/** Return the form that fetches a registrar's answer by the id of its request. */
export function answerForm(
  drop: Drop,
  address: string,
  id: string,
  words: string,
): HTMLFormElement {
  const number = element('input', { type: 'hidden', name: 'id', value: id, autocomplete: 'off' });
  const action = dropLink(drop, address, 'answer');
  return postForm('fetch-answer', action, words, [number], 'application/x-www-form-urlencoded');
}
