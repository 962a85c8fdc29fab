/** After publication: look for the own cosignature, and claim it. */

import { element, foreign } from '../../../page/dom.js';
import type { OwnCosignature } from '../../engine/interface.js';
import type { Bytes } from '../../../verifier/bytes.js';
import { button, enters, labelled, line, lines, saving, tick } from '../fields.js';
import type { Flow } from '../flow.js';
import { askKeys } from '../keys.js';
import { askFile } from '../opening.js';
import type { Session } from '../session.js';
import { say, sentence } from '../words.js';

export async function check(flow: Flow, session: Session): Promise<void> {
  await askFile(flow, session, 'ask.letter', ['letter']);
  const hasKeys = session.keys !== undefined || session.waiting.has('keys');
  const receipt = hasKeys ? '' : await askReceipt(flow);
  if (!receipt) await askKeys(flow, session, false);
  const found = await flow.step<readonly OwnCosignature[]>(say('check.ask'), ({ settle }) => {
    const look = () => session.engine.check(...(receipt ? [receipt] : []));
    return [
      element('p', {}, say('check.note')),
      button('check', say('check.button'), () => settle(look), true),
    ];
  });
  const told = found.map(({ line: one, statement, group }) =>
    element(
      'li',
      {},
      foreign(sentence(one)),
      ' ',
      foreign(group),
      ...(statement ? [': ', element('q', {}, foreign(statement))] : []),
    ),
  );
  flow.show(say('done'), element('ul', { id: 'done' }, ...told));
}

function askReceipt(flow: Flow): Promise<string> {
  return flow.step<string>(
    say('check.by'),
    ({ settle, complain }) => {
      const receipt = line('receipt-code');
      const press = () => {
        if (receipt.value.trim()) settle(() => receipt.value);
        else complain(say('check.receipt.missing'), receipt);
      };
      return [
        button('by-keys', say('check.by_keys'), () => settle(() => '')),
        labelled(say('check.receipt'), enters(receipt, press)),
        button('by-receipt', say('check.by_receipt'), press),
      ];
    },
    (receipt) => [say(receipt ? 'check.receipt' : 'check.by_keys')],
  );
}

export async function claim(flow: Flow, session: Session): Promise<void> {
  await askFile(flow, session, 'ask.letter', ['letter']);
  await askKeys(flow, session, false);
  const made = await flow.step<Bytes>(
    say('claim.ask'),
    ({ settle }) => {
      const challenge = lines('challenge', 3);
      const reveal = tick('reveal');
      const press = () => settle(() => session.engine.claim(challenge.value.trim(), reveal.checked));
      return [
        element('p', {}, say('claim.care')),
        labelled(say('challenge'), challenge, say('challenge.note')),
        labelled(say('claim.reveal'), reveal),
        button('claim', say('claim.button'), press, true),
      ];
    },
    () => [say('claim.made')],
  );
  flow.show(
    say('done'),
    element('p', {}, saving('save-record', say('claim.save'), 'claim', made)),
    element('p', {}, say('claim.next')),
  );
}
