/** Opening the key file, and giving out what a step made only after the new one was loaded back. */

import { element } from '../../page/dom.js';
import type { Prepared, Released } from '../engine/interface.js';
import { Refused } from '../worker/client.js';
import { button, enters, file, files, hiddenLine, labelled, saving } from './fields.js';
import type { Flow, Step } from './flow.js';
import { open } from './opening.js';
import type { Session } from './session.js';
import { showKeys, warnings } from './showing.js';
import { say } from './words.js';

/** How everybody's key file is called. */
const NAME = 'keys';

/**
 * Ask for the key file and its passphrase, unless they were given already.
 *
 * @param isBeginning offers to begin with new keys.
 */
export async function askKeys(flow: Flow, session: Session, isBeginning: boolean): Promise<void> {
  if (session.keys) {
    session.waiting.delete('keys'); // those that are open are not older
    return;
  }
  await flow.step<'opened' | 'new'>(
    say('keys.ask'),
    (step) => {
      const chosen = files('keys-file', () => {});
      const passphrase = hiddenLine('passphrase');
      const isHeld = session.waiting.has('keys');
      const press = () => {
        const given = [...(chosen.files ?? [])];
        if (given.length === 0 && !isHeld) return step.complain(say('keys.choose'), chosen);
        return step.settle(async () => {
          if (given.length > 0) await open(session, given, ['keys']);
          session.keys = await session.engine.unlock(passphrase.value);
          session.waiting.delete('keys'); // after the next step it is an old one
          return 'opened' as const;
        });
      };
      return [
        labelled(say(isHeld ? 'keys.other' : 'keys.file'), chosen, ...(isHeld ? [say('keys.held')] : [])),
        labelled(say('keys.passphrase'), enters(passphrase, press), say('keys.passphrase.note')),
        button('unlock', say('open'), press, true),
        ...(isBeginning ? [beginning(session, step)] : []),
      ];
    },
    (how) => (how === 'new' ? [say('keys.begun')] : showKeys(session.keys!)),
  );
  session.onKeys();
}

/** Return the fields for a passphrase that is to protect new keys. */
function beginning(session: Session, step: Step<'opened' | 'new'>): HTMLElement {
  const once = hiddenLine('new-passphrase');
  const twice = hiddenLine('new-passphrase-again');
  let accepted = '';
  const press = () => {
    if (once.value !== twice.value) return step.complain(say('keys.differ'), twice);
    return step.settle(async () => {
      if (accepted !== once.value && (await session.engine.isWeak(once.value))) {
        accepted = once.value;
        throw new Refused({
          kind: 'UsageError',
          message: say('keys.weak'),
          hint: say('keys.weak.hint'),
        });
      }
      await session.engine.create(once.value);
      session.keys = await session.engine.keys();
      return 'new' as const;
    });
  };
  const whole = element(
    'details',
    {},
    element('summary', {}, say('keys.new')),
    labelled(say('keys.new.passphrase'), once, say('keys.new.note')),
    labelled(say('keys.new.again'), enters(twice, press)),
    button('create', say('keys.begin'), press, true),
  );
  return whole;
}

/** Have the new key file saved and loaded back; return what the step made. */
export async function save<K extends Released['kind']>(
  flow: Flow,
  session: Session,
  { keyFile, notes }: Prepared,
): Promise<Extract<Released, { kind: K }>> {
  if (flow.isLeft) return new Promise(() => {}); // it was given up, and nobody asks for it
  session.onWait(true);
  const released = await flow.step<Released>(
    say('save'),
    ({ settle }) => [
      ...warnings(notes),
      element('p', {}, say('save.why')),
      element('p', {}, saving('save-keys', say('save.link'), NAME, keyFile)),
      labelled(
        say('save.back'),
        file('saved-file', (saved) => settle(() => session.engine.release(saved))),
        say('save.back.note'),
      ),
    ],
    () => [say('save.done')],
  );
  session.onWait(false);
  session.waiting.delete('keys'); // an old one now
  session.keys = await session.engine.keys();
  session.onKeys();
  return released as Extract<Released, { kind: K }>;
}
