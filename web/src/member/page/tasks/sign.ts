/** Read the letter, and sign it or withdraw. */

import { type Child, element, foreign } from '../../../page/dom.js';
import type { Prepared, Review, RoundView, SigningOptions } from '../../engine/interface.js';
import { button, labelled, line, lines } from '../fields.js';
import type { Flow } from '../flow.js';
import { handIn } from '../handing_in.js';
import { askKeys, save } from '../keys.js';
import { askRound } from '../opening.js';
import { now, type Session } from '../session.js';
import { facts, showLetter, showRound, warnings } from '../showing.js';
import { say } from '../words.js';
import { comparing } from './compare.js';

/** The smallest crowd among which a member signs, unless the member says otherwise. */
const MIN_SET = 16;

type Wish = Omit<SigningOptions, 'minute'>;

export function sign(flow: Flow, session: Session): Promise<void> {
  return cosignOr(flow, session, 'cosign');
}

export function withdraw(flow: Flow, session: Session): Promise<void> {
  return cosignOr(flow, session, 'withdraw');
}

async function cosignOr(flow: Flow, session: Session, action: Wish['action']): Promise<void> {
  const round = await askRound(flow, session);
  flow.show(say('round'), ...showLetter(round), showRound(round));
  await askKeys(flow, session, false);
  const { wish, review } = await askWish(flow, session, round, action);
  const prepared = await confirm(flow, session, wish, review);
  const made = await save<'envelope'>(flow, session, prepared);
  if (action === 'cosign') showReceipt(flow, made.receipt);
  await handIn(flow, session, { what: 'envelope', record: made.record, address: made.address });
  flow.show(say('sent.next'), element('p', {}, say(`sent.${action}`)));
}

interface Wished {
  readonly wish: Wish;
  readonly review: Review;
}

function askWish(
  flow: Flow,
  session: Session,
  round: RoundView,
  action: Wish['action'],
): Promise<Wished> {
  return flow.step<Wished>(
    say(`wish.${action}`),
    ({ settle, complain }) => {
      const statement = lines('statement', 2);
      const least = line('min-set', String(MIN_SET));
      const more = element(
        'details',
        {},
        element('summary', {}, say('wish.more')),
        labelled(say('statement'), statement, say('statement.note')),
        labelled(say('min_set'), least, say('min_set.note')),
      );
      const press = () => {
        if (!/^\s*\d{1,9}\s*$/.test(least.value)) return complain(say('min_set.wrong'), least);
        const minSet = action === 'cosign' ? Number(least.value) : 0;
        // Phones put a blank behind a word that they complete; it would be published.
        const wish = { action, statement: statement.value.trim(), minSet };
        return settle(async () => {
          more.open = true; // what is refused here is mended there
          return { wish, review: await session.engine.review({ ...wish, minute: now() }) };
        });
      };
      return [
        element('p', {}, say(`wish.${action}.note`)),
        ...(action === 'cosign' ? [more] : []),
        button('review', say('wish.button'), press, true),
      ];
    },
    () => [foreign(round.title)],
  );
}

function confirm(flow: Flow, session: Session, wish: Wish, review: Review): Promise<Prepared> {
  return flow.step<Prepared>(
    say('confirm'),
    ({ settle }) => {
      const press = () => settle(() => session.engine.sign({ ...wish, minute: now() }));
      return [
        ...reviewed(wish, review),
        comparing(session, 'round'),
        element('p', {}, say('confirm.compared')),
        button('sign', say(`confirm.${wish.action}`), press, true),
      ];
    },
    () => [say(`made.${wish.action}`)],
  );
}

function reviewed({ action }: Wish, { crowd, statement, warnings: told }: Review): Child[] {
  return [
    facts(
      action === 'cosign' && ['review.crowd', crowd],
      statement !== '' && ['review.statement', element('blockquote', {}, foreign(statement))],
    ),
    ...warnings(told),
  ];
}

function showReceipt(flow: Flow, receipt: string): void {
  flow.show(
    say('receipt'),
    element(
      'details',
      {},
      element('summary', {}, say('receipt.show')),
      element('p', {}, say('receipt.care')),
      element('p', {}, element('code', { id: 'receipt' }, receipt)),
    ),
  );
}
