/** Draws the report on a joint letter, like cosign/reports/joint_html.py and in the same words. */

import type { InSeveral, JointReport, ValidReport } from '../verifier/index.js';
import { element, foreign } from './dom.js';
import { list, quoted, section, table } from './parts.js';
import * as report from './report.js';
import { drawLetter, vouching } from './sections.js';
import { moreMayHaveSigned } from './wording.js';
import { capital, phrase, pieces } from './words.js';

/** Return the report on a valid joint letter; the rest is as for `drawReport`. */
export function drawJoint(
  found: JointReport,
  letter: string,
  place: report.Place,
  inPage: boolean,
): DocumentFragment {
  const drawn = document.createDocumentFragment();
  const headline = report.headlineOf(found);
  const signed = capital(signedInAll(found));
  const lead = pieces('joint.lead', { signed: element('strong', {}, signed) });
  const mood = report.VERDICTS[found.exit_code][0];
  const title = quoted(found.groups[0]!.title);
  const text = drawLetter(letter, pieces('letter.note', { title }));
  const doubts = [
    section('joint.not_checked', { class: 'doubt' }, list(found.not_checked)),
    ...inSeveral(found),
    ...campaigns(found),
  ];
  const signs = [...remarks(found, place, inPage), sideBySide(found.groups)];
  drawn.append(
    report.verdict(mood, headline, lead, ...signs),
    ...(place === 'letter' ? [text, ...doubts] : [...doubts, text]),
    ...found.groups.flatMap((group, place) => ofGroup(group, place + 1, found.groups.length)),
    report.again(),
    report.source(letter),
    report.footer(),
  );
  return drawn;
}

/** Return how many signed in all groups, how many by name, and the limit of these numbers. */
function signedInAll({ groups, total, named }: JointReport): string {
  const name = named > 0 ? 'joint.named.signed' : 'joint.signed';
  const atLeast = groups.some(moreMayHaveSigned);
  const values = { total, groups: groups.length, count: named };
  return phrase(atLeast ? `${name}.at_least` : name, values);
}

function ofGroup(group: ValidReport, number: number, count: number): HTMLElement[] {
  const name = quoted(group.group.name);
  return [
    element('h2', {}, ...pieces('joint.group_of', { number, count, name })),
    section('not_checked', { class: 'doubt' }, list(group.not_checked)),
    vouching(group),
    ...report.details(group),
  ];
}

/** Return who signed by name in several groups, or may have. */
function inSeveral({ same_names, same_keys }: JointReport): HTMLElement[] {
  const say = (text: 'joint.same.name' | 'joint.same.key') => ({ name, letters }: InSeveral) =>
    element('span', {}, ...pieces(text, { name: quoted(name), which: which(letters) }));
  const said = [...same_keys.map(say('joint.same.key')), ...same_names.map(say('joint.same.name'))];
  return said.length > 0 ? [section('joint.same', { class: 'doubt' }, list(said))] : [];
}

function remarks(
  { groups }: JointReport,
  place: report.Place,
  inPage: boolean,
): HTMLElement[] {
  const found: HTMLElement[] = [];
  if (inPage) found.push(element('p', { class: 'caveat' }, phrase('page.in_page')));
  for (const [name, isBad] of [
    ['joint.caveat.not_pinned', ({ group }: ValidReport) => !group.pinned],
    ['joint.caveat.below_quorum', (one: ValidReport) => !one.quorum_met],
  ] as const) {
    const bad = numbers(groups, isBad);
    if (bad.length === 0) continue;
    const caveat = phrase(name, { count: bad.length, which: which(bad) });
    found.push(report.doubt(caveat));
  }
  return [...found, report.trust(place)];
}

function sideBySide(groups: readonly ValidReport[]): HTMLElement {
  const heads = (['number', 'signed', 'members', 'quorum', 'pinned', 'name'] as const).map((name) =>
    phrase(`joint.head.${name}`),
  );
  const rows = groups.map((one, place) => {
    const { group, cosigners: count, quorum } = one;
    const most = group.anonymity_set;
    return [
      String(place + 1),
      moreMayHaveSigned(one) ? phrase('joint.at_least', { count }) : String(count),
      most === null ? phrase('joint.unknown') : phrase('joint.at_most', { count: most }),
      String(quorum),
      phrase(group.pinned ? 'joint.pinned.yes' : 'joint.pinned.no'),
      foreign(group.name),
    ];
  });
  return table(heads, rows);
}

function campaigns({ campaigns: all, groups }: JointReport): HTMLElement[] {
  return all.map(({ organizer, asked }) => {
    const own = numbers(groups, (one) => one.organizer === organizer);
    const by = phrase('joint.asked_by', { which: which(own) });
    const items = asked.map(({ name, round, here }) => {
      const values = {
        name: quoted(name),
        which: which(numbers(groups, (one) => one.round === round)),
      };
      const said = pieces(here ? 'joint.asked.here' : 'joint.asked.absent', values);
      return element('span', {}, ...said);
    });
    return section('joint.asked', {}, element('p', {}, by), list(items));
  });
}

/** Return the numbers, from 1, of the groups of which something holds. */
function numbers(
  groups: readonly ValidReport[],
  holds: (group: ValidReport) => boolean,
): number[] {
  return groups.flatMap((group, place) => (holds(group) ? [place + 1] : []));
}

function which(all: readonly number[]): string {
  return all.map((number) => phrase('joint.group', { number })).join(', ');
}
