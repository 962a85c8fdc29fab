/** Make a fresh key for a list that is the group. */

import { element } from '../../../page/dom.js';
import type { Prepared } from '../../engine/interface.js';
import { button, saving } from '../fields.js';
import type { Flow } from '../flow.js';
import { askKeys, save } from '../keys.js';
import type { Session } from '../session.js';
import { say } from '../words.js';

export async function memberKey(flow: Flow, session: Session): Promise<void> {
  await askKeys(flow, session, true);
  const prepared = await flow.step<Prepared>(say('key.ask'), ({ settle }) => [
    element('p', {}, say('key.why')),
    button('make-key', say('key.button'), () => settle(() => session.engine.makeMemberKey()), true),
  ]);
  const made = await save<'memberKey'>(flow, session, prepared);
  const text = await session.engine.armor(made.record);
  flow.show(
    say('key.give'),
    element('p', {}, say('key.give.words')),
    element('p', {}, saving('save-record', say('key.save'), 'member-key', made.record)),
    element('p', {}, say('key.text')),
    element('pre', { id: 'armored', tabindex: '0' }, text),
    element('p', { class: 'note' }, say('key.is'), ' ', element('code', {}, made.key)),
  );
}
