/** What a person has to know before the first step. */

import { type Child, element } from '../../page/dom.js';
import { type Link, loadedFrom } from './link.js';
import type { Session } from './session.js';
import { pieces, say, sentence } from './words.js';

/** How people without this program compute the digest of a file. */
const DIGESTS = [
  ['digest.linux', 'sha256sum member.html'],
  ['digest.macos', 'shasum -a 256 member.html'],
  ['digest.windows', 'certutil -hashfile member.html SHA256'],
] as const;

/** Return the first part of the page. */
export function introduction({ engine }: Session): HTMLElement[] {
  const limits = element('div', { id: 'limits' });
  engine.limits.then(
    (sentences) => {
      if (sentences.length === 0) return;
      limits.append(
        element('h2', {}, say('limits')),
        ...sentences.map((one) => element('p', {}, sentence(one))),
      );
      limits.classList.add('caution');
    },
    (error: unknown) => limits.append(element('p', {}, say('failed', { message: String(error) }))),
  );
  return [
    element('p', { class: 'lead' }, say('lead')),
    element(
      'section',
      { class: 'caution', id: 'unseen' },
      element('h2', {}, say('unseen')),
      element('p', {}, [1, 2, 3].map((n) => say(`unseen.${n as 1 | 2 | 3}`)).join(' ')),
    ),
    limits,
    element('section', { id: 'origin' }, element('h2', {}, say('origin')), ...origin()),
  ];
}

function origin(): Child[] {
  const { isFile, where } = loadedFrom();
  const place = element('code', { id: 'where' }, where);
  const rows = DIGESTS.flatMap(([name, typed]) => [
    element('dt', {}, say(name)),
    element('dd', {}, element('code', {}, typed)),
  ]);
  return [
    element('p', {}, ...pieces('origin.from', { place }), ' ', say('origin.trust')),
    element(
      'details',
      {},
      element('summary', {}, say('digest')),
      element('p', {}, say(isFile ? 'digest.why' : 'digest.why.hosted')),
      element('dl', {}, ...rows),
      element('p', {}, ...pieces('digest.with', { command: element('code', {}, COMMAND) })),
    ),
  ];
}

const COMMAND = 'cosign-letter pages --digests';

/** Return what to know of the link that the page was opened with. */
export function linkNotice({ voucher, secret }: Link): HTMLElement[] {
  if (!voucher && !secret) return [];
  const what = say(voucher ? 'link.voucher' : 'link.secret');
  return [element('p', { class: 'caution', id: 'link' }, say('link', { what }))];
}
