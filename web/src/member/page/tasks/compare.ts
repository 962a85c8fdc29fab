/** Compare a group or a round with another person, by four words and ten digits. */

import { element } from '../../../page/dom.js';
import { button, enters, labelled, line } from '../fields.js';
import { type Flow, words as told } from '../flow.js';
import { askFile, askSecret } from '../opening.js';
import type { Session } from '../session.js';
import { showGroup, showLetter, showRound } from '../showing.js';
import { say } from '../words.js';

export async function compare(flow: Flow, session: Session): Promise<void> {
  const found = await askFile(flow, session, 'compare.file', ['group', 'round', 'invitation']);
  if (found.kind === 'group') {
    flow.show(say('group'), showGroup(found.group));
    flow.show(say('compare'), comparing(session, 'group'));
    return;
  }
  const round = found.kind === 'round' ? found.round : await askSecret(flow, session);
  flow.show(say('round'), ...showLetter(round), showRound(round));
  flow.show(say('compare'), comparing(session, 'round'));
}

/** Return the fields with which two people compare the group or round that is open. */
export function comparing(session: Session, of: 'group' | 'round'): HTMLElement {
  const place = element('div', { role: 'status' });
  const theirs = line('their-words');
  const run = async (words?: string) => {
    try {
      const found = await session.engine.compare(of, words);
      place.replaceChildren(
        element('p', {}, say(words === undefined ? 'compare.say' : 'compare.read')),
        element('p', { class: 'shown', id: 'words' }, found.words),
        element('p', { class: 'shown', id: 'digits' }, found.digits),
        element('p', {}, say('compare.differ')),
      );
    } catch (error) {
      place.replaceChildren(element('p', { class: 'wrong' }, told(error)));
    }
  };
  const take = () => void run(theirs.value);
  return element(
    'div',
    { class: 'comparing' },
    element('p', {}, say(`compare.${of}`)),
    element('p', {}, say('compare.call')),
    button('draw', say('compare.draw'), () => void run()),
    labelled(say('compare.theirs'), enters(theirs, take)),
    button('compare', say('compare.take'), take),
    place,
  );
}
