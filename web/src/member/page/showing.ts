/** Groups, rounds and minutes as a person reads them. */

import { type Child, element, foreign, foreignLines } from '../../page/dom.js';
import type { CollectionView, GroupView, KeysView, RoundView } from '../engine/interface.js';
import { type Name, say, sentence } from './words.js';

type Row = readonly [name: Name, ...value: readonly Child[]];

/** Return a minute since 1970: `2030-02-20, 08:00 (UTC)`. */
export function showMinute(minute: number): string {
  const [day, hour] = new Date(minute * 60_000).toISOString().split('T');
  return `${day}, ${hour!.slice(0, 5)} (UTC)`;
}

/** Return facts beside their names. */
export function facts(...rows: readonly (Row | false)[]): HTMLElement {
  const pairs = rows.flatMap((row) => {
    if (!row) return [];
    const [name, ...value] = row;
    return [element('dt', {}, say(name)), element('dd', {}, ...value)];
  });
  return element('dl', {}, ...pairs);
}

/** Return sixty digits in groups of five. */
export function digits(shown: string): HTMLElement {
  return element('code', { class: 'digits' }, shown);
}

/** Return names of strangers with commas between them. */
export function names(of: readonly string[]): Child[] {
  return of.flatMap((name, place) => (place === 0 ? [foreign(name)] : [', ', foreign(name)]));
}

/** Return warnings as a list; nothing if there are none. */
export function warnings(said: readonly string[]): Child[] {
  if (said.length === 0) return [];
  const list = said.map((one) => element('li', {}, foreign(sentence(one))));
  return [element('ul', { class: 'warnings' }, ...list)];
}

/** Return what a person has to know of a group before enrolling. */
export function showGroup(group: GroupView): HTMLElement {
  const { enrolment, registrars, keys } = group;
  return facts(
    ['group.name', foreign(group.name)],
    ['group.basis', element('div', { class: 'lines' }, ...foreignLines(group.basis))],
    [group.type === 'registered' ? 'group.registrars' : 'group.publishers', ...vouching(group)],
    registrars.length > 0 && ['group.slots', String(group.slots)],
    keys !== null && ['group.keys', say('group.keys.kinds', keys)],
    enrolment !== null && [
      'group.enrolment',
      say('times', { from: showMinute(enrolment.opens), to: showMinute(enrolment.closes) }),
    ],
    group.type === 'rostered' && ['group.anonymity', foreign(group.anonymity)],
    ['group.fingerprint', digits(group.fingerprint)],
  );
}

/** Return what a person has to know before handing in a key for a list. */
export function showCollection(asked: CollectionView): HTMLElement {
  return facts(
    ['collection.name', foreign(asked.name)],
    ['group.basis', element('div', { class: 'lines' }, ...foreignLines(asked.purpose))],
    ['group.publishers', foreign(asked.publisher)],
    ['collection.closes', showMinute(asked.closes)],
    ['group.fingerprint', digits(asked.fingerprint)],
  );
}

function vouching({ vouchedBy: { who, threshold, of } }: GroupView): Child[] {
  return [...names(who), threshold < of ? say('group.some', { threshold, of }) : ''];
}

/** Return a letter in its frame, and what is hidden in it. */
export function showLetter(round: RoundView): Child[] {
  const text = element('div', { class: 'lines' }, ...foreignLines(round.letter));
  return [element('article', {}, text), ...warnings(round.hidden)];
}

/** Return the terms of a round. */
export function showRound(round: RoundView): HTMLElement {
  return facts(
    ['round.title', foreign(round.title), say('round.bytes', { bytes: round.bytes })],
    ['group.name', foreign(round.group.name)],
    round.group.type === 'rostered' && ['group.anonymity', foreign(round.group.anonymity)],
    ['round.open', say('times', { from: showMinute(round.opens), to: showMinute(round.closes) })],
    [
      'round.envelopes',
      say('round.opened', { who: round.openedBy, when: showMinute(round.closes) }),
      ': ',
      ...names(round.trustees),
    ],
    ['round.group', digits(round.group.fingerprint)],
    ['round.fingerprint', digits(round.fingerprint)],
  );
}

/** Return what a key file holds. */
export function showKeys({ memberships, keys }: KeysView): Child[] {
  if (memberships.length + keys.length === 0) return [element('p', {}, say('keys.empty'))];
  const held = [
    ...memberships.map((one) =>
      element(
        'li',
        {},
        foreign(one.group),
        ': ',
        one.missing === 0 ? say('keys.ready') : say('keys.missing', { missing: one.missing }),
      ),
    ),
    ...keys.map((one) =>
      element(
        'li',
        {},
        say('keys.member'),
        ' ',
        element('code', {}, one.key),
        one.forgotten ? say('keys.forgotten') : '',
      ),
    ),
  ];
  return [element('ul', { class: 'held' }, ...held)];
}
