/** Erase keys and what shows that they signed. */

import { type Child, element, foreign } from '../../../page/dom.js';
import type { Forgettable, Prepared } from '../../engine/interface.js';
import { button, labelled, tick } from '../fields.js';
import type { Flow, Step } from '../flow.js';
import { askKeys, save } from '../keys.js';
import { askRound } from '../opening.js';
import type { Session } from '../session.js';
import { say, sentence } from '../words.js';

type Choice = Forgettable extends infer One
  ? One extends Forgettable
    ? Omit<One, 'keepReceipts'>
    : never
  : never;

export async function forget(flow: Flow, session: Session): Promise<void> {
  await askKeys(flow, session, false);
  const choice = await askWhat(flow, session);
  if (choice.what === 'round') await askRound(flow, session);
  const prepared = await confirm(flow, session, choice);
  const { line } = await save<'done'>(flow, session, prepared);
  flow.show(
    say('done'),
    element('p', { id: 'done' }, foreign(sentence(line))),
    element('p', {}, say('forget.old')),
  );
}

function askWhat(flow: Flow, session: Session): Promise<Choice> {
  return flow.step<Choice>(
    say('forget.what'),
    ({ settle }) => [element('p', {}, say('forget.who')), ...choices(session, settle)],
    ({ what }) => [say(`forget.${what}`)],
  );
}

function choices({ keys }: Session, settle: Step<Choice>['settle']): Child[] {
  const row = (id: string, words: string, choice: Choice, ...whose: Child[]) =>
    element(
      'p',
      {},
      button(id, words, () => settle(() => choice)),
      ' ',
      ...whose,
    );
  return [
    row('forget-round', say('forget.round'), { what: 'round' }),
    ...keys!.memberships.map(({ fingerprint, group }, place) =>
      row(
        `forget-group-${place}`,
        say('forget.membership'),
        { what: 'membership', fingerprint },
        foreign(group),
      ),
    ),
    ...keys!.keys
      .filter(({ forgotten }) => !forgotten)
      .map(({ key }, place) =>
        row(
          `forget-key-${place}`,
          say('forget.key'),
          { what: 'key', key },
          element('code', {}, key),
        ),
      ),
  ];
}

function confirm(flow: Flow, session: Session, choice: Choice): Promise<Prepared> {
  return flow.step<Prepared>(say('forget.sure'), ({ settle }) => {
    const keep = tick('keep-receipts');
    const press = () =>
      settle(() => session.engine.forget({ ...choice, keepReceipts: keep.checked } as Forgettable));
    return [
      element('p', {}, say('forget.lose')),
      labelled(say('forget.keep'), keep),
      button('forget', say('forget.button'), press, true),
    ];
  });
}
