/** Draws a report: what the verdict is, what it rests on, and the sections in their order. */

import type {
  JointReport,
  NotJudgedReport,
  NotValidReport,
  ValidReport,
} from '../verifier/index.js';
import { type Child, drawing, element, foreign, foreignLines, shown } from './dom.js';
import { drawNames, drawStatements } from './many.js';
import { list, quoted, section } from './parts.js';
import {
  counts,
  drawLetter,
  fingerprints,
  hiding,
  terms,
  timeStamps,
  vouching,
} from './sections.js';
import { caveats, members, signed, signedInChart } from './wording.js';
import { capital, phrase, pieces } from './words.js';

declare const VERSION: string;

/** Where a report is drawn: in the reader's page, or in a letter that has the page inside. */
export type Place = 'page' | 'letter';

export const VERDICTS = {
  0: ['good', 'headline.valid'],
  3: ['doubt', 'headline.not_pinned'],
  4: ['doubt', 'headline.below_quorum'],
} as const;

/** Return the headline of a valid letter's report. */
export function headlineOf(report: ValidReport | JointReport): string {
  return phrase(VERDICTS[report.exit_code][1]);
}

/**
 * Return the report on a valid letter.
 *
 * @param letter the letter's text.
 * @param place where the report is drawn.
 * @param inPage whether the letter came in a web page.
 */
export function drawReport(
  report: ValidReport,
  letter: string,
  place: Place,
  inPage: boolean,
): DocumentFragment {
  const drawn = document.createDocumentFragment();
  const header = verdict(
    VERDICTS[report.exit_code][0],
    headlineOf(report),
    lead(report),
    ...remarks(report, place, inPage),
  );
  const text = drawLetter(letter, pieces('letter.note', { title: quoted(report.title) }));
  const doubts = [
    section('not_checked', { class: 'doubt' }, list(report.not_checked)),
    vouching(report),
  ];
  // A letter with the page inside was shown before its check ended, and stays where it was.
  drawn.append(header, ...(place === 'letter' ? [text, ...doubts] : [...doubts, text]));
  drawn.append(
    ...details(report),
    again(),
    source(letter),
    footer(),
  );
  return drawn;
}

/** Return what is said about a group's letter below its text. */
export function details(report: ValidReport): HTMLElement[] {
  return [
    ...drawNames(report),
    drawStatements(report.statements),
    counts(report),
    hiding(report),
    terms(report),
    ...timeStamps(report),
    fingerprints(report),
  ];
}

/** Return the page about a file that is not valid. */
export function drawRefusal({ error, hint }: NotValidReport): DocumentFragment {
  const header = verdict('bad', phrase('headline.not_valid'), [phrase('lead.not_valid')]);
  return refusal(header, error, hint);
}

/** Return what is said about a file that was not judged. */
export function drawNotJudged({ error, hint }: NotJudgedReport): DocumentFragment {
  const lead = phrase('page.not_judged.lead');
  return refusal(verdict('doubt', phrase('page.not_judged'), [lead]), error, hint);
}

function refusal(header: HTMLElement, error: string, hint: string): DocumentFragment {
  const drawn = document.createDocumentFragment();
  const found = section('found', {}, element('p', { class: 'error' }, foreign(error)));
  if (hint) found.append(element('p', {}, phrase('found.advice', { hint: shown(hint) })));
  drawn.append(header, found, again(), footer());
  return drawn;
}

export function verdict(mood: string, headline: string, lead: Child[], ...more: Child[]): HTMLElement {
  return element(
    'header',
    { class: mood },
    element('p', { class: 'kicker' }, phrase('kicker')),
    element('h1', { id: 'verdict', tabindex: '-1' }, headline),
    element('p', { class: 'lead' }, ...lead),
    ...more,
  );
}

function lead(report: ValidReport): Child[] {
  return pieces(report.group.pinned ? 'lead.pinned' : 'lead.not_pinned', {
    signed: element('strong', {}, capital(signed(report))),
    group: quoted(report.group.name),
  });
}

/** Return what a verdict rests on, wherever it is drawn. */
function remarks(report: ValidReport, place: Place, inPage: boolean): HTMLElement[] {
  const found: HTMLElement[] = [];
  if (report.group.pinned) {
    const name = report.quorum_met ? 'remark.pinned_and_quorum' : 'remark.pinned';
    found.push(element('p', {}, phrase(name, report.quorum_met ? { quorum: report.quorum } : {})));
  }
  if (inPage) found.push(element('p', { class: 'caveat' }, phrase('page.in_page')));
  found.push(...caveats(report).map(doubt));
  return [...found, trust(place), chart(report)];
}

/** Return why a valid letter may not be what it seems. */
export function doubt(caveat: string): HTMLElement {
  const but = element('strong', {}, phrase('caveat.but'));
  return element('p', { class: 'caveat' }, ...pieces('caveat', { but, caveat }));
}

/** Return how far a page of this kind can be trusted. */
export function trust(place: Place): HTMLElement {
  const said = phrase(place === 'letter' ? 'page.trust.inside' : 'page.trust');
  return element('p', { class: 'trust' }, said);
}

function chart(report: ValidReport): HTMLElement {
  const {
    quorum,
    group: { anonymity_set: size },
  } = report;
  const scale = Math.max(report.cosigners, quorum, size ?? 0);
  const share = (count: number) => `${((100 * count) / scale).toFixed(2)}%`;
  const said = { signed: signedInChart(report), members: members(size), quorum };
  const legend = element(
    'ul',
    {},
    element('li', { class: 'signed' }, said.signed),
    element('li', { class: 'quorum' }, phrase('chart.quorum', { quorum })),
    element('li', { class: 'crowd' }, said.members),
  );
  const bar = drawing(
    'svg',
    { role: 'img', 'aria-label': phrase('chart', said) },
    drawing('rect', { width: share(size ?? 0), height: '100%', class: 'crowd' }),
    drawing('rect', { width: share(report.cosigners), height: '100%', class: 'signed' }),
    drawing('line', {
      x1: share(quorum),
      x2: share(quorum),
      y1: '-20%',
      y2: '120%',
      class: 'quorum',
    }),
  );
  return element('figure', {}, bar, element('figcaption', {}, legend));
}

/** Return how to check the file without trusting this page. */
export function again(): HTMLElement {
  const step = (said: string, ...commands: string[]) =>
    element('li', {}, element('p', {}, said), ...commands.map((line) => element('pre', {}, line)));
  const steps = element(
    'ol',
    {},
    step(phrase('again.get')),
    step(phrase('page.again')),
    step(phrase('again.install', { version: VERSION })),
    step(phrase('again.check'), phrase('again.check_command')),
  );
  return section('again', {}, steps);
}

/** Return the exact text of the letter as a file, for readers who compute the hash. */
export function source(letter: string): HTMLElement {
  const file = new Blob([letter], { type: 'application/octet-stream' });
  const save = phrase('source.save', { bytes: phrase('count.byte', { count: file.size }) });
  const link = element('a', { href: URL.createObjectURL(file), download: 'letter.md' }, save);
  return element(
    'details',
    {},
    element('summary', {}, phrase('source')),
    element('p', {}, ...pieces('source.compare', { link })),
    element('pre', {}, phrase('source.command')),
    element('pre', { dir: 'auto', lang: '' }, ...foreignLines(letter)),
  );
}

export function footer(): HTMLElement {
  return element('footer', {}, element('p', {}, phrase('page.footer', { version: VERSION })));
}
