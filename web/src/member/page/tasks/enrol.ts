/** Enrol with a registrar, and finish with its answer. */

import { type Child, element, foreign } from '../../../page/dom.js';
import type { CollectionView, GroupView, Prepared } from '../../engine/interface.js';
import { dropLink, readDrop } from '../drop.js';
import { button, enters, labelled, line } from '../fields.js';
import type { Flow } from '../flow.js';
import { answerForm, handIn } from '../handing_in.js';
import { askKeys, save } from '../keys.js';
import { askFile, askGroup } from '../opening.js';
import { now, type Session } from '../session.js';
import { showCollection, showGroup } from '../showing.js';
import { pieces, say, sentence } from '../words.js';
import { comparing } from './compare.js';

export async function enrol(flow: Flow, session: Session): Promise<void> {
  const group = await askGroup(flow, session);
  if (!('type' in group)) return deliver(flow, session, group);
  if (group.type === 'rostered') {
    flow.show(say('group'), showGroup(group), element('p', {}, say('enrol.roster')));
    return;
  }
  await askCompared(flow, session, group);
  await askKeys(flow, session, true);
  const prepared = await askVoucher(flow, session, 'enrol');
  const made = await save<'request'>(flow, session, prepared);
  const drop = await handIn(flow, session, {
    what: 'request',
    record: made.record,
    address: made.registrar.address,
  });
  const at = dropLink(drop, made.registrar.address, '');
  flow.show(
    say('enrol.next'),
    element('p', {}, ...pieces('enrol.next.words', { link: element('code', {}, at) })),
    answerForm(drop, made.registrar.address, made.id, say('answer.fetch')),
    element('p', { class: 'note' }, say('answer.number'), ' ', element('code', {}, made.id)),
  );
}

function askCompared(flow: Flow, session: Session, group: GroupView): Promise<true> {
  return flow.step<true>(
    say('enrol.compared'),
    ({ settle }) => [
      showGroup(group),
      comparing(session, 'group'),
      button('compared', say('enrol.compared.button'), () => settle(() => true), true),
    ],
    () => [foreign(group.name)],
  );
}

/** Hand in a fresh key for a list, with a slip. */
async function deliver(flow: Flow, session: Session, asked: CollectionView): Promise<void> {
  await flow.step<true>(
    say('collection.compared'),
    ({ settle }) => [
      showCollection(asked),
      element('p', {}, say('collection.digits')),
      button('compared', say('collection.compared.button'), () => settle(() => true), true),
    ],
    () => [foreign(asked.name)],
  );
  await askKeys(flow, session, true);
  const prepared = await askVoucher(flow, session, 'deliver');
  const { record, address } = await save<'delivery'>(flow, session, prepared);
  await handIn(flow, session, { what: 'delivery', record, address });
  flow.show(say('sent.next'), element('p', {}, say('sent.delivery')));
}

function askVoucher(flow: Flow, session: Session, by: 'enrol' | 'deliver'): Promise<Prepared> {
  return flow.step<Prepared>(
    say('voucher.ask'),
    ({ settle }) => {
      const voucher = line('voucher', session.link.voucher);
      const press = () => settle(() => session.engine[by](voucher.value, now()));
      return [
        labelled(say('voucher'), enters(voucher, press), say('voucher.note')),
        button('enrol', say('enrol.button'), press, true),
      ];
    },
    () => [say('enrol.made')],
  );
}

/** Return how to fetch the answers to the requests that wait for one. */
function answers(session: Session): Child[] {
  const waiting = session.keys!.memberships.flatMap(({ waitingFor }) => waitingFor);
  if (waiting.length === 0) return [];
  const place = element('div', {});
  const typed = line('drop', session.drop?.relay ?? '');
  const show = () => {
    const drop = readDrop(typed.value);
    if (!drop) return place.replaceChildren(say('drop.note'));
    session.drop = drop;
    const forms = waiting.map(({ registrar, id }) => {
      const form = answerForm(drop, registrar.address, id, say('answer.fetch'));
      return element('div', {}, element('p', {}, foreign(registrar.name)), form);
    });
    return place.replaceChildren(...forms);
  };
  typed.addEventListener('input', show);
  show();
  return [
    element('p', {}, say('answer.wait')),
    labelled(say('answer.relay'), typed),
    place,
    element('p', { class: 'note' }, say('fetch.note')),
  ];
}

export async function finish(flow: Flow, session: Session): Promise<void> {
  await askKeys(flow, session, false);
  if (!session.waiting.delete('answer')) {
    await askFile(flow, session, 'ask.answer', ['answer'], answers(session));
  }
  const prepared = await flow.step<Prepared>(say('finish.ask'), ({ settle }) => [
    element('p', {}, say('finish.note')),
    button('finish', say('finish.button'), () => settle(() => session.engine.finish()), true),
  ]);
  const { line: told } = await save<'done'>(flow, session, prepared);
  flow.show(say('done'), element('p', { id: 'done' }, foreign(sentence(told))));
}
